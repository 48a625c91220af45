// The channel of two multifeeds on a connection: how it opens, carries messages, and ends.
import type Protomux from 'protomux'
import type { Channel, Encoding } from 'protomux'
import { MultifeedError } from './error.ts'
import { type Encodings, encodings as five, type Hello, type Messages, VERSION } from './messages.ts'

const GOODBYE = 5000 // ms for the other side to end its part of a connection

export interface WireOptions<All extends Messages = Messages> {
  client: string
  gate?: Uint8Array
  userData?: unknown
  /** By it two multifeeds find each other on a connection that carries several. */
  id?: Uint8Array
  /** The connection is the program's: it stays open when this ends. */
  isShared?: boolean
  /** Whether we know more messages than the five. */
  hasExtras?: boolean
  /** Until it resolves, nothing is said. */
  ready: Promise<void>
  /** Both sides have opened the channel and are of one kind. */
  onopen(userData: unknown): void
  /** Called with the error that ended it, or without one. Nothing is called after it. */
  onclose(error?: MultifeedError): void
  /** What to do with each message. A MultifeedError that it throws closes the stream. */
  on: { [Name in keyof All]?: (value: All[Name]) => void }
}

/** How the handshake and the messages are written and read. */
export interface Language<All extends Messages = Messages> {
  hello: Encoding<Hello>
  encodings: Encodings<All>
}

type Senders<All> = { [Name in keyof All]?: (value: All[Name]) => boolean }

/** The ids of the multifeeds that each connection carries. */
const carried = new WeakMap<Protomux, Set<string>>()

/**
 * One side of the channel on a stream. It believes whatever the other side says: whom to let in, and what becomes of an
 * error, it asks the class that is made of it.
 */
export abstract class BareWire<All extends Messages = Messages> {
  readonly mux: Protomux
  protected readonly options: WireOptions<All>
  readonly #language: Language<All>
  readonly #protocol: { protocol: string; id: Buffer | null }
  readonly #userData: string
  readonly #carried: Set<string>
  #channel: Channel | null | undefined
  readonly #send: Senders<All> = {}
  #drained: (() => void)[] = []
  #isOpen = false
  #isClosed = false
  #hasExtras = false

