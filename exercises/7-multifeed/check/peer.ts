// Peers of ours, which know the five messages and nothing of any answer: one that says what it is told to, and one that
// replicates as the text of the exercise has it.
import { createHmac } from 'node:crypto'
import { encodings, type Hello, hello, type Messages, type Pack, VERSION } from '@workshop/wire'
import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { Connection } from 'hyperdht'
import Protomux from 'protomux'

export interface Kind {
  client?: string
  gate?: string | Uint8Array
  userData?: unknown
  version?: number
  /** Sends the proof of the other side instead of its own. */
  reflects?: boolean
}

/** What of a feed fits into one message, in bytes. */
const PART = 256 * 1024

/** The one proof that fits a connection and a side of it. */
export function proofOf(gate: Kind['gate'], handshakeHash: Uint8Array, isInitiator: boolean): Uint8Array {
  if (gate === undefined) return new Uint8Array(0)
  const side = isInitiator ? 'initiator' : 'responder'
  return createHmac('sha256', gate).update(handshakeHash).update(side).digest()
}

/** One side of the channel, on a connection that is open: hears everything, and says what it is told to. */
export class Speaker {
  readonly socket: Connection
  /** The handshake of the other side, when it has come. */
  theirs: Hello | undefined
  isClosed = false
  /** Nothing was heard of the other side for so long that the connection ended: on a busy machine that is nobody's fault. */
  isLost = false
  /** What the other side said, in its order. */
  readonly heard: { [Name in keyof Messages]: { name: Name; value: Messages[Name] } }[keyof Messages][] = []
  onmessage: (message: Speaker['heard'][number]) => void = () => {}
  onopen: () => void = () => {}
  onclose: () => void = () => {}
  readonly #send: { [Name in keyof Messages]?: (value: Messages[Name]) => boolean } = {}

  constructor(
    socket: Connection,
    { client = 'multifeed', gate, userData, version = VERSION, reflects = false }: Kind = {}
  ) {
    this.socket = socket
    socket.on('error', ({ code }: Error & { code?: string }) => {
      this.isLost = code === 'ETIMEDOUT'
    })
    socket.once('close', () => {
      this.isClosed = true
      this.onclose()
    })
    const channel = Protomux.from(socket).createChannel<Hello>({
      protocol: 'multifeed',
      handshake: hello,
      onopen: (theirs) => {
        this.theirs = theirs
        this.onopen()
      },
      onclose: () => socket.end()
    })
    this.isClosed = channel === null
    if (!channel) return // it was closed before we could say anything
    for (const name of Object.keys(encodings) as (keyof Messages)[]) {
      const message = channel.addMessage({
        encoding: encodings[name] as never,
        onmessage: (value: never) => {
          const said = { name, value }
          this.heard.push(said)
          this.onmessage(said)
        }
      })
      this.#send[name] = (value: unknown) => message.send(value as never)
    }
    const proof = proofOf(gate, socket.handshakeHash as Uint8Array, socket.isInitiator !== reflects)
    channel.open({ version, client, proof, userData: JSON.stringify(userData) ?? '', extras: 0 })
  }

  say<Name extends keyof Messages>(name: Name, value: Messages[Name]): void {
    if (!this.isClosed) this.#send[name]?.(value)
  }

  said<Name extends keyof Messages>(name: Name): Messages[Name][] {
    return this.heard.flatMap((message) => (message.name === name ? [message.value as Messages[Name]] : []))
  }

  /** The keys of the feeds that they offered, in hex, by their numbers. */
  offered(): string[] {
    return this.said('offer')
      .flat()
      .map(({ key }) => Buffer.from(key).toString('hex'))
  }
}

/** The blocks of a core from `start` on, in the parts in which they are sent. */
export async function packsOf(core: Hypercore, index: number, start = 0, largest = PART): Promise<Pack[]> {
  const { length, manifest } = core
  const { upgrade } = await core.proof({ upgrade: { start, length: length - start } })
  const packs: Pack[] = [{ index, start, blocks: [], signature: new Uint8Array(0), manifest: null }]
  let bytes = 0
  for (let i = start; i < length; i++) {
    const block = await core.get(i, { raw: true })
    const last = packs.at(-1) as Pack
    if (last.blocks.length > 0 && bytes + block.byteLength > largest) {
      packs.push({ ...last, start: i, blocks: [block] })
      bytes = block.byteLength
    } else {
      last.blocks.push(block)
      bytes += block.byteLength
    }
  }
  return [...packs.slice(0, -1), { ...(packs.at(-1) as Pack), signature: upgrade.signature, manifest }]
}

