// hyperswarm 4.17.2: finds and connects all peers that joined a topic.
declare module 'hyperswarm' {
  import type { EventEmitter } from 'node:events'
  import type NoiseSecretStream from '@hyperswarm/secret-stream'
  import type HyperDHT from 'hyperdht'
  import type { Address, KeyPair } from 'hyperdht'

  export interface Options {
    /** The DHT to use. Without it a new one on the public network is made; of its options only `bootstrap`, `nodes` and `port` can be said here. */
    dht?: HyperDHT
    bootstrap?: (Address | string)[]
    nodes?: Address[]
    port?: number
    /** Who this peer is; default: a new key pair at each start. */
    keyPair?: KeyPair
    /** 32 bytes from which the key pair is derived. Two swarms with one seed never connect to each other. */
    seed?: Uint8Array
    /** Default 64. */
    maxPeers?: number
    maxClientConnections?: number
    maxServerConnections?: number
    /** Attempts to connect at the same time, default 3. */
    maxParallel?: number
    /** True **refuses** the peer. `payload` is null when this side is the one that connects. */
    firewall?(remotePublicKey: Buffer, payload: unknown): boolean
    /** Waits between attempts to reach a peer again, in ms. */
    backoffs?: number[]
    /** Random part of each wait, in ms. */
    jitter?: number
  }

  export interface JoinOptions {
    /** Announce this peer under the topic, default true. */
    server?: boolean
    /** Look for peers and connect to them, default true. Both false: nothing happens, without an error. */
    client?: boolean
    /** How many peers to look for. */
    limit?: number
  }

  export default class Hyperswarm extends EventEmitter<{
    /** A peer is connected. Give the socket an `error` listener. */
    connection: [socket: NoiseSecretStream, peer: PeerInfo]
    /** The number of connections, open or being opened, changed. */
    update: []
    ban: [peer: PeerInfo, error: Error]
  }> {
    constructor(options?: Options)
    readonly keyPair: KeyPair
    readonly dht: HyperDHT
    /** The open connections. */
    readonly connections: Set<NoiseSecretStream>
    /** Known peers by public key in hex. */
    readonly peers: Map<string, PeerInfo>
    /** How many connections are being opened. */
    readonly connecting: number
    readonly destroyed: boolean
    readonly suspended: boolean
    readonly maxPeers: number

    /**
     * Joins a topic, 32 bytes. Returns at once and looks in the background; look again with `discovery.refresh()`
     * (by itself it does so only every 10–12 minutes). Not checked: 5 bytes hang in silence, 33 throw an unhandled
     * `offset is out of bounds`, text throws `Cannot read properties of undefined`. Throws `Swarm destroyed`.
     */
    join(topic: Uint8Array, options?: JoinOptions): PeerDiscovery
    /** Leaves the topic and takes the announcement back; connections stay. */
    leave(topic: Uint8Array): Promise<void>
    /** Keeps connecting to one peer by its public key. */
    joinPeer(publicKey: Uint8Array): void
    leavePeer(publicKey: Uint8Array): void
    /** The discovery of a topic that was joined, null otherwise. */
    status(topic: Uint8Array): unknown
    topics(): IterableIterator<unknown>
    /** Makes sure that peers can connect to this one. */
    listen(): Promise<unknown>
    /** Resolves when all topics are announced and looked up and the connections found so far are open or have failed. */
    flush(): Promise<boolean>
    clear(): Promise<unknown>
    suspend(): Promise<void>
    resume(): Promise<void>
    /** Leaves everything and breaks all connections, 2–6 ms on one machine. Without it the process never exits. */
    destroy(options?: { force?: boolean }): Promise<void>
  }

  /** A joined topic. Made by `swarm.join`. */
  export class PeerDiscovery {
    private constructor()
    readonly swarm: Hyperswarm
    readonly topic: Buffer
    readonly isClient: boolean
    readonly isServer: boolean
    readonly destroyed: boolean
    /** Announces and looks up again. Rejects with `PeerDiscovery is destroyed`. */
    refresh(options?: JoinOptions): Promise<boolean>
    /** Resolves when the topic has been announced and looked up; that is not yet a connection. False: it failed. */
    flushed(): Promise<boolean>
    /** Leaves the topic. */
    destroy(): Promise<void>
  }

  /** What is known of a peer, beside its connection. */
  export class PeerInfo extends EventEmitter<{ topic: [topic: Buffer] }> {
    private constructor()
    readonly publicKey: Buffer
    readonly relayAddresses: Address[] | null
    /** True when this side opened the connection. */
    readonly client: boolean
    readonly server: boolean
    /** The topics under which it was found; empty on the side that was found. */
    readonly topics: Buffer[]
    readonly prioritized: boolean
    readonly banned: boolean
    readonly attempts: number
    readonly connectedTime: number
    /** False: do not connect to it again. */
    reconnect(again: boolean): void
    ban(banned: boolean): void
  }
}