  /** Throws `ERR_DUPLICATE_STREAM` when the stream carries such a multifeed already, and for user data that is no JSON. */
  constructor(mux: Protomux, options: WireOptions<All>, language: Language<All>) {
    this.#userData = JSON.stringify(options.userData) ?? ''
    this.#protocol = { protocol: 'multifeed', id: options.id ? Buffer.from(options.id) : null }
    this.#carried = carried.get(mux) ?? new Set()
    carried.set(mux, this.#carried)
    if (this.#carried.has(this.#id)) {
      throw new MultifeedError('ERR_DUPLICATE_STREAM', 'This stream carries such a multifeed already.')
    }
    this.#carried.add(this.#id)
    this.mux = mux
    this.options = options
    this.#language = language
    mux.stream.on('close', this.#onstreamclose)
    const opening = this.#open()
    mux.pair(this.#protocol, () => opening) // when they are the first to open, they wait for us
  }

  /** Their handshake has come. An error that it throws refuses them. */
  protected abstract admit(theirs: Hello): void

  /** What only somebody with the gate can say on this connection, and only this side of it. */
  protected abstract proof(isInitiator: boolean): Uint8Array

  /** The same encoding, which throws nothing: bytes that are no message close this stream. */
  protected abstract safe<Value>(encoding: Encoding<Value>): Encoding<Value>

  /** Runs what reads a message, or is told that the channel is open. What it throws closes this stream. */
  protected abstract guard(run: () => void): void

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed
  }

  /** Whether both sides know more messages than the five. */
  get hasExtras(): boolean {
    return this.#hasExtras
  }

  get #id(): string {
    return this.#protocol.id?.toString('hex') ?? ''
  }

  /** Sends a message. Resolves when the connection takes more. */
  send<Name extends keyof All>(name: Name, value: All[Name]): Promise<void> {
    if (this.#isClosed || this.#send[name]?.(value) !== false) return Promise.resolve()
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  /** Ends the channel, and the stream unless others use it; tells why. */
  close(error?: MultifeedError): void {
    if (this.#isClosed) return
    const wasOpen = this.isOpen
    const channel = this.#channel
    this.#close(error)
    const { stream } = this.mux
    if (this.#isUsed) setImmediate(() => channel?.close())
    // With a destroy the other side might never read our handshake, and in one process not even with an end at once.
    else if (error && wasOpen) stream.destroy(error)
    else {
      setImmediate(() => stream.end())
      this.#leave()
    }
  }

  /** Whether the connection is the program's, or carries something else. */
  get #isUsed(): boolean {
    const others = [...this.mux].filter((other) => other !== this.#channel)
    return this.options.isShared === true || this.#carried.size > 0 || others.length > 0
  }

  /** Ends a connection that the other side does not end, unless it is used by then. */
  #leave(): void {
    const { stream } = this.mux
    const timer = setTimeout(() => this.#isUsed || stream.destroy(), GOODBYE).unref()
    stream.once('close', () => clearTimeout(timer))
  }

  /** The handshake needs the secret that the two sides share, and that is known when the stream is open. */
  async #open(): Promise<void> {
    const { stream } = this.mux
    const { client, ready, hasExtras, on } = this.options
    const { hello, encodings } = this.#language
    try {
      await ready
    } catch (error) {
      return this.close(new MultifeedError('ERR_CLOSED', `The storage cannot be opened: ${(error as Error).message}`))
    }
    if (!(await stream.opened) || this.#isClosed) return this.#close()
    const channel = this.mux.createChannel<Hello>({
      ...this.#protocol,
      handshake: this.safe(hello),
      onopen: (theirs) => this.#guard(() => this.#onopen(theirs)),
      onclose: () => {
        const isRefused = !this.#isOpen && !stream.destroyed
        this.#close(isRefused ? new MultifeedError('ERR_NO_MULTIFEED', 'The other side has no multifeed.') : undefined)
        if (!stream.destroyed && !this.#isUsed) this.#leave()
      },
      ondrain: () => this.#drain()
    })
    if (!channel) return this.#close()
    this.#channel = channel
    const add = <Name extends keyof All & string>(name: Name) => {
      const message = channel.addMessage<All[Name]>({
        encoding: this.safe(encodings[name]),
        onmessage: (value) =>
          this.#guard(() => {
            const handle = on[name]
            if (!handle || !(name in five || this.#hasExtras)) {
              throw new MultifeedError('ERR_PROTOCOL', `They sent “${name}”, which we had not agreed on.`)
            }
            handle(value)
          })
      })
      this.#send[name] = (value: All[Name]) => message.send(value)
    }
    for (const name of Object.keys(encodings) as (keyof All & string)[]) add(name)
    const proof = this.proof(stream.isInitiator)
    channel.open({ version: VERSION, client, proof, userData: this.#userData, extras: hasExtras ? 1 : 0 })
  }

  #onopen(theirs: Hello): void {
    try {
      this.admit(theirs)
    } catch (error) {
      this.close(MultifeedError.thrown(error))
      return
    }
    this.#isOpen = true
    this.#hasExtras = this.options.hasExtras === true && theirs.extras === 1
    this.options.onopen(parse(theirs.userData))
  }

  /** Whoever has closed hears nothing more. */
  #guard(run: () => void): void {
    if (!this.#isClosed) this.guard(run)
  }

  readonly #onstreamclose = (): void => this.#close()

  #close(error?: MultifeedError): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.mux.unpair(this.#protocol)
    this.mux.stream.removeListener('close', this.#onstreamclose)
    this.#carried.delete(this.#id)
    this.#drain()
    this.options.onclose(error)
  }

  #drain(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}

function parse(json: string): unknown {
  try {
    return json === '' ? undefined : JSON.parse(json)
  } catch {
    throw new MultifeedError('ERR_PROTOCOL', 'Their user data is no JSON.')
  }
}
