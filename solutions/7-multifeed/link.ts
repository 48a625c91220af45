// One stream between two multifeeds: tells what there is, fetches what is missing, and knows when both have it all.
import type Corestore from 'corestore'
import Hypercore from 'hypercore'
import type Protomux from 'protomux'
import { LARGEST_PACK, type Messages, MultifeedError, type Pack, type Request, Wire, type WireOptions } from './wire.ts'

/** A feed as it is known without being open. */
export interface Feed {
  readonly key: Buffer
  /** The key in hex. */
  readonly id: string
  /** Blocks from 0 on without a gap that are stored here. */
  length: number
  /** There are blocks behind a gap too: only hypercore's own replication can fill it. */
  hasGap: boolean
  /** The link that is fetching more of it. */
  source?: Link | undefined
}

/** What a link needs of its multifeed. */
export interface Host extends Pick<WireOptions, 'client' | 'encryptionKey' | 'userData' | 'ready'> {
  store: Corestore
  /** The feeds that are there, in order. */
  feeds(): Iterable<Feed>
  /** Feeds that a peer offers, those not known yet made; throws when they are too many. */
  take(keys: Buffer[]): { feeds: Feed[]; saved: Promise<unknown> }
  /** The first offer of the peer has been taken. */
  onmet(keys: Buffer[], userData: unknown): void
  /** More of a feed is stored. */
  onlonger(feed: Feed): void
  onclose(error?: MultifeedError): void
}

const ASKED = 64 // feeds asked for at the same time: enough for a long way, and at most 64 packs in memory
const READ = 16 // feeds read at the same time for a peer
const READ_AHEAD = 256 // blocks of a feed read at the same time

export class Link {
  readonly #host: Host
  readonly #wire: Wire
  /** My offers by their number, and what of each I have told. */
  readonly #mine: Feed[] = []
  readonly #told = new Map<Feed, { index: number; length: number }>()
  readonly #toTell = new Set<Feed>()
  /** Their offers by their number, and how far each goes. */
  readonly #theirs: Feed[] = []
  readonly #offered = new Map<Feed, { index: number; length: number }>()
  readonly #known = new Set<string>()
  /** Feeds of theirs that are longer than mine, and those asked for, with the block from which on. */
  readonly #wanted = new Set<Feed>()
  readonly #asked = new Map<Feed, number>()
  /** Requests of theirs. */
  readonly #requests: Request[] = []
  readonly #reading = new Set<number>()
  /** Offers and growths that I sent, that they have the blocks of, that I received, that I said I have. */
  #counts = { sent: 0, had: 0, received: 0, said: 0 }
  #theirUserData: unknown
  #end: { error?: MultifeedError | undefined } | undefined
  readonly #waiting: { resolve(): void; reject(error: Error): void }[] = []
  /** What is open on disk for this link. */
  readonly #open = new Set<Promise<unknown>>()
  readonly #cores: Hypercore[] = []

