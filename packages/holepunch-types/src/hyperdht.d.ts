// hyperdht 6.34.0 (on dht-rpc 6): a distributed hash table in which peers find each other by key.
declare module 'hyperdht' {
  import type { EventEmitter } from 'node:events'
  import type NoiseSecretStream from '@hyperswarm/secret-stream'

  /** What `connect` gives and a server hands out. */
  export type Connection = NoiseSecretStream

  /** An ed25519 key pair. The public key, 32 bytes, is the peer's address in the DHT. */
  export interface KeyPair {
    publicKey: Buffer
    /** 64 bytes; never leaves the process. */
    secretKey: Buffer
  }

  /** An IPv4 address and a UDP port. */
  export interface Address {
    host: string
    port: number
  }

  export interface Options {
    /** Where to enter the DHT, as addresses or `'host:port'`. Default: the three public nodes of hyperdht.org. */
    bootstrap?: (Address | string)[] | false
    /** Address to bind to, default `0.0.0.0`. */
    host?: string
    /** UDP port to prefer, default 49737; the next five are tried and then any. */
    port?: number
    /** Whether any other port will do when the preferred ones are taken, default true. */
    anyPort?: boolean
    /** False says that others can reach this socket directly, so that no hole has to be punched. Default true. */
    firewalled?: boolean
    /** True: never store for others. False: store at once. Default: store after about 20 minutes of good reachability. */
    ephemeral?: boolean
    /** The key pair that `connect` and `listen` use when they are given none. Default: a new one. */
    keyPair?: KeyPair
    /** 32 bytes from which the default key pair is derived. */
    seed?: Uint8Array
    /** More nodes to start with. */
    nodes?: Address[]
    /** In ms, default 5000; false is off. */
    connectionKeepAlive?: number | false
    /** How long records of others are kept, in ms; default 20 minutes. */
    maxAge?: number
    /** How many records of others are kept; default 65536. */
    maxSize?: number
  }

  export interface ConnectOptions {
    keyPair?: KeyPair
    /** Nodes that are known to know the peer; saves the search. */
    relayAddresses?: Address[]
    /** Try the addresses of the local network too, default true. */
    localConnection?: boolean
    /** Share one connection per peer through this pool. */
    pool?: ConnectionPool
  }

  export interface ServerOptions {
    /**
     * Called for each client before it is let in, with its public key. True **refuses**. May be async; when it throws,
     * the client is let in.
     */
    firewall?(remotePublicKey: Buffer, payload: unknown, address: Address): boolean | Promise<boolean>
    /** Share local addresses so that peers of the same network connect directly, default true. */
    shareLocalAddress?: boolean
    pool?: ConnectionPool
  }

  /** What a storing node answered to `lookup`. */
  export interface LookupResult {
    token: Buffer
    from: Address & { id: Buffer | null }
    to: Address
    /** At most 20 of the peers that this node knows for the topic. */
    peers: { publicKey: Buffer; relayAddresses: Address[] }[]
    bump: number
  }

  /** What a storing node answered to `findPeer`. */
  export interface FindPeerResult {
    token: Buffer
    from: Address & { id: Buffer | null }
    to: Address
    peer: { publicKey: Buffer; relayAddresses: Address[] }
  }

  /** A walk through the DHT towards a target; yields what each node on the way answered. */
  export interface Query<Result> extends AsyncIterable<Result> {
    /** Resolves when the walk is over; use it when the single answers do not matter. Rejects `Too few nodes responded`. */
    finished(): Promise<void>
    readonly closestNodes: (Address & { id: Buffer | null })[]
    readonly closestReplies: {
      from: Address & { id: Buffer | null }
      to: Address
      token: Buffer
      value: Buffer | null
    }[]
    on(event: 'data', listener: (result: Result) => void): this
    on(event: 'end' | 'close', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
    destroy(error?: Error | null): void
  }

