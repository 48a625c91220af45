// One stream between two multifeeds: offers what there is, requests what is missing, and knows when both have it all.
import type Corestore from 'corestore'
import Hypercore from 'hypercore'
import type Protomux from 'protomux'
import { type Messages, MultifeedError, type Pack, type Request, Wire, type WireOptions } from './wire.ts'

/** What is known of a feed that need not be open. */
export interface Feed {
  readonly key: Buffer
  /** The key in hex. */
  readonly id: string
  /** Blocks from 0 on without a gap that are stored here. */
  length: number
}

/** What a link needs of its multifeed. */
export interface Host extends Pick<WireOptions, 'client' | 'gate' | 'userData' | 'ready'> {
  store: Corestore
  /** The feeds that are there, in order. */
  feeds(): Iterable<Feed>
  /** The feed with a key that a peer offers: a known one, or a new one. Throws when there are too many. */
  take(key: Buffer): Feed
  /** Called with the keys of the peer's first offer. */
  onmet(keys: Buffer[], userData: unknown): void
  /** More of a feed is stored, perhaps its first blocks. Resolves when that will still be known after a crash. */
  onlonger(feed: Feed): Promise<void>
  onclose(error?: MultifeedError): void
}

export class Link {
  readonly #host: Host
  readonly #wire: Wire

  constructor(mux: Protomux, host: Host) {
    this.#host = host
    this.#wire = new Wire(mux, {
      client: host.client,
      userData: host.userData,
      ready: host.ready,
      ...(host.gate && { gate: host.gate }),
      onopen: (userData) => {
        // TODO 3: Offer all feeds, even when there are none.
      },
      onclose: (error) => {
        // TODO 5: Reject what `synced` has promised.
        host.onclose(error)
      },
      on: {
        offer: (offers) => this.#onoffer(offers),
        growth: (growths) => this.#ongrowth(growths),
        request: (requests) => this.#onrequest(requests),
        pack: (pack) => this.#onpack(pack),
        have: (count) => this.#onhave(count)
      }
    })
  }

  /** A feed is new, or longer: tells the peer, unless it has as much. */
  tell(feed: Feed): void {
    // TODO 4: Offer it, or tell its growth.
  }

  /** Resolves when both sides have all that either has offered so far; rejects when the stream ends before. */
  async synced(): Promise<void> {
    // TODO 3
    throw new MultifeedError('ERR_CLOSED', 'not written yet')
  }

  /** Ends the stream, and resolves when nothing of it is open any more. */
  async close(): Promise<void> {
    this.#wire.close()
  }

  #onoffer(offers: Messages['offer']): void {
    // TODO 3: host.take gives the feed for a key. Request those that are longer than yours. Call host.onmet the first
    // time. TODO 7: What may they not offer?
  }

  #ongrowth(growths: Messages['growth']): void {
    // TODO 4
  }

  #onrequest(requests: Request[]): void {
    // TODO 3: Answer each with a pack. this.#host.store.get({ key, active: false }) opens a core, core.get(i, { raw:
    // true }) reads a block as it is stored, and core.proof({ upgrade: { start, length: core.length - start } }) has the
    // signature; the sizes of its nodes add up to the bytes from start on. Send more than LARGEST_PART in parts: wait for
    // the send of one before the next. Only the last has the signature and the manifest.
  }

  #onpack(pack: Pack): void {
    // TODO 3: When the last part is here, store.get({ key, manifest, active: false }), then append(blocks, { signature }),
    // then host.onlonger(feed). Two links may bring the same feed: append one after the other. TODO 7: Did you ask for it?
    // Is Hypercore.key(manifest) the key? Is it more than LARGEST_PACK?
  }

  #onhave(count: number): void {
    // TODO 3
  }
}
