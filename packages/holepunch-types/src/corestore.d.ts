// corestore 7.12.5: many hypercores in one folder, replicated together.
declare module 'corestore' {
  import type { EventEmitter } from 'node:events'
  import type NoiseSecretStream from '@hyperswarm/secret-stream'
  import type Hypercore from 'hypercore'
  import type { Core, Options as CoreOptions, ReplicationStream, ValueEncoding } from 'hypercore'
  import type { KeyPair } from 'hyperdht'

  export interface Options {
    readOnly?: boolean
    writable?: boolean
    /** 32 bytes from which the keys of named cores are derived; default: made once and stored. Needs `unsafe`. */
    primaryKey?: Uint8Array
    unsafe?: boolean
  }

  export interface GetOptions extends CoreOptions {
    /** A core of one's own by a name that only this store knows: the same name elsewhere is another core. */
    name?: string
    discoveryKey?: Uint8Array
    /** Must be writable, and by this session alone. */
    exclusive?: boolean
    /** False: this session alone does not make the core replicate. Default true. */
    active?: boolean
    /** True: this session does not keep the core open. */
    weak?: boolean
    /** Who may sign, for a core that is not known yet. Is not compared with the key: `Hypercore.key(manifest)`. */
    manifest?: object
    valueEncoding?: ValueEncoding
  }

  /** Null for a core that is not stored. */
  export type CoreInfo = {
    discoveryKey: Buffer
    head?: { fork: number; length: number; rootHash: Buffer; signature: Buffer } | null
    hints?: { contiguousLength: number } | null
  } | null

  export interface Storage {
    /** The database with all cores. */
    readonly db: {
      /** Writes what is in memory into tables: its log need not be read at the next start. */
      flush(): Promise<void>
      /** What RocksDB says of itself, by the name of the property. */
      getProperty(name: string): Promise<string>
    }
    getInfos(
      discoveryKeys: Uint8Array[],
      options?: { auth?: boolean; head?: boolean; hints?: boolean }
    ): Promise<CoreInfo[]>
    /** Removes a core from the disk; it must not be open. */
    deleteCore(pointer: object): Promise<void>
  }

  export interface Cores {
    /** A core that is open in this folder, or null. */
    get(discoveryKey: Uint8Array): Core | null
  }

  export default class Corestore extends EventEmitter<{ close: [] }> {
    /**
     * A store in a folder. Opens in the background; a folder that another process has open rejects `ready()` with
     * `File descriptor could not be locked`.
     */
    constructor(storage: string, options?: Options)
    /** 32 bytes; anyone who has them can write all named cores. Null before `ready()`. */
    readonly primaryKey: Buffer | null
    /** The storage underneath: what is known of cores without opening them. */
    readonly storage: Storage
    /** What is open of it. */
    readonly cores: Cores
    readonly opened: boolean
    readonly closing: Promise<void> | null
    readonly closed: boolean

    ready(): Promise<void>
    /**
     * A core by its key (somebody's) or by a name (one's own, made when it is new). Throws `Corestore is closed`.
     */
    get<Value = Buffer>(options: GetOptions | Uint8Array | string): Hypercore<Value>
    /**
     * Replicates all cores of the store that the other side knows the key of, even later ones, over one connection.
     */
    replicate(connection: NoiseSecretStream): NoiseSecretStream
    replicate(isInitiator: boolean): ReplicationStream
    /** A store in the same folder whose names do not clash with those outside. */
    namespace(name: string | Uint8Array, options?: Options): Corestore
    /** The same store, to be closed on its own. */
    session(options?: Options): Corestore
    /** A key pair derived from the store's primary key and a name: the same at every start. */
    createKeyPair(name: string): Promise<KeyPair>
    /** Calls back with each core that is opened in this folder from now on. */
    watch(listener: (core: Core) => void): void
    unwatch(listener: (core: Core) => void): void
    /** Lets `update` of all cores wait for peers until the function that it gives is called. */
    findingPeers(): () => void
    suspend(): Promise<void>
    resume(): Promise<void>
    /** Closes all cores and the folder. */
    close(): Promise<void>
  }
}
