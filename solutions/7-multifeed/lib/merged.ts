// All feeds as one stream: what is there, feed by feed, then what comes, as it comes. The order within a feed is its
// own; between feeds there is none that all peers could agree on without a clock.
import type Hypercore from 'hypercore'
import type { Feed } from '../link.ts'

/** A block of one of the feeds. */
export interface Item<Value> {
  key: Buffer
  index: number
  /** Undefined for a block that cannot be read as a value. */
  value: Value | undefined
}

/** Where to go on: the index of the next block, by the key of its feed in hex. Can be kept as JSON. */
export type Cursor = Record<string, number>

/** What a merged stream needs of its multifeed. */
export interface Source<Value> {
  ready(): Promise<void>
  feeds(): Iterable<Feed>
  /** Undefined for a feed that has been removed. */
  open(feed: Feed): Hypercore<Value> | undefined
  /** Calls back when there are more feeds, or more blocks; gives a function that ends this. */
  watch(listener: () => void): () => void
  isClosed(): boolean
}

export interface MergedOptions {
  /** Go on from there instead of the beginning. */
  cursor?: Cursor
  /** False: end with what is there now. Default true. */
  live?: boolean
  signal?: AbortSignal
}

/**
 * An async iterable of the blocks of all feeds; ends when the multifeed is closed or the signal is aborted. Throws a
 * TypeError for what is no cursor.
 */
export class Merged<Value> implements AsyncIterable<Item<Value>> {
  readonly #source: Source<Value>
  readonly #options: MergedOptions
  readonly #next: Map<string, number>

  constructor(source: Source<Value>, options: MergedOptions) {
    this.#source = source
    this.#options = options
    this.#next = new Map(Object.entries(options.cursor ?? {}))
    for (const next of this.#next.values())
      if (!Number.isSafeInteger(next) || next < 0) throw new TypeError('This is no cursor.')
  }

  /** Goes on behind the last item that has been given. */
  get cursor(): Cursor {
    return Object.fromEntries(this.#next)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item<Value>> {
    const { live = true, signal } = this.#options
    let hasMore = true
    let wake = () => {}
    const stir = () => {
      hasMore = true
      wake()
    }
    const unwatch = this.#source.watch(stir)
    signal?.addEventListener('abort', stir, { once: true })
    try {
      await this.#source.ready()
      while (!this.#source.isClosed() && !signal?.aborted) {
        hasMore = false
        for (const feed of [...this.#source.feeds()]) yield* this.#blocks(feed)
        if (!live) return
        if (!hasMore) await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      unwatch()
      signal?.removeEventListener('abort', stir)
    }
  }

  /** The blocks of a feed that are here and have not been given. */
  async *#blocks(feed: Feed): AsyncGenerator<Item<Value>> {
    const isOver = () => this.#source.isClosed() || this.#options.signal?.aborted
    for (let index = this.#next.get(feed.id) ?? 0; index < feed.length && !isOver(); index++) {
      const core = this.#source.open(feed)
      if (!core) return
      index = await firstHere(core, index).catch(() => -1) // it has been closed
      if (index < 0 || index >= feed.length) return
      const value = await core.get(index, { wait: false }).catch(() => undefined)
      if (isOver()) return
      this.#next.set(feed.id, index + 1)
      yield { key: feed.key, index, value: value as Value | undefined }
    }
  }
}

/** A sparse multifeed has not fetched all blocks; −1 when none is here from there on. */
async function firstHere(core: Hypercore<unknown>, from: number): Promise<number> {
  await core.ready()
  return core.core.bitfield.firstSet(from)
}
