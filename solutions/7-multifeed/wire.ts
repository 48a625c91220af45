// What two multifeeds say to each other: a protomux channel, a handshake, and six messages.
import { createHmac, timingSafeEqual } from 'node:crypto'
import c from 'compact-encoding'
import type { Manifest } from 'hypercore'
import { manifest } from 'hypercore/messages.js'
import type Protomux from 'protomux'
import type { Encoding } from 'protomux'

/** Changes when the messages do. */
export const VERSION = 1
/** A pack is one message, and is in memory as a whole; a connection carries at most 16 MiB in one. */
export const LARGEST_PACK = 1024 * 1024 // bytes of blocks

/** Something went wrong with a stream, or with a call: `code` says what. */
export class MultifeedError extends Error {
  readonly code: string
  constructor(code: string, message: string, details: object = {}) {
    super(message)
    this.name = 'MultifeedError'
    this.code = code
    Object.assign(this, details)
  }
}

/** The handshake. */
export interface Hello {
  version: number
  client: string
  /** Shows that the sender knows the encryption key without telling it; empty without a key. */
  proof: Uint8Array
  /** JSON. */
  userData: string
}

/** “I have this feed up to this length.” Numbered from 0 in the order of sending: later messages name it by that. */
export interface Offer {
  key: Uint8Array
  length: number
}

/** “What I offered under this number has become longer.” */
export interface Growth {
  index: number
  length: number
}

/** “Give me your offer of this number, from this block on.” */
export interface Request {
  index: number
  start: number
  /** “I have blocks behind a gap: no pack can fill it.” */
  isSparse: boolean
}

/** The blocks asked for, up to the end, and the one signature of the feed's writer that covers them all. */
export interface Pack {
  index: number
  start: number
  blocks: Uint8Array[]
  signature: Uint8Array
  /** Who may sign: the feed's key is the hash of it. */
  manifest: Manifest
}

/** The messages by their numbers on the wire. */
export interface Messages {
  offer: Offer[]
  growth: Growth[]
  request: Request[]
  pack: Pack
  /** The other answer: “let us replicate that offer of mine as hypercore does, it is too large for a pack.” */
  replicate: number
  /** “I have all that your first so many offers and growths said.” */
  have: number
}

export const hello = record<Hello>({ version: c.uint, client: c.string, proof: c.buffer, userData: c.string })
const encodings: { [Name in keyof Messages]: Encoding<Messages[Name]> } = {
  offer: c.array(record<Offer>({ key: c.fixed32, length: c.uint })),
  growth: c.array(record<Growth>({ index: c.uint, length: c.uint })),
  request: c.array(record<Request>({ index: c.uint, start: c.uint, isSparse: c.bool })),
  pack: record<Pack>({ index: c.uint, start: c.uint, blocks: c.array(c.buffer), signature: c.buffer, manifest }),
  replicate: c.uint,
  have: c.uint
}

export interface WireOptions {
  client: string
  encryptionKey?: Uint8Array
  userData?: unknown
  /** Until it resolves, nothing is said. */
  ready: Promise<void>
  /** Both sides have opened the channel and are of one kind. */
  onopen(userData: unknown): void
  /** Called with the error that ended it, or without one. Nothing is called after it. */
  onclose(error?: MultifeedError): void
  /** What to do with each message. A MultifeedError that it throws closes the stream. */
  on: { [Name in keyof Messages]: (value: Messages[Name]) => void }
}

type Senders = { [Name in keyof Messages]: (value: Messages[Name]) => boolean }

const PROTOCOL = { protocol: 'multifeed' }
/** Connections that carry a multifeed. */
const taken = new WeakSet<Protomux>()

/** One side of the channel on a stream. */
export class Wire {
  readonly mux: Protomux
  readonly #options: WireOptions
  #send: Senders | undefined
  #drained: (() => void)[] = []
  #isOpen = false
  #isClosed = false

