// hypercore 11.37.1: an append-only log of blocks, signed by its writer, replicated by anybody who knows its key.
declare module 'hypercore' {
  import type { EventEmitter } from 'node:events'
  import type NoiseSecretStream from '@hyperswarm/secret-stream'
  import type { KeyPair } from 'hyperdht'

  /** How blocks are read and written; `'binary'` when nothing is said. An unknown name is silently binary. */
  export type ValueEncoding = 'binary' | 'utf-8' | 'json' | (string & {}) | object

  export interface Options {
    key?: Uint8Array | string
    keyPair?: KeyPair
    /** Give it together with the type of a value: `new Hypercore<string>(folder, { valueEncoding: 'utf-8' })`. */
    valueEncoding?: ValueEncoding
    /** False: never append, even with the secret key. */
    writable?: boolean
    /** False: fail on a new folder. Default true. */
    createIfMissing?: boolean
    /** Replace what is stored. */
    overwrite?: boolean
    /** How long `get` waits for peers, in ms; 0, the default, is for ever. */
    timeout?: number
    /** False: `get` gives null at once for a block that is not stored here. Default true. */
    wait?: boolean
    /** 32 bytes; blocks are encrypted on disk and on the wire. */
    encryptionKey?: Uint8Array
    /** Called when `get` has to ask peers. */
    onwait?(index: number, core: Hypercore): void
  }

  export interface GetOptions {
    /** In ms; rejects with `REQUEST_TIMEOUT`. */
    timeout?: number
    wait?: boolean
    valueEncoding?: ValueEncoding
    raw?: boolean
  }

  export interface ReadStreamOptions {
    /** Index of the first block, default 0. */
    start?: number
    /** Index after the last block; default: the length at the start. */
    end?: number
    /** Do not end: wait for blocks to come. */
    live?: boolean
    /** False: end at the length of the moment instead of that of the start. */
    snapshot?: boolean
    wait?: boolean
    timeout?: number
  }

  /** A stream of values; a streamx stream, not one of `node:stream`. */
  export interface ReadStream<Value> extends AsyncIterable<Value> {
    on(event: 'data', listener: (value: Value) => void): this
    on(event: 'end' | 'close' | 'readable', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    pipe<S>(destination: S, callback?: (error: Error | null) => void): S
    pause(): this
    resume(): this
    read(): Value | null
    destroy(error?: Error | null): void
    readonly destroyed: boolean
  }

  /** A stream that appends what is written to it. */
  export interface WriteStream<Value> {
    /** False: wait for `drain`. */
    write(value: Value): boolean
    end(value?: Value): this
    on(event: 'drain' | 'finish' | 'close', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    destroy(error?: Error | null): void
    readonly destroyed: boolean
  }

  export interface Info {
    key: Buffer
    discoveryKey: Buffer
    length: number
    /** Blocks from 0 on without a gap that are stored here. */
    contiguousLength: number
    /** Bytes of all blocks. */
    byteLength: number
    /** How often the log was truncated. */
    fork: number
    /** Bytes that encryption adds to a block. */
    padding: number
  }

  /** A range of blocks being downloaded. */
  export interface Download {
    /** Resolves when all of the range is stored here; never for a range without an end. */
    done(): Promise<void>
    destroy(): void
  }

  /** Who may sign the log, and how many of them must. */
  export type Manifest = {
    version: number
    quorum: number
    signers: { publicKey: Buffer; namespace: Buffer; signature: 'ed25519' }[]
  }

  /** A node of the tree over the blocks. */
  export type TreeNode = { index: number; size: number; hash: Buffer }

  /** What proves a block, or a length, to somebody who knows the key alone. */
  export type Proof = {
    fork: number
    block: { index: number; value: Buffer; nodes: TreeNode[] } | null
    hash: null
    seek: null
    upgrade: {
      start: number
      length: number
      nodes: TreeNode[]
      additionalNodes: TreeNode[]
      signature: Buffer
    } | null
    manifest: Manifest | null
  }