  constructor(mux: Protomux, host: Host) {
    this.#host = host
    this.#wire = new Wire(mux, {
      client: host.client,
      userData: host.userData,
      ready: host.ready,
      ...(host.encryptionKey && { encryptionKey: host.encryptionKey }),
      onopen: (userData) => {
        this.#theirUserData = userData
        for (const feed of host.feeds()) this.#toTell.add(feed)
        this.#flush()
      },
      onclose: (error) => this.#onclose(error),
      on: {
        offer: (offers) => this.#onoffer(offers),
        growth: (growths) => this.#ongrowth(growths),
        request: (requests) => this.#onrequest(requests),
        pack: (pack) => this.#onpack(pack),
        replicate: (index) => this.#onreplicate(index),
        have: (count) => this.#onhave(count)
      }
    })
  }

  /** A feed is new, or longer: tells it, unless they have as much. What changes at once is told in one message. */
  tell(feed: Feed): void {
    if (!this.#wire.isOpen) return // all is told when it opens
    if (this.#toTell.size === 0) setImmediate(() => this.#flush())
    this.#toTell.add(feed)
  }

  /** Asks for what is wanted and nobody else brings. */
  pull(): void {
    if (!this.#wire.isOpen) return
    const requests: Request[] = []
    for (const feed of this.#wanted) {
      const offer = this.#offered.get(feed)
      if (!offer || feed.length >= offer.length) this.#wanted.delete(feed)
      else if (this.#asked.size >= ASKED) break
      else if (!feed.source) {
        feed.source = this
        this.#wanted.delete(feed)
        this.#asked.set(feed, feed.length)
        requests.push({ index: offer.index, start: feed.length, isSparse: feed.hasGap })
      }
    }
    if (requests.length > 0) this.#wire.send('request', requests)
    this.#settle()
  }

  /** Resolves when both sides have all that either has offered so far; rejects when the stream ends before. */
  synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#settle()
    })
  }

  /** Ends the stream, and resolves when nothing of it is open any more. */
  async close(): Promise<void> {
    this.#wire.close()
    await Promise.allSettled(this.#open)
  }

  #flush(): void {
    if (!this.#wire.isOpen) return
    const isFirst = this.#counts.sent === 0
    const offers: Messages['offer'] = []
    const growths: Messages['growth'] = []
    for (const feed of this.#toTell) {
      const { length } = feed
      const told = this.#told.get(feed)
      if (length <= (this.#offered.get(feed)?.length ?? -1)) continue
      if (!told) {
        this.#told.set(feed, { index: this.#mine.push(feed) - 1, length })
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
    this.#counts.sent++
    this.#wire.send(name, value)
  }

  #onoffer(offers: Messages['offer']): void {
    const keys = offers.map(({ key }) => Buffer.from(key))
    for (const id of keys.map((key) => key.toString('hex'))) {
      if (this.#known.has(id)) throw new MultifeedError('ERR_PROTOCOL', 'They offered a feed twice.')
      this.#known.add(id)
    }
    const { feeds, saved } = this.#host.take(keys)
    for (const [i, feed] of feeds.entries()) {
      const index = this.#theirs.push(feed) - 1
      this.#offered.set(feed, { index, length: offers[i]?.length ?? 0 })
      this.#wanted.add(feed)
    }
    this.#track(saved)
    if (this.#counts.received++ === 0) this.#host.onmet(keys, this.#theirUserData)
    this.pull()
  }

  #ongrowth(growths: Messages['growth']): void {
    for (const { index, length } of growths) {
      const feed = this.#their(index)
      const offer = this.#offered.get(feed)
      if (offer) offer.length = Math.max(offer.length, length)
      if (!this.#asked.has(feed)) this.#wanted.add(feed)
    }
    this.#counts.received++
    this.pull()
  }

  #onrequest(requests: Messages['request']): void {
    for (const request of requests) {
      const told = this.#told.get(this.#mine[request.index] as Feed)
      if (!told) throw new MultifeedError('ERR_NOT_OFFERED', 'They asked for what we did not offer.')
      if (request.start >= told.length || this.#reading.has(request.index)) {
        throw new MultifeedError('ERR_PROTOCOL', 'They asked for what they have, or for the same twice.')
      }
      this.#reading.add(request.index)
      this.#requests.push(request)
      if (this.#reading.size - this.#requests.length < READ) this.#track(this.#answer())
    }
  }

  /** Answers requests one after the other, as fast as the stream takes the answers. */
  async #answer(): Promise<void> {
    for (let request = this.#requests.shift(); request && this.#wire.isOpen; request = this.#requests.shift()) {
      const { index } = request
      const feed = this.#mine[index] as Feed
      const pack = request.isSparse ? undefined : await this.#read(feed, request)
      this.#reading.delete(index)
      if (pack) await this.#wire.send('pack', pack)
      else {
        await this.#wire.send('replicate', index)
        await this.#replicate(feed)
      }
    }
  }

  /** The blocks of a feed with the signature over them; undefined when they are too many for one message. */
  async #read(feed: Feed, { index, start }: Request): Promise<Pack | undefined> {
    const core = this.#host.store.get({ key: feed.key, active: false })
    try {
      await core.ready()
      const { length, manifest } = core
      // A key that is the writer's public key itself, as in old hypercores, has no manifest that it is the hash of.
      if (!manifest || !Hypercore.key(manifest).equals(feed.key) || core.contiguousLength < length) return undefined
      const proving = core.proof({ upgrade: { start: 0, length } }) // now: the signature is the one of this length
      proving.catch(() => {}) // told below, unless the blocks fail first
      const blocks: Buffer[] = []
      let size = 0
      for (let i = start; i < length && size <= LARGEST_PACK; i += READ_AHEAD) {
        const count = Math.min(READ_AHEAD, length - i)
        const next = await Promise.all(Array.from({ length: count }, (_, j) => core.get(i + j, { raw: true })))
        blocks.push(...(next as Buffer[]))
        size += next.reduce((sum, block) => sum + (block?.byteLength ?? 0), 0)
      }
      const { upgrade } = await proving
      return size > LARGEST_PACK ? undefined : { index, start, blocks, signature: upgrade.signature, manifest }
    } finally {
      await core.close()
    }
  }

  #onpack(pack: Pack): void {
    const feed = this.#their(pack.index)
    if (this.#asked.get(feed) !== pack.start)
      throw new MultifeedError('ERR_PROTOCOL', 'They sent what was not asked for.')
    this.#asked.set(feed, -1) // being stored: a second one was not asked for
    this.#track(this.#write(feed, pack))
  }

  /** Stores a pack: all of it or nothing, and only when its signature is the one of the feed's writer. */
  async #write(feed: Feed, { start, blocks, signature, manifest }: Pack): Promise<void> {
    if (blocks.length === 0 || !Hypercore.key(manifest).equals(feed.key))
      throw new MultifeedError('ERR_BAD_PACK', 'They sent no block, or those of another writer.')
    const core = this.#host.store.get({ key: feed.key, manifest, active: false })
    try {
      await core.ready()
      if (core.length === start) await core.append(blocks as Buffer[], { signature })
      this.#got(feed, core.contiguousLength)
    } finally {
      await core.close()
    }
  }

  #onreplicate(index: number): void {
    const feed = this.#their(index)
    const start = this.#asked.get(feed)
    if (start === undefined || start === -1)
      throw new MultifeedError('ERR_PROTOCOL', 'They answered what was not asked.')
    this.#asked.set(feed, -1)
    this.#track(this.#download(feed))
  }

  /** Fetches a feed block by block. What is stored stays, also when the stream breaks. */
  async #download(feed: Feed): Promise<void> {
    const core = await this.#replicate(feed)
    for (let length = -1; length < core.length || length < (this.#offered.get(feed)?.length ?? 0); ) {
      length = Math.max(core.length, this.#offered.get(feed)?.length ?? 0)
      feed.hasGap = true
      await core.download({ start: feed.length, end: length }).done()
    }
    feed.hasGap = false
    this.#got(feed, core.contiguousLength)
  }

  async #replicate(feed: Feed): Promise<Hypercore> {
    const core = this.#host.store.get({ key: feed.key })
    this.#cores.push(core)
    await core.ready()
    core.replicate(this.#wire.mux.stream)
    return core
  }

  #got(feed: Feed, length: number): void {
    feed.source = undefined
    this.#asked.delete(feed)
    this.#wanted.add(feed) // may have grown meanwhile; `pull` looks
    const isLonger = length > feed.length
    feed.length = length
    if (isLonger) this.#host.onlonger(feed)
    this.pull()
  }

  #onhave(count: number): void {
    if (count > this.#counts.sent) throw new MultifeedError('ERR_PROTOCOL', 'They have more than we said.')
    this.#counts.had = count
    this.#settle()
  }

  /** Says that all is here, when it is new that it is, and tells those who wait for both sides. */
  #settle(): void {
    const { sent, had, received, said } = this.#counts
    const isComplete = received > 0 && this.#wanted.size === 0 && this.#asked.size === 0
    if (isComplete && said < received && this.#wire.isOpen) {
      this.#counts.said = received
      this.#wire.send('have', received)
    }
    if (this.#end) {
      const error = this.#end.error ?? new MultifeedError('ERR_CLOSED', 'The stream has ended before all was there.')
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    } else if (isComplete && sent > 0 && had === sent && this.#toTell.size === 0) {
      for (const { resolve } of this.#waiting.splice(0)) resolve()
    }
  }

  #their(index: number): Feed {
    const feed = this.#theirs[index]
    if (!feed) throw new MultifeedError('ERR_PROTOCOL', 'They spoke of an offer that they did not make.')
    return feed
  }

  /** Something is under way. When it fails, the stream ends, unless it has ended already. */
  #track(work: Promise<unknown>): void {
    const tracked = work.catch((error: Error) => {
      this.#wire.close(
        error instanceof MultifeedError ? error : new MultifeedError('ERR_BAD_PACK', error.message, { cause: error })
      )
    })
    this.#open.add(tracked)
    tracked.then(() => this.#open.delete(tracked))
  }

  #onclose(error?: MultifeedError): void {
    this.#end = { error }
    for (const core of this.#cores.splice(0)) this.#open.add(core.close().catch(() => {}))
    for (const feed of this.#asked.keys()) if (feed.source === this) feed.source = undefined
    this.#asked.clear()
    this.#wanted.clear()
    this.#settle()
    this.#host.onclose(error)
  }
}
