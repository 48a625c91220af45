// A name for somebody who gave none.
import { randomInt } from 'node:crypto'

const KINDS = [
  'blue',
  'brave',
  'calm',
  'clever',
  'gentle',
  'golden',
  'green',
  'happy',
  'kind',
  'merry',
  'quick',
  'quiet',
  'red',
  'silver',
  'swift',
  'wise'
]
const ANIMALS = [
  'badger',
  'crane',
  'dolphin',
  'falcon',
  'fox',
  'gecko',
  'heron',
  'lynx',
  'marten',
  'newt',
  'otter',
  'owl',
  'panda',
  'raven',
  'seal',
  'swan'
]

/** Two words, as in `quiet otter`. */
export function someName(): string {
  return `${KINDS[randomInt(KINDS.length)]} ${ANIMALS[randomInt(ANIMALS.length)]}`
}
