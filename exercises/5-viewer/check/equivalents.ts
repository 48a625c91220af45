// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const WORDS = 'A label, or the sentence for a wrong call, may have any words.'
const NOBODY = 'How somebody is called who gives no nickname is not said.'
const SAME = 'A function gives `undefined` at its end, too.'
const KNOWN =
  'Of a core that is opened by its key the discovery key is known at once, and whoever reads from it waits by itself.'
const TYPE = 'Nobody reads the type of a message that has been recognised.'

const equivalents: Equivalent[] = [
  { file: 'chat.ts', was: "'somebody'", now: '""', reason: NOBODY },
  { file: 'chat.ts', was: "'public key:'", now: '""', reason: WORDS },
  { file: 'chat.ts', was: "'discovery key:'", now: '""', reason: WORDS },
  { file: 'chat.ts', line: 38, was: 'await', now: '', reason: 'A core appends in the order in which it is asked to.' },
  { file: 'viewer.ts', was: "'the public key that the chat prints'", now: '""', reason: WORDS },
  { file: 'viewer.ts', was: 'await core.ready()', now: ';', reason: KNOWN },
  { file: 'viewer.ts', line: 17, was: 'await', now: '', reason: KNOWN },
  ...['chat.ts', 'viewer.ts'].flatMap((file) => [
    { file, was: '{ return undefined // no JSON, or null }', now: '{}', reason: SAME },
    { file, was: 'type,', now: '', reason: TYPE }
  ])
]

export default equivalents
