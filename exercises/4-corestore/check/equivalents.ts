// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const KNOWN = 'A core that is asked for by its key knows its discovery key at once.'
const STORED = 'What is appended is on the disk already, and the process ends: nothing is left to be closed.'
const QUEUED = 'A core appends in the order in which it is asked to.'

const equivalents: Equivalent[] = [
  {
    file: 'reader.ts',
    was: "'the key that the writer prints'",
    now: '""',
    reason: 'The sentence for a wrong call may have any words.'
  },
  { file: 'reader.ts', was: 'await main.ready()', now: ';', reason: KNOWN },
  { file: 'reader.ts', line: 10, was: 'await', now: '', reason: KNOWN },
  { file: 'writer.ts', was: 'await store.close()', now: ';', reason: STORED },
  { file: 'writer.ts', line: 23, was: 'await', now: '', reason: STORED },
  { file: 'writer.ts', line: 29, was: 'await', now: '', reason: QUEUED },
  { file: 'writer.ts', line: 32, was: 'await', now: '', reason: QUEUED }
]

export default equivalents
