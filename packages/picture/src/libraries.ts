// What the libraries of the stack do, as events. Their own events are not listened to, since one listener more may make
// Node warn of a leak: methods of their prototypes are wrapped, which give and throw what they always did.
import type { Outbox } from './outbox.ts'
import { type Files, type Held, swallow, whenLoaded, wrap } from './tap.ts'

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
  replicator: { peers: Peer[] } | null
  header: { keyPair: { secretKey?: Uint8Array | null } | null; tree: { length: number } } | null
}
interface Session {
  core: Core
}
interface Socket {
  address(): { host: string; port: number } | null
}
interface Node {
  listening: Set<{ publicKey: Uint8Array | null }>
  io: { serverSocket: Socket | null; clientSocket: Socket | null }
}
interface Swarm {
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
interface Request {
  block: { index: number } | null
}
interface Peer {
  core: Core
  stream: Stream
}
interface Connection {
  connection: string
  /** Bytes that were told so far. */
  sent: number
  received: number
}

/** What the libraries of this program do from now on, and how things stand. */
export class Libraries {
  readonly #held: Held
  readonly #outbox: Outbox
  /** The connections that were told. */
  readonly #connections = new Map<Stream, Connection>()
  /** What is told of cores, and of streams within a connection, by name. */
  readonly #names = new WeakMap<object, string>()
  /** How long each core was when that was last told. */
  readonly #lengths = new WeakMap<Core, number>()
  /** The keys, addresses and cores that were told since somebody looks. */
  readonly #told = new Set<string>()
  readonly #topics = new Set<string>()
  /** Cores that this program appends to in this moment. */
  readonly #appending = new Set<Core>()
  /** The classes of peers whose requests are told. */
  readonly #peers = new WeakSet<object>()
  #paces = 0

