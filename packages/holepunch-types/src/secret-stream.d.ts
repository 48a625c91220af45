// @hyperswarm/secret-stream 6: the encrypted connection that hyperdht and hyperswarm hand out.
declare module '@hyperswarm/secret-stream' {
  import type { EventEmitter } from 'node:events'

  interface Events {
    /** The handshake is done and data may flow. */
    open: []
    /** The keys of both sides are known. */
    handshake: []
    /** Bytes from the other side. Write sizes are kept on an open connection, but do not build a protocol on it. */
    data: [data: Buffer]
    /** An unordered message from the other side's `send`. */
    message: [data: Buffer]
    /** The other side wrote its last byte (`end()`); this side may go on writing. */
    end: []
    /** This side's last byte is out. */
    finish: []
    drain: []
    readable: []
    pipe: [source: unknown]
    piping: [destination: unknown]
    /**
     * The connection broke: `ECONNRESET` when the other side destroyed it or its program ended, `ETIMEDOUT` 15–20 s
     * after it vanished, `PEER_NOT_FOUND` when nobody listens on the key. Without a listener the process ends.
     */
    error: [error: Error & { code?: string }]
    /** Over, for whatever reason; always the last event. */
    close: []
  }

  /**
   * A duplex stream of bytes, encrypted end to end with Noise. A streamx stream, not one of `node:stream`: it has no
   * `isPaused`, `unpipe` or `writableEnded`.
   */
  export default class NoiseSecretStream extends EventEmitter<Events> implements NodeJS.WritableStream {
    /** `rawStream` null: a stream of its own, to be piped to its counterpart through `rawStream`. */
    constructor(isInitiator: boolean, rawStream?: unknown, options?: SecretStreamOptions)
    static keyPair(seed?: Uint8Array): { publicKey: Buffer; secretKey: Buffer }

    /** True on the side that connected, false on the side that listened. */
    readonly isInitiator: boolean
    /** Own public key, 32 bytes; null before the handshake when the key pair is still being made. */
    readonly publicKey: Buffer
    /** The other side's public key, 32 bytes. On the listening side known once the connection is handed out. */
    readonly remotePublicKey: Buffer
    /** 64 bytes that only these two peers share; null before `open`. */
    readonly handshakeHash: Buffer | null
    /** True once open, false when it ended before. Never rejects. */
    readonly opened: Promise<boolean>
    readonly connected: boolean
    /** Interval of the empty messages that keep the connection alive, in ms; 0 is off. hyperdht sets 5000. */
    readonly keepAlive: number
    /** Silence after which the connection breaks, in ms; 0 is off. */
    readonly timeout: number
    /** The UDP stream underneath; null while connecting. */
    readonly rawStream: RawStream | null
    /** Free for the application. */
    userData: unknown
    readonly rawBytesRead: number
    readonly rawBytesWritten: number
    readonly readable: boolean
    readonly writable: boolean
    readonly destroyed: boolean
    readonly destroying: boolean

    /** Sends bytes or UTF-8 text. False: its buffer is full, wait for `drain`. */
    write(data: Uint8Array | string): boolean
    /** Sends the last bytes; the other side sees `end`. Reading goes on (half-open). */
    end(data?: Uint8Array | string | (() => void)): this
    /** Breaks the connection at once. The other side sees the error `ECONNRESET`, then `close`. */
    destroy(error?: Error | null): void
    read(): Buffer | null
    resume(): this
    pause(): this
    pipe<S>(destination: S, callback?: (error: Error | null) => void): S
    setEncoding(encoding: BufferEncoding): this
    cork(): void
    uncork(): void
    [Symbol.asyncIterator](): AsyncIterator<Buffer>

    /** Breaks the connection after `ms` of silence from the other side; 0 switches it off. */
    setTimeout(ms: number): void
    /** Sends an empty message every `ms`; 0 switches it off. */
    setKeepAlive(ms: number): void
    sendKeepAlive(): void
    /** Resolves when everything written has been acknowledged; false when the connection ended before. */
    flush(): Promise<boolean>
    /** Sends one unordered, unreliable message (at most a UDP packet). */
    send(data: Uint8Array): Promise<void>
    /** As `send`, without waiting for a place in the send buffer. */
    trySend(data: Uint8Array): void
    alloc(length: number): Buffer
    toJSON(): { isInitiator: boolean; publicKey: Buffer; remotePublicKey: Buffer; [more: string]: unknown }
  }

  /** The part of a udx stream that says where the other side is. */
  export interface RawStream {
    readonly remoteHost: string | null
    readonly remotePort: number
    readonly remoteFamily: number
    readonly rtt: number
    readonly localPort: number
    /** Sends bytes beside the encryption: the other side cannot decrypt them, and breaks the connection. */
    write(data: Uint8Array): boolean
  }

  export interface SecretStreamOptions {
    keyPair?: { publicKey: Uint8Array; secretKey: Uint8Array }
    remotePublicKey?: Uint8Array
    /** Noise pattern, default `XX`. */
    pattern?: string
    /** In ms; 0 or none is off. */
    keepAlive?: number
    autoStart?: boolean
  }
}