interface Theirs {
  key: Buffer
  length: number
  /** What was requested begins here. */
  start: number
  isAsked: boolean
  blocks: Uint8Array[]
}

/** A stream of a peer of ours. */
export class Session {
  readonly speaker: Speaker
  /** What is against the text of the exercise, in a sentence. */
  problem: string | undefined
  /** The keys of our first offer, in hex. */
  first: string[] | undefined
  readonly #peer: Peer
  /** What I told, and in which of my offers and growths. */
  readonly #told = new Map<string, { index: number; length: number; at: number }>()
  readonly #mine: Hypercore[] = []
  readonly #theirs: Theirs[] = []
  #large: number | undefined
  #counts = { sent: 0, had: 0, received: 0, said: 0 }

  constructor(peer: Peer, socket: Connection) {
    this.#peer = peer
    this.speaker = new Speaker(socket, peer.kind)
    this.speaker.onopen = () => this.tell([...peer.cores.values()])
    this.speaker.onmessage = (message) => {
      peer
        .turn(async () => {
          if (message.name === 'offer') this.#onoffer(message.value)
          else if (message.name === 'growth') this.#ongrowth(message.value)
          else if (message.name === 'request') await this.#onrequest(message.value)
          else if (message.name === 'pack') await this.#onpack(message.value)
          else this.#counts.had = message.value
          this.#settle()
        })
        .catch((error: Error) => {
          this.problem ??= error.message
          socket.destroy()
        })
    }
    this.speaker.onclose = () => void peer.sessions.delete(this)
  }

  /** Whether both sides have all that either has offered so far. */
  get isSynced(): boolean {
    const { sent, had, received, said } = this.#counts
    return sent > 0 && had === sent && received > 0 && said === received
  }

  tell(cores: Hypercore[]): void {
    if (!this.speaker.theirs) return
    const offers: Messages['offer'] = []
    const growths: Messages['growth'] = []
    for (const core of cores) {
      const id = core.key.toString('hex')
      const told = this.#told.get(id)
      const theirs = this.#theirs.find(({ key }) => key.equals(core.key))
      if (core.length <= (theirs?.length ?? -1)) continue
      if (!told) {
        this.#told.set(id, { index: this.#mine.push(core) - 1, length: core.length, at: this.#counts.sent + 1 })
        offers.push({ key: core.key, length: core.length })
      } else if (core.length > told.length) {
        told.length = core.length
        growths.push({ index: told.index, length: core.length })
      }
    }
    this.first ??= offers.map(({ key }) => Buffer.from(key).toString('hex'))
    if (this.#counts.sent === 0 || offers.length > 0) this.#say('offer', offers)
    if (growths.length === 0) return
    this.#say('growth', growths)
    for (const told of this.#told.values())
      if (growths.some(({ index }) => index === told.index)) told.at = this.#counts.sent
  }

  #say<Name extends 'offer' | 'growth'>(name: Name, value: Messages[Name]): void {
    this.#counts.sent++
    this.speaker.say(name, value)
  }

  /** It has said that it has what I told: then it knows that I have as much. */
  #mustBeNews(key: Uint8Array, length: number): void {
    const told = this.#told.get(Buffer.from(key).toString('hex'))
    if (told && told.at <= this.#counts.had && length <= told.length)
      throw new Error('It told me of a feed what I had told it.')
  }

  #onoffer(offers: Messages['offer']): void {
    for (const { key, length } of offers) {
      if (this.#theirs.some((other) => other.key.equals(key))) throw new Error('It offered a feed twice on one stream.')
      this.#mustBeNews(key, length)
      this.#theirs.push({ key: Buffer.from(key), length, start: 0, isAsked: false, blocks: [] })
    }
    this.#counts.received++
  }

  #ongrowth(growths: Messages['growth']): void {
    for (const { index, length } of growths) {
      const theirs = this.#at(index)
      this.#mustBeNews(theirs.key, length)
      theirs.length = length
    }
    this.#counts.received++
  }

