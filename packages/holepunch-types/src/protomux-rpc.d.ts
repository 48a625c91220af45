// protomux-rpc 1.10.0: questions and answers on a connection that carries other protocols too.
declare module 'protomux-rpc' {
  import type { EventEmitter } from 'node:events'
  import type NoiseSecretStream from '@hyperswarm/secret-stream'
  import type { Encoding } from 'protomux'

  export interface Options {
    id?: Uint8Array
    /** Default `protomux-rpc`. Two on one connection need two. */
    protocol?: string
    // biome-ignore lint/suspicious/noExplicitAny: each method may have an encoding of its own
    valueEncoding?: Encoding<any>
    handshake?: Uint8Array
  }

  export interface RequestOptions<Request, Answer> {
    valueEncoding?: Encoding<Request & Answer>
    requestEncoding?: Encoding<Request>
    responseEncoding?: Encoding<Answer>
    /** In ms; rejects with `TIMEOUT_EXCEEDED`. Default: never. */
    timeout?: number
  }

  export default class ProtomuxRPC extends EventEmitter<{
    open: [handshake: Buffer | null]
    close: []
    destroy: []
  }> {
    /** Both sides make one. A second one with the same protocol throws `DUPLICATE_CHANNEL`. */
    constructor(stream: NoiseSecretStream, options?: Options)
    readonly opened: boolean
    readonly closed: boolean
    readonly stream: NoiseSecretStream
    fullyOpened(): Promise<void>

    /**
     * Answers a method. Without an encoding, bytes come and bytes (or null) go. An `Error` that is thrown reaches the
     * other side as `REQUEST_ERROR`; a TypeError, RangeError or SyntaxError **ends this process**, and so does an
     * encoding that throws one, as JSON does.
     */
    respond(method: string, handler: (value: Buffer | null) => unknown): this
    respond<Request, Answer>(
      method: string,
      options: Omit<RequestOptions<Request, Answer>, 'timeout'>,
      handler: (value: Request) => Answer | Promise<Answer>
    ): this
    unrespond(method: string): this
    /** Asks. Rejects with `CHANNEL_CLOSED` when the other side leaves, `UNKNOWN_METHOD` when it does not know it. */
    request(method: string, value?: Uint8Array | null, options?: { timeout?: number }): Promise<Buffer | null>
    request<Request, Answer = Request>(
      method: string,
      value: Request,
      options: RequestOptions<Request, Answer>
    ): Promise<Answer>
    /** Tells without waiting for an answer. Throws `CHANNEL_CLOSED`. */
    event(method: string, value?: Uint8Array | null): void
    cork(): void
    uncork(): void
    /** Lets what is under way come to its end, then closes. */
    end(): Promise<void>
    /** Closes now; the connection stays open. */
    destroy(error?: Error): void
  }
}
