// The library's errors, for a person who meets them the first time.
import { basename, isAbsolute, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Explanation {
  /** What was said. */
  original: string
  /** Whether it was the learner's own code that threw: then what it said is no matter of a library's. */
  isTheirs: boolean
  /** What it means, where it is known. */
  sentence?: string
  /** `file:line` of the first line of the stack that is the learner's. */
  where?: string
}

/** An error in a line: what it means, or what the library said where that is not known, and whose line it came from. */
export function inWords({ original, sentence, where }: Explanation): string {
  const words = (sentence ?? original).replace(/[.:]$/, '')
  return `${words}${where ? ` (${where})` : ''}.`
}

/** Messages of the stack (see the sources of hyperdht, hyperswarm, udx-native) and what they mean here; $1 is a group. */
const MEANINGS: [RegExp, string][] = [
  [/PEER_NOT_FOUND/, 'Nobody listens on this key: is the other program running, on the same network?'],
  [
    /connection reset by peer|ECONNRESET/,
    'The other side broke the connection; without an `error` listener on the socket, or with one that throws, that ends the program.'
  ],
  [
    /Noise handshake failed|closed prematurely|premature close/i,
    'A connection ended before it should; an error of it that nobody takes, or that somebody throws again, ends the program.'
  ],
  [
    /connection timed out|ETIMEDOUT/,
    'The other side vanished; without an `error` listener on the socket that ends the program.'
  ],
  [
    /ID must be 32-bytes long|Invalid Hypercore key|Key must be 32-bytes long/,
    'That is not a key: a key has 32 bytes, written as 64 hex digits.'
  ],
  [
    /offset is out of bounds|reading 'byteLength'|Topic is required/,
    'That is not a topic: a topic is a buffer of exactly 32 bytes.'
  ],
  [
    /File descriptor could not be locked/,
    'Another program has this storage folder open: stop it, or use another folder.'
  ],
  [/SESSION_NOT_WRITABLE|SESSION_CONFLICT/, 'Only its writer can append to a core; a copy, opened by its key, cannot.'],
  [/CHANNEL_CLOSED/, 'The other side left before it had answered.'],
  [/REQUEST_CANCELLED/, 'What was asked for was given up: the core was closed, or the other side left.'],
  [/REQUEST_TIMEOUT/, 'Nobody answered in time.'],
  [
    /DUPLICATE_CHANNEL/,
    'This connection has such a channel already: make one `new ProtomuxRPC(socket)` for each connection.'
  ],
  [
    /Can only pipe to one destination/,
    'This stream is piped already: a connection carries one `pump` or one `replicate`.'
  ],
  [/EADDRINUSE/, 'Another program uses this port.'],
  [/Cannot find (?:module|package) '([^']+)'/, 'An `import` line leads nowhere: “$1” is not here.'],
  [/ERR_INVALID_TYPESCRIPT_SYNTAX\]: (.+?)(?:\. Expected .*)?$/, 'The file cannot be read as TypeScript: $1'],
  [/ERR_PARSE_ARGS/, 'The command line has an option that this program does not know, or one without its value.'],
  [/ENOSPC/, 'The disk is full.']
]

/**
 * What went wrong in a program, from the text of an uncaught error as Node prints it (or an error's `stack`);
 * undefined when the text holds none. `dir` is the folder of the learner's files.
 */
export function explain(text: string, dir: string): Explanation | undefined {
  // An error without a stack of its own, as native code makes it, is printed as `[Error: …] { code: '…' }`.
  const bare = /^\[((?:[A-Za-z]*Error|DHTError)\b.*)\](?: \{.*)?$/m.exec(text)?.[1]
  const [, line, behind] = bare
    ? ['', bare, '']
    : (/^(?:Uncaught )?((?:[A-Za-z]*Error|DHTError)\b.*)\n?(.*)$/m.exec(text) ?? [])
  if (!line) return undefined
  // JSON.parse quotes what it could not read, which may hold the end of a line; esbuild says what is wrong in the next one.
  const isCut = line.split('"').length % 2 === 0 || line.endsWith(':')
  const original = (isCut ? `${line} ${behind}` : line).trim().replace(/^Error: /, '')
  const isTheirs =
    text
      .split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.includes(dir) ?? false
  const code = /\bcode: '(\w+)'/.exec(text)?.[1] ?? ''
  const sentence = isTheirs ? undefined : meaningOf(`${original} ${code}`)
  const where = firstFrame(text, dir)
  return { original, isTheirs, ...(sentence && { sentence }), ...(where && { where }) }
}

function meaningOf(text: string): string | undefined {
  for (const [pattern, sentence] of MEANINGS) {
    const match = pattern.exec(text)
    if (match) return sentence.replace('$1', () => nameOf(String(match[1])))
  }
  return undefined
}

/** A package, or the file of a path. */
function nameOf(module: string): string {
  return isAbsolute(module) ? basename(module) : module
}

/** The first place of a stack, or of Node's `file:line` header, that lies in the folder. */
function firstFrame(text: string, dir: string): string | undefined {
  for (const [, place, line] of text.matchAll(/((?:file:\/\/)?[^\s()]+\.ts):(\d+)/g)) {
    const path = place?.startsWith('file:') ? fileURLToPath(place) : String(place)
    if (path.startsWith(dir + sep)) return `${basename(path)}:${line}`
  }
  return undefined
}
