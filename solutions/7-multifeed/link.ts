// One stream between two multifeeds: offers what there is, requests what is missing, and knows when both have it all.
import type Corestore from 'corestore'
import Hypercore from 'hypercore'
import type Protomux from 'protomux'
import { Answers } from './lib/answers.ts'
import { Arriving, Held, Resting, weigh } from './lib/arriving.ts'
import { isBadProof } from './lib/bounds.ts'
import type { Fetch, Piece } from './lib/extras.ts'
import { Later } from './lib/later.ts'
import { Meeting } from './lib/meeting.ts'
import { kindOf } from './lib/parts.ts'
import { LONGEST } from './lib/patience.ts'
import { sizeOf, writePiece } from './lib/pieces.ts'
import { LONGEST_FEED, type Messages, MultifeedError, type Pack, type Request, Wire, type WireOptions } from './wire.ts'

/** What is known of a feed that need not be open. */
export interface Feed {
  readonly key: Buffer
  /** The key in hex. */
  readonly id: string
  /** Blocks from 0 on without a gap that are stored here; in a sparse multifeed the length, when the newest block is. */
  length: number
  /** There are blocks behind a gap too: the length with them. Only pieces can fill it. */
  known: number
  /** The link that was asked last, and when it last brought something, in ms. */
  source?: Link | undefined
  since: number
  /** How many links were asked since it came to an end. */
  asks: number
}

/** What a link needs of its multifeed. */
export interface Host extends Omit<WireOptions, 'onopen' | 'onclose' | 'on'> {
  store: Corestore
  /** Only the newest block of each feed is fetched. */
  isSparse: boolean
  /** No feed is fetched beyond so many blocks, and so many bytes. */
  maxLength: number
  maxBytes: number
  /** The feeds that are there, in order. */
  feeds(): Iterable<Feed>
  /** A core of the program's that is no feed: a peer that knows its key must not make it one. */
  isPrivate(feed: Feed, core: Hypercore): boolean
  /** Whether this peer may know of a feed. */
  isGiven(feed: Feed): boolean
  /** How long what is new of a feed may wait before this peer is told, in ms. */
  delay(feed: Feed): number
  /** The feed behind a key that a peer offers; undefined for one that is not wanted. Throws when they are too many. */
  take(key: Buffer, length: number): Feed | undefined
  /** Runs what writes to a feed, one after the other. Throws when there is no room for the feed. */
  write(feed: Feed, work: () => Promise<void>): Promise<void>
  /** The handshake fits; the connection has proved who the peer is. */
  onpeer(): void
  /** Called with the keys of the peer's first offer. */
  onmet(keys: Buffer[], userData: unknown): void
  /** More of a feed is stored, perhaps its first blocks. Resolves when that will still be known after a crash. */
  onlonger(feed: Feed): Promise<void>
  /** What a link has brought is not all: others may bring the rest, before it is asked again. */
  onless(link: Link): void
  /** The peer has more of a feed than is fetched: so many blocks. */
  onexcess(feed: Feed, length: number): void
  onclose(error?: MultifeedError): void
}

const ASKED = 64 // feeds asked for at the same time: enough for a long way
const MOST_OFFERS = 2 ** 20 // of one peer, also those that are not wanted
const OFFERS = 2 ** 16 // in one message
const PATIENCE = 2000 // ms without progress; then another link is asked too

