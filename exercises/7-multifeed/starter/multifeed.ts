// Many hypercores by many writers, stored together: two multifeeds that replicate have the union of their feeds
// afterwards, and a multifeed that replicates with one of them later has it too.
import { EventEmitter } from 'node:events'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { ReplicationStream, ValueEncoding } from 'hypercore'
import type { KeyPair } from 'hyperdht'
import type Protomux from 'protomux'
import { type Feed, Link } from './link.ts'
import { MultifeedError } from './wire.ts'

export { MultifeedError }

export interface Options {
  /** How blocks are read and written in all feeds; default `'binary'`. */
  valueEncoding?: ValueEncoding
  /** Only peers with the same gate replicate with us. It is never stored, and never sent. It encrypts nothing. */
  gate?: Uint8Array | string
  /** Sent to each peer, as JSON. */
  userData?: unknown
  /** Only peers with the same name replicate with us; default `multifeed`. */
  client?: string
  /** No peer can make us store more feeds than that, ours included; default 100 000. */
  maxFeeds?: number
}

export default class Multifeed<Value = Buffer> extends EventEmitter<{
  feed: [feed: Hypercore<Value>, name: string | undefined]
  'remote-feeds': [keys: Buffer[], userData: unknown, stream: NoiseSecretStream]
  error: [error: MultifeedError, stream: NoiseSecretStream]
}> {
  constructor(storage: string | Corestore, options: Options = {}) {
    super()
    // TODO 1: Open the store, and the index in it.
  }

  get closed(): boolean {
    return false // TODO 1
  }

  /** Resolves when the index has been read. Rejects when the store cannot be opened. */
  async ready(): Promise<void> {
    // TODO 1
  }

  /** A feed to write to. With a name it is made once and found again by that name. */
  async writer(name?: string, { keyPair }: { keyPair?: KeyPair } = {}): Promise<Hypercore<Value>> {
    // TODO 1. TODO 4: When it is new, or longer, tell the links.
    throw new MultifeedError('ERR_CLOSED', 'writer() is not written yet')
  }

  /** All feeds, in the order in which they became known. */
  feeds(): Hypercore<Value>[] {
    return [] // TODO 1
  }

  /** The feed with this key, 32 bytes or hex, or undefined. */
  feed(key: Uint8Array | string): Hypercore<Value> | undefined {
    return undefined // TODO 1
  }

  /** Replicates over a stream of its own, over a connection, or over one that other protocols use too. */
  replicate(isInitiator: boolean, options?: { userData?: unknown }): ReplicationStream
  replicate(stream: NoiseSecretStream | Protomux, options?: { userData?: unknown }): NoiseSecretStream
  replicate(
    over: boolean | NoiseSecretStream | Protomux,
    { userData }: { userData?: unknown } = {}
  ): ReplicationStream | NoiseSecretStream {
    // TODO 2: A stream of its own is Hypercore.createProtocolStream(true or false), and its noiseStream is the connection.
    // Protomux.from(connection) is its muxer. Make a Link on it, and tell its error once: this.emit('error', …).
    throw new MultifeedError('ERR_CLOSED', 'replicate() is not written yet')
  }

  /** Resolves when both sides of a stream have everything that either has offered on it so far. */
  async sync(stream: NoiseSecretStream | ReplicationStream): Promise<void> {
    // TODO 3
  }

  /** Ends all streams and closes all feeds. Calling it again is fine. */
  async close(): Promise<void> {
    // TODO 1
  }
}

// TODO 6: Your program may be killed at any time. What is stored must make sense when it is opened again.
