// What a peer was asked for, and what has come of it: counted, in order, and never more than was agreed.
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import { LARGEST_PACK, LONGEST_PACK, MultifeedError } from '../wire.ts'

/** Bytes that are a progress: a trickle is none. */
const PROGRESS = 16 * 1024
/** Bytes that have come and are not stored yet; with more of them the stream waits. */
const MOST_HELD = 2 * LARGEST_PACK

/** One feed that was asked for. */
export class Arriving {
  /** The block that comes first. */
  start: number
  /** As far as it was offered then. */
  readonly length: number
  blocks: Uint8Array[] = []
  bytes = 0
  /** It has come to its end, and is being stored. */
  isWhole = false
  #fresh = 0

  constructor(start: number, length: number) {
    this.start = start
    this.length = length
  }

  /** Takes more blocks; gives whether that is a progress. Throws for more than a pack can have. */
  add(blocks: Uint8Array[]): boolean {
    if (blocks.length === 0) throw new MultifeedError('ERR_BAD_PACK', 'They sent no block.')
    const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0)
    this.bytes += bytes
    this.blocks.push(...blocks)
    if (this.blocks.length > LONGEST_PACK || this.bytes > LARGEST_PACK)
      throw new MultifeedError('ERR_PROTOCOL', 'They sent a pack that is too large.')
    this.#fresh += bytes
    if (this.#fresh < PROGRESS) return false
    this.#fresh = 0
    return true
  }

  /** Goes on behind these blocks, which are stored by themselves; gives their bytes. */
  next(start: number): number {
    const { bytes } = this
    this.start = start
    this.blocks = []
    this.bytes = 0
    return bytes
  }
}

/** Lets a stream wait while too much of what came through it is in memory. */
export class Held {
  readonly #stream: NoiseSecretStream
  #bytes = 0

  constructor(stream: NoiseSecretStream) {
    this.#stream = stream
  }

  change(bytes: number): void {
    const wasFull = this.#bytes > MOST_HELD
    this.#bytes += bytes
    if (wasFull === this.#bytes > MOST_HELD) return
    if (wasFull) this.#stream.resume()
    else this.#stream.pause()
  }

  /** The link has ended; the stream may go on. */
  end(): void {
    this.change(-this.#bytes)
  }
}