  /** Throws `ERR_DUPLICATE_STREAM` when the stream carries a multifeed already. */
  constructor(mux: Protomux, options: WireOptions) {
    if (taken.has(mux)) throw new MultifeedError('ERR_DUPLICATE_STREAM', 'This stream carries a multifeed already.')
    taken.add(mux)
    this.mux = mux
    this.#options = options
    mux.stream.on('close', () => this.#close())
    const opening = this.#open()
    mux.pair(PROTOCOL, () => opening) // when they are the first to open, they wait for us
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed
  }

  /** Sends a message. Resolves when the connection takes more. */
  send<Name extends keyof Messages>(name: Name, value: Messages[Name]): Promise<void> {
    if (this.#isClosed || !this.#send || this.#send[name](value)) return Promise.resolve()
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  /** Ends the stream, and tells why. */
  close(error?: MultifeedError): void {
    if (this.#isClosed) return
    this.#close(error)
    const { stream } = this.mux
    // With a destroy the other side might never read our handshake, and in one process not even with an end at once.
    if (error && this.#isOpen) stream.destroy(error)
    else setImmediate(() => stream.end())
  }

  /** The handshake needs the secret that the two sides share, and that is known when the stream is open. */
  async #open(): Promise<void> {
    const { stream } = this.mux
    const { client, userData, ready, on } = this.#options
    try {
      await ready
    } catch (error) {
      return this.close(new MultifeedError('ERR_CLOSED', `The storage cannot be opened: ${(error as Error).message}`))
    }
    const channel =
      (await stream.opened) &&
      this.mux.createChannel<Hello>({
        ...PROTOCOL,
        handshake: this.#safe(hello),
        onopen: (theirs) => this.#guard(() => this.#onopen(theirs)),
        onclose: () => {
          const isRefused = !this.#isOpen && !stream.destroyed
          this.#close(
            isRefused ? new MultifeedError('ERR_NO_MULTIFEED', 'The other side has no multifeed.') : undefined
          )
        },
        ondrain: () => this.#drain()
      })
    if (!channel || this.#isClosed) return this.#close()
    const add = <Name extends keyof Messages>(name: Name) => {
      const message = channel.addMessage<Messages[Name]>({
        encoding: this.#safe(encodings[name]),
        onmessage: (value) => this.#guard(() => on[name](value))
      })
      return (value: Messages[Name]) => message.send(value)
    }
    this.#send = {
      offer: add('offer'),
      growth: add('growth'),
      request: add('request'),
      pack: add('pack'),
      replicate: add('replicate'),
      have: add('have')
    }
    const proof = this.#proof(stream.isInitiator)
    channel.open({ version: VERSION, client, proof, userData: JSON.stringify(userData) ?? '' })
  }

  #onopen({ version, client, proof, userData }: Hello): void {
    const us = this.#options
    if (version !== VERSION) {
      throw new MultifeedError('ERR_VERSION_MISMATCH', `Their multifeed speaks version ${version}, ours ${VERSION}.`, {
        usVersion: VERSION,
        themVersion: version
      })
    }
    if (client !== us.client) {
      throw new MultifeedError('ERR_CLIENT_MISMATCH', `They are “${client.slice(0, 80)}”, and we “${us.client}”.`, {
        usClient: us.client,
        themClient: client
      })
    }
    const expected = this.#proof(!this.mux.stream.isInitiator)
    if (expected.length !== proof.length || !timingSafeEqual(expected, proof)) {
      throw new MultifeedError('ERR_KEY_MISMATCH', 'They have another encryption key than we.')
    }
    this.#isOpen = true
    us.onopen(parse(userData))
  }

  /** What only somebody with the key can say on this connection, and only this side of it. */
  #proof(isInitiator: boolean): Uint8Array {
    const { encryptionKey } = this.#options
    const { handshakeHash } = this.mux.stream
    if (!encryptionKey || !handshakeHash) return new Uint8Array(0)
    const side = isInitiator ? 'initiator' : 'responder'
    return createHmac('sha256', encryptionKey).update(handshakeHash).update(side).digest()
  }

  /** Bytes that are no message end this stream with a code. Protomux would end the process for some of them. */
  #safe<Value>(encoding: Encoding<Value>): Encoding<Value> {
    return {
      preencode: encoding.preencode,
      encode: encoding.encode,
      decode: (state) => {
        try {
          return encoding.decode(state)
        } catch (error) {
          this.close(new MultifeedError('ERR_PROTOCOL', `They sent what is no message: ${(error as Error).message}`))
          return undefined as Value // nobody reads it: `#guard` lets nothing through any more
        }
      }
    }
  }

  /** An error of ours closes this stream; one of the program's own must neither pass unseen nor end the process. */
  #guard(run: () => void): void {
    if (this.#isClosed) return
    try {
      run()
    } catch (error) {
      this.close(
        error instanceof MultifeedError
          ? error
          : new MultifeedError('ERR_HANDLER', `A listener threw: ${(error as Error)?.message}`, { cause: error })
      )
    }
  }

  #close(error?: MultifeedError): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.mux.unpair(PROTOCOL)
    taken.delete(this.mux)
    this.#drain()
    this.#options.onclose(error)
  }

  #drain(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}

/** An encoding of an object, field by field in this order. */
function record<Value extends object>(fields: { [Key in keyof Value]: Encoding<Value[Key]> }): Encoding<Value> {
  const all = Object.entries(fields) as [keyof Value, Encoding<unknown>][]
  return {
    preencode(state, value) {
      for (const [key, encoding] of all) encoding.preencode(state, value[key])
    },
    encode(state, value) {
      for (const [key, encoding] of all) encoding.encode(state, value[key])
    },
    decode: (state) => Object.fromEntries(all.map(([key, encoding]) => [key, encoding.decode(state)])) as Value
  }
}

function parse(json: string): unknown {
  try {
    return json === '' ? undefined : JSON.parse(json)
  } catch {
    throw new MultifeedError('ERR_PROTOCOL', 'Their user data is no JSON.')
  }
}
