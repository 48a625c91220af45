// What people say in a room: each kind of entry, and how one is read that a stranger wrote.

/** Changes when an older reader would misunderstand an entry. */
export const VERSION = 1

/** No entry has more bytes. A block that has is not looked at. */
export const LARGEST = 4096
/** Characters of a name that are kept. */
export const LONGEST_NAME = 32
/** Characters of any other text that are kept. */
export const LONGEST_TEXT = 500

/** Somebody is in the room. Comes first in each feed, and again when a name changes. */
export interface Joined {
  kind: 'joined'
  at: number
  version: typeof VERSION
  name: string
  /** This feed is the teacher's. */
  teacher?: Seal
}

/** Proves that a feed is the teacher's. */
export interface Seal {
  /** The teacher's public key, 64 hex digits. The room's code is made from it. */
  key: string
  /** The teacher's signature of this feed's key, 128 hex digits. */
  proof: string
  /** Where the room's network is, `HOST:PORT`. */
  network: string
}

/** What a check said about somebody's answer. */
export interface Verdict {
  kind: 'verdict'
  at: number
  exercise: number
  /** How many steps passed, and of how many. */
  passed: number
  of: number
  /** The step that failed; none when all is right. */
  step?: number
  /** What the check said about it. */
  sentence?: string
}

/** A hand went up, or down again. */
export interface Asked {
  kind: 'asked'
  at: number
  words?: string
  isDone?: true
}

/** The teacher comes to somebody. */
export interface Coming {
  kind: 'coming'
  at: number
  /** The key of their feed, in hex. */
  to: string
  /** Which of their hands, counted from 1. */
  hand: number
}

/** The teacher says something to everybody. */
export interface Told {
  kind: 'told'
  at: number
  text: string
}

/** Somebody is not in the room any more. */
export interface Left {
  kind: 'left'
  at: number
}

/** `at` is the writer's time in ms since 1970, by the teacher's clock as far as the writer knows it. */
export type Entry = Joined | Verdict | Asked | Coming | Told | Left

/** An entry as the block of a feed. */
export function write(entry: Entry): Buffer {
  return Buffer.from(JSON.stringify(entry))
}

/** The entry in a block that anybody may have written; undefined when it is none. Texts come cleaned and cut. */
export function read(block: Uint8Array): Entry | undefined {
  if (block.byteLength > LARGEST) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(block).toString())
  } catch {
    return undefined
  }
  return entryIn(value)
}

/** The entry in a value that came from outside; undefined when it is none. */
export function entryIn(value: unknown): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, at, ...rest } = value as Record<string, unknown>
  if (!isTime(at) || typeof kind !== 'string' || !Object.hasOwn(READERS, kind)) return undefined
  return READERS[kind as Entry['kind']](at, rest)
}

type Reader = (at: number, rest: Record<string, unknown>) => Entry | undefined

const READERS: Record<Entry['kind'], Reader> = {
  joined: (at, { version, name, teacher }) => {
    if (version !== VERSION || typeof name !== 'string') return undefined
    const seal = sealIn(teacher)
    return { kind: 'joined', at, version, name: nameIn(name), ...(seal && { teacher: seal }) }
  },
  verdict: (at, { exercise, passed, of, step, sentence }) => {
    if (!isCount(exercise) || !isCount(passed) || !isCount(of) || passed > of) return undefined
    if (step !== undefined && (!isCount(step) || step > of)) return undefined
    return {
      kind: 'verdict',
      at,
      exercise,
      passed,
      of,
      ...(step !== undefined && { step }),
      ...(typeof sentence === 'string' && { sentence: clean(sentence, LONGEST_TEXT) })
    }
  },
  asked: (at, { words, isDone }) => ({
    kind: 'asked',
    at,
    ...(typeof words === 'string' && { words: clean(words, LONGEST_TEXT) }),
    ...(isDone === true && { isDone })
  }),
  coming: (at, { to, hand }) => (isHex(to, 64) && isCount(hand, 1e6) ? { kind: 'coming', at, to, hand } : undefined),
  told: (at, { text }) =>
    typeof text === 'string' ? { kind: 'told', at, text: clean(text, LONGEST_TEXT) } : undefined,
  left: (at) => ({ kind: 'left', at })
}

function sealIn(value: unknown): Seal | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { key, proof, network } = value as Record<string, unknown>
  if (!isHex(key, 64) || !isHex(proof, 128)) return undefined
  if (typeof network !== 'string' || !/^[\d.]{7,15}:\d{1,5}$/.test(network)) return undefined
  return { key, proof, network }
}

/**
 * A text of a stranger as it may be shown: one line, without what moves the cursor of a terminal or turns the direction
 * of reading, at most so many characters.
 */
export function clean(text: string, longest: number): string {
  const visible = text
    .slice(0, 4 * longest) // nobody waits for the cleaning of what is cut anyway
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}]+/gu, ' ')
    .trim()
  const characters = [...visible]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : visible
}

/** A name as it may be shown; never empty. */
export function nameIn(text: string): string {
  return clean(text, LONGEST_NAME) || '?'
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isCount = (value: unknown, most = 99): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most
const isHex = (value: unknown, digits: number): value is string =>
  typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value)
