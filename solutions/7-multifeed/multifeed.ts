// Many hypercores by many writers, stored together: two multifeeds that replicate have the union of their feeds
// afterwards, and a multifeed that replicates with one of them later has it too.
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import Corestore from 'corestore'
import Hypercore, { type ReplicationStream, type ValueEncoding } from 'hypercore'
import type { KeyPair } from 'hyperdht'
import Protomux from 'protomux'
import { Blocklist } from './lib/blocklist.ts'
import { checkUserData } from './lib/bounds.ts'
import { Candidates } from './lib/candidates.ts'
import { tooMany } from './lib/crowd.ts'
import { erase } from './lib/erase.ts'
import { foldLog } from './lib/log.ts'
import { Merged, type MergedOptions } from './lib/merged.ts'
import { findNewest } from './lib/newest.ts'
import { readBlocks } from './lib/parts.ts'
import { patiently } from './lib/patience.ts'
import { type Policies, policiesFor } from './lib/policies.ts'
import { Sessions } from './lib/sessions.ts'
import { Turns } from './lib/turns.ts'
import { type Feed, Link } from './link.ts'
import { MultifeedError, optional, record } from './wire.ts'

export type { Cursor, Item, Merged, MergedOptions } from './lib/merged.ts'
export type { Peer } from './lib/policies.ts'
export { MultifeedError }

export interface Options extends Policies {
  /** How blocks are read and written in all feeds; default `'binary'`. */
  valueEncoding?: ValueEncoding
  /**
   * Only peers with the same gate replicate with us. It is never stored, and never sent. It keeps strangers out; it
   * encrypts nothing.
   */
  gate?: Uint8Array | string
  /** Sent to each peer, as JSON. */
  userData?: unknown
  /** Only peers with the same name replicate with us; default `multifeed`. */
  client?: string
  /** No peer can make us store more feeds than that, ours included; default 100 000. */
  maxFeeds?: number
}

/** In UTF-16: what the storage takes. */
const LONGEST_NAME = 1024

/** What the index knows of a feed. The name is one's own affair and told to nobody. */
interface Entry {
  key: Uint8Array
  name: string | null
}

/** A feed of ours, or one that is offered. */
type Known = Feed & { name?: string; isForked?: boolean }

/** A block of the index: the feeds that became known together. */
const entries = c.array(record<Entry>({ key: c.fixed32, name: optional(c.string) }))