  /** What a session reads. */
  export interface State {
    readonly storage: {
      /** Collects what is to be read, and reads it at `tryFlush()`. */
      read(): {
        getBlock(index: number): Promise<Buffer | null>
        /** A node of the tree, by its place. */
        getTreeNode(index: number): Promise<TreeNode | null>
        tryFlush(): void
      }
    }
  }

  /** What the sessions of one core share. */
  export interface Core {
    readonly key: Buffer
    /** Where it lies on the disk. */
    readonly storage: { readonly core: object }
    /** Which blocks are stored; there when it is ready. */
    readonly bitfield: {
      /** The first that is, from there on; −1 when there is none. */
      firstSet(index: number): number
    }
    ready(): Promise<void>
    /** Stores what a proof proves: false for what is known. Rejects when it does not hold. */
    verify(proof: Proof): Promise<boolean>
    /** All sessions, weak ones too. */
    allSessions(): Hypercore[]
    close(): Promise<void>
  }

  /** Another peer that replicates this core. */
  export interface Peer {
    readonly remotePublicKey: Buffer
    readonly remoteLength: number
    /** Blocks from 0 on without a gap that the peer has, as far as it has told. */
    readonly remoteContiguousLength: number
    readonly stream: NoiseSecretStream
  }

  /** A stream that speaks the replication protocol, as `replicate(isInitiator)` gives it: pipe it to its counterpart. */
  export interface ReplicationStream extends NodeJS.ReadWriteStream {
    readonly noiseStream: NoiseSecretStream
    readonly destroyed: boolean
    destroy(error?: Error | null): this
  }

