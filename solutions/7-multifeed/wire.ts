// What two multifeeds say to each other: a protomux channel, a handshake, and five messages; more of them in extras.ts.
import { createHmac, timingSafeEqual } from 'node:crypto'
import c from 'compact-encoding'
import type { Manifest } from 'hypercore'
import type Protomux from 'protomux'
import type { Channel, Encoding } from 'protomux'
import { few, LARGEST_USER_DATA, length, proof, told } from './lib/bounds.ts'
import { type Extras, extras, optional, record } from './lib/extras.ts'

/** Changes when the messages do. */
export const VERSION = 2
/** A part of a pack is one message: at most so many bytes of blocks, or one block; and at most so many blocks. */
export const LARGEST_PART = 256 * 1024
export const MOST_BLOCKS = 8192
/** As large as hypercore makes a block: with what proves it, it fits into a message of the connection, of 16 MiB. */
export const LARGEST_BLOCK = 15 * 1024 * 1024
/** A pack is in memory as a whole before it is stored, in bytes of blocks and in blocks. */
export const LARGEST_PACK = 16 * 1024 * 1024
export const LONGEST_PACK = 2 ** 18

const GOODBYE = 5000 // ms for the other side to end its part of a connection

/** Something went wrong with a stream, or with a call: `code` says what. */
export class MultifeedError extends Error {
  readonly code: string
  constructor(code: string, message: string, details: object = {}) {
    super(message)
    this.name = 'MultifeedError'
    this.code = code
    Object.assign(this, details)
  }

  /** An error of ours as it is; one of the program's own, a listener's or a policy's, as `ERR_HANDLER`. */
  static thrown(error: unknown): MultifeedError {
    if (error instanceof MultifeedError) return error
    return new MultifeedError('ERR_HANDLER', `A listener threw: ${(error as Error)?.message}`, { cause: error })
  }
}

/** The handshake. */
export interface Hello {
  version: number
  client: string
  /** Shows that the sender knows the gate without telling it; empty without a gate. */
  proof: Uint8Array
  /** JSON. */
  userData: string
  /** 1 when the sender knows the messages of extras.ts too, else 0. */
  extras: number
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
}

/**
 * The blocks asked for, up to the end, and the one signature of the feed's writer that covers them all. A large one
 * comes in parts: only the last has the signature and the manifest, and no parts of another feed come between them.
 */
export interface Pack {
  index: number
  start: number
  blocks: Uint8Array[]
  /** Empty when another part follows. */
  signature: Uint8Array
  /** Who may sign: the feed's key is the hash of it. */
  manifest: Manifest | null
}

/** The messages by their numbers on the wire. */
export interface Messages extends Extras {
  offer: Offer[]
  growth: Growth[]
  request: Request[]
  pack: Pack
  /** “I have all that your first so many offers and growths said.” */
  have: number
}

const fields = record<Hello>({
  version: c.uint,
  client: told.client,
  proof: c.buffer,
  userData: told.userData,
  extras: c.uint
})
/** What follows the version is only known for one's own. */
export const hello: Encoding<Hello> = {
  ...fields,
  decode(state) {
    const { start } = state
    const version = c.uint.decode(state)
    if (version !== VERSION) return { version, client: '', proof: new Uint8Array(0), userData: '', extras: 0 }
    state.start = start
    return fields.decode(state)
  }
}
export const encodings: { [Name in keyof Messages]: Encoding<Messages[Name]> } = {
  offer: c.array(record<Offer>({ key: c.fixed32, length })),
  growth: c.array(record<Growth>({ index: c.uint, length })),
  request: c.array(record<Request>({ index: c.uint, start: length })),
  pack: record<Pack>({
    index: c.uint,
    start: length,
    blocks: few(c.array(c.buffer), MOST_BLOCKS),
    signature: proof.signature,
    manifest: optional(proof.manifest)
  }),
  have: c.uint,
  ...extras
}

export interface WireOptions {
  client: string
  gate?: Uint8Array
  userData?: unknown
  /** By it two multifeeds find each other on a connection that carries several. */
  id?: Uint8Array
  /** The connection is the program's: it stays open when this ends. */
  isShared?: boolean
  /** Whether we know the messages of extras.ts. */
  hasExtras?: boolean
  /** Until it resolves, nothing is said. */
  ready: Promise<void>
  /** Both sides have opened the channel and are of one kind. */
  onopen(userData: unknown): void
  /** Called with the error that ended it, or without one. Nothing is called after it. */
  onclose(error?: MultifeedError): void
  /** What to do with each message. A MultifeedError that it throws closes the stream. */
  on: { [Name in keyof Messages]?: (value: Messages[Name]) => void }
}

type Senders = { [Name in keyof Messages]: (value: Messages[Name]) => boolean }