export default class Multifeed<Value = Buffer> extends EventEmitter<{
  /** A feed has become known, one's own or a peer's; `name` only for one's own. */
  feed: [feed: Hypercore<Value>, name: string | undefined]
  /** The first offer of a peer. A feed of it is among `feeds()` when its first block has been verified. */
  'remote-feeds': [keys: Buffer[], userData: unknown, stream: NoiseSecretStream]
  /**
   * A peer says that it has more of a feed, so many blocks, than `maxFeeds`, `maxLength` or `maxBytes` lets in. What was
   * fetched stays.
   */
  excess: [key: Buffer, length: number, stream: NoiseSecretStream]
  /** A stream has been closed for a reason that has a code. Needs no listener. */
  error: [error: MultifeedError, stream: NoiseSecretStream]
}> {
  readonly #options: Options
  /** The folder is this multifeed's alone. */
  readonly #isOurs: boolean
  readonly #root: Corestore
  readonly #store: Corestore
  readonly #index: Hypercore
  readonly #blocklist: Blocklist
  readonly #feeds = new Map<string, Known>()
  readonly #names = new Map<string, Known>()
  readonly #candidates: Candidates<Known>
  /** What is being written to each feed. */
  readonly #writing = new Turns<Feed>()
  readonly #sessions: Sessions<Value, Known>
  /** The writers that are being made. */
  readonly #writers = new Map<string, Promise<Hypercore<Value>>>()
  readonly #links = new Map<Link, NoiseSecretStream>()
  readonly #watchers = new Set<() => void>()
  readonly #opening: Promise<void>
  #patience: NodeJS.Timeout | undefined
  #unsaved: Entry[] = []
  #saving: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  /**
   * `storage`: a folder, or a corestore, which stays open when this closes. Opens in the background. Throws for user
   * data that is no JSON, or too much.
   */
  constructor(storage: string | Corestore, options: Options = {}) {
    super()
    checkUserData(options.userData)
    this.#options = options
    this.#candidates = new Candidates(this.#feeds, options.maxFeeds ?? 100_000)
    this.#isOurs = typeof storage === 'string'
    this.#root = typeof storage === 'string' ? new Corestore(storage) : storage.session()
    const place = typeof storage === 'string' ? this.#root : storage // a session forgets its namespace
    this.#store = place.namespace('multifeed')
    this.#index = this.#store.get({ name: 'index' })
    this.#blocklist = new Blocklist(this.#store)
    this.#sessions = new Sessions(this.#store, options.valueEncoding, {
      find: (id) => (this.closed ? undefined : this.#feeds.get(id)),
      onappend: (feed) => this.#tell(feed),
      ontruncate: (feed) => {
        feed.isForked = true
        for (const link of this.#links.keys()) link.withdraw(feed)
      }
    })
    this.#opening = this.#open()
    this.#opening.catch(() => {}) // told to everybody who calls something
  }

  get closed(): boolean {
    return this.#closing !== undefined
  }

  /** Resolves when what is stored is known. Rejects when the folder cannot be opened: another process has it. */
  ready(): Promise<void> {
    return this.#opening
  }

  /** Reads which feeds there are, and how long: no core but the index is opened for that. */
  async #open(): Promise<void> {
    await this.#root.ready()
    await Promise.all([this.#index.ready(), this.#blocklist.ready()])
    if (this.#index.core.allSessions()[0] !== this.#index)
      throw new MultifeedError(
        'ERR_IN_USE',
        'Another multifeed uses this corestore: each needs a namespace of its own.'
      )
    const blocks = await readBlocks(this.#index, 0, this.#index.length)
    const known = blocks.flatMap((block, i) =>
      c.decode(entries, block).filter(({ key }) => this.#blocklist.removed(idOf(key)) <= i)
    )
    const ids = known.map(({ key }) => Hypercore.discoveryKey(key))
    const infos = await this.#root.storage.getInfos(ids, { auth: false })
    for (const [i, { key, name }] of known.entries()) {
      const { head, hints } = infos[i] ?? {}
      this.#remember(key, name ?? undefined, hints?.contiguousLength, head?.length, head?.fork)
    }
    if (this.#options.sparse) await findNewest(this.#store, this.#feeds.values())
    this.#sessions.watch(this.#root, this.#feeds.values())
  }

  /**
   * A feed to write to. With a name, or with a key pair, it is made once and found again by that. Rejects with
   * `ERR_CLOSED` when this is closed.
   */
  async writer(name?: string, { keyPair }: { keyPair?: KeyPair } = {}): Promise<Hypercore<Value>> {
    this.#mustBeOpen()
    if (name !== undefined && (Buffer.from(name).toString() !== name || name.length > LONGEST_NAME))
      throw new MultifeedError('ERR_NAME', `A name is well-formed Unicode of at most ${LONGEST_NAME} characters.`)
    await this.ready()
    this.#mustBeOpen()
    const unique = keyPair?.publicKey.toString('hex') ?? (name === undefined ? randomUUID() : `named ${name}`)
    let writer = this.#writers.get(unique)
    if (!writer) {
      writer = this.#findWriter(name, keyPair) ?? this.#makeWriter(unique, keyPair, name)
      this.#writers.set(unique, writer) // asked for twice at once, it is one
      writer.finally(() => this.#writers.delete(unique)).catch(() => {})
    }
    return writer
  }

  async #makeWriter(unique: string, keyPair?: KeyPair, name?: string): Promise<Hypercore<Value>> {
    const made = keyPair
      ? this.#sessions.ofWriter(keyPair)
      : this.#store.namespace('writers').get({ name: `${unique} ${this.#blocklist.length}` })
    await made.ready()
    const known = this.#feeds.get(made.key.toString('hex'))
    const isNamed = name === undefined || this.#names.has(name)
    const feed = this.#remember(made.key, name, made.contiguousLength, made.length)
    if (keyPair && !this.#sessions.canWrite(feed)) {
      // A core that came from a peer first does not keep the key pair by itself.
      if (known) await this.#index.setUserData(feed.id, keyPair.secretKey)
      this.#sessions.set(feed, made as Hypercore<Value>)
    }
    if (!known) this.#sessions.listen(feed)
    const core = this.#sessions.of(feed)
    await core.ready()
    if (core !== made) await made.close()
    try {
      if (!known || !isNamed) await this.#save({ key: feed.key, name: name ?? null })
    } catch (error) {
      if (!known) this.#feeds.delete(feed.id)
      if (name !== undefined && !isNamed) this.#names.delete(name)
      throw error // asked for again, it is saved again
    }
    if (!known) this.#announce(feed)
    return core
  }

  #findWriter(name: string | undefined, keyPair: KeyPair | undefined): Promise<Hypercore<Value>> | undefined {
    const feed = keyPair || name === undefined ? undefined : this.#names.get(name)
    return feed && this.#reopenWriter(feed)
  }

  async #reopenWriter(feed: Known): Promise<Hypercore<Value>> {
    const core = this.#sessions.of(feed)
    await core.ready()
    if (core.writable) return core
    const secretKey = await this.#index.getUserData(feed.id)
    if (!secretKey) return core
    const keyPair = { publicKey: secretKey.subarray(32), secretKey }
    const writer = this.#sessions.set(feed, this.#sessions.ofWriter(keyPair))
    await writer.ready()
    return writer
  }

  /** All feeds, in the order in which they became known. */
  feeds(): Hypercore<Value>[] {
    return [...this.#feeds.values()].map((feed) => this.#sessions.of(feed))
  }

  /** The feed with this key, 32 bytes or hex, or undefined. */
  feed(key: Uint8Array | string): Hypercore<Value> | undefined {
    const feed = this.#feeds.get(idOf(key))
    return feed && this.#sessions.of(feed)
  }

  /** The blocks of all feeds as one stream, also of those that come later: see merged.ts. */
  merged(options: MergedOptions = {}): Merged<Value> {
    const source = {
      ready: () => this.ready(),
      feeds: () => this.#feeds.values(),
      open: ({ id }: Feed) => this.feed(id),
      watch: (listener: () => void) => {
        this.#watchers.add(listener)
        return () => void this.#watchers.delete(listener)
      },
      isClosed: () => this.closed
    }
    return new Merged<Value>(source, options)
  }

  /** Asks `delay` again what is new of a feed, as when it has become known whose it is. */
  tell(key: Uint8Array | string): void {
    const feed = this.#feeds.get(idOf(key))
    if (feed) this.#tell(feed)
  }

  /** The keys that are blocked. */
  blocked(): Buffer[] {
    return this.#blocklist.keys()
  }

  /** From now on, also after a restart, a feed is neither fetched nor given to anybody. What is stored stays. */
  async block(key: Uint8Array | string): Promise<void> {
    await this.#decide(key, true)
  }

  /** A feed may be fetched and given again. */
  async unblock(key: Uint8Array | string): Promise<void> {
    await this.#decide(key, false)
    const feed = this.#feeds.get(idOf(key))
    if (feed) this.#tell(feed)
  }

  /** Removes a feed from the disk, and blocks it: it stays away after a restart, too. Its sessions are closed. */
  async removeFeed(key: Uint8Array | string): Promise<void> {
    await this.ready()
    await this.#saving
    const id = idOf(key)
    const wasFeed = this.#blocklist.removed(id) > 0
    await this.#decide(key, true, this.#index.length)
    const feed = this.#feeds.get(id)
    if (!feed) return erase(this.#root, Buffer.from(id, 'hex'), wasFeed) // a crash may have left some of it
    this.#feeds.delete(id)
    const session = this.#sessions.take(feed)
    if (await this.#index.getUserData(id)) await this.#index.setUserData(id, null)
    for (const [name, named] of this.#names) if (named === feed) this.#names.delete(name)
    await this.#writing.take(feed, async () => {
      await session?.close() // also one that is being opened
      await erase(this.#root, feed.key, true)
    })
  }

  async #decide(key: Uint8Array | string, isBlocked: boolean, removed?: number): Promise<void> {
    this.#mustBeOpen()
    await this.ready()
    const id = idOf(key)
    const decided = this.#blocklist.decide(Buffer.from(id, 'hex'), isBlocked, removed)
    const feed = this.#feeds.get(id) ?? this.#candidates.get(id)
    if (isBlocked && feed) for (const link of this.#links.keys()) link.withdraw(feed)
    await decided
  }

  /**
   * Replicates over a stream of its own (`true` on the side that begins, `false` on the other: pipe one into the other
   * and back), over a connection, or over one that other protocols use too. Feeds and blocks that come later are told
   * as well, until the stream ends. Gives the stream. A connection that carries nothing else ends with this; one that is
   * given as a Protomux is left open. Throws `ERR_DUPLICATE_STREAM` for one that is replicated already.
   */
  replicate(isInitiator: boolean, options?: { userData?: unknown }): ReplicationStream
  replicate(stream: NoiseSecretStream | Protomux, options?: { userData?: unknown }): NoiseSecretStream
  replicate(
    over: boolean | NoiseSecretStream | Protomux,
    { userData = this.#options.userData }: { userData?: unknown } = {}
  ): ReplicationStream | NoiseSecretStream {
    this.#mustBeOpen()
    const own = typeof over === 'boolean' ? Hypercore.createProtocolStream(over) : undefined
    own?.on('error', () => {}) // told as `error` of this, and by `sync`
    const mux = Protomux.from(own ? own.noiseStream : (over as NoiseSecretStream | Protomux))
    const { stream } = mux
    const { client = 'multifeed', gate, id, sparse = false } = this.#options
    const { maxLength = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = this.#options
    const policies = policiesFor(stream, this.#options, (error) => this.#complain(error, stream))
    const offered = new Set<Known>()
    const link = new Link(mux, {
      client,
      userData,
      ...(gate !== undefined && { gate: Buffer.from(gate) }),
      ...(id !== undefined && { id: Buffer.from(id) }),
      isShared: Protomux.isProtomux(over),
      hasExtras: true,
      isSparse: sparse,
      maxLength,
      maxBytes,
      store: this.#store,
      ready: this.#opening,
      isPrivate: (feed, core) => core.writable && !this.#feeds.has(feed.id),
      isGiven: (feed) => this.#isCarried(feed) && policies.isShared(feed.key),
      delay: (feed) => policies.delay(feed.key),
      feeds: () => this.#feeds.values(),
      take: (key, length) => {
        const id = key.toString('hex')
        const fresh = { key, id, length: 0, known: 0, since: 0, asks: 0 }
        const feed: Known = this.#feeds.get(id) ?? this.#candidates.get(id) ?? fresh
        if (!this.#isCarried(feed) || !policies.isAccepted(key)) return undefined
        if (this.#feeds.has(feed.id) || this.#candidates.offer(feed, offered)) return feed
        this.#exceed(key, length, stream)
        return undefined
      },
      write: (feed, work) => {
        const release = this.#candidates.hold(feed)
        const written = this.#writing.take(feed, async () => {
          if (this.#isCarried(feed)) await this.#candidates.admit(feed, work)
        })
        return written.finally(release)
      },
      onpeer: () => {
        const error = new MultifeedError('ERR_TOO_MANY_STREAMS', 'This peer has come again, too often.')
        for (const link of tooMany(this.#links, stream)) link.close(error)
      },
      onmet: (keys, theirUserData) => this.emit('remote-feeds', keys, theirUserData, stream),
      onlonger: (feed) => this.#onlonger(feed),
      onless: (link) => {
        for (const other of this.#links.keys()) if (other !== link) other.pull()
      },
      onexcess: (feed, length) => this.#exceed(feed.key, length, stream),
      onclose: (error) => {
        this.#links.delete(link)
        this.#candidates.withdraw(offered)
        for (const other of this.#links.keys()) other.pull() // they may have what this one did not bring
        if (this.#links.size === 0) clearInterval(this.#patience)
        if (error) this.#complain(error, stream)
      }
    })
    if (this.#links.size === 0) {
      this.#patience = setInterval(() => {
        for (const link of this.#links.keys()) link.pull()
      }, 1000)
    }
    this.#links.set(link, stream)
    return own ?? stream
  }

  /**
   * Resolves when both sides of a stream have everything that either has offered on it so far. Rejects when the stream
   * ends before: with its error, or `ERR_CLOSED`; after `timeout` ms with `ERR_TIMEOUT`; and with the reason of a
   * `signal`. The stream goes on then.
   */
  async sync(
    stream: NoiseSecretStream | ReplicationStream,
    options: { timeout?: number; signal?: AbortSignal } = {}
  ): Promise<void> {
    const over = 'noiseStream' in stream ? stream.noiseStream : stream
    const [link] = [...this.#links].find(([, stream]) => stream === over) ?? []
    if (!link) throw new MultifeedError('ERR_CLOSED', 'This stream is not replicated, or has ended.')
    await patiently(options, (signal) => link.synced(signal))
    await this.#saving
  }

  /** Ends all streams and closes all feeds. Calling it again is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#opening.catch(() => {})
    this.#stir()
    await Promise.all([...this.#links.keys()].map((link) => link.close()))
    await Promise.allSettled([...this.#writers.values(), ...this.#writing.all, this.#saving])
    this.#sessions.unwatch()
    try {
      await this.#store.close()
      if (this.#isOurs) await foldLog(this.#root)
    } finally {
      await this.#root.close() // also when a disk is full
    }
  }

  #mustBeOpen(): void {
    if (this.closed) throw new MultifeedError('ERR_CLOSED', 'This multifeed is closed.')
  }

  /** A feed from the index, or one that has just been stored. */
  #remember(key: Uint8Array, name?: string, length = 0, known = length, fork = 0): Known {
    const id = idOf(key)
    const fresh: Known = { key: Buffer.from(key), id, length, known, since: 0, asks: 0 }
    const feed = this.#feeds.get(id) ?? this.#candidates.get(id) ?? fresh
    this.#candidates.remove(id)
    this.#feeds.set(id, feed)
    if (fork > 0) feed.isForked = true
    if (name !== undefined) {
      feed.name ??= name
      this.#names.set(name, feed)
    }
    return feed
  }

  /** Not blocked, and never shortened: a signature would not fit the feed that it was made for. */
  #isCarried(feed: Known): boolean {
    return !feed.isForked && !this.#blocklist.has(feed.id)
  }

  /** More of a feed has been stored. The first blocks make it known. */
  async #onlonger(feed: Known): Promise<void> {
    if (this.#feeds.has(feed.id)) return this.#tell(feed)
    await this.#save({ key: feed.key, name: null }) // what the program has seen is there after a crash
    this.#remember(feed.key)
    this.#announce(feed)
  }

  /** Writes feeds into the index, those of the same moment together. What a crash keeps out of it the next peer tells. */
  #save(entry: Entry): Promise<unknown> {
    if (this.#unsaved.push(entry) === 1) {
      this.#saving = this.#saving
        .catch(() => {})
        .then(() => this.#index.append(Buffer.from(c.encode(entries, this.#unsaved.splice(0)))))
      this.#saving.catch(() => {}) // told to those who wait for it
    }
    return this.#saving
  }

  #announce(feed: Known): void {
    this.#tell(feed)
    if (this.listenerCount('feed') === 0) return
    this.#call(() => {
      this.emit('feed', this.#sessions.of(feed), feed.name)
    })
  }

  #exceed(key: Buffer, length: number, stream: NoiseSecretStream): void {
    this.#call(() => this.emit('excess', key, length, stream))
  }

  /** Calls what is the program's own. Throws `ERR_HANDLER` for what it throws. */
  #call(listeners: () => unknown): void {
    try {
      listeners()
    } catch (error) {
      throw MultifeedError.thrown(error)
    }
  }

  #tell(feed: Feed): void {
    for (const link of this.#links.keys()) link.tell(feed)
    this.#stir()
  }

  /** Wakes those who read all feeds. */
  #stir(): void {
    for (const watcher of this.#watchers) watcher()
  }

  /** A listener of the program that throws must not keep the stream from being closed, nor pass unseen. */
  #complain(error: MultifeedError, stream: NoiseSecretStream): void {
    if (this.listenerCount('error') === 0) return
    try {
      this.emit('error', error, stream)
    } catch (thrown) {
      process.emitWarning(`A listener of “error” threw: ${(thrown as Error)?.message}`)
    }
  }
}

const idOf = (key: Uint8Array | string): string =>
  typeof key === 'string' ? key.toLowerCase() : Buffer.from(key).toString('hex')
