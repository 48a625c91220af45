// What single words of the command line mean. Each function throws a UsageError for a word that it cannot take.
import { resolve, sep } from 'node:path'
import { type Exercise, exercises } from '@workshop/course'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { isInRoom } from './is-in-room.ts'

/** The UDP port of a network for a room: beside those of the local one. */
export const ROOM_PORT = 49_800

const MOST_LEARNERS = 500 // of a rehearsal; each has feeds and connections of their own

/** The exercise with this number, folder name or path, as in `3`, `3-hypercore` or `exercises/3-hypercore`. */
export function exerciseIn(word: string): Exercise | undefined {
  const name = word.replace(/^exercises\/|\/$/g, '')
  return exercises().find((exercise) => name === String(exercise.number) || name === exercise.name)
}

/** The exercise in whose folder, or in whose solution's, a folder lies. */
export function exerciseAt(dir: string): Exercise | undefined {
  const path = `${resolve(dir)}${sep}`
  return exercises().find((exercise) => [exercise.dir, exercise.solution].some((top) => path.startsWith(top + sep)))
}

/** The exercises with these numbers; all of them when there is no word. */
export function exercisesIn(words: string[]): Exercise[] {
  return words.length === 0 ? exercises() : words.map((word) => exerciseIn(word) ?? none(word))
}

/** Ends with what to type instead of a word that should be an exercise. */
function none(word: string): never {
  throw new UsageError(`There is no exercise “${word}”. ${range()} To see them all: ${ex()}`)
}

/** From where to where the exercises go, as a sentence. */
export function range(): string {
  const numbers = exerciseNumbers()
  return `Exercises have the numbers ${numbers[0]} to ${numbers.at(-1)}.`
}

export function exerciseNumbers(): string[] {
  return exercises().map(({ number }) => String(number))
}

/** A number from 1; `what` names what is counted. */
export function numberOf(what: string, word: string): number {
  if (/^[1-9]\d*$/.test(word)) return Number(word)
  throw new UsageError(`“${word}” is not the number of a ${what}.`)
}

/** So many learners of a rehearsal as one machine can be. */
export function learnersIn(word: string): number {
  const learners = /^\d{1,3}$/.test(word) ? Number(word) : 0
  if (learners >= 1 && learners <= MOST_LEARNERS) return learners
  throw new UsageError(`“${word}” is not a number of learners from 1 to ${MOST_LEARNERS}.`)
}

/** A network: `local`, `public` or `HOST:PORT`; without a word, the one that the environment names. */
export function networkIn(word = process.env.WORKSHOP_NETWORK ?? 'local'): string {
  const port = /^[^\s:]+:(\d+)$/.exec(word)?.[1]
  if (port !== undefined) portIn(port)
  else if (word !== 'local' && word !== 'public')
    throw new UsageError(`“${word}” is not a network: --network local, --network public or --network HOST:PORT.`)
  return word
}

/** The network where nobody names one: that of the environment, of the room that this checkout is in, or `local`. */
export async function usualNetwork(): Promise<string> {
  if (process.env.WORKSHOP_NETWORK !== undefined || !isInRoom()) return networkIn()
  return (await import('./in-room.ts')).networkOfRoom()
}

export function portIn(word: string): number {
  const port = Number(word)
  if (/^\d+$/.test(word) && port > 0 && port < 65_536) return port
  throw new UsageError(`“${word}” is not a port: ports are numbers from 1 to 65535.`)
}

/** The name of a new exercise, as in `8-name`. */
export function newName(word: string): string {
  const number = /^([1-9]\d*)-[a-z][a-z0-9-]*$/.exec(word)?.[1]
  if (!number)
    throw new UsageError(
      `“${word}” is not a name for an exercise. Give its number and a word: ${ex('new', `${exercises().length + 1}-name`)}`
    )
  const taken = exerciseIn(number)
  if (taken) throw new UsageError(`There is an exercise ${number} already: ${taken.name}.`)
  return word
}

/** What the inputs of a verdict are drawn with. Throws a UsageError. */
export function seedIn(word: string): string {
  if (!/^[\w-]{1,64}$/.test(word))
    throw new UsageError(`“${word}” is not a seed. A verdict that fails prints its seed.`)
  return word
}
