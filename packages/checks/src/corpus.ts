// Inputs that hurt: what people type sooner or later, and what friendly tests never try.
import { createHash } from 'node:crypto'
import { encode } from 'hypercore-id-encoding'

/** Longer than the 64 KiB that a pipe, a stream and a socket carry in one piece. */
const LONG = 70_000 // characters

/** What a program may take for nothing, or for a command, when it comes alone. */
export const COMMANDS = ['', '   ', 'exit', 'quit', '.exit', ':q', '/quit']

const LINES = [
  ...COMMANDS,
  '   blanks at both ends   ',
  '  a  ', // counts five characters, and one when it is trimmed
  'Grüße aus Köln, Straße 12',
  'smile 😀 and family 👩‍👩‍👧‍👦',
  '漢字とかな混じりの行',
  'e\u0301 is two characters, é is one',
  'a tab\tin the middle',
  'null',
  '42',
  '-0',
  'true',
  '[1, 2, 3]',
  '{"type":"chat-message","text":{"a":[null]}}',
  '"quoted"',
  'undefined',
  'Block 0: not a block',
  'listening on: nothing',
  'got connection!',
  '* got a connection from: nobody *',
  '100%% %s %d %o %c \\n \\u0041',
  '__proto__',
  '-',
  '--help',
  '0'.repeat(64),
  "it's <b>bold</b> & `code` $HOME",
  'x'.repeat(LONG)
]

/** Lines with the line ends of other systems, at their end and in their middle: for what passes bytes on as they are. */
export const RETURNS = ['a line that ends as on Windows\r', 'a carriage\rreturn']

/** What is no key, and looks like one to a program that counts its letters, or takes what digits it finds. */
export const NO_KEYS = ['0123456789', `${'ab'.repeat(31)}zz`, 'ab'.repeat(33)]

/** 32 bytes as the 52 letters of z-base-32, which `readKey` takes as well as hex digits. */
export const inLetters = (key: Uint8Array): string => encode(Buffer.from(key))

/** Letters as `Random.word` draws them. */
export const WORD = /w[0-9a-f]{10}/

/** Random numbers that are the same for the same seed, so that a learner who asks twice gets one opinion. */
export class Random {
  readonly seed: string
  #count = 0

  constructor(seed: string) {
    this.seed = seed
  }

  /** 32 bytes. */
  bytes(): Buffer {
    return createHash('sha256')
      .update(`${this.seed} ${this.#count++}`)
      .digest()
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    return this.bytes().readUInt32BE(0) % end
  }

  /** Some letters that stand in no other text. */
  word(): string {
    return `w${this.bytes().toString('hex', 0, 5)}`
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, key: this.bytes().readUInt32BE(0) }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item)
  }

  /**
   * Lines to type: all that hurts, in some order, with a line that comes twice in a row and one that comes again at the
   * end; never longer than `longest` characters. None holds a line break or another control character than the tab.
   */
  lines({ longest = Number.POSITIVE_INFINITY }: { longest?: number } = {}): string[] {
    const [inARow, again] = [`twice in a row ${this.word()}`, `twice ${this.word()}`]
    const lines = this.shuffled([...LINES.filter((line) => line.length <= longest), inARow, again])
    return [...lines.flatMap((line) => (line === inARow ? [line, line] : line)), again]
  }

  /** A text in UTF-8 whose pieces end in the middle of a character. */
  torn(text: string): Buffer[] {
    const bytes = Buffer.from(text)
    const pieces: Buffer[] = []
    let start = 0
    for (let i = 1; i < bytes.length; i++) {
      // A byte of the form 10xxxxxx goes on with a character.
      if ((Number(bytes[i]) & 0xc0) !== 0x80) continue
      pieces.push(bytes.subarray(start, i))
      start = i
    }
    return [...pieces, bytes.subarray(start)]
  }
}
