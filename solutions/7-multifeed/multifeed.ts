// Many hypercores by many writers, stored together: two multifeeds that replicate have the union of their feeds
// afterwards, and whoever replicates with one of them later has it too.
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import Corestore from 'corestore'
import Hypercore, { type ReplicationStream, type ValueEncoding } from 'hypercore'
import type { KeyPair } from 'hyperdht'
import Protomux, { type Encoding } from 'protomux'
import { type Feed, Link } from './link.ts'
import { MultifeedError } from './wire.ts'

export { MultifeedError }

export interface Options {
  /** How blocks are read and written in all feeds; `'binary'` when nothing is said. */
  valueEncoding?: ValueEncoding
  /** Only peers with the same key replicate with us. It is never stored, and never sent. */
  encryptionKey?: Uint8Array | string
  /** Told to each peer, as JSON. */
  userData?: unknown
  /** Only peers with the same name replicate with us; default `multifeed`. */
  client?: string
  /** No peer can make us store more feeds than that, ours included; default 100 000. */
  maxFeeds?: number
}

/** What the index knows of a feed. The name is one's own affair and told to nobody. */
interface Entry {
  key: Buffer
  name?: string | undefined
}

/** A block of the index: the feeds that became known together. */
const entries = c.array<Entry, Entry>({
  preencode(state, { key, name }) {
    c.fixed32.preencode(state, key)
    c.bool.preencode(state, name !== undefined)
    if (name !== undefined) c.string.preencode(state, name)
  },
  encode(state, { key, name }) {
    c.fixed32.encode(state, key)
    c.bool.encode(state, name !== undefined)
    if (name !== undefined) c.string.encode(state, name)
  },
  decode(state) {
    const key = Buffer.from(c.fixed32.decode(state))
    return { key, name: c.bool.decode(state) ? c.string.decode(state) : undefined }
  }
} satisfies Encoding<Entry>)

