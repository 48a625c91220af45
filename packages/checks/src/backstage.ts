// What is behind a stage: the place of a check, and peers of ours on its network. The libraries are loaded where they are
// needed first: the roles that are started ahead load theirs meanwhile.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CHECK, type Happened } from '@workshop/picture/events'
import type Corestore from 'corestore'
import type { Connection, default as DHT, KeyPair } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'
import { Random } from './corpus.ts'
import { History } from './history.ts'
import { Ear, lookAround, TIMED_OUT } from './peers.ts'
import type { Role } from './role.ts'
import { type Place, Workplace } from './workplace.ts'

/** Cores of ours, and the swarm that replicates them. */
export interface Store {
  cores: Corestore
  swarm: Hyperswarm
  /** Announces them under a topic, and looks for others; resolves when that is done. One can be left out. */
  join(topic: Uint8Array, by?: { server?: boolean; client?: boolean }): Promise<void>
  /** Goes away, with a goodbye. The cores stay open, and can be joined again: with a new swarm. */
  leave(): Promise<void>
}

/** The part of a stage that is there before anything is played. */
export class Backstage {
  readonly history = new History()
  /** What the inputs are drawn with: the same for the same answer. */
  readonly random: Random
  protected readonly workplace: Workplace
  /** The connections of our swarms, and when each was opened, as `performance.now()` has it; without those that were closed. */
  readonly #connections = new Map<Connection, number>()
  /** Those that have an ear. */
  readonly #heard = new WeakSet<Connection>()
  readonly #swarms = new Set<Hyperswarm>()
  #stores = 0

  constructor(place: Place, seed = '') {
    this.workplace = new Workplace(place, this.history)
    this.random = new Random(seed)
  }

  /** The folder of the answer. */
  get dir(): string {
    return this.workplace.dir
  }

  set dir(dir: string) {
    this.workplace.dir = dir
  }

  /** All that happened, with what the network was asked for, in its order. */
  async happened(): Promise<Happened[]> {
    if (this.history.events.length === 0) return []
    const network = await this.network().catch(() => undefined) // without one its verdict says so
    const acts = (network?.asked ?? []).map(
      ({ at, act, target, host }): Happened => ({
        at: this.history.since(at),
        who: this.workplace.roleAt(host)?.name ?? CHECK,
        what: act,
        ...(target && { target })
      })
    )
    const heard = await this.workplace.heard()
    const told = heard.map((event) => ({ ...event, at: this.history.since(event.at) }))
    return [...this.history.events, ...acts, ...told].sort((a, b) => a.at - b.at)
  }

  /** Has the network made, and the first roles started, whichever they will be. */
  async prepare(): Promise<void> {
    await Promise.all([this.workplace.launcher(), this.workplace.network()])
  }

  /** Has something called when the check is over, last in first out: the end of what a check started by itself. */
  after(close: () => Promise<unknown>): void {
    this.workplace.after(close)
  }

  /** A folder for everything that the check and its roles write; gone with the check. */
  folder(): Promise<string> {
    return this.workplace.folder()
  }

  /** The folder in which a role of the answer keeps a hypercore or a corestore; undefined when there is none. */
  storage(): Promise<string | undefined> {
    return this.workplace.storage()
  }

  /** How many bytes the roles of the answer have written to their folders. */
  stored(): Promise<number> {
    return this.workplace.stored()
  }

  /** The network of this check, inside this process: checks never meet each other or the learner's terminals. */
  network() {
    return this.workplace.network()
  }

  /**
   * When a role asked the network for something about a topic, or about the hash of a key, as `performance.now()` has it.
   * One look or announcement counts once, although it asks several nodes. On a machine where roles have no address of
   * their own, what others asked counts too.
   */
  async asked(role: Role, act: 'looks up' | 'announces', target: Uint8Array): Promise<number[]> {
    const hex = Buffer.from(target).toString('hex')
    const asked = (await this.workplace.asked(role)).filter((one) => one.act === act && one.target === hex)
    const nodes = new Set(asked.map(({ node }) => node))
    const times = [...nodes].map((node) => asked.filter((one) => one.node === node).map(({ at }) => at))
    // A node that did not answer at once was asked again, and one that was not known yet was not asked.
    return times.sort((a, b) => a.length - b.length)[Math.floor(times.length / 2)] ?? []
  }

  /** Ends everything that was started. */
  close(): Promise<void> {
    return this.workplace.close()
  }

