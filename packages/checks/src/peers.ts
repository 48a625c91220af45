// Peers of ours at the other end: one that listens, one that lies, and how they find the others.
import { setTimeout as delay } from 'node:timers/promises'
import type Hypercore from 'hypercore'
import type { Connection } from 'hyperdht'
import type { PeerDiscovery } from 'hyperswarm'
import type { History } from './history.ts'
import { Incoming } from './incoming.ts'

const LOOK_AROUND = 500 // ms, and up to twice as long, so that two do not go on missing each other in step

/** The code of an error that says that nothing was heard of the other side for some 15 s. */
export const TIMED_OUT = 'ETIMEDOUT'

/** Our end of a connection: keeps all that it receives, and does not mind when it breaks. */
export class Ear {
  readonly socket: Connection
  /** Who of us this is in the history. */
  readonly name: string
  /** The code of the error that the connection ended with. */
  problem = ''
  /** Whether the connection was closed. One that timed out was not: the other side has gone without a word. */
  closed = false
  /** Whether the other side has said that nothing more will come from it, as it does when it leaves. */
  hasEnded = false
  /** The lines that it has said so far. */
  readonly said: string[] = []
  readonly #received = new Incoming()
  readonly #history: History | undefined
  /** Who is at the other end, once that is known. */
  #other: { with?: string } = {}

  /** `whoIs` gives the name of the program at the other end of a connection that is open. */
  constructor(
    socket: Connection,
    name = 'a peer of ours',
    history?: History,
    whoIs: (socket: Connection) => string | undefined = () => undefined
  ) {
    this.socket = socket
    this.name = name
    this.#history = history
    const meets = history?.add(name, 'meets', { began: socket.isInitiator })
    socket.opened.then((isOpen) => {
      const other = isOpen ? whoIs(socket) : undefined
      if (meets && other !== undefined) Object.assign(meets, { with: other })
      if (other !== undefined) this.#other = { with: other }
    })
    socket.on('data', (data) => {
      history?.add(name, 'receives', { text: this.#received.add(data), ...this.#other })
    })
    socket.on('end', () => {
      this.hasEnded = true
    })
    socket.on('error', (error) => {
      this.problem = error.code ?? error.message
    })
    socket.on('close', () => {
      this.closed = this.problem !== TIMED_OUT
      history?.add(name, 'loses', {
        ...this.#other,
        ...(this.problem ? { how: 'broken', text: this.problem } : { how: 'goodbye' })
      })
    })
  }

  /** What it received so far. */
  get text(): string {
    return this.#received.text
  }

  /** Sends bytes to the other side. */
  send(text: string | Uint8Array): void {
    this.#history?.add(this.name, 'sends', {
      ...this.#other,
      text: typeof text === 'string' ? text : Buffer.from(text).toString()
    })
    this.socket.write(text)
  }

  /** Sends lines, each in a piece of its own. */
  say(...lines: string[]): void {
    for (const line of lines) this.send(`${line}\n`)
    this.said.push(...lines)
  }

  /** Sends a line in pieces, which may end in the middle of a character. */
  sayInPieces(line: string, pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.send(piece)
    this.send('\n')
    this.said.push(line)
  }

  /** Sends bytes that are no text, and a line end. */
  sayBytes(bytes: Uint8Array): void {
    this.send(Buffer.concat([bytes, Buffer.from('\n')]))
    this.said.push(Buffer.from(bytes).toString())
  }

  /** Whether it received these bytes, which need not be text. */
  hasBytes(bytes: Buffer): boolean {
    return this.#received.has(bytes)
  }

  /** How often it received a text. */
  count(text: string): number {
    return this.text.split(text).length - 1
  }
}

/**
 * What a core of ours holds, as text without line ends, as far as it has come without a gap. Reads each block once:
 * call the function that it gives as often as you like.
 */
export function texts(core: Hypercore): () => Promise<string[]> {
  const read: string[] = []
  let reading: Promise<string[]> | undefined
  const readOn = async () => {
    while (read.length < core.contiguousLength) {
      const block = await core.get(read.length)
      read.push(String(block).replace(/\r?\n$/, ''))
    }
    return read
  }
  return () => {
    // Two looks at the same time would read a block twice.
    reading ??= readOn().finally(() => {
      reading = undefined
    })
    return reading
  }
}

/**
 * Makes a core of ours lie to everybody who replicates it: the blocks that it sends are others than the ones that were
 * signed. Gives how often it has lied so far.
 */
export function forge(core: Hypercore, lie: string): () => number {
  let lies = 0
  onData(core, (message, send) => {
    if (!message.block?.value) return send(message)
    lies++
    return send({ ...message, block: { ...message.block, value: Buffer.from(lie) } })
  })
  return () => lies
}

/** Has a core of ours keep its first `count` blocks to itself, for as long as the function that it gives is not called. */
export function holdBack(core: Hypercore, count: number): () => void {
  const held: (() => unknown)[] = []
  let isOver = false
  onData(core, (message, send) => {
    // With a block may come how long the core is, which is no secret.
    if (isOver || message.upgrade || !message.block || message.block.index >= count) return send(message)
    held.push(() => send(message))
    return true
  })
  return () => {
    isOver = true
    for (const send of held.splice(0)) send()
  }
}

/** The message of the replication protocol that carries blocks. */
interface Data {
  block?: { index: number; value: Buffer } | null
  upgrade?: unknown
}

/** Has all that a core sends go through a function. */
function onData(core: Hypercore, pass: (message: Data, send: (message: Data) => boolean) => boolean): void {
  core.on('peer-add', (peer) => {
    // A private field of the library's.
    const { wireData } = peer as unknown as { wireData: { send(message: Data): boolean } }
    const send = wireData.send.bind(wireData)
    wireData.send = (message) => pass(message, send)
  })
}

/**
 * Has a peer of ours look for others again and again, also while it is connected to some: that it does not find a program
 * that came later, and only announces itself, must not be taken for that program's fault. Ends with the swarm.
 */
export function lookAround(discovery: PeerDiscovery): void {
  const look = async () => {
    while (!discovery.swarm.destroyed) {
      await delay(LOOK_AROUND * (1 + Math.random()), undefined, { ref: false })
      if (!discovery.swarm.destroyed) await discovery.refresh()
    }
  }
  look().catch(() => {}) // the swarm was destroyed meanwhile
}