  export default class Hypercore<Value = Buffer> extends EventEmitter<{
    /** Open: `key` and `length` are known. */
    ready: []
    /** It became longer. Several appends may be told as one: read on until `length`. */
    append: []
    truncate: [length: number, fork: number]
    'peer-add': [peer: Peer]
    'peer-remove': [peer: Peer]
    /** A block came from a peer. */
    download: [index: number, byteLength: number, from: Peer]
    /** A block went to a peer. */
    upload: [index: number, byteLength: number, to: Peer]
    /** A peer sent something whose proof does not hold. */
    'verification-error': [error: Error, request: unknown, response: unknown, from: Peer]
    /** The writer signed two different logs. */
    conflict: [length: number, fork: number, proof: unknown]
    close: []
  }> {
    /**
     * A log in a folder. Without a key it is made, or found there again; with the key of somebody else's log it is a
     * copy that cannot be appended to. Opens in the background: `await core.ready()`. A folder that another process has
     * open rejects that with `File descriptor could not be locked`, without a code.
     */
    constructor(storage: string, options?: Options)
    constructor(storage: string, key?: Uint8Array | string | null, options?: Options)
    static readonly MAX_SUGGESTED_BLOCK_SIZE: number
    /** The key that belongs to a manifest or to a public key. A core's key is a hash, not its public key. */
    static key(manifest: Uint8Array | object): Buffer
    /** A stream that cores and other protocols can be attached to. */
    static createProtocolStream(isInitiator: boolean): ReplicationStream
    /** Null before `ready()`, and on a copy that has not seen a block. The key is the hash of it. */
    readonly manifest: Manifest | null
    /** The name under which a core is looked for, 32 bytes; the key cannot be found from it. */
    static discoveryKey(key: Uint8Array): Buffer

    /** 32 bytes: the right to read. Known after `ready()` (null before, which the type leaves out). */
    readonly key: Buffer
    /** 32 bytes: what to join in the DHT, without giving the right to read away. */
    readonly discoveryKey: Buffer
    /** The key in z-base-32. */
    readonly id: string
    readonly keyPair: KeyPair | null
    /** Number of blocks that this peer knows of; 0 before `ready()`. On a copy, `update()` first. */
    readonly length: number
    readonly byteLength: number
    /** Blocks from 0 on without a gap that are stored here. */
    readonly contiguousLength: number
    readonly fork: number
    readonly writable: boolean
    readonly readable: boolean
    readonly opened: boolean
    readonly closed: boolean
    /** Not null once `close()` has been called. */
    readonly closing: Promise<void> | null
    readonly peers: Peer[]
    /** What all sessions of this core share; known after `ready()`. */
    readonly core: Core
    /** What this session reads; known after `ready()`. */
    readonly state: State

    /** Resolves when it is open. */
    ready(): Promise<void>
    /**
     * Adds blocks (at most 15 MiB each) and resolves when they are safe on disk. An array is one batch, fifty times
     * faster than one by one. Rejects with `SESSION_NOT_WRITABLE` on a copy.
     */
    append(
      blocks: Value | Value[],
      options?: {
        /** The writer's signature over the log with these blocks: with it a copy can be appended to as well. */
        signature?: Uint8Array
      }
    ): Promise<{ length: number; byteLength: number }>
    /**
     * What proves a block, or with `upgrade` the length, to somebody who knows the key alone. Rejects when blocks that it
     * needs are not stored.
     */
    proof(options: {
      block?: { index: number; nodes: number }
      upgrade: { start: number; length: number }
    }): Promise<Proof & { upgrade: NonNullable<Proof['upgrade']> }>
    proof(options: {
      block?: { index: number; nodes: number }
      upgrade?: { start: number; length: number }
    }): Promise<Proof>
    /**
     * A block, from the disk or from a peer. Waits for ever for a block that nobody has; null with `wait: false`.
     * Rejects with `REQUEST_TIMEOUT`, `REQUEST_CANCELLED` when the core closes, and asserts that the index is not negative.
     */
    get(index: number, options: GetOptions & { wait: false }): Promise<Value | null>
    get(index: number, options?: GetOptions): Promise<Value>
    /** Whether all blocks from `start` to before `end` are stored here. */
    has(start: number, end?: number): Promise<boolean>
    /**
     * Asks the peers how long the log is; true when it became longer. False **at once** when no peer is connected and no
     * `findingPeers()` is open, and always on one's own log.
     */
    update(options?: { wait?: boolean; force?: boolean }): Promise<boolean>
    /** Lets `update` wait for peers until the function that it gives is called. */
    findingPeers(): () => void
    /** Downloads a range, default all of it; `end: -1` goes on for ever with what is added. */
    download(range?: { start?: number; end?: number; linear?: boolean; blocks?: number[] }): Download
    /** The block and the offset in it at which a byte of the log lies. */
    seek(
      byteOffset: number,
      options?: { timeout?: number; wait?: boolean }
    ): Promise<[index: number, offset: number] | null>
    /** Frees the disk space of blocks that are stored here. */
    clear(start: number, end?: number): Promise<{ blocks: number } | null>
    /** Shortens the log and begins a new fork. Only for its writer. */
    truncate(newLength?: number): Promise<void>
    /** Removes it from the disk. */
    purge(): Promise<void>
    treeHash(length?: number): Promise<Buffer>
    info(): Promise<Info>
    createReadStream(options?: ReadStreamOptions): ReadStream<Value>
    createWriteStream(): WriteStream<Value>
    /** The log as one run of bytes. */
    createByteStream(options?: { byteOffset?: number; byteLength?: number }): ReadStream<Buffer>
    /** Replicates over a connection of a swarm; gives the connection back. Both sides must do it. */
    replicate(connection: NoiseSecretStream): NoiseSecretStream
    /** A stream to be piped to the counterpart's; one side says true, the other false. */
    replicate(isInitiator: boolean, options?: { keepAlive?: boolean }): ReplicationStream
    /** The same core with options of its own; the core closes with its last session. */
    session<Other = Value>(options?: Options & { snapshot?: boolean }): Hypercore<Other>
    /** A session that does not change any more. */
    snapshot(options?: Options): Hypercore<Value>
    setUserData(key: string, value: Uint8Array | string | null): Promise<void>
    getUserData(key: string): Promise<Buffer | null>
    close(): Promise<void>
  }
}

declare module 'hypercore/messages.js' {
  import type { Manifest } from 'hypercore'
  import type { Encoding } from 'protomux'

  export const manifest: Encoding<Manifest>
}

// The hashes of hypercore's tree.
declare module 'hypercore-crypto' {
  import type { TreeNode } from 'hypercore'

  /** The hash of a block. */
  export function data(block: Uint8Array): Buffer
  /** The hash over two nodes. */
  export function parent(a: TreeNode, b: TreeNode): Buffer
}
