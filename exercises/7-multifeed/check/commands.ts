// What the check and the process with the learner's class say to each other.
import { createHash } from 'node:crypto'

/** A feed, as the class gives it. */
export interface State {
  key: string
  length: number
  /** Blocks from 0 on without a gap. */
  stored: number
  /** Stands for all stored blocks in their order. */
  sum: string
  /** Whether `feed` gave it when it was first seen, for its key in hex and in bytes. */
  isFound: boolean
}

/** A multifeed that is open. */
export interface Seen {
  multi: string
  folder: string
  feeds: State[]
  /** The feeds that were there when it was opened: how many blocks each had, by its key. */
  before: Record<string, number>
  /** Events. */
  /** `first` stands for the first block, as the core of the event gives it. */
  told: { key: string; name?: string; length: number; first?: string }[]
  errors: string[]
  /** What the errors say of both sides. */
  details: Record<string, unknown>[]
  /** `stream`: its number, or -1. */
  met: { stream: number; keys: string[]; userData?: unknown }[]
}

/** The commands: what each takes, and gives. */
export interface Commands {
  /** `inStore`: gives it a corestore in that folder. A gate of `{ hex }` is one of bytes. */
  open(multi: string, folder: string, options?: object, inStore?: boolean): void
  ready(multi: string): void
  /** Gives `closed` before and afterwards, and whether the corestore that it was given has been closed, too. */
  close(multi: string): [boolean, boolean, boolean]
  /** The writer's key in hex. */
  writer(multi: string, name?: string | null, keyPair?: { publicKey: string; secretKey: string }): string
  /** Several at the same instant. */
  writers(multi: string, names: (string | null)[], keyPair?: { publicKey: string; secretKey: string }): string[]
  append(multi: string, key: string, blocks: string[]): void
  /** Whether `feed` gives it, for the key in hex and in bytes. */
  feed(multi: string, key: string): [boolean, boolean]
  block(multi: string, key: string, index: number): string
  /** The extra credit. */
  removeFeed(multi: string, key: string): void
  /** One multifeed, or all that are open. */
  look(multi?: string): Seen[]
  /** Connects to a key, and replicates. `asMux`: over a muxer of that connection. The hash tells connections apart. */
  connect(multi: string, key: string, asMux?: boolean, options?: object): { stream: number; hash: string }
  /** Connects two multifeeds here in memory. */
  pipe(a: string, b: string): [number, number]
  /** Replicates over the connection of a stream again. */
  again(stream: number): void
  /** `own`: appends a block to a feed of its own, and syncs in the turn after. */
  sync(stream: number, own?: { multi: string; key: string; block: string }): void
  destroy(stream: number): void
  /** Has the listener of an event throw from now on, or none. */
  throwing(multi: string, event?: 'feed' | 'remote-feeds' | 'error' | null): void
}

/** What stands for blocks in their order, with one more. */
export const sumOf = (sum: string, block: string): string => createHash('sha256').update(`${sum}${block}`).digest('hex')