  /** A DHT node of ours on the check's network. */
  async dht(options: { keyPair?: KeyPair } = {}): Promise<DHT> {
    const { bootstrap, host } = await this.network()
    const { default: DHT } = await import('hyperdht')
    this.workplace.mustBeOpen()
    const dht = new DHT({ bootstrap, host, firewalled: false, ephemeral: true, ...options })
    this.after(() => dht.destroy())
    return dht
  }

  /** A swarm of ours on the check's network. Its connections may break without ending the check. */
  async swarm(options: { keyPair?: KeyPair } = {}): Promise<Hyperswarm> {
    const { default: Hyperswarm } = await import('hyperswarm')
    const swarm = new Hyperswarm({ dht: await this.dht(), ...options })
    swarm.on('connection', (socket) => {
      let isLost = false
      socket.on('error', ({ code }) => {
        isLost = code === TIMED_OUT
      })
      this.#connections.set(socket, performance.now())
      socket.on('close', () => {
        if (!isLost) this.#connections.delete(socket)
      })
      // Later than those who listen for connections themselves, and give this one a name.
      queueMicrotask(() => this.#remember(socket))
    })
    this.#swarms.add(swarm)
    this.after(() => swarm.destroy())
    return swarm
  }

  /** Whether each swarm of ours that was not destroyed is connected to a role, which was not started again since. */
  protected areAllConnectedTo(role: Role): boolean {
    const keys = new Set(this.connectionsTo(role).map(({ publicKey }) => publicKey.toString('hex')))
    return [...this.#swarms].every(({ destroyed, keyPair }) => destroyed || keys.has(keyPair.publicKey.toString('hex')))
  }

  /** Our end of a connection, whose bytes are in the history; `name` is who of us it is. */
  ear(socket: Connection, name: string): Ear {
    this.#heard.add(socket)
    return new Ear(socket, name, this.history, (socket) => this.#other(socket))
  }

  /** Puts a connection of ours that nobody listens to into the history. */
  #remember(socket: Connection): void {
    if (this.#heard.has(socket)) return
    const other = this.#other(socket)
    const at = other === undefined ? {} : { with: other }
    this.history.add(CHECK, 'meets', { ...at, began: socket.isInitiator })
    socket.on('close', () => this.history.add(CHECK, 'loses', { ...at }))
  }

  /** The name of the role at the other end of a connection. */
  #other({ rawStream }: Connection): string | undefined {
    return this.workplace.roleAt(rawStream?.remoteHost ?? '')?.name
  }

  /**
   * A store of ours on the check's network, under the topic of one of its cores. It replicates with whoever comes, and
   * looks for others by itself. With a key pair it comes back as the peer that it was. `silence` is for how many ms it
   * says nothing on a new connection.
   */
  async store({ silence = 0, ...options }: { keyPair?: KeyPair; silence?: number } = {}): Promise<Store> {
    const name = `ours-${++this.#stores}` // before anything is awaited: several may be made at once
    const { default: Corestore } = await import('corestore')
    const cores = new Corestore(join(await this.folder(), name))
    await cores.ready()
    process.removeListener('unhandledRejection', bear).on('unhandledRejection', bear)
    this.after(() => cores.close())
    const replicating = async () => {
      const swarm = await this.swarm(options)
      swarm.on('connection', async (socket) => {
        if (silence > 0) await delay(silence, undefined, { ref: false })
        if (!socket.destroyed && !swarm.destroyed) cores.replicate(socket)
      })
      return swarm
    }
    const store: Store = {
      cores,
      swarm: await replicating(),
      join: async (topic, by) => {
        if (store.swarm.destroyed) store.swarm = await replicating()
        const discovery = store.swarm.join(topic, by)
        await discovery.flushed()
        lookAround(discovery)
      },
      leave: () => store.swarm.destroy()
    }
    return store
  }

  /**
   * The connections of our swarms to a role, since it was started; to any role where none has an address of its own. One
   * that has timed out was never closed.
   */
  protected connectionsTo({ host, begun }: Role): Connection[] {
    const connections = [...this.#connections].filter(
      ([{ rawStream }, at]) => rawStream?.remoteHost === host && at > begun
    )
    return connections.map(([socket]) => socket)
  }
}

/**
 * hypercore 11.37 goes on for a moment with a block that came just before its store was closed, and throws where nobody
 * awaits it (`_resolveBlocksLocally`, “not allowed to throw”): no reason for a check to end without a verdict.
 */
function bear(reason: unknown): void {
  if (!/RocksDB session is closed/.test(String(reason))) throw reason
}
