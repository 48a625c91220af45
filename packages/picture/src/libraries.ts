// What the libraries of the stack do, as events. Their own events are not listened to, since one listener more may make
// Node warn of a leak: methods of their prototypes are wrapped, which give and throw what they always did.
import type { Files } from './loader.ts'
import type { Outbox } from './outbox.ts'

/** Between two sums of the bytes of a connection, in sendings. */
const SUM = 4
/** So many ranges of blocks are told of a core. */
const MOST_RANGES = 200

// What of the libraries is looked at here.
interface Bitfield {
  firstSet(from: number): number
  firstUnset(from: number): number
}
interface Core {
  key: Uint8Array
  discoveryKey: Uint8Array
  bitfield: Bitfield | null
  state: { length: number } | null
  header: { keyPair: { secretKey?: Uint8Array | null } | null; tree: { length: number } } | null
}
interface Session {
  core: Core
  writable: boolean
}
interface Socket {
  address(): { host: string; port: number } | null
}
interface Node {
  listening: Set<{ publicKey: Uint8Array | null }>
  io: { serverSocket: Socket | null; clientSocket: Socket | null }
}
interface Swarm {
  destroyed: boolean
  _discovery: Map<string, { isClient: boolean; isServer: boolean }>
}
interface Stream {
  isInitiator: boolean
  publicKey: Uint8Array
  remotePublicKey: Uint8Array
  handshakeHash: Uint8Array
  rawBytesWritten: number
  rawBytesRead: number
  rawStream: { bytesTransmitted?: number } | null
  noiseStream: Stream
  _readableState?: { error?: Failure | null; pipeTo?: { noiseStream?: Stream } | null }
  _writableState?: { error?: Failure | null }
}
type Failure = Error & { code?: string }
interface Replicator {
  core: Core
}
interface Peer {
  core: Core
  stream: Stream
}
interface Class {
  prototype: object
}

interface Connection {
  connection: string
  key: string
  /** Bytes that were told so far. */
  sent: number
  received: number
}

/** What a program holds, as it is now. It is looked at when somebody begins to look. */
export class Libraries {
  readonly #outbox: Outbox
  readonly #nodes = new Set<Node>()
  readonly #swarms = new Set<Swarm>()
  /** What is told of cores, and of streams within a connection, by name. */
  readonly #names = new WeakMap<object, string>()
  readonly #connections = new Map<Stream, Connection>()
  readonly #cores = new Map<Core, { core: string; writable: boolean; label?: string }>()
  /** The names of cores in a store, by the session that was asked for. */
  readonly #labels = new WeakMap<object, string>()
  /** How long each core was when that was last told. */
  readonly #lengths = new WeakMap<Core, number>()
  /** The keys, addresses and topics that were told since somebody looks. */
  readonly #told = new Set<string>()
  readonly #topics = new Set<string>()
  #paces = 0

  constructor(outbox: Outbox) {
    this.#outbox = outbox
    outbox.onpace = () => this.#pace()
    outbox.onleftout = () => this.#tellBlocks()
  }

