// Peers of ours on the network of a check: nodes, swarms, stores, and our ends of their connections.
import { join } from 'node:path'
import { CHECK } from '@workshop/picture/events'
import Corestore from 'corestore'
import DHT, { type Connection, type KeyPair } from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { Ear, lookAround, TIMED_OUT } from './peers.ts'
import type { Role } from './role.ts'
import type { Workplace } from './workplace.ts'

/** Cores of ours, and the swarm that replicates them. */
export interface Store {
  cores: Corestore
  swarm: Hyperswarm
  /** Announces them under a topic, and looks for others; resolves when that is done. One can be left out. */
  join(topic: Uint8Array, by?: { server?: boolean; client?: boolean }): Promise<void>
  /** Goes away, with a goodbye. The cores stay open, and can be joined again: with a swarm of another key. */
  leave(): Promise<void>
}

export class Ours {
  readonly #workplace: Workplace
  /** The connections of our swarms, and when each was opened, as `performance.now()` has it; without those that were closed. */
  readonly #connections = new Map<Connection, number>()
  /** Those that have an ear. */
  readonly #heard = new WeakSet<Connection>()
  readonly #swarms = new Set<Hyperswarm>()
  #stores = 0

  constructor(workplace: Workplace) {
    this.#workplace = workplace
  }

  /** A DHT node of ours on the check's network. */
  async dht(options: { keyPair?: KeyPair } = {}): Promise<DHT> {
    const { bootstrap, host } = await this.#workplace.network()
    this.#workplace.mustBeOpen()
    const dht = new DHT({ bootstrap, host, firewalled: false, ephemeral: true, ...options })
    this.#workplace.after(() => dht.destroy())
    return dht
  }

  /** A swarm of ours on the check's network. Its connections may break without ending the check. */
  async swarm(options: { keyPair?: KeyPair } = {}): Promise<Hyperswarm> {
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
    this.#workplace.after(() => swarm.destroy())
    return swarm
  }

  /** Whether each swarm of ours that was not destroyed is connected to a role, which was not started again since. */
  areAllConnectedTo(role: Role): boolean {
    const keys = new Set(this.connectionsTo(role).map(({ publicKey }) => publicKey.toString('hex')))
    return [...this.#swarms].every(({ destroyed, keyPair }) => destroyed || keys.has(keyPair.publicKey.toString('hex')))
  }

  /** Our end of a connection, whose bytes are in the history; `name` is who of us it is. */
  ear(socket: Connection, name: string): Ear {
    this.#heard.add(socket)
    return new Ear(socket, name, this.#workplace.history, (socket) => this.#other(socket))
  }

  /** Puts a connection of ours that nobody listens to into the history. */
  #remember(socket: Connection): void {
    if (this.#heard.has(socket)) return
    const other = this.#other(socket)
    const at = other === undefined ? {} : { with: other }
    this.#workplace.history.add(CHECK, 'meets', { ...at, began: socket.isInitiator })
    socket.on('close', () => this.#workplace.history.add(CHECK, 'loses', { ...at }))
  }

  /** The name of the role at the other end of a connection. */
  #other({ rawStream }: Connection): string | undefined {
    return this.#workplace.roleAt(rawStream?.remoteHost ?? '')?.name
  }

  /**
   * A store of ours on the check's network, under the topic of one of its cores. It replicates with whoever comes, and
   * looks for others by itself.
   */
  async store(): Promise<Store> {
    const name = `ours-${++this.#stores}` // before anything is awaited: several may be made at once
    const cores = new Corestore(join(await this.#workplace.folder(), name))
    await cores.ready()
    this.#workplace.after(() => cores.close())
    const replicating = async () => {
      const swarm = await this.swarm()
      swarm.on('connection', (socket) => cores.replicate(socket))
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
  connectionsTo({ host, begun }: Role): Connection[] {
    const connections = [...this.#connections].filter(
      ([{ rawStream }, at]) => rawStream?.remoteHost === host && at > begun
    )
    return connections.map(([socket]) => socket)
  }
}