/** The ids of the multifeeds that each connection carries. */
const carried = new WeakMap<Protomux, Set<string>>()

/** One side of the channel on a stream. */
export class Wire {
  readonly mux: Protomux
  /** Whether both sides know the messages of extras.ts. */
  hasExtras = false
  readonly #options: WireOptions
  readonly #protocol: { protocol: string; id: Buffer | null }
  readonly #userData: string
  readonly #carried: Set<string>
  #channel: Channel | null | undefined
  #send: Senders | undefined
  #drained: (() => void)[] = []
  #isOpen = false
  #isClosed = false

  /** Throws `ERR_DUPLICATE_STREAM` when the stream carries such a multifeed already, and for user data that is no JSON. */
  constructor(mux: Protomux, options: WireOptions) {
    this.#userData = toJson(options.userData)
    this.#protocol = { protocol: 'multifeed', id: options.id ? Buffer.from(options.id) : null }
    this.#carried = carried.get(mux) ?? new Set()
    carried.set(mux, this.#carried)
    if (this.#carried.has(this.#id)) {
      throw new MultifeedError('ERR_DUPLICATE_STREAM', 'This stream carries such a multifeed already.')
    }
    this.#carried.add(this.#id)
    this.mux = mux
    this.#options = options
    mux.stream.on('close', this.#onstreamclose)
    const opening = this.#open()
    mux.pair(this.#protocol, () => opening) // when they are the first to open, they wait for us
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed
  }

  get #id(): string {
    return this.#protocol.id?.toString('hex') ?? ''
  }

  /** Sends a message. Resolves when the connection takes more. */
  send<Name extends keyof Messages>(name: Name, value: Messages[Name]): Promise<void> {
    if (this.#isClosed || !this.#send || this.#send[name](value)) return Promise.resolve()
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
    return this.#options.isShared === true || this.#carried.size > 0 || others.length > 0
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
    const { client, ready, hasExtras, on } = this.#options
    try {
      await ready
    } catch (error) {
      return this.close(new MultifeedError('ERR_CLOSED', `The storage cannot be opened: ${(error as Error).message}`))
    }
    if (!(await stream.opened) || this.#isClosed) return this.#close()
    const channel = this.mux.createChannel<Hello>({
      ...this.#protocol,
      handshake: this.#safe(hello),
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
    const add = <Name extends keyof Messages>(name: Name) => {
      const message = channel.addMessage<Messages[Name]>({
        encoding: this.#safe(encodings[name]),
        onmessage: (value) =>
          this.#guard(() => {
            const handle = on[name]
            if (!handle || (name in extras && !this.hasExtras))
              throw new MultifeedError('ERR_PROTOCOL', `They sent “${name}”, which we had not agreed on.`)
            handle(value)
          })
      })
      return (value: Messages[Name]) => message.send(value)
    }
    const names = Object.keys(encodings) as (keyof Messages)[]
    this.#send = Object.fromEntries(names.map((name) => [name, add(name)])) as Senders
    const proof = this.#proof(stream.isInitiator)
    channel.open({ version: VERSION, client, proof, userData: this.#userData, extras: hasExtras ? 1 : 0 })
  }

  #onopen({ version, client, proof, userData, extras }: Hello): void {
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
      throw new MultifeedError('ERR_GATE_MISMATCH', 'They have another gate than we.')
    }
    this.#isOpen = true
    this.hasExtras = us.hasExtras === true && extras === 1
    us.onopen(parse(userData))
  }

  /** What only somebody with the gate can say on this connection, and only this side of it. */
  #proof(isInitiator: boolean): Uint8Array {
    const { gate } = this.#options
    const { handshakeHash } = this.mux.stream
    if (!gate || !handshakeHash) return new Uint8Array(0)
    const side = isInitiator ? 'initiator' : 'responder'
    return createHmac('sha256', gate).update(handshakeHash).update(side).digest()
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
      this.close(MultifeedError.thrown(error))
    }
  }

  readonly #onstreamclose = (): void => this.#close()

  #close(error?: MultifeedError): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.mux.unpair(this.#protocol)
    this.mux.stream.removeListener('close', this.#onstreamclose)
    this.#carried.delete(this.#id)
    this.#drain()
    this.#options.onclose(error)
  }

  #drain(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}

/** User data as it is sent. Throws a TypeError for what is no JSON, a RangeError for more than 64 kB. */
export function toJson(userData: unknown): string {
  const json = JSON.stringify(userData) ?? ''
  if (Buffer.byteLength(json) > LARGEST_USER_DATA - 3) throw new RangeError('User data has at most 64 kB as JSON.')
  return json
}

function parse(json: string): unknown {
  try {
    return json === '' ? undefined : JSON.parse(json)
  } catch {
    throw new MultifeedError('ERR_PROTOCOL', 'Their user data is no JSON.')
  }
}