  /** Tells how things stand. */
  tell(): void {
    this.#told.clear()
    this.#topics.clear()
    this.#refresh()
    for (const [stream, { connection, key }] of this.#connections) {
      this.#tellKey(stream.publicKey)
      this.#outbox.tell('meets', { connection, key, began: stream.isInitiator })
    }
    for (const core of this.#cores.keys()) this.#tellCore(core)
    this.#tellBlocks()
  }

  /** What is done with the files of the libraries. */
  get files(): Files {
    return {
      'dht-rpc/index.js': ({ prototype }: Class) => {
        this.#after(prototype, '_bootstrap', (node: Node) => this.#nodes.add(node))
        this.#after(prototype, 'destroy', (node: Node) => this.#nodes.delete(node))
      },
      'hyperswarm/index.js': ({ prototype }: Class) => {
        this.#after(prototype, 'join', (swarm: Swarm) => {
          this.#swarms.add(swarm)
          this.#refresh()
        })
        this.#after(prototype, 'leave', () => this.#refresh())
        this.#after(prototype, 'destroy', (swarm: Swarm) => {
          this.#swarms.delete(swarm)
          this.#refresh()
        })
      },
      '@hyperswarm/secret-stream/index.js': ({ prototype }: Class) => {
        this.#after(prototype, '_resolveOpened', (stream: Stream, [isOpen]) => isOpen && this.#open(stream))
        this.#after(prototype, '_destroy', (stream: Stream) => this.#close(stream))
      },
      'corestore/index.js': ({ prototype }: Class) => {
        this.#after(prototype, 'get', (_, [options], session) => {
          const { name } = (options ?? {}) as { name?: unknown }
          if (typeof name === 'string') this.#labels.set(session as object, name)
        })
      },
      'hypercore/index.js': ({ prototype }: Class) => {
        // The library itself awaits this promise, so that one more to whom it is rejected changes nothing.
        this.#after(prototype, '_openSession', (session: Session, _, opening) => {
          ;(opening as Promise<void>).then(
            () => this.#outbox.swallow(() => this.#openCore(session)),
            () => {}
          )
        })
      },
      'hypercore/lib/core.js': ({ prototype }: Class) => {
        this.#after(prototype, 'onappend', (core: Core) => this.#lengthen(core))
        this.#after(prototype, 'ontruncate', (core: Core) => {
          const length = core.header?.tree?.length ?? 0
          this.#lengths.set(core, length)
          this.#outbox.tell('truncates', { core: this.#nameOf(core), length })
        })
        this.#after(prototype, '_close', (core: Core) => {
          if (this.#cores.delete(core)) this.#outbox.tell('closes a core', { core: this.#nameOf(core) })
        })
      },
      'hypercore/lib/session-state.js': ({ prototype }: Class) => {
        type State = { core: Core; isDefault(): boolean }
        // Awaited by the library, too.
        this.#after(prototype, 'clear', (state: State, [start, end], clearing) => {
          ;(clearing as Promise<void>).then(
            () =>
              this.#outbox.swallow(() => {
                if (!state.isDefault()) return
                const cleared = { start: Number(start), end: Number(end) }
                this.#outbox.tell('clears blocks', { core: this.#nameOf(state.core), ...cleared })
              }),
            () => {}
          )
        })
      },
      'hypercore/lib/replicator.js': ({ prototype }: Class) => this.#replication(prototype)
    }
  }

  #replication(prototype: object): void {
    const block = (what: 'sends a block' | 'receives a block') => {
      return ({ core }: Replicator, [index, bytes, { stream }]: [number, number, Peer]) =>
        this.#outbox.tell(what, { core: this.#nameOf(core), index, bytes, connection: this.#connectionOf(stream) })
    }
    this.#whileLooking(prototype, '_onupload', block('sends a block'))
    this.#whileLooking(prototype, '_ondownload', block('receives a block'))
    type Request = { block: { index: number } | null }
    this.#whileLooking(
      prototype,
      '_oninvaliddata',
      ({ core }: Replicator, [error, , { block }, { stream }]: [Failure, unknown, Request, Peer]) => {
        const index = block ? { index: block.index } : {}
        const [connection, text] = [this.#connectionOf(stream), error.code ?? error.message]
        this.#outbox.tell('refuses a block', { core: this.#nameOf(core), ...index, connection, text })
      }
    )
    this.#whileLooking(prototype, 'addBlock', ({ core }: Replicator, [, index]: [unknown, number]) => {
      this.#outbox.tell('asks for a block', { core: this.#nameOf(core), index })
    })
    const wrapped = new WeakSet<object>()
    // The class of a peer is not exported: the first one shows it.
    this.#after(prototype, '_addPeer', (_: Replicator, [peer]: [Peer]) => {
      const ofPeer = Object.getPrototypeOf(peer)
      if (wrapped.has(ofPeer)) return
      wrapped.add(ofPeer)
      this.#whileLooking(ofPeer, '_send', ({ core, stream }: Peer, [{ block }]: [Request]) => {
        if (!block) return
        const connection = this.#connectionOf(stream)
        this.#outbox.tell('asks for a block', { core: this.#nameOf(core), index: block.index, connection })
      })
    })
  }

  #open(stream: Stream): void {
    // An encrypted stream inside a connection is none itself.
    if (this.#connections.has(stream) || stream.rawStream?.bytesTransmitted === undefined) return
    const connection = { connection: idOf(stream), key: hex(stream.remotePublicKey), sent: 0, received: 0 }
    this.#connections.set(stream, connection)
    if (!this.#outbox.looks) return
    this.#refresh()
    this.#tellKey(stream.publicKey)
    const { key } = connection
    this.#outbox.tell('meets', { connection: connection.connection, key, began: stream.isInitiator })
  }

  #close(stream: Stream): void {
    const known = this.#connections.get(stream)
    if (!known) return
    this.#sum(stream, known)
    this.#connections.delete(stream)
    const error = stream._readableState?.error ?? stream._writableState?.error
    // streamx gives one who destroys a stream without a reason this one.
    const code = !error || error.message === 'Stream was destroyed' ? undefined : (error.code ?? error.message)
    // The other side of a stream that is destroyed sees a reset, also when that was its goodbye.
    const how = code === undefined || code === 'ECONNRESET' || /duplicate/i.test(code) ? 'goodbye' : 'broken'
    this.#outbox.tell('loses', { connection: known.connection, how, ...(code === undefined ? {} : { text: code }) })
  }

  #openCore(session: Session): void {
    const { core } = session
    const label = this.#labels.get(session)
    const known = this.#cores.get(core)
    if (known && (label === undefined || known.label !== undefined)) return
    const writable = session.writable || Boolean(core.header?.keyPair?.secretKey)
    this.#cores.set(core, { core: this.#nameOf(core), writable, ...(label === undefined ? {} : { label }) })
    this.#tellCore(core)
  }

  #tellCore(core: Core): void {
    const known = this.#cores.get(core)
    if (!known || !this.#outbox.looks) return
    const length = core.state?.length ?? 0
    this.#lengths.set(core, length)
    this.#outbox.tell('opens a core', { ...known, key: hex(core.key), length })
    if (length > 0) this.#outbox.tell('holds', { core: known.core, length, ranges: rangesOf(core, length) })
  }

  #tellBlocks(): void {
    for (const core of this.#cores.keys()) {
      const length = core.state?.length ?? 0
      this.#lengths.set(core, length)
      if (length > 0) this.#outbox.tell('holds', { core: this.#nameOf(core), length, ranges: rangesOf(core, length) })
    }
  }

  /** A writer has appended, or a reader has heard of more. */
  #lengthen(core: Core): void {
    const length = core.header?.tree?.length ?? 0
    const known = this.#cores.get(core)
    const start = this.#lengths.get(core) ?? 0
    if (!known || !this.#outbox.looks || length <= start) return
    this.#lengths.set(core, length)
    if (known.writable) this.#outbox.tell('appends', { core: known.core, start, length })
    else this.#outbox.tell('hears of a length', { core: known.core, length })
  }

  #pace(): void {
    this.#refresh()
    if (this.#paces++ % SUM === 0) for (const [stream, known] of this.#connections) this.#sum(stream, known)
  }

  /** The bytes of a connection since they were last told. */
  #sum({ rawBytesWritten, rawBytesRead }: Stream, known: Connection): void {
    const { connection } = known
    if (rawBytesWritten > known.sent) this.#outbox.tell('sends', { connection, bytes: rawBytesWritten - known.sent })
    if (rawBytesRead > known.received)
      this.#outbox.tell('receives', { connection, bytes: rawBytesRead - known.received })
    known.sent = rawBytesWritten
    known.received = rawBytesRead
  }

  /** Tells what is new of keys, addresses and topics. */
  #refresh(): void {
    if (!this.#outbox.looks) return
    for (const { listening, io } of this.#nodes) {
      for (const { publicKey } of listening) if (publicKey) this.#tellKey(publicKey)
      for (const socket of [io.serverSocket, io.clientSocket]) {
        const { host, port } = socket?.address() ?? {}
        if (host === undefined || port === undefined || this.#told.has(`${host}:${port}`)) continue
        this.#told.add(`${host}:${port}`)
        this.#outbox.tell('has an address', { host, port })
      }
    }
    const joined = new Set<string>()
    for (const { _discovery } of this.#swarms) {
      for (const [target, { isClient, isServer }] of _discovery) {
        joined.add(target)
        if (this.#topics.has(target)) continue
        this.#topics.add(target)
        this.#outbox.tell('joins a topic', { target, client: isClient, server: isServer })
      }
    }
    for (const target of this.#topics) {
      if (joined.has(target)) continue
      this.#topics.delete(target)
      this.#outbox.tell('leaves a topic', { target })
    }
  }

  #tellKey(publicKey: Uint8Array): void {
    const key = hex(publicKey)
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#outbox.tell('has a key', { key })
  }

  /** The name of a core: its discovery key. Kept, since there may be thousands of blocks in a second. */
  #nameOf(core: Core): string {
    let name = this.#names.get(core)
    if (name === undefined) {
      name = hex(core.discoveryKey)
      this.#names.set(core, name)
    }
    return name
  }

  /** The connection that a core is replicated over: the stream itself, or one that the stream is piped through. */
  #connectionOf(stream: Stream): string {
    let name = this.#connections.get(stream)?.connection ?? this.#names.get(stream)
    if (name === undefined) {
      const outer = [...this.#connections].find(
        ([{ _readableState }]) => _readableState?.pipeTo?.noiseStream === stream
      )
      name = outer ? outer[1].connection : idOf(stream)
      this.#names.set(stream, name)
    }
    return name
  }

  #after<S, A extends unknown[]>(target: object, name: string, see: See<S, A>): void {
    this.#outbox.swallow(() =>
      wrap(target, name, (...seen) => this.#outbox.swallow(() => see(...(seen as Parameters<See<S, A>>))))
    )
  }

  #whileLooking<S, A extends unknown[]>(target: object, name: string, see: See<S, A>): void {
    this.#after<S, A>(target, name, (...seen) => {
      if (this.#outbox.looks) see(...seen)
    })
  }
}

