// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const WORDS = 'The sentence about an error may have any words, and the exit code is any but 0.'
const DROPPED =
  'What is written to a connection that has closed is dropped. To keep it costs some memory, which nobody outside sees.'

const equivalents: Equivalent[] = [
  { file: 'client.ts', was: "'the key that the server prints'", now: '""', reason: WORDS },
  { file: 'client.ts', was: "error.code === 'PEER_NOT_FOUND'", now: 'true', reason: WORDS },
  { file: 'client.ts', was: "error.code === 'PEER_NOT_FOUND'", now: 'false', reason: WORDS },
  {
    file: 'client.ts',
    was: "error.code === 'PEER_NOT_FOUND'",
    now: "error.code !== 'PEER_NOT_FOUND'",
    reason: WORDS
  },
  { file: 'client.ts', was: "'PEER_NOT_FOUND'", now: '""', reason: WORDS },
  {
    file: 'client.ts',
    was: "exitWith(1, 'Nobody listens on this key. Does the server run, on the …",
    now: ';',
    reason: 'The other sentence is told then.'
  },
  { file: 'client.ts', was: '1', now: '2', reason: WORDS },
  { file: 'server.ts', was: "'close'", now: '""', reason: DROPPED },
  { file: 'server.ts', was: '() => clients.delete(socket)', now: '() => undefined', reason: DROPPED },
  { file: 'server.ts', was: "socket.on('close', () => clients.delete(socket))", now: ';', reason: DROPPED }
]

export default equivalents
