// A DHT of one's own on this machine: four nodes that store for the peers.
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import DHT, { type Address, type Options, type Request } from 'hyperdht'

/** hyperdht believes its own address after several samples; with fewer than three nodes peers miss each other silently. */
const NODES = 4
const LOOPBACK = '127.0.0.1'
/** Times between two looks for the dead, in ms: on this machine a look is cheap, across a room it is a datagram for each. */
const FORGET_INTERVAL = { here: 200, room: 2_000 }
/** So many pings in a row without an answer, each of 1 s, and a program on another machine counts as gone. */
const MISSES = 5
/** So many requests are remembered: a program that asks without end must not fill the memory. */
const MOST_ASKED = 100_000

/** hyperdht's numbers for what a peer asks the nodes that store (lib/constants.js). */
const ACTS = { 0: 'connects', 2: 'looks for a key', 3: 'looks up', 4: 'announces', 5: 'unannounces' } as const
const [ANNOUNCE, UNANNOUNCE] = [4, 5]

/** Something that a program asked the network for. One act of a program reaches several nodes. */
export interface Asked extends Address {
  /** ms, as `performance.now()` has it. */
  at: number
  act: (typeof ACTS)[keyof typeof ACTS]
  /** What it is about, in hex: a topic or the hash of a key. Empty where the request has none. */
  target: string
  /** The port of the node that was asked. */
  node: number
}

export interface Network {
  /** Where to enter it: what a `new DHT({ bootstrap })` takes. */
  bootstrap: Address[]
  /** The address that its nodes are bound to. */
  host: string
  /** The UDP ports of its nodes. */
  ports: number[]
  /** What it was asked for so far, oldest first. */
  asked: readonly Asked[]
  /** The targets, in hex, under which programs at an address are announced: taken back, they are gone. */
  announced(host: string): Set<string>
  /** Looks for programs that are gone, and forgets what they announced. A `forgetful` network does it by itself. */
  forgetTheDead(): Promise<void>
  close(): Promise<void>
}

export interface NetworkOptions {
  /** An IPv4 address of this machine; 127.0.0.1 when nothing is said. See also `ownAddress`. */
  host?: string
  /** The UDP port to enter by; a free one when nothing is said. */
  port?: number
  /**
   * Forgets what a program announced when it is gone: at once on 127.0.0.1, after some 15 s on another machine.
   * Otherwise, as every DHT, after 20 minutes.
   */
  forgetful?: boolean
  /** Called for each request of a program. It must not throw. */
  onasked?(asked: Asked): void
}

/**
 * Starts a DHT on an address of this machine and resolves when it can be used, after about 50 ms. Rejects when the
 * address cannot be bound (`EADDRNOTAVAIL` where there is no loopback interface), or when somebody has the port
 * (`EADDRINUSE`).
 */