/** What is told of a call: whose method it was, its arguments, and what it gave. */
type See<S = unknown, A extends unknown[] = unknown[]> = (self: S, args: A, result: unknown) => void

/**
 * Has something done after each call of a method, which gives and throws what it always did. Throws where another version
 * of the library has no such method.
 */
function wrap(target: object, name: string, see: See): void {
  const property = Object.getOwnPropertyDescriptor(target, name)
  const original = property?.value
  if (typeof original !== 'function') throw new Error(`The library has no ${name}.`)
  const value = function (this: unknown, ...args: unknown[]): unknown {
    const result = original.apply(this, args)
    see(this, args, result)
    return result
  }
  Object.defineProperty(value, 'name', { value: name })
  Object.defineProperty(target, name, { ...property, value })
}

function rangesOf({ bitfield }: Core, length: number): [number, number][] {
  const ranges: [number, number][] = []
  for (let end = 0; bitfield && end < length && ranges.length < MOST_RANGES; ) {
    const start = bitfield.firstSet(end)
    if (start === -1 || start >= length) break
    const unset = bitfield.firstUnset(start)
    end = unset === -1 ? length : Math.min(unset, length)
    ranges.push([start, end])
  }
  return ranges
}

/** The same at both ends of a connection, and nobody else's. */
const idOf = ({ handshakeHash }: Stream): string => hex(handshakeHash.subarray(0, 8))

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
