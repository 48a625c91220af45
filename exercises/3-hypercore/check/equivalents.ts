// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const WORDS = 'The sentence for a wrong call may have any words.'
const DEFAULT = 'These are the defaults of `download`.'
const STORED = 'What is appended is on the disk already, and the process ends: nothing is left to be closed.'

const equivalents: Equivalent[] = [
  { file: 'reader.ts', was: "'the key that the writer prints'", now: '""', reason: WORDS },
  { file: 'reader.ts', was: '{ start: 0, end: -1 }', now: '{}', reason: DEFAULT },
  { file: 'reader.ts', was: 'start: 0,', now: '', reason: DEFAULT },
  { file: 'reader.ts', was: 'end: -1', now: '', reason: DEFAULT },
  { file: 'writer.ts', was: 'await core.close()', now: ';', reason: STORED },
  { file: 'writer.ts', line: 17, was: 'await', now: '', reason: STORED },
  { file: 'writer.ts', line: 20, was: 'await', now: '', reason: 'A core appends in the order in which it is asked to.' }
]

export default equivalents
