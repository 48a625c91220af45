// The feeds that peers offer and nobody has proved yet: they are stored, and told to the program, with their first block.
import type { Feed } from '../link.ts'
import { MultifeedError } from '../wire.ts'

/** The candidates that one link offers. */
export type Offers<Known> = Set<Known>

export class Candidates<Known extends Feed> {
  readonly #maxFeeds: number
  readonly #stored: ReadonlyMap<string, Known>
  readonly #all = new Map<string, { feed: Known; by: Set<Offers<Known>> }>()
  /** Those of which the first blocks are being stored. */
  readonly #arriving = new Set<Known>()

  constructor(stored: ReadonlyMap<string, Known>, maxFeeds: number) {
    this.#stored = stored
    this.#maxFeeds = maxFeeds
  }

  get(id: string): Known | undefined {
    return this.#all.get(id)?.feed
  }

  /** A link offers a feed; false when there is no room for it. Throws when it offers more than there ever could be. */
  offer(feed: Known, by: Offers<Known>): boolean {
    if (by.add(feed).size > this.#maxFeeds)
      throw new MultifeedError('ERR_TOO_MANY_FEEDS', `They offer more than ${this.#maxFeeds} feeds.`)
    if (this.#stored.size + by.size > this.#maxFeeds) return false
    this.#add(feed, by)
    return true
  }

  /** Blocks of a feed are about to be stored: it stays the same one, even when its link ends. Gives what ends that. */
  hold(feed: Known): () => void {
    const by = new Set([feed])
    if (!this.#stored.has(feed.id)) this.#add(feed, by)
    return () => this.withdraw(by)
  }

  /** A link has ended. */
  withdraw(by: Offers<Known>): void {
    for (const { id } of by) {
      const candidate = this.#all.get(id)
      if (candidate?.by.delete(by) && candidate.by.size === 0) this.#all.delete(id)
    }
    by.clear()
  }

  /** A feed is stored. */
  remove(id: string): void {
    const candidate = this.#all.get(id)
    for (const by of candidate?.by ?? []) by.delete(candidate?.feed as Known)
    this.#all.delete(id)
  }

  /** Runs what stores blocks of a feed. Throws when others have filled the room for it meanwhile. */
  async admit(feed: Known, work: () => Promise<void>): Promise<void> {
    if (!this.#stored.has(feed.id)) {
      if (this.#stored.size + this.#arriving.size >= this.#maxFeeds)
        throw new MultifeedError('ERR_TOO_MANY_FEEDS', `There are ${this.#maxFeeds} feeds already.`)
      this.#arriving.add(feed)
    }
    try {
      await work()
    } finally {
      this.#arriving.delete(feed)
    }
  }

  #add(feed: Known, by: Offers<Known>): void {
    const candidate = this.#all.get(feed.id) ?? { feed, by: new Set() }
    candidate.by.add(by)
    this.#all.set(feed.id, candidate)
  }
}
