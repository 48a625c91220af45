// The library's errors, for a person who meets them the first time.
import { basename, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Explanation {
  /** What the library said. */
  original: string
  /** What it means, where it is known. */
  sentence?: string
  /** `file:line` of the first line of the stack that is the learner's. */
  where?: string
}

/** Messages of the stack (see the sources of hyperdht, hyperswarm, udx-native) and what they mean here. */
const MEANINGS: [RegExp, string][] = [
  [/PEER_NOT_FOUND/, 'Nobody listens on this key: is the other program running, on the same network?'],
  [
    /connection reset by peer|ECONNRESET/,
    'The other side broke the connection; without an `error` listener on the socket that ends the program.'
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
  [/EADDRINUSE/, 'Another program has this port.'],
  [/ERR_MODULE_NOT_FOUND|Cannot find (module|package)/, 'A name in an `import` line leads nowhere.'],
  [/ERR_PARSE_ARGS/, 'The call has an option that this program does not know, or one without its value.'],
  [/ENOSPC/, 'The disk is full.']
]

/**
 * What went wrong in a program, from the text of an uncaught error as Node prints it (or an error's `stack`);
 * undefined when the text holds none. `dir` is the folder of the learner's files.
 */
export function explain(text: string, dir: string): Explanation | undefined {
  const line = /^(?:Uncaught )?((?:[A-Za-z]*Error|DHTError)\b.*)$/m.exec(text)?.[1]?.trim()
  if (!line) return undefined
  const original = line.replace(/^Error: /, '')
  const meaning = MEANINGS.find(([pattern]) => pattern.test(text))?.[1]
  const where = firstFrame(text, dir)
  return { original, ...(meaning && { sentence: meaning }), ...(where && { where }) }
}

/** The first place of a stack, or of Node's `file:line` header, that lies in the folder. */
function firstFrame(text: string, dir: string): string | undefined {
  for (const [, place, line] of text.matchAll(/((?:file:\/\/)?[^\s()]+\.ts):(\d+)/g)) {
    const path = place?.startsWith('file:') ? fileURLToPath(place) : String(place)
    if (path.startsWith(dir + sep)) return `${basename(path)}:${line}`
  }
  return undefined
}