  async #onrequest(requests: Messages['request']): Promise<void> {
    for (const { index, start } of requests) {
      const core = this.#mine[index]
      if (!core) throw new Error('It requested what I had not offered.')
      if (start >= core.length) throw new Error('It requested blocks that I had not offered.')
      for (const pack of await packsOf(core, index, start)) this.speaker.say('pack', pack)
    }
  }

  async #onpack({ index, start, blocks, signature, manifest }: Pack): Promise<void> {
    const theirs = this.#at(index)
    if (!theirs.isAsked) throw new Error('It sent blocks that I had not requested.')
    // A pack in one message may come between the parts of another.
    const isAlone = manifest !== null && this.#large !== index
    if (!isAlone && this.#large !== undefined && this.#large !== index)
      throw new Error('It mixed the parts of two packs.')
    const due = theirs.start + theirs.blocks.length
    if (start !== due) throw new Error(`It sent blocks from ${start} on, where ${due} was due.`)
    const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0)
    if (blocks.length > 1 && bytes > PART)
      throw new Error(
        `It sent ${bytes} bytes in ${blocks.length} blocks as one part; at most ${PART} are allowed, or one block.`
      )
    theirs.blocks.push(...blocks)
    if (!isAlone) this.#large = manifest ? undefined : index
    if (!manifest) return
    const pack = { ...theirs, signature, manifest }
    Object.assign(theirs, { blocks: [], isAsked: false, length: Math.max(theirs.length, due + blocks.length) })
    await this.#peer.store(pack)
  }

  #at(index: number): Theirs {
    const theirs = this.#theirs[index]
    if (!theirs) throw new Error(`It spoke of its offer number ${index}, which it had not made.`)
    return theirs
  }

  /** Asks for what is missing, and says when nothing is. */
  #settle(): void {
    const lengthOf = ({ key }: Theirs) => this.#peer.cores.get(key.toString('hex'))?.length ?? 0
    const requests: Messages['request'] = []
    for (const [index, theirs] of this.#theirs.entries()) {
      if (theirs.isAsked || theirs.length <= lengthOf(theirs)) continue
      Object.assign(theirs, { isAsked: true, start: lengthOf(theirs) })
      requests.push({ index, start: theirs.start })
    }
    if (requests.length > 0) this.speaker.say('request', requests)
    const isComplete = this.#theirs.every((theirs) => theirs.length <= lengthOf(theirs))
    if (!isComplete || this.#counts.said === this.#counts.received) return
    this.#counts.said = this.#counts.received
    this.speaker.say('have', this.#counts.received)
  }
}

/** A multifeed of ours, as plain as the text allows. */
export class Peer {
  readonly kind: Kind
  readonly cores = new Map<string, Hypercore>()
  readonly sessions = new Set<Session>()
  readonly #store: Corestore
  #last: Promise<unknown> = Promise.resolve()
  #writers = 0

  constructor(store: Corestore, kind: Kind = {}) {
    this.#store = store
    this.kind = kind
  }

  /** Runs one thing after the other. */
  turn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }

  replicate(socket: Connection): Session {
    const session = new Session(this, socket)
    this.sessions.add(session)
    return session
  }

  /** How many blocks there are of each feed that has some. */
  lengths(): Record<string, number> {
    const filled = [...this.cores].filter(([, { length }]) => length > 0)
    return Object.fromEntries(filled.map(([key, { length }]) => [key, length]))
  }

  /** A new feed with blocks. */
  writer(blocks: (string | Uint8Array)[] = []): Promise<Hypercore> {
    return this.turn(async () => {
      const core = this.#store.get({ name: `writer ${this.#writers++}` })
      await core.ready()
      if (blocks.length > 0) await core.append(blocks.map((block) => Buffer.from(block)))
      this.#add(core)
      return core
    })
  }

  append(core: Hypercore, ...blocks: (string | Uint8Array)[]): Promise<void> {
    return this.turn(async () => {
      await core.append(blocks.map((block) => Buffer.from(block)))
      this.#add(core)
    })
  }

  /** Stores what came of a feed, and passes it on. Another session may have brought it already. */
  async store({ key, start, blocks, ...proof }: Pick<Theirs, 'key' | 'start' | 'blocks'> & Omit<Pack, 'index'>) {
    const { signature, manifest } = proof
    const core = this.cores.get(key.toString('hex')) ?? this.#store.get({ key, ...(manifest && { manifest }) })
    await core.ready()
    const rest = blocks.slice(core.length - start) as Buffer[]
    if (rest.length > 0) await core.append(rest, { signature })
    this.#add(core)
  }

  #add(core: Hypercore): void {
    this.cores.set(core.key.toString('hex'), core)
    for (const session of this.sessions) session.tell([core])
  }
}
