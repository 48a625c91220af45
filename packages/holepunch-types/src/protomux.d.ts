// protomux 3.12.1: many protocols side by side on one connection, each in channels of its own.
declare module 'protomux' {
  import type NoiseSecretStream from '@hyperswarm/secret-stream'

  /** An encoding as compact-encoding has them. */
  export type Encoding<Value> = {
    preencode(state: { start: number; end: number; buffer: Uint8Array | null }, value: Value): void
    encode(state: { start: number; end: number; buffer: Uint8Array | null }, value: Value): void
    /**
     * An `Error` thrown here destroys the connection; a TypeError, RangeError or SyntaxError **ends this process**, and
     * so it is with `onmessage`.
     */
    decode(state: { start: number; end: number; buffer: Uint8Array | null }): Value
  }

  export interface MessageOptions<Value> {
    encoding: Encoding<Value>
    /**
     * Called with each message, in order. A promise is waited for only at the end of a batch: until then nothing of ours
     * goes out on the whole connection, unless `autoBatch` is false.
     */
    onmessage?(value: Value, channel: Channel): unknown
    autoBatch?: boolean
  }

  /** A kind of message. Both sides add the same kinds in the same order, before `open`. */
  export interface Message<Value> {
    readonly type: number
    readonly encoding: Encoding<Value>
    /** False: the connection's buffer is full, wait for `ondrain`; or the channel is closed. */
    send(value: Value): boolean
  }

  export interface ChannelOptions<Handshake = unknown> {
    /** With a version in it, as in `chat/1`: a side that does not know it rejects the channel. */
    protocol: string
    aliases?: string[]
    /** Tells channels of one protocol apart. */
    id?: Uint8Array | null
    /** True, the default: one channel of this protocol and id at a time, a second one is null. */
    unique?: boolean
    /** Sent with `open`. */
    handshake?: Encoding<Handshake> | null
    userData?: unknown
    /** The other side has opened it too. */
    onopen?(handshake: Handshake, channel: Channel): unknown
    /** `isRemote`: the other side closed it, or the connection ended. */
    onclose?(isRemote: boolean, channel: Channel): unknown
    ondestroy?(channel: Channel): unknown
    ondrain?(channel: Channel): unknown
  }

  export interface Channel {
    readonly protocol: string
    readonly id: Uint8Array | null
    userData: unknown
    readonly opened: boolean
    readonly closed: boolean
    readonly destroyed: boolean
    readonly drained: boolean
    open(handshake?: unknown): void
    fullyOpened(): Promise<boolean>
    addMessage<Value>(options: MessageOptions<Value>): Message<Value>
    /** Collects what is sent until `uncork`, which sends it as one batch. */
    cork(): void
    uncork(): void
    close(): void
  }

  export default class Protomux {
    constructor(stream: NoiseSecretStream)
    /** The one of this connection, made when there is none yet. */
    static from(stream: NoiseSecretStream | Protomux): Protomux
    static isProtomux(mux: unknown): mux is Protomux
    readonly stream: NoiseSecretStream
    readonly drained: boolean
    /** No channel is open. */
    isIdle(): boolean
    cork(): void
    uncork(): void
    /** Null when the connection is over, or a unique channel of this protocol and id is open. */
    createChannel<Handshake = unknown>(options: ChannelOptions<Handshake>): Channel | null
    /** `notify` is called when the other side opens a channel that this side has not opened. */
    pair(options: { protocol: string; id?: Uint8Array | null }, notify: (id: Uint8Array | null) => unknown): void
    unpair(options: { protocol: string; id?: Uint8Array | null }): void
    opened(options: { protocol: string; id?: Uint8Array | null }): boolean
    destroy(error?: Error): void
    [Symbol.iterator](): IterableIterator<Channel>
  }
}
