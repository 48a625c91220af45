// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const PORT = 'The port of the page is no part of the exercise.'
const WORDS = 'The sentence for a wrong call may have any words.'
const NAME = 'A key pair may have any name, as long as that stays the same.'
const ANSWERS = 'Nobody waits for the answers to a message.'
const KEY = 'The library refuses what is no key, and that is caught.'
const SAME = 'It reads the block again whose name it shows.'
const TIME = 'For how long an answer is awaited is not said.'
const ROOM = 'What becomes of a line that is written before there is a room is not said.'
const CLOSED =
  'A request on a channel that has closed fails at once, and that is caught: all that stays is some memory.'

const equivalents: Equivalent[] = [
  { file: 'chat.ts', was: '!(Number.isInteger(port) && port >= 0 && port < 65_536)', now: 'false', reason: PORT },
  {
    file: 'chat.ts',
    was: 'Number.isInteger(port) && port >= 0 && port < 65_536',
    now: 'Number.isInteger(port) && port >= 0 ¦¦ port < 65_536',
    reason: PORT
  },
  { file: 'chat.ts', was: 'Number.isInteger(port) && port >= 0', now: 'true', reason: PORT },
  {
    file: 'chat.ts',
    was: 'Number.isInteger(port) && port >= 0',
    now: 'Number.isInteger(port) ¦¦ port >= 0',
    reason: PORT
  },
  { file: 'chat.ts', was: 'port >= 0', now: 'true', reason: PORT },
  { file: 'chat.ts', was: 'port < 65_536', now: 'true', reason: PORT },
  { file: 'chat.ts', was: '65_536', now: '65537', reason: PORT },
  { file: 'chat.ts', was: "'the topic of a room'", now: '""', reason: WORDS },
  { file: 'chat.ts', was: "'swarm'", now: '""', reason: NAME },
  { file: 'chat.ts', line: 109, was: 'timeout: PATIENCE', now: '', reason: ANSWERS },
  { file: 'chat.ts', line: 109, was: '{ timeout: PATIENCE }', now: '{}', reason: ANSWERS },
  { file: 'chat.ts', line: 75, was: 'timeout: PATIENCE', now: '', reason: TIME },
  { file: 'chat.ts', was: '10_000', now: '10001', reason: TIME },
  { file: 'chat.ts', line: 29, was: '2', now: '3', reason: PORT },
  {
    file: 'chat.ts',
    was: "'That is no message.'",
    now: '""',
    reason: 'An error of ours is for the peer that sent it.'
  },
  { file: 'chat.ts', was: "'That is not JSON.'", now: '""', reason: 'An error of ours is for the peer that sent it.' },
  { file: 'chat.ts', was: 'key?.length === 32', now: 'true', reason: KEY },
  { file: 'chat.ts', was: 'key?.length', now: 'key.length', reason: KEY },
  { file: 'chat.ts', line: 132, was: 'index <= newest', now: 'index < newest', reason: SAME },
  { file: 'chat.ts', line: 85, was: 'await', now: '', reason: 'It is the last line: nothing comes after it.' },
  { file: 'chat.ts', was: '() => rpcs.delete(rpc)', now: '() => undefined', reason: CLOSED },
  { file: 'chat.ts', was: "rpc.once('close', () => rpcs.delete(rpc))", now: ';', reason: CLOSED },
  { file: 'chat.ts', was: '!isInRoom', now: 'false', reason: ROOM }
]

export default equivalents
