// The cores that a program works with: one session for each feed, and an ear on what is appended in any other.
import type Corestore from 'corestore'
import Hypercore, { type Core, type ValueEncoding } from 'hypercore'
import type { KeyPair } from 'hyperdht'
import type { Feed } from '../link.ts'

export interface Heard<Known> {
  /** The feed with this key in hex, or undefined for a core that is none. */
  find(id: string): Known | undefined
  /** A feed is longer now; `length` and `known` say so. */
  onappend(feed: Known): void
  /** A feed has been shortened. */
  ontruncate(feed: Known): void
}

export class Sessions<Value, Known extends Feed> {
  readonly #store: Corestore
  readonly #encoding: { valueEncoding?: ValueEncoding }
  readonly #heard: Heard<Known>
  readonly #all = new Map<string, Hypercore<Value>>()

  constructor(store: Corestore, valueEncoding: ValueEncoding | undefined, heard: Heard<Known>) {
    this.#store = store
    this.#encoding = valueEncoding === undefined ? {} : { valueEncoding }
    this.#heard = heard
  }

  /** The session of a feed; opened again when the program has closed it. */
  of(feed: Known): Hypercore<Value> {
    const open = this.#all.get(feed.id)
    return open && isOpen(open) ? open : this.set(feed, this.#store.get({ key: feed.key, ...this.#encoding }))
  }

  /** Whether the session of a feed is open, and can append. */
  canWrite(feed: Known): boolean {
    const open = this.#all.get(feed.id)
    return open !== undefined && isOpen(open) && open.writable
  }

  /** A session that can append, of no feed yet. */
  ofWriter(keyPair: KeyPair): Hypercore<Value> {
    return this.#store.get({ keyPair, ...this.#encoding })
  }

  /** From now on this is the session of a feed. */
  set(feed: Known, core: Hypercore<Value>): Hypercore<Value> {
    this.#all.set(feed.id, core)
    this.#hear(feed, core)
    return core
  }

  /** Forgets the session of a feed, and gives it. */
  take(feed: Known): Hypercore<Value> | undefined {
    const core = this.#all.get(feed.id)
    this.#all.delete(feed.id)
    return core
  }

  /** Hears what is appended to a feed in sessions that are none of ours. */
  listen(feed: Known): void {
    const core = this.#store.get({ key: feed.key, weak: true, active: false })
    this.#hear(feed, core)
    core.ready().catch(() => {}) // closed meanwhile
  }

  /** Listens to each feed of which somebody opens a session, and to those of them that are open already. */
  watch(root: Corestore, feeds: Iterable<Known>): void {
    this.#store.watch(this.#onopened)
    for (const { key } of feeds) {
      const open = root.cores.get(Hypercore.discoveryKey(key))
      if (open) this.#onopened(open)
    }
  }

  unwatch(): void {
    this.#store.unwatch(this.#onopened)
  }

  readonly #onopened = (core: Core): void => {
    core.ready().then(
      () => {
        const feed = this.#heard.find(core.key.toString('hex'))
        if (feed) this.listen(feed)
      },
      () => {}
    )
  }

  #hear(feed: Known, core: Hypercore<Value> | Hypercore): void {
    core.on('append', () => {
      if (core.contiguousLength <= feed.length) return
      feed.length = core.contiguousLength
      feed.known = core.length
      this.#heard.onappend(feed)
    })
    core.on('truncate', () => this.#heard.ontruncate(feed))
  }
}

const isOpen = (core: Hypercore<unknown>): boolean => !core.closed && !core.closing