export async function createNetwork({
  host = LOOPBACK,
  port,
  forgetful = false,
  onasked
}: NetworkOptions = {}): Promise<Network> {
  const nodes: StoringNode[] = []
  const heard: Heard = { announcers: new Map(), asked: [], onasked }
  // Each address is tried once for all nodes: two that try to bind the same port would stand in each other's way.
  const forgetTheDead = async () => {
    await Promise.all(
      [...heard.announcers].map(async ([address, announcer]) => {
        if (!(await isGone(announcer, nodes[0] as DHT))) return
        heard.announcers.delete(address)
        for (const record of announcer.records.values()) for (const node of nodes) node.forget(record)
      })
    )
  }
  const forgetting = forgetful
    ? setInterval(() => forgetTheDead().catch(() => {}), FORGET_INTERVAL[isHere(host) ? 'here' : 'room']).unref() // fails only while it closes
    : undefined
  const close = async () => {
    clearInterval(forgetting)
    for (const node of nodes.reverse()) await node.destroy({ force: true })
  }

  try {
    const first = port === undefined ? await bootstrapNode(host, heard) : await bootstrapNodeAt(host, port, heard)
    nodes.push(first)
    const bootstrap = [{ host, port: first.port }]
    while (nodes.length < NODES) {
      const port = await freePort(host)
      const node = new StoringNode({ bootstrap, host, port, ephemeral: false, firewalled: false, heard })
      nodes.push(node)
      await node.fullyBootstrapped()
    }
    const announced = (host: string) =>
      new Set(
        [...heard.announcers.values()]
          .filter((announcer) => announcer.host === host)
          .flatMap(({ records }) => [...records.values()].map(({ target }) => hex(target)))
      )
    const ports = nodes.map(({ port }) => port)
    return { bootstrap, host, ports, asked: heard.asked, announced, forgetTheDead, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * An address of this machine that nobody else uses, 127.x.y.1, for a network whose datagrams are to be its own: a port
 * that another network's peer had a moment ago is still written to. The 253 addresses behind it are its peers'. Where only 127.0.0.1
 * is bound to the loopback interface, as on macOS, it is that.
 */
export async function ownAddress(): Promise<string> {
  const address = `127.${randomInt(1, 255)}.${randomInt(256)}.1`
  try {
    await bound(address, 0)
    return address
  } catch {
    return LOOPBACK
  }
}

/** The node that the others enter by, at some free port. */
async function bootstrapNode(host: string, heard: Heard): Promise<StoringNode> {
  for (;;) {
    try {
      return await bootstrapNodeAt(host, await freePort(host), heard)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

/** The same at a port. Rejects with EADDRINUSE when somebody has it: hyperdht would move to the next one. */
async function bootstrapNodeAt(host: string, port: number, heard: Heard): Promise<StoringNode> {
  await bound(host, port) // a node that cannot be bound would keep this process alive for ever
  const options: StoringOptions = { host, heard }
  const node = StoringNode.bootstrapper(port, host, options) as StoringNode
  await node.fullyBootstrapped()
  if (node.address()?.port === port) return node
  await node.destroy({ force: true })
  throw Object.assign(new Error(`The UDP port ${port} is taken.`), { code: 'EADDRINUSE' })
}

/**
 * A node that stores, and can forget what was announced by processes that are gone. hyperdht itself keeps a record for
 * 20 minutes, and ten dead ones delay the next pair of peers by many seconds: fine among millions, not in a class where
 * programs crash all day.
 */
class StoringNode extends DHT {
  readonly #heard: Heard

  constructor(options: StoringOptions) {
    super(options)
    this.#heard = options.heard
  }

  override onrequest(request: Request): boolean {
    const { announcers, asked, onasked } = this.#heard
    const { host, port } = request.from
    const act = ACTS[request.command as keyof typeof ACTS]
    if (act) {
      const one = { at: performance.now(), host, port, act, target: hex(request.target), node: request.to.port }
      if (asked.length < MOST_ASKED) asked.push(one)
      onasked?.(one)
    }
    if (request.command === ANNOUNCE && request.target && request.value && request.value.length > 33) {
      const target = Buffer.from(request.target)
      const publicKey = Buffer.from(request.value.subarray(1, 33)) // after one byte of flags
      const announcer = announcers.get(`${host}:${port}`) ?? { host, port, misses: 0, records: new Map() }
      announcer.records.set(`${request.to.port} ${hex(target)} ${hex(publicKey)}`, { target, publicKey })
      announcers.set(`${host}:${port}`, announcer)
    }
    if (request.command === UNANNOUNCE && request.target && request.value && request.value.length > 33) {
      const publicKey = hex(request.value.subarray(1, 33))
      announcers.get(`${host}:${port}`)?.records.delete(`${request.to.port} ${hex(request.target)} ${publicKey}`)
    }
    return super.onrequest(request)
  }

  /** Takes back what was announced. hyperdht has no public way to do that for somebody else. */
  forget({ target, publicKey }: AnnouncedRecord): void {
    const { _persistent: store } = this as unknown as { _persistent: Store | null }
    store?.unannounce(target, publicKey)
  }
}

interface StoringOptions extends Options {
  heard: Heard
}

/** What the nodes of a network have been told, together: a peer announces itself at several of them. */
interface Heard {
  /** Who announced something, by address. */
  announcers: Map<string, Announcer>
  asked: Asked[]
  onasked: NetworkOptions['onasked']
}

interface Announcer extends Address {
  /** Pings in a row that it did not answer. */
  misses: number
  records: Map<string, AnnouncedRecord>
}

interface AnnouncedRecord {
  target: Buffer
  publicKey: Buffer
}

interface Store {
  unannounce(target: Buffer, publicKey: Buffer): void
}

/**
 * On this machine, that a port can be bound is a fact about its owner: a ping would also give up on a process that is
 * only slow, or stopped in a debugger. Of another machine nothing better is known than several pings.
 */
async function isGone(announcer: Announcer, node: DHT): Promise<boolean> {
  const { host, port } = announcer
  if (isHere(host)) return isFree(host, port)
  try {
    await node.ping({ host, port }, { retry: false })
    announcer.misses = 0
  } catch {
    announcer.misses++
  }
  return announcer.misses >= MISSES
}

/** Whether an address is one that programs of this machine have: 127.0.0.1, or one of `ownAddress` and behind it. */
const isHere = (host: string): boolean => host === LOOPBACK || /^127\.(?!0\.)/.test(host)

const hex = (target: Uint8Array | null): string => (target ? Buffer.from(target).toString('hex') : '')

/** A UDP port of this address that nobody has. */
function freePort(host: string): Promise<number> {
  return bound(host, 0)
}

async function isFree(host: string, port: number): Promise<boolean> {
  try {
    await bound(host, port)
    return true
  } catch {
    return false
  }
}

/** Binds a UDP port, lets it go again, and gives its number. Rejects when it cannot be had. */
async function bound(host: string, port: number): Promise<number> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: host, exclusive: true })
    await once(socket, 'listening')
    return (socket.address() as AddressInfo).port
  } finally {
    socket.close()
  }
}