  constructor(held: Held, outbox: Outbox) {
    this.#held = held
    this.#outbox = outbox
    outbox.onleftout = () => {
      for (const core of held.cores.keys()) this.#tellBlocks(core as Core)
    }
    whenLoaded(this.#files())
  }

  /** Tells how things stand. */
  tell(): void {
    this.#told.clear()
    this.#topics.clear()
    this.#connections.clear()
    this.#refresh()
    // Of those that were there before only the bytes that come are told.
    for (const [{ rawBytesWritten, rawBytesRead }, known] of this.#connections) {
      known.sent = rawBytesWritten
      known.received = rawBytesRead
    }
    for (const { replicator } of this.#held.cores.keys() as Iterable<Core>) {
      for (const peer of replicator?.peers ?? []) this.#watchPeers(peer)
    }
  }

  /** Tells what nobody says when it happens. Called again and again. */
  pace(): void {
    this.#refresh()
    if (this.#paces++ % SUM === 0) for (const [stream, known] of this.#connections) this.#sum(stream, known)
  }

  #files(): Files {
    return {
      'hyperswarm/index.js': ({ prototype }) => {
        for (const name of ['join', 'leave', 'destroy']) this.#after(prototype, name, () => this.#refresh())
      },
      '@hyperswarm/secret-stream/index.js': ({ prototype }) => {
        this.#after(prototype, '_resolveOpened', (stream: Stream, [isOpen]) => isOpen && this.#open(stream))
        wrap(prototype, '_destroy', (stream) => this.#close(stream as Stream))
      },
      'hypercore/index.js': ({ prototype }) => {
        // The library itself awaits this promise, and those below: one more to whom it is rejected changes nothing.
        this.#after(prototype, '_openSession', (session: Session, _, opening) => {
          settled(opening, () => this.#tellCore(session.core))
        })
      },
      'hypercore/lib/core.js': ({ prototype }) => {
        this.#after(prototype, 'onappend', (core: Core) => this.#lengthen(core))
        this.#after(prototype, 'ontruncate', (core: Core) => {
          const length = core.header?.tree?.length ?? 0
          this.#lengths.set(core, length)
          this.#outbox.tell('truncates', { core: this.#nameOf(core), length })
        })
        this.#after(prototype, '_close', (core: Core) => {
          this.#outbox.tell('closes a core', { core: this.#nameOf(core) })
        })
      },
      'hypercore/lib/session-state.js': ({ prototype }) => {
        type State = { core: Core; isDefault(): boolean }
        this.#after(prototype, 'append', ({ core }: State, _, appending) => {
          this.#appending.add(core)
          settled(appending, () => this.#appending.delete(core))
        })
        this.#after(prototype, 'clear', (state: State, [start, end], clearing) => {
          settled(clearing, () => {
            if (!state.isDefault()) return
            const cleared = { start: Number(start), end: Number(end) }
            this.#outbox.tell('clears blocks', { core: this.#nameOf(state.core), ...cleared })
          })
        })
      },
      'hypercore/lib/replicator.js': ({ prototype }) => this.#watchReplication(prototype)
    }
  }

  #watchReplication(prototype: object): void {
    const block = (what: 'sends a block' | 'receives a block') => {
      return ({ core }: Replicator, [index, bytes, { stream }]: [number, number, Peer]) =>
        this.#outbox.tell(what, { core: this.#nameOf(core), index, bytes, connection: this.#connectionOf(stream) })
    }
    this.#after(prototype, '_onupload', block('sends a block'))
    this.#after(prototype, '_ondownload', block('receives a block'))
    this.#after(
      prototype,
      '_oninvaliddata',
      ({ core }: Replicator, [error, , { block }, { stream }]: [Failure, unknown, Request, Peer]) => {
        const index = block ? { index: block.index } : {}
        const [connection, text] = [this.#connectionOf(stream), error.code ?? error.message]
        this.#outbox.tell('refuses a block', { core: this.#nameOf(core), ...index, connection, text })
      }
    )
    this.#after(prototype, 'addBlock', ({ core }: Replicator, [, index]: [unknown, number]) => {
      this.#outbox.tell('asks for a block', { core: this.#nameOf(core), index })
    })
    // The class of a peer is not exported: the first one shows it.
    wrap(prototype, '_addPeer', (_, [peer]) => this.#watchPeers(peer as Peer))
  }

  #watchPeers(peer: Peer): void {
    const prototype = Object.getPrototypeOf(peer)
    if (this.#peers.has(prototype)) return
    this.#peers.add(prototype)
    this.#after(prototype, '_send', ({ core, stream }: Peer, [{ block }]: [Request]) => {
      if (!block) return
      const connection = this.#connectionOf(stream)
      this.#outbox.tell('asks for a block', { core: this.#nameOf(core), index: block.index, connection })
    })
  }

  #open(stream: Stream): void {
    // An encrypted stream inside a connection is none itself.
    if (this.#connections.has(stream) || stream.rawStream?.bytesTransmitted === undefined) return
    const [connection, key] = [idOf(stream), hex(stream.remotePublicKey)]
    this.#connections.set(stream, { connection, sent: 0, received: 0 })
    this.#tellKey(stream.publicKey)
    this.#outbox.tell('meets', { connection, key, began: stream.isInitiator })
  }

  #close(stream: Stream): void {
    const known = this.#connections.get(stream)
    if (!known) return
    this.#sum(stream, known)
    this.#connections.delete(stream)
    const error = stream._readableState?.error ?? stream._writableState?.error
    // streamx gives a stream that is destroyed without a reason this one.
    const code = !error || error.message === 'Stream was destroyed' ? undefined : (error.code ?? error.message)
    // The other side of a stream that is destroyed sees a reset, also when that was its goodbye.
    const how = code === undefined || code === 'ECONNRESET' || /duplicate/i.test(code) ? 'goodbye' : 'broken'
    this.#outbox.tell('loses', { connection: known.connection, how, ...(code === undefined ? {} : { text: code }) })
  }

  /** Tells of a core, once, and once more when the program has asked for it by its name in a store. */
  #tellCore(core: Core): void {
    const session = this.#held.cores.get(core) as Session | undefined
    if (!session) return
    const [name, label] = [this.#nameOf(core), this.#held.labels.get(session)]
    if (this.#told.has(`${name} ${label}`)) return
    this.#told.add(`${name} ${label}`)
    const length = core.state?.length ?? 0
    this.#lengths.set(core, length)
    const told = { core: name, key: hex(core.key), writable: isWritable(core), length }
    this.#outbox.tell('opens a core', label === undefined ? told : { ...told, label })
    this.#tellBlocks(core)
  }

  #tellBlocks(core: Core): void {
    const length = core.state?.length ?? 0
    this.#lengths.set(core, length)
    if (length > 0) this.#outbox.tell('holds', { core: this.#nameOf(core), length, ranges: rangesOf(core, length) })
  }

  /** The program has appended, or has heard of more. */
  #lengthen(core: Core): void {
    const length = core.header?.tree?.length ?? 0
    const start = this.#lengths.get(core) ?? 0
    if (length <= start) return
    this.#tellCore(core)
    this.#lengths.set(core, length)
    const name = this.#nameOf(core)
    if (this.#appending.has(core))
      this.#outbox.tell('appends', { core: name, start, length, ...(isWritable(core) ? {} : { isCopy: true }) })
    else this.#outbox.tell('hears of a length', { core: name, length })
  }

  #sum({ rawBytesWritten, rawBytesRead }: Stream, known: Connection): void {
    const { connection } = known
    if (rawBytesWritten > known.sent) this.#outbox.tell('sends', { connection, bytes: rawBytesWritten - known.sent })
    if (rawBytesRead > known.received)
      this.#outbox.tell('receives', { connection, bytes: rawBytesRead - known.received })
    known.sent = rawBytesWritten
    known.received = rawBytesRead
  }

  /** Tells what is there and was not told: keys, addresses, topics, and what was being opened when somebody began to look. */
  #refresh(): void {
    for (const stream of this.#held.streams as Set<Stream>) this.#open(stream)
    for (const core of this.#held.cores.keys() as Iterable<Core>) this.#tellCore(core)
    for (const { listening, io } of this.#held.nodes as Set<Node>) {
      for (const { publicKey } of listening) if (publicKey) this.#tellKey(publicKey)
      for (const socket of [io.serverSocket, io.clientSocket]) {
        const { host, port } = socket?.address() ?? {}
        if (host === undefined || port === undefined || this.#told.has(`${host}:${port}`)) continue
        this.#told.add(`${host}:${port}`)
        this.#outbox.tell('has an address', { host, port })
      }
    }
    const joined = new Set<string>()
    for (const { _discovery } of this.#held.swarms as Set<Swarm>) {
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

  /** Has a call told while somebody looks. */
  #after<S extends object, A extends unknown[]>(
    target: object,
    name: string,
    see: (self: S, args: A, result: unknown) => void
  ): void {
    wrap(target, name, (self, args, result) => {
      if (this.#outbox.looks) see(self as S, args as A, result)
    })
  }
}

/** Does something once a promise of the library has been kept, or has not. */
function settled(promise: unknown, act: () => void): void {
  ;(promise as Promise<unknown>).then(
    () => swallow(act),
    () => swallow(act)
  )
}

const isWritable = ({ header }: Core): boolean => Boolean(header?.keyPair?.secretKey)

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
