// What a peer was asked for, and what has come of it: counted, in order, and never more than was agreed.
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import { LARGEST_BLOCK, LARGEST_PACK, LONGEST_PACK, MultifeedError } from '../wire.ts'

/** Bytes that are a progress: a trickle is none. */
const PROGRESS = 16 * 1024
/** In ms: after it what comes is no reason any more to ask nobody else. The next one that is asked has longer. */
const TURN = 10_000
/** Pieces, until we must ask again. */
export const MOST_PIECES = 256
/** What a block or a node takes in memory besides its bytes. */
const OBJECT = 64
/** Bytes that have come and are not stored yet; with more of them the stream waits. One pack is never more. */
const MOST_HELD = LARGEST_PACK + OBJECT * LONGEST_PACK

/** What blocks or nodes take in memory, in bytes. */
export const weigh = (all: readonly unknown[], bytes = 0): number => bytes + OBJECT * all.length

/** What was asked for, and how many others were asked before. */
export interface Asked extends Pick<Arriving, 'start' | 'length' | 'known' | 'needsPieces'> {
  others: number
}

/** One feed that was asked for. */
export class Arriving {
  /** The block that comes first. */
  start: number
  /** As far as it was offered then. */
  readonly length: number
  /** The length of the tree that the answer builds on. */
  known: number
  blocks: Uint8Array[] = []
  bytes = 0
  /** What the blocks take in memory, in bytes. */
  weight = 0
  /** It has come to its end, and is being stored. */
  isWhole = false
  #fresh = 0
  #pieces = 0
  readonly #end: number
  /** What of it has been stored, by its weight. */
  stored = 0
  /** No pack can answer it. */
  readonly needsPieces: boolean

  constructor({ start, length, known, needsPieces, others }: Asked) {
    this.start = start
    this.length = length
    this.known = known
    this.needsPieces = needsPieces
    this.#end = performance.now() + TURN * (1 + others)
  }

  /** Whether the answer has brought enough of a feed, which is so long now. */
  isProgress(length: number): boolean {
    return length >= this.length || this.stored >= PROGRESS
  }

  /** Takes more blocks; gives whether that is a reason to ask nobody else. Throws for more than a pack can have. */
  add(blocks: Uint8Array[]): boolean {
    if (blocks.length === 0) throw new MultifeedError('ERR_BAD_PACK', 'They sent no block.')
    const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0)
    this.bytes += bytes
    this.weight += weigh(blocks, bytes)
    this.blocks.push(...blocks)
    const isTooLarge = this.blocks.length > LONGEST_PACK || this.bytes > LARGEST_PACK
    if (isTooLarge || blocks.some((block) => block.byteLength > LARGEST_BLOCK))
      throw new MultifeedError('ERR_PROTOCOL', 'They sent a pack that is too large.')
    this.#fresh += bytes
    if (this.#fresh < PROGRESS) return false
    this.#fresh = 0
    return performance.now() < this.#end
  }

  /** Goes on behind these blocks, which are stored by themselves; gives their weight. */
  next(start: number): number {
    if (++this.#pieces > MOST_PIECES) throw new MultifeedError('ERR_PROTOCOL', 'They sent pieces without an end.')
    const { weight } = this
    this.start = start
    this.blocks = []
    this.bytes = 0
    this.weight = 0
    return weight
  }
}

/** In ms: who has brought nothing is asked again after so long, and after twice as long the next time. */
const REST = 2000

/** Feeds that a peer was asked for in vain. */
export class Resting<Key> {
  readonly #all = new Map<Key, { end: number; rest: number }>()

  has(feed: Key): boolean {
    return performance.now() < (this.#all.get(feed)?.end ?? 0)
  }

  add(feed: Key): void {
    const rest = 2 * (this.#all.get(feed)?.rest ?? REST)
    this.#all.set(feed, { end: performance.now() + rest, rest })
  }

  delete(feed: Key): void {
    this.#all.delete(feed)
  }
}

/** Lets a stream wait while too much of what came through it is in memory. */
export class Held {
  readonly #stream: NoiseSecretStream
  #weight = 0

  constructor(stream: NoiseSecretStream) {
    this.#stream = stream
  }

  /** So many bytes more, or less, are in memory. */
  change(weight: number): void {
    const wasFull = this.#weight > MOST_HELD
    this.#weight += weight
    if (wasFull === this.#weight > MOST_HELD) return
    if (wasFull) this.#stream.resume()
    else this.#stream.pause()
  }

  /** The link has ended; the stream may go on. */
  end(): void {
    this.change(-this.#weight)
  }
}