  export interface QueryOptions {
    /** Start from these nodes instead of the routing table. */
    nodes?: (Address & { id?: Buffer | null })[]
    closestNodes?: (Address & { id?: Buffer | null })[]
    onlyClosestNodes?: boolean
  }

  /** A request of another node, as `onrequest` sees it. */
  export interface Request {
    readonly command: number
    readonly target: Buffer | null
    readonly value: Buffer | null
    readonly token: Buffer | null
    readonly from: Address & { id: Buffer | null }
    readonly to: Address
  }

  interface Events {
    /** The UDP sockets are bound. */
    listening: []
    /** The first walk is done: the nodes around are known. */
    ready: []
    /** This node began to store for others. */
    persistent: []
    'network-change': [interfaces: unknown]
    'network-update': []
    'nat-update': [host: string | null, port: number]
    'add-node': [node: Address & { id: Buffer }]
    suspend: []
    resume: []
    close: []
  }

  export default class HyperDHT extends EventEmitter<Events> {
    constructor(options?: Options)
    static readonly BOOTSTRAP: string[]
    static readonly FIREWALL: { UNKNOWN: 0; OPEN: 1; CONSISTENT: 2; RANDOM: 3 }
    /** A new key pair, or the one that belongs to a seed of 32 bytes. */
    static keyPair(seed?: Uint8Array): KeyPair
    /** BLAKE2b of the data, 32 bytes. */
    static hash(data: Uint8Array): Buffer
    /**
     * The first node of a DHT of your own, on `host:port` (both needed: others must be told them). Throws at once when
     * the host is not an IPv4 address; a taken port rejects `fullyBootstrapped()` with `EADDRINUSE`.
     */
    static bootstrapper(port: number, host: string, options?: Options): HyperDHT

    /** Own id in the routing table, 32 bytes; null while the node does not store for others. */
    readonly id: Buffer | null
    /** Own address as others see it; null or 0 while unknown. */
    readonly host: string | null
    readonly port: number
    readonly firewalled: boolean
    readonly ephemeral: boolean
    readonly bootstrapped: boolean
    readonly destroyed: boolean
    readonly online: boolean
    readonly randomized: boolean
    readonly defaultKeyPair: KeyPair
    /** The servers that listen through this node. */
    readonly listening: Set<Server>
    readonly bootstrapNodes: Address[]
    readonly connectionKeepAlive: number

    /**
     * Opens an encrypted connection to the peer that listens on a public key (32 bytes, hex or z-base-32). Given at once;
     * wait for `open`. Errors arrive as events: `PEER_NOT_FOUND` when nobody announces the key, `PEER_CONNECTION_FAILED`,
     * `HOLEPUNCH_ABORTED` … Text that is no key throws `Invalid Hypercore key`.
     */
    connect(remotePublicKey: Uint8Array | string, options?: ConnectOptions): NoiseSecretStream
    createServer(onconnection?: (socket: NoiseSecretStream) => void): Server
    createServer(options: ServerOptions | undefined, onconnection?: (socket: NoiseSecretStream) => void): Server
    pool(): ConnectionPool

    /** Looks for the peer that listens on a key: yields where it can be reached, nothing when nobody does. */
    findPeer(publicKey: Uint8Array, options?: QueryOptions): Query<FindPeerResult>
    /** Looks for the peers that announced a topic (32 bytes). */
    lookup(topic: Uint8Array, options?: QueryOptions): Query<LookupResult>
    /** Says that the owner of the key pair can be found under a topic. Kept about 20 minutes by the nodes nearest to it. */
    announce(
      topic: Uint8Array,
      keyPair: KeyPair,
      relayAddresses?: Address[],
      options?: QueryOptions
    ): Query<LookupResult>
    /** Takes an announcement back. */
    unannounce(topic: Uint8Array, keyPair: KeyPair, options?: QueryOptions): Promise<void>
    lookupAndUnannounce(topic: Uint8Array, keyPair: KeyPair, options?: QueryOptions): Query<LookupResult>