export default class Multifeed<Value = Buffer> extends EventEmitter<{
  /** A feed has become known, one's own or a peer's; `name` only for one's own. */
  feed: [feed: Hypercore<Value>, name: string | undefined]
  /** The first offer of a peer: its feeds are known now, their blocks on the way. */
  'remote-feeds': [keys: Buffer[], userData: unknown, stream: NoiseSecretStream]
  /** A stream has been closed for a reason that has a code. Needs no listener. */
  error: [error: MultifeedError, stream: NoiseSecretStream]
}> {
  readonly #options: Options
  readonly #root: Corestore
  readonly #store: Corestore
  readonly #index: Hypercore
  readonly #feeds = new Map<string, Feed & Entry>()
  /** The sessions that the program works with, by the feed's key in hex. */
  readonly #sessions = new Map<string, Hypercore<Value>>()
  readonly #writers = new Map<string, Promise<Hypercore<Value>>>()
  readonly #links = new Map<NoiseSecretStream, Link>()
  readonly #opening: Promise<void>
  #saving: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  /** `storage`: a folder, or a corestore, which stays open when this closes. Opens in the background. */
  constructor(storage: string | Corestore, options: Options = {}) {
    super()
    this.#options = options
    this.#root = typeof storage === 'string' ? new Corestore(storage) : storage.session()
    this.#store = this.#root.namespace('multifeed')
    this.#index = this.#store.get({ name: 'index' })
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
    await this.#index.ready()
    const blocks = await Promise.all(Array.from({ length: this.#index.length }, (_, i) => this.#index.get(i)))
    const known = blocks.flatMap((block) => c.decode(entries, block))
    const infos = await this.#root.storage.getInfos(known.map(({ key }) => Hypercore.discoveryKey(key)))
    for (const [i, entry] of known.entries()) {
      const length = infos[i]?.hints?.contiguousLength ?? 0
      this.#remember(entry, length, (infos[i]?.head?.length ?? 0) > length)
    }
  }

  /**
   * A feed to write to. With a name it is made once and found again by that name. Rejects with `ERR_CLOSED` when this is
   * closed.
   */
  async writer(name?: string, { keyPair }: { keyPair?: KeyPair } = {}): Promise<Hypercore<Value>> {
    this.#mustBeOpen()
    await this.ready()
    this.#mustBeOpen()
    if (name === undefined) return this.#makeWriter(randomUUID(), keyPair)
    let writer = this.#writers.get(name)
    if (!writer) {
      writer = this.#findWriter(name) ?? this.#makeWriter(`named ${name}`, keyPair, name)
      this.#writers.set(name, writer) // asked for twice at once, it is one
      writer.catch(() => this.#writers.delete(name))
    }
    return writer
  }

  async #makeWriter(unique: string, keyPair?: KeyPair, name?: string): Promise<Hypercore<Value>> {
    const made = this.#store.namespace('writers').get(keyPair ? { keyPair } : { name: unique })
    await made.ready()
    const feed = this.#remember({ key: Buffer.from(made.key), name }, made.length)
    const core = this.#session(feed)
    await core.ready()
    await made.close()
    await this.#save([feed])
    this.#announce([feed])
    return core
  }

  #findWriter(name: string): Promise<Hypercore<Value>> | undefined {
    const feed = [...this.#feeds.values()].find((feed) => feed.name === name)
    const core = feed && this.#session(feed)
    return core?.ready().then(() => core)
  }

  /** All feeds, in the order in which they became known. */
  feeds(): Hypercore<Value>[] {
    return [...this.#feeds.values()].map((feed) => this.#session(feed))
  }

  /** The feed with this key, 32 bytes or hex, or undefined. */
  feed(key: Uint8Array | string): Hypercore<Value> | undefined {
    const feed = this.#feeds.get(typeof key === 'string' ? key.toLowerCase() : Buffer.from(key).toString('hex'))
    return feed && this.#session(feed)
  }

  /**
   * Replicates over a stream of its own (`true` on the side that begins, `false` on the other: pipe one into the other
   * and back), over a connection, or over one that other protocols use too. Feeds and blocks that come later are told
   * as well, until the stream ends. Gives the stream. Throws `ERR_DUPLICATE_STREAM` for one that is replicated already.
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
    const { client = 'multifeed', encryptionKey, maxFeeds = 100_000 } = this.#options
    const link = new Link(mux, {
      client,
      userData,
      ...(encryptionKey !== undefined && { encryptionKey: Buffer.from(encryptionKey) }),
      store: this.#store,
      ready: this.#opening,
      feeds: () => this.#feeds.values(),
      take: (keys) => this.#take(keys, maxFeeds),
      onmet: (keys, theirUserData) => this.emit('remote-feeds', keys, theirUserData, mux.stream),
      onlonger: (feed) => this.#tell(feed),
      onclose: (error) => {
        this.#links.delete(mux.stream)
        for (const other of this.#links.values()) other.pull() // they may have what this one did not bring
        if (error && this.listenerCount('error') > 0) this.emit('error', error, mux.stream)
      }
    })
    this.#links.set(mux.stream, link)
    return own ?? mux.stream
  }

  /**
   * Resolves when both sides of a stream have everything that either has offered on it so far. Rejects when the stream
   * ends before: with its error, or `ERR_CLOSED`.
   */
  async sync(stream: NoiseSecretStream | ReplicationStream): Promise<void> {
    const link = this.#links.get('noiseStream' in stream ? stream.noiseStream : stream)
    if (!link) throw new MultifeedError('ERR_CLOSED', 'This stream is not replicated, or has ended.')
    await link.synced()
    await this.#saving
  }

  /** Ends all streams and closes all feeds. Calling it again is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#opening.catch(() => {})
    await Promise.all([...this.#links.values()].map((link) => link.close()))
    await Promise.allSettled([...this.#writers.values(), this.#saving])
    await this.#store.close()
    await this.#root.close()
  }

  #mustBeOpen(): void {
    if (this.closed) throw new MultifeedError('ERR_CLOSED', 'This multifeed is closed.')
  }

  #remember({ key, name }: Entry, length = 0, hasGap = false): Feed & Entry {
    const id = key.toString('hex')
    const feed = this.#feeds.get(id) ?? { key, id, name, length, hasGap }
    this.#feeds.set(id, feed)
    return feed
  }

  /** The feeds that a peer offers. Those that are new are stored, and told. */
  #take(keys: Buffer[], maxFeeds: number): { feeds: Feed[]; saved: Promise<unknown> } {
    const isNew = (key: Buffer) => !this.#feeds.has(key.toString('hex'))
    const strangers = keys.filter(isNew)
    if (this.#feeds.size + strangers.length > maxFeeds) {
      throw new MultifeedError('ERR_TOO_MANY_FEEDS', `With theirs there would be more than ${maxFeeds} feeds.`)
    }
    const made = strangers.map((key) => this.#remember({ key }))
    const saved = made.length > 0 ? this.#save(made) : Promise.resolve()
    this.#announce(made)
    return { feeds: keys.map((key) => this.#remember({ key })), saved }
  }

  /** Writes feeds into the index. What a crash keeps out of it the next peer tells again. */
  #save(feeds: Entry[]): Promise<unknown> {
    const saved = this.#index.append(Buffer.from(c.encode(entries, feeds)))
    this.#saving = Promise.all([this.#saving, saved])
    this.#saving.catch(() => {})
    return saved
  }

  #announce(feeds: (Feed & Entry)[]): void {
    for (const feed of feeds) {
      this.#tell(feed)
      if (this.listenerCount('feed') > 0) this.emit('feed', this.#session(feed), feed.name)
    }
  }

  #tell(feed: Feed): void {
    for (const link of this.#links.values()) link.tell(feed)
  }

  #session(feed: Feed): Hypercore<Value> {
    const open = this.#sessions.get(feed.id)
    if (open && !open.closed) return open
    const { valueEncoding } = this.#options
    const core = this.#store.get<Value>({ key: feed.key, ...(valueEncoding !== undefined && { valueEncoding }) })
    core.on('append', () => {
      if (core.contiguousLength <= feed.length) return
      feed.length = core.contiguousLength
      this.#tell(feed)
    })
    this.#sessions.set(feed.id, core)
    return core
  }
}
