// The first words of two multifeeds that know the messages of extras.ts: which feeds need no offer, since both sides
// have them up to the same length.

import type { Feed } from '../link.ts'
import { MultifeedError, type Wire } from '../wire.ts'
import { decodeIds, encodeIds, ID, type Id, idOf, Sketch, SYMBOL, same } from './digest.ts'
import type { Extras } from './extras.ts'

/** So few feeds are offered at once: it takes no longer than a digest. */
const FEW = 16
/** The first digest, in symbols: enough for a handful of differences. */
const FIRST = 8
/** No digest is longer, in symbols. */
const MOST = 2 ** 16

/** A feed of ours, and the length up to which both sides have it. */
interface Common {
  feed: Feed
  length: number
}

export class Meeting {
  readonly #wire: Wire
  readonly #feeds: Feed[]
  readonly #ondone: (common: Common[]) => void
  /** What is told of our feeds, made when it is needed: the lengths are those of that moment. */
  #ids: (Common & { id: Id })[] | undefined
  #sketch: Sketch | undefined
  /** The symbols that have been sent, or have come. */
  #told = 0
  #expected = FIRST
  #theirs = Buffer.alloc(0)
  #isDone = false

  /** Calls `ondone` once, with those of our feeds that the other side has to the same length. */
  constructor(wire: Wire, feeds: Feed[], ondone: (common: Common[]) => void) {
    this.#wire = wire
    this.#feeds = feeds
    this.#ondone = ondone
  }

  /** The side that opened the connection begins; the other waits for its digest or its first offer. */
  begin(): void {
    if (!this.#wire.mux.stream.isInitiator) return
    if (this.#feeds.length <= FEW) this.end()
    else this.#tell(FIRST)
  }

  /** Nothing is known to be equal: all must be offered. */
  end(common: Common[] = []): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#ids = undefined
    this.#sketch = undefined
    this.#ondone(common)
  }

  ondigest({ count, symbols }: Extras['digest']): void {
    const mine = this.#mine(false)
    this.#theirs = Buffer.concat([this.#theirs, symbols])
    const length = Math.floor(this.#theirs.byteLength / SYMBOL)
    if (symbols.byteLength !== this.#expected * SYMBOL)
      throw new MultifeedError('ERR_PROTOCOL', 'Their digest is longer or shorter than it should be.')
    const found = this.#sketched(mine).difference(this.#theirs)
    if (found) {
      const only = new Set(found.ours.map(same))
      this.#wire.send('differ', { isAll: false, ids: encodeIds(found.theirs) })
      this.end(mine.filter(({ id }) => !only.has(same(id))))
      return
    }
    // What differs costs its symbols and then an offer: when that is more than to offer all, all is offered.
    const next = Math.max(length * 2, Math.ceil(Math.abs(count - mine.length) * 1.5))
    if (next > Math.min(MOST, (count + mine.length) / 2)) {
      this.#wire.send('differ', { isAll: true, ids: new Uint8Array(0) })
      this.end()
    } else {
      this.#expected = next - length
      this.#wire.send('more', this.#expected)
    }
  }

  onmore(count: number): void {
    this.#mine(true)
    if (this.#told === 0 || count < this.#told || this.#told + count > MOST)
      throw new MultifeedError('ERR_PROTOCOL', 'They asked for more of a digest than there can be.')
    this.#tell(count)
  }

  ondiffer({ isAll, ids }: Extras['differ']): void {
    const mine = this.#mine(true)
    if (ids.byteLength > mine.length * ID) throw new MultifeedError('ERR_PROTOCOL', 'They named more than we have.')
    const only = new Set(decodeIds(ids).map(same))
    this.end(isAll ? [] : mine.filter(({ id }) => !only.has(same(id))))
  }

  #tell(count: number): void {
    const from = this.#told
    this.#told += count
    const mine = this.#mine(true)
    this.#wire.send('digest', { count: mine.length, symbols: this.#sketched(mine).bytes(from, this.#told) })
  }

  #sketched(mine: { id: Id }[]): Sketch {
    this.#sketch ??= new Sketch(mine.map(({ id }) => id))
    return this.#sketch
  }

  /** Our ids. Throws for a message that the side which sent it may not send now. */
  #mine(asInitiator: boolean): (Common & { id: Id })[] {
    const { stream } = this.#wire.mux
    if (this.#isDone || stream.isInitiator !== asInitiator)
      throw new MultifeedError('ERR_PROTOCOL', 'They spoke of a digest out of turn.')
    const salt = stream.handshakeHash ?? new Uint8Array(0)
    this.#ids ??= this.#feeds.map((feed) => {
      const { length } = feed
      return { feed, length, id: idOf(salt, feed.key, length) }
    })
    return this.#ids
  }
}
