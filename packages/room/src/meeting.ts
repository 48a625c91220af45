// How machines of one room find each other: all of them the teacher's, and each a few others besides.
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import DHT from 'hyperdht'
import Hyperswarm, { type PeerDiscovery } from 'hyperswarm'
import { keyPairOf } from './code.ts'
import type { Membership } from './place.ts'

/** So many others each learner connects to; as many on average connect to them. */
const FRIENDS = 2
/** Waits between two looks, in ms: random, so that 200 do not look in step. */
const SOONEST = 500
const LATEST = 4_000
const GROWTH = 1.5
/** ms for which connections over a network that was left stay. */
const OLD = 60_000
/** ms between two signs of life, and of silence after which a machine counts as gone. */
const ALIVE = 2_500
const GONE = 10_000
/** The longest wait while the teacher is there, in ms: then it is only for others. */
const CALM = 15_000

export interface MeetingOptions {
  isTeacher(publicKey: Buffer): boolean
  onconnection(socket: NoiseSecretStream): void
  /** The teacher's machine came, or is gone. */
  onteacher(): void
}

export class Meeting {
  readonly #membership: Membership
  readonly #options: MeetingOptions
  #swarm: Hyperswarm
  readonly #old: Hyperswarm[] = []
  #teachers: PeerDiscovery | undefined
  #teacher: NoiseSecretStream | undefined
  #timer: NodeJS.Timeout | undefined
  #wait = SOONEST
  #isClosed = false
  readonly #waiting = new Set<(teacher: NoiseSecretStream | undefined) => void>()

  constructor(membership: Membership, options: MeetingOptions) {
    this.#membership = membership
    this.#options = options
    this.#swarm = this.#join(membership.network)
  }

  /** The connection to the teacher's machine. */
  get teacher(): NoiseSecretStream | undefined {
    return this.#teacher
  }

  get sockets(): Iterable<NoiseSecretStream> {
    return this.#swarm.connections
  }

  get connections(): number {
    return this.#swarm.connections.size
  }

  /** Resolves with the teacher's connection, or with nothing after `timeout` ms. */
  waitForTeacher(timeout: number): Promise<NoiseSecretStream | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(undefined), timeout)
      const done = (teacher: NoiseSecretStream | undefined) => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        resolve(teacher)
      }
      this.#waiting.add(done)
    })
  }

  /** It has become known who the teacher is: they may be among those who are connected. */
  recognize(): void {
    for (const socket of this.#swarm.connections) this.#look(socket)
  }

  /** Goes to another network. Who is connected over the old one hears of it there. */
  move(network: string): void {
    this.#old.push(this.#swarm)
    this.#swarm = this.#join(network)
    setTimeout(
      () =>
        this.#old
          .shift()
          ?.destroy()
          .catch(() => {}),
      OLD
    ).unref()
  }

  #join(network: string): Hyperswarm {
    const [host = '', port] = network.split(':')
    const { seed, secrets } = this.#membership
    // On one machine hyperdht cannot find out by itself that no firewall is to be crossed.
    const here = host.startsWith('127.') ? { host: '127.0.0.1', firewalled: false, ephemeral: true } : {}
    const dht = new DHT({ bootstrap: [{ host, port: Number(port) }], ...here })
    const swarm = new Hyperswarm({
      dht,
      maxPeers: seed ? 10_000 : 64,
      ...(seed && { keyPair: keyPairOf(Buffer.from(seed, 'hex')) })
    })
    swarm.on('connection', (socket) => {
      socket.on('error', () => {}) // a laptop that was closed; `close` follows
      socket.on('close', () => this.#lose(socket))
      if (seed) watch(socket)
      this.#options.onconnection(socket)
      this.#look(socket)
    })
    const [, teacherTopic, learnersTopic] = secrets.map((secret) => Buffer.from(secret, 'hex'))
    if (seed) {
      swarm.join(teacherTopic as Buffer, { server: true, client: false })
    } else {
      this.#teachers = swarm.join(teacherTopic as Buffer, { server: false, client: true })
      swarm.join(learnersTopic as Buffer, { server: true, client: false })
      this.#wait = SOONEST
      this.#lookLater()
    }
    return swarm
  }

  #look(socket: NoiseSecretStream): void {
    if (this.#teacher || !this.#options.isTeacher(socket.remotePublicKey)) return
    this.#teacher = socket
    watch(socket)
    for (const done of this.#waiting) done(socket)
    this.#options.onteacher()
  }

  #lose(socket: NoiseSecretStream): void {
    if (socket !== this.#teacher) return
    this.#teacher = undefined
    this.#wait = SOONEST
    this.#lookLater()
    this.#options.onteacher()
  }

  #lookLater(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => this.#lookAgain(), this.#wait * (0.5 + Math.random()))
  }

  async #lookAgain(): Promise<void> {
    const swarm = this.#swarm
    try {
      this.#wait = Math.min(this.#wait * GROWTH, this.#teacher ? CALM : LATEST)
      if (!this.#teacher) await this.#teachers?.refresh()
      await this.#findFriends(swarm)
    } catch {} // the network is not there
    this.#lookLater()
  }

  /** Connects to some of the others, any of them. */
  async #findFriends(swarm: Hyperswarm): Promise<void> {
    const has = [...swarm.connections].filter((socket) => socket !== this.#teacher && socket.isInitiator).length
    if (has >= FRIENDS || swarm.destroyed) return
    const others = new Map<string, Buffer>()
    for await (const { peers } of swarm.dht.lookup(Buffer.from(this.#membership.secrets[2], 'hex'))) {
      for (const { publicKey } of peers) others.set(publicKey.toString('hex'), publicKey)
    }
    others.delete(swarm.keyPair.publicKey.toString('hex'))
    for (const socket of swarm.connections) others.delete(socket.remotePublicKey.toString('hex'))
    const keys = [...others.values()].sort(() => Math.random() - 0.5)
    for (const key of keys.slice(0, FRIENDS - has)) if (!swarm.destroyed) swarm.joinPeer(key)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const done of this.#waiting) done(undefined)
    await Promise.all([this.#swarm, ...this.#old].map((swarm) => swarm.destroy()))
  }
}

/** The teacher's machine is missed soon when it is gone: the room may be open again. Both sides do this. */
function watch(socket: NoiseSecretStream): void {
  socket.setKeepAlive(ALIVE)
  socket.setTimeout(GONE)
}