    /** Stores a value under its own hash. */
    immutablePut(value: Uint8Array): Promise<{ hash: Buffer; closestNodes: Address[] }>
    /** The value with this hash, null when no node has it. */
    immutableGet(
      hash: Uint8Array,
      options?: QueryOptions
    ): Promise<{ value: Buffer; token: Buffer; from: Address; to: Address } | null>
    /** Stores a signed value under a key pair; a higher `seq` replaces a lower one. */
    mutablePut(
      keyPair: KeyPair,
      value: Uint8Array,
      options?: { seq?: number }
    ): Promise<{ publicKey: Buffer; closestNodes: Address[]; seq: number; signature: Buffer }>
    /** The newest signed value of a public key, null when no node has one. */
    mutableGet(
      publicKey: Uint8Array,
      options?: { seq?: number; latest?: boolean }
    ): Promise<{ value: Buffer; seq: number; signature: Buffer; token: Buffer; from: Address; to: Address } | null>

    /** Asks one node for something, by the number of a command (lib/constants.js). Rejects as `ping` does. */
    request(
      message: { command: number; target: Uint8Array | null; value: Uint8Array | null; token?: Uint8Array | null },
      to: Address,
      options?: { retry?: boolean }
    ): Promise<unknown>

    /** Whether a node answers. Rejects with `REQUEST_TIMEOUT`: after about 1 s with `retry: false`, 4 s without. */
    ping(
      address: Address,
      options?: { retry?: boolean; size?: number }
    ): Promise<{ from: Address; to: Address; rtt: number }>
    /** Binds the UDP sockets. Rejects with `EADDRINUSE` when the port is taken and no other will do. */
    bind(): Promise<void>
    /** Resolves when the first walk is done. A dead bootstrap node is no error: it only takes seconds. */
    fullyBootstrapped(): Promise<void>
    ready(): Promise<void>
    /** Own socket's address; null before `bind()`. */
    address(): { host: string; family: number; port: number } | null
    localAddress(): Address | null
    remoteAddress(): Address | null
    /** The nodes it knows. */
    toArray(options?: { limit?: number }): Address[]
    addNode(address: Address): void
    refresh(): void
    suspend(): Promise<void>
    resume(): Promise<void>
    /** Called for each request of another node; false when the command is unknown. A subclass may listen in. */
    onrequest(request: Request): boolean
    /**
     * Closes the servers (which takes their announcements back), breaks all connections and closes the sockets.
     * `force`: without telling anybody.
     */
    destroy(options?: { force?: boolean }): Promise<void>
  }

  /** Lets clients in that connect to its public key. Made by `dht.createServer`. */
  export class Server extends EventEmitter<{
    connection: [socket: NoiseSecretStream]
    listening: []
    close: []
  }> {
    private constructor()
    readonly dht: HyperDHT
    /** Null before `listen` and after `close`. */
    readonly publicKey: Buffer | null
    readonly listening: boolean
    readonly closed: boolean
    readonly suspended: boolean
    readonly relayAddresses: Address[]
    /**
     * Announces the public key; resolves when clients can connect to it. Default: the node's own key pair.
     * Rejects with `ALREADY_LISTENING`, `KEYPAIR_ALREADY_USED`, `NODE_DESTROYED`.
     */
    listen(keyPair?: KeyPair): Promise<this>
    /** Null before `listen`. */
    address(): { publicKey: Buffer; host: string | null; port: number } | null
    /** Takes the announcement back and lets nobody in any more; open connections stay. */
    close(): Promise<void>
    /** Announces again soon. */
    refresh(): void
    suspend(): Promise<void>
    resume(): Promise<void>
  }

  /** One connection per peer, shared by all that connect through it. Made by `dht.pool()`. */
  export class ConnectionPool extends EventEmitter<{ connection: [socket: NoiseSecretStream, ref: unknown] }> {
    private constructor()
    readonly connecting: number
    readonly connections: IterableIterator<unknown>
    has(publicKey: Uint8Array): boolean
    get(publicKey: Uint8Array): NoiseSecretStream | null
  }
}