export class Link {
  readonly #host: Host
  readonly #wire: Wire
  /** My offers by their number, and what of each I have told. */
  readonly #mine: Feed[] = []
  readonly #told = new Map<string, { index: number; length: number }>()
  readonly #toTell = new Set<Feed>()
  readonly #later = new Later<Feed>((feeds) => {
    for (const feed of feeds) if (this.#host.isGiven(feed)) this.#toTell.add(feed)
    this.#flush()
  })
  /** Their offers by their number, and how far each goes. */
  readonly #theirs: (Feed | undefined)[] = []
  readonly #offered = new Map<Feed, { index: number; length: number }>()
  readonly #known = new Set<string>()
  /** Feeds of theirs that are longer than mine, and those asked for. */
  readonly #wanted = new Set<Feed>()
  readonly #asked = new Map<Feed, Arriving>()
  readonly #resting = new Resting<Feed>()
  /** The feed of which they have begun to send parts or pieces. */
  #large: Feed | undefined
  readonly #held: Held
  readonly #answers: Answers
  #isPulling = false
  /** Offers and growths that I sent, that they have the blocks of, that I received, that I said I have. */
  #counts = { sent: 0, had: 0, received: 0, said: 0 }
  #theirUserData: unknown
  #meeting: Meeting | undefined
  #end: { error?: MultifeedError | undefined } | undefined
  readonly #waiting = new Set<{ resolve(): void; reject(error: Error): void }>()
  /** What is under way on disk for this link. */
  readonly #open = new Set<Promise<unknown>>()

  constructor(mux: Protomux, host: Host) {
    this.#host = host
    this.#held = new Held(mux.stream)
    this.#wire = new Wire(mux, {
      ...host,
      onopen: (userData) => this.#onopen(userData),
      onclose: (error) => this.#onclose(error),
      on: {
        offer: (offers) => this.#onoffer(offers),
        growth: (growths) => this.#ongrowth(growths),
        request: (requests) => this.#onrequest(requests),
        pack: (pack) => this.#onpack(pack),
        have: (count) => this.#onhave(count),
        digest: (digest) => this.#meeting?.ondigest(digest),
        more: (count) => this.#meeting?.onmore(count),
        differ: (differ) => this.#meeting?.ondiffer(differ),
        fetch: (fetches) => this.#onrequest(fetches),
        piece: (piece) => this.#onpiece(piece),
        withdraw: (indexes) => this.#onwithdraw(indexes)
      }
    })
    this.#answers = new Answers(this.#wire, host, (feed) => this.withdraw(feed))
  }

  /** A feed is new, or longer: tells it, unless they have as much. What changes at once is told in one message. */
  tell(feed: Feed): void {
    if (!this.#wire.isOpen) return // all is told when it opens
    if (!this.#host.isGiven(feed)) return
    const delay = Math.min(this.#host.delay(feed), LONGEST)
    if (delay > 0) this.#later.add(feed, delay)
    else {
      this.#later.delete(feed)
      if (this.#toTell.size === 0) setImmediate(() => this.#flush())
      this.#toTell.add(feed)
    }
  }

  /** A feed is not given any more, and no longer wanted. */
  withdraw(feed: Feed): void {
    this.#toTell.delete(feed)
    this.#later.delete(feed)
    this.#forget(feed)
    const told = this.#told.get(feed.id)
    if (told && told.length !== Number.POSITIVE_INFINITY) {
      told.length = Number.POSITIVE_INFINITY // nothing more is told of it, nor that it is withdrawn
      if (this.#wire.hasExtras) this.#wire.send('withdraw', [told.index])
    }
    this.#settle()
  }

  /** Asks for what is wanted and nobody else brings. */
  pull(): void {
    if (!this.#wire.isOpen) return
    const requests: Request[] = []
    const fetches: Fetch[] = []
    const now = performance.now()
    for (const feed of this.#wanted) {
      const offer = this.#offered.get(feed)
      if (!offer || feed.length >= offer.length) this.#wanted.delete(feed)
      else if (this.#asked.size >= ASKED) break
      else if (this.#resting.has(feed)) continue
      else if (!feed.source || now - feed.since > PATIENCE) {
        const { index, length } = offer
        const [start, isLatest] = [this.#host.isSparse ? length - 1 : feed.length, this.#host.isSparse]
        const needsPieces = isLatest || feed.known > feed.length
        this.#wanted.delete(feed)
        if (needsPieces && !this.#wire.hasExtras) continue // they know packs alone
        feed.source = this
        feed.since = now
        this.#asked.set(feed, new Arriving({ start, length, known: feed.known, needsPieces, others: feed.asks++ }))
        if (needsPieces) fetches.push({ index, start, length: feed.known, isLatest })
        else requests.push({ index, start })
      }
    }
    if (requests.length > 0) this.#wire.send('request', requests)
    if (fetches.length > 0) this.#wire.send('fetch', fetches)
    this.#settle()
  }

  /**
   * Resolves when both sides have all that either has offered so far; rejects when the stream ends before, and with the
   * reason of the signal.
   */
  synced(signal?: AbortSignal): Promise<void> {
    let stop = () => {}
    return new Promise<void>((resolve, reject) => {
      const waiting = { resolve, reject }
      this.#waiting.add(waiting)
      stop = () => {
        if (this.#waiting.delete(waiting)) reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop)
      this.#settle()
    }).finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Ends the stream, and resolves when nothing of it is open any more. */
  async close(error?: MultifeedError): Promise<void> {
    this.#wire.close(error)
    await Promise.allSettled(this.#open)
  }

  #onopen(userData: unknown): void {
    this.#theirUserData = userData
    this.#host.onpeer()
    const feeds = [...this.#host.feeds()].filter((feed) => this.#host.isGiven(feed))
    for (const feed of feeds) this.#toTell.add(feed)
    const onmet = (common: { feed: Feed; length: number }[]) => {
      this.#meeting = undefined
      for (const { feed, length } of common) this.#offered.set(feed, { index: -1, length })
      this.#flush()
    }
    if (this.#wire.hasExtras) this.#meeting = new Meeting(this.#wire, feeds, onmet)
    else onmet([])
    this.#meeting?.begin()
  }

  #flush(): void {
    if (!this.#wire.isOpen || this.#meeting) return
    const isFirst = this.#counts.sent === 0
    const offers: Messages['offer'] = []
    const growths: Messages['growth'] = []
    for (const feed of this.#toTell) {
      const { length } = feed
      const told = this.#told.get(feed.id)
      if (length <= (this.#offered.get(feed)?.length ?? -1) || length > LONGEST_FEED) continue
      if (!told) {
        this.#told.set(feed.id, { index: this.#mine.push(feed) - 1, length })
        offers.push({ key: feed.key, length })
      } else if (length > told.length) {
        told.length = length
        growths.push({ index: told.index, length })
      }
    }
    this.#toTell.clear()
    if (isFirst || offers.length > 0) this.#say('offer', offers)
    if (growths.length > 0) this.#say('growth', growths)
    this.pull()
  }

  #say<Name extends 'offer' | 'growth'>(name: Name, value: Messages[Name]): void {
    for (let from = 0; from === 0 || from < value.length; from += OFFERS) {
      this.#counts.sent++
      this.#wire.send(name, value.slice(from, from + OFFERS) as Messages[Name])
    }
  }

  #onoffer(offers: Messages['offer']): void {
    const keys = offers.map(({ key }) => Buffer.from(key))
    for (const [i, key] of keys.entries()) {
      const id = key.toString('hex')
      if (this.#known.has(id)) throw new MultifeedError('ERR_PROTOCOL', 'They offered a feed twice.')
      const { length } = offers[i] as Messages['offer'][number]
      const feed = this.#host.take(key, length)
      const index = this.#theirs.push(feed) - 1
      if (index >= MOST_OFFERS) throw new MultifeedError('ERR_TOO_MANY_FEEDS', 'They offered too many feeds.')
      if (!feed) continue
      this.#known.add(id)
      this.#offered.set(feed, { index, length })
      if (length > this.#host.maxLength) this.#exceed(feed, length)
      else this.#wanted.add(feed)
    }
    if (this.#counts.received++ === 0) this.#host.onmet(keys, this.#theirUserData)
    this.#theirUserData = undefined
    this.#meeting?.end() // they offer all at once: they have few
    this.#pullSoon()
  }

  #ongrowth(growths: Messages['growth']): void {
    for (const { index, length } of growths) {
      const feed = this.#their(index)
      const offer = feed && this.#offered.get(feed)
      if (!offer || offer.index !== index) continue // it was not wanted, or withdrawn
      offer.length = Math.max(offer.length, length)
      if (length > this.#host.maxLength) this.#exceed(feed, length)
      else if (!this.#asked.has(feed)) this.#wanted.add(feed)
    }
    this.#counts.received++
    this.#pullSoon()
  }

  /** Once for all that comes in the same moment. */
  #pullSoon(): void {
    if (this.#isPulling) return
    this.#isPulling = true
    setImmediate(() => {
      this.#isPulling = false
      this.pull()
    })
  }

  #onrequest(requests: (Request & Partial<Fetch>)[]): void {
    for (const request of requests) {
      const feed = this.#mine[request.index]
      const told = feed && this.#told.get(feed.id)
      if (!told) throw new MultifeedError('ERR_NOT_OFFERED', 'They asked for what we did not offer.')
      if (told.length === Number.POSITIVE_INFINITY) continue // our withdrawal is on its way to them
      if (request.start >= told.length) throw new MultifeedError('ERR_PROTOCOL', 'They asked for what they have.')
      if (this.#host.isGiven(feed)) this.#track(this.#answers.give(feed, request))
      else this.withdraw(feed) // it was, when it was told
    }
  }

  /** What has come of a feed, when it was asked for and comes in order; undefined when that was withdrawn. */
  #arriving({ index, start, blocks }: Pack | Piece, isLast: boolean): { feed: Feed; asked: Arriving } | undefined {
    const feed = this.#their(index)
    if (!feed || this.#offered.get(feed)?.index !== index) return undefined
    const asked = this.#asked.get(feed)
    const next = asked && asked.start + asked.blocks.length
    if (!asked || asked.isWhole || (this.#host.isSparse ? start < Number(next) : start !== next))
      throw new MultifeedError('ERR_PROTOCOL', 'They sent what was not asked for.')
    const isAlone = isLast && this.#large !== feed // one message, which may come between the parts of another feed
    if (!isAlone) {
      if (this.#large && this.#large !== feed)
        throw new MultifeedError('ERR_PROTOCOL', 'They sent parts of two feeds at the same time.')
      this.#large = isLast ? undefined : feed
    }
    asked.isWhole = isLast
    const before = asked.weight
    if (asked.add(blocks) && feed.source === this) feed.since = performance.now()
    this.#held.change(asked.weight - before)
    return { feed, asked }
  }

  #onpack(pack: Pack): void {
    const isLast = pack.manifest !== null
    const { feed, asked } = this.#arriving(pack, isLast) ?? {}
    if (asked?.needsPieces) throw new MultifeedError('ERR_PROTOCOL', 'They sent a pack in place of pieces.')
    if (feed && asked && isLast)
      this.#track(this.#write(feed, asked, pack).finally(() => this.#held.change(-asked.weight)))
  }

  /** Stores a pack: all of it or nothing, and only when its signature is the one of the feed's writer. */
  #write(feed: Feed, asked: Arriving, { signature, manifest }: Pack): Promise<void> {
    const { start, blocks, length, bytes } = asked
    return this.#store(feed, manifest, true, async (core) => {
      if (start + blocks.length < length) throw new MultifeedError('ERR_BAD_PACK', 'They sent less than they offered.')
      const from = core.length // another link may have brought some of it meanwhile
      if (from < start || from >= start + blocks.length) return true
      if (start + blocks.length > this.#host.maxLength || core.byteLength + bytes > this.#host.maxBytes)
        return this.#exceed(feed, start + blocks.length)
      try {
        await core.append(blocks.slice(from - start) as Buffer[], { signature })
        asked.stored += asked.weight
      } catch (error) {
        if (core.length === from) return this.#isBad(feed, core, error as Error)
      } // else its writer has appended in the same moment
      return true
    })
  }

  #onpiece(piece: Piece): void {
    const { feed, asked } = this.#arriving(piece, piece.isLast) ?? {}
    if (!feed || !asked) return
    const nodes = weigh(piece.nodes)
    const weight = asked.next(piece.start + piece.blocks.length) + nodes
    this.#held.change(nodes)
    if (!asked.needsPieces && piece.upgrade && kindOf(sizeOf(piece)) !== 'pieces')
      throw new MultifeedError('ERR_PROTOCOL', 'They sent pieces of what fits into a pack.')
    const stored = this.#store(feed, piece.upgrade?.manifest, piece.isLast, async (core) => {
      if ((piece.upgrade?.length ?? 0) > this.#host.maxLength) return this.#exceed(feed, piece.upgrade?.length ?? 0)
      const { length } = core
      try {
        await writePiece(core, piece)
        asked.known = core.length
        asked.stored += weight
      } catch (error) {
        // For a tree that another link has made longer meanwhile it is no proof: what it brings is asked for again.
        if (length === asked.known || !isBadProof(error as Error)) return this.#isBad(feed, core, error as Error)
      }
      return core.byteLength <= this.#host.maxBytes || this.#exceed(feed, core.length)
    })
    this.#track(stored.finally(() => this.#held.change(-weight)))
  }

  /** Opens a feed to store more of it; the work gives whether the answer may go on. */
  #store(
    feed: Feed,
    manifest: Pack['manifest'] | undefined,
    isLast: boolean,
    work: (core: Hypercore) => Promise<boolean>
  ): Promise<void> {
    return this.#host.write(feed, async () => {
      if (manifest && !Hypercore.key(manifest).equals(feed.key))
        throw new MultifeedError('ERR_BAD_PACK', 'They sent blocks of another writer.')
      const core = this.#host.store.get({ key: feed.key, active: false, ...(manifest && { manifest }) })
      try {
        await core.ready()
        if (this.#host.isPrivate(feed, core)) this.#spoil(feed)
        else if (await work(core)) await this.#got(feed, core, isLast)
      } finally {
        await core.close()
      }
    })
  }

  /** What follows on blocks of ours may be another history by the same writer: not the fault of who gives it. */
  #isBad(feed: Feed, core: Hypercore, error: Error): false {
    if (!isBadProof(error)) throw error
    if (core.length === 0) throw new MultifeedError('ERR_BAD_PACK', error.message, { cause: error })
    this.#spoil(feed)
    return false
  }

  /** More of a feed is stored. */
  async #got(feed: Feed, core: Hypercore, isLast: boolean): Promise<void> {
    feed.known = core.length
    const { length } = feed
    const has = this.#host.isSparse ? (await core.has(core.length - 1)) && core.length : core.contiguousLength
    feed.length = Math.max(length, Number(has))
    if (feed.length > length) await this.#host.onlonger(feed)
    if (!isLast) return // more is on its way
    if (feed.source === this) feed.source = undefined
    const asked = this.#asked.get(feed)
    this.#asked.delete(feed)
    if (this.#offered.has(feed)) this.#wanted.add(feed) // may have grown meanwhile; `pull` looks
    if (asked?.isProgress(feed.length)) {
      feed.asks = 0
      this.#resting.delete(feed)
    } else if (asked) this.#resting.add(feed)
    if (asked && feed.length < asked.length) this.#host.onless(this) // others may bring the rest
    this.pull()
  }

  #onwithdraw(indexes: number[]): void {
    for (const index of indexes) {
      const feed = this.#their(index)
      if (feed && this.#offered.get(feed)?.index === index) this.#spoil(feed)
    }
    this.#settle()
  }

  /** A feed has grown beyond what is fetched: what is here of it stays. */
  #exceed(feed: Feed, length: number): false {
    this.#spoil(feed)
    this.#host.onexcess(feed, length)
    return false
  }

  /** They cannot give more of a feed: what they have is as long as ours. */
  #spoil(feed: Feed): void {
    this.#forget(feed)
    this.#offered.set(feed, { index: -1, length: feed.length })
  }

  #forget(feed: Feed): void {
    const asked = this.#asked.get(feed)
    if (asked && !asked.isWhole) this.#held.change(-asked.weight)
    if (this.#large === feed) this.#large = undefined
    if (feed.source === this) feed.source = undefined
    for (const all of [this.#asked, this.#wanted, this.#offered, this.#resting]) all.delete(feed)
  }

  #onhave(count: number): void {
    if (count > this.#counts.sent) throw new MultifeedError('ERR_PROTOCOL', 'They have more than we said.')
    this.#counts.had = count
    this.#settle()
  }

  /** Says that all is here, when it is new that it is, and tells those who wait for both sides. */
  #settle(): void {
    const { sent, had, received, said } = this.#counts
    const isHere = (feed: Feed) => feed.length >= (this.#offered.get(feed)?.length ?? 0)
    const isComplete = received > 0 && this.#wanted.size === 0 && [...this.#asked.keys()].every(isHere)
    if (isComplete && said < received && this.#wire.isOpen) {
      this.#counts.said = received
      this.#wire.send('have', received)
    }
    const waiting = [...this.#waiting]
    if (this.#end) {
      const error = this.#end.error ?? new MultifeedError('ERR_CLOSED', 'The stream has ended before all was there.')
      for (const { reject } of waiting) reject(error)
    } else if (isComplete && sent > 0 && had === sent && this.#toTell.size === 0) {
      for (const { resolve } of waiting) resolve()
    } else return
    this.#waiting.clear()
  }

  /** Their offer of this number; undefined for one that was not wanted. */
  #their(index: number): Feed | undefined {
    if (index >= this.#theirs.length)
      throw new MultifeedError('ERR_PROTOCOL', 'They spoke of an offer that they did not make.')
    return this.#theirs[index]
  }

  /** Something is under way. When it fails, the stream ends, unless it has ended already. */
  #track(work: Promise<unknown>): void {
    const tracked = work.catch((error: Error) => {
      this.#wire.close(
        error instanceof MultifeedError ? error : new MultifeedError('ERR_STORAGE', error.message, { cause: error })
      )
    })
    this.#open.add(tracked)
    tracked.then(() => this.#open.delete(tracked))
  }

  #onclose(error?: MultifeedError): void {
    this.#end = { error }
    this.#later.clear()
    this.#held.end()
    for (const feed of this.#asked.keys()) if (feed.source === this) feed.source = undefined
    for (const all of [this.#asked, this.#wanted, this.#toTell, this.#told, this.#offered, this.#known]) all.clear()
    for (const all of [this.#mine, this.#theirs]) all.length = 0
    this.#settle()
    this.#host.onclose(error)
  }
}
