// Where a check plays: a folder, a network and addresses of its own, and the processes of the answer.
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdtemp, open, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Network } from '@workshop/network'
import type { Happened } from '@workshop/picture/events'
import { compiler, needsCompiler, typescript } from '@workshop/start'
import type { History } from './history.ts'
import { Launcher } from './launcher.ts'
import { type Listener, listen } from './listener.ts'
import { MachineTrouble } from './outcome.ts'
import { tellReaper } from './reap.ts'
import { Role } from './role.ts'

export interface Place {
  /** The folder of the answer. */
  dir: string
  /** The folder of the exercise, when it is another one. */
  exercise?: string
  /** Some roles are started ahead of being needed. */
  startsAhead?: boolean
  /** Roles tell what their libraries do: for a picture. */
  hasListener?: boolean
}

/** Where a role is, when it is not on a machine of its own with the storage that all share. */
export interface Situation {
  /** It has a storage of its own, as on another machine. */
  isElsewhere?: boolean
  /** It has the address of this role, as on the same machine. */
  beside?: Role
  /** It asks where nobody answers. */
  isOffline?: boolean
}

export class Workplace {
  /** The folder of the answer. */
  dir: string
  /** The folder of the exercise, whose libraries roles import. */
  readonly exercise: string
  readonly history: History
  #network: Promise<Network> | undefined
  #folder: Promise<string> | undefined
  #closers: (() => Promise<unknown>)[] = []
  #isClosed = false
  #launcher: Promise<Launcher> | undefined
  readonly #startsAhead: boolean
  readonly #hasListener: boolean
  #listener: Listener | undefined
  /** The names of all roles by their process. */
  readonly #names = new Map<number, string>()
  /** The addresses of the roles, by which what they do on the network is told apart, and who had each last. */
  readonly #hosts = new Map<string, Role>()

  constructor({ dir, exercise = dir, startsAhead = false, hasListener = false }: Place, history: History) {
    // With the variable the proof sees whether a verdict depends on what is told for the picture.
    this.#hasListener = hasListener || process.env.WORKSHOP_TAP === 'on'
    this.dir = dir
    this.exercise = exercise
    this.#startsAhead = startsAhead
    this.history = history
  }

  /** Has something called when the check is over, last in first out. */
  after(close: () => Promise<unknown>): void {
    this.#closers.push(close)
  }

  /** A step that was given up in the middle must start nothing any more. */
  mustBeOpen(): void {
    if (this.#isClosed) throw new Error('The check is over.')
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    this.#isClosed = true
    // What is still being made has its end when it is there.
    await Promise.allSettled([this.#folder, this.#network, this.#launcher])
    // Roles first, then our peers, then the network under them.
    for (const close of this.#closers.reverse()) await close().catch(() => {})
  }

  /** A folder for everything that the check and its roles write; gone with the check. */
  folder(): Promise<string> {
    this.#folder ??= this.#makeFolder()
    return this.#folder
  }

  async #makeFolder(): Promise<string> {
    let folder: string
    try {
      folder = await realpath(await mkdtemp(join(tmpdir(), 'p2p-workshop-')))
    } catch (error) {
      throw new MachineTrouble(`No folder could be made in ${tmpdir()}: ${(error as Error).message}`)
    }
    tellReaper('made', folder)
    this.#closers.push(async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      tellReaper('removed', folder)
    })
    return folder
  }

  /** The folder in which a role of the answer keeps a hypercore or a corestore; undefined when there is none. */
  async storage(): Promise<string | undefined> {
    return storageIn(await this.folder())
  }

  /** How many bytes the roles of the answer have written to their folders. */
  async stored(): Promise<number> {
    return sizeOf(await this.folder())
  }

  /** Writes some files of ours beside those of the roles, one after the other; resolves when they are on the disk. */
  async write(): Promise<void> {
    const path = join(await this.folder(), 'ours-0')
    for (let i = 0; i < WRITES; i++) {
      const file = await open(path, 'w')
      await file.writeFile(Buffer.alloc(WRITTEN, i))
      await file.sync()
      await file.close()
    }
  }

  /** The network of this check, inside this process: checks never meet each other or the learner's terminals. */
  network(): Promise<Network> {
    this.#network ??= this.#makeNetwork()
    return this.#network
  }

  async #makeNetwork(): Promise<Network> {
    const { createNetwork, ownAddress } = await import('@workshop/network')
    try {
      const network = await createNetwork({ host: await ownAddress() })
      this.#closers.unshift(() => network.close())
      return network
    } catch (error) {
      throw new MachineTrouble(`No local network could be started on 127.0.0.1: ${(error as Error).message}`)
    }
  }

  /** What starts the roles. Asked for early, it has the first of them ready when it is needed. */
  launcher(): Promise<Launcher> {
    this.#launcher ??= this.#makeLauncher()
    return this.#launcher
  }

  async #makeLauncher(): Promise<Launcher> {
    const folder = await this.folder()
    if (this.#hasListener) {
      const listener = await listen((pid) => this.#names.get(pid))
      this.#listener = listener
      this.#closers.push(() => listener.close())
    }
    this.mustBeOpen()
    const node = needsCompiler(this.dir) ? compiler : typescript
    const launcher = new Launcher({
      node: this.#listener ? [...node, '--import', LISTEN] : node,
      cwd: folder,
      env: {
        ...process.env,
        WORKSHOP_STORAGE: folder,
        ...(this.#listener && { WORKSHOP_LISTENER: String(this.#listener.port) }),
        FORCE_COLOR: '0',
        NODE_OPTIONS: ''
      },
      package: this.exercise,
      spares: this.#startsAhead ? SPARES : 0
    })
    this.#closers.push(async () => launcher.close())
    return launcher
  }

  /** Runs a file of the answer as a process. `did` takes what is done with it, for the story. */
  async start(
    file: string,
    args: string[],
    name: string,
    did: (sentence: string) => void,
    { isElsewhere = false, beside, isOffline = false }: Situation = {}
  ): Promise<Role> {
    const network = await this.network()
    const launcher = await this.launcher()
    // Where a check keeps its things is of no interest to the learner.
    const folder = await this.folder()
    const folders = [folder, this.dir, this.exercise]
    const bare = (word: string) => folders.reduce((text, folder) => text.replace(`${folder}${sep}`, ''), word)
    this.mustBeOpen()
    const host = beside?.host ?? this.#hostFor(name, network) // nothing is awaited until it is taken
    const role = new Role({
      child: launcher.start(resolve(this.dir, file), args, {
        WORKSHOP_NETWORK: isOffline ? `${network.host}:${NOBODY}` : address(network),
        WORKSHOP_HOST: host,
        ...(isElsewhere && { WORKSHOP_STORAGE: join(folder, ELSEWHERE) })
      }),
      dir: this.dir,
      file,
      shown: [file, ...args].map(bare).join(' '),
      name,
      host,
      did,
      history: this.history,
      onkilled: () => network.forgetTheDead(),
      spokeToNetwork: () => isOffline || this.#asked(network, role).length > 0
    })
    if (!beside) this.#hosts.set(host, role)
    this.#closers.push(() => role.end())
    if (role.child.pid !== undefined) this.#names.set(role.child.pid, name)
    else {
      await once(role.child, 'error').catch(() => {})
      throw new MachineTrouble(`${name} could not be started as a process: ${role.errors}`)
    }
    return role
  }

  /** What roles told of their libraries so far; `at` is in ms as `performance.now()` has it. */
  async heard(): Promise<Happened[]> {
    if (!this.#listener) return []
    await delay(LAST_WORDS)
    return this.#listener.heard()
  }

  /** What a role asked the network for so far. */
  async asked(role: Role) {
    return this.#asked(await this.network(), role)
  }

  /** The role that has, or had last, an address of its own. */
  roleAt(host: string): Role | undefined {
    return host === LOOPBACK ? undefined : this.#hosts.get(host)
  }

  /** A role that binds to no address, or another one, is nobody whom we know. Ours are at the network's own address. */
  #asked(network: Network, role: Role) {
    const isKnown = (host: string) => host === network.host || this.#hosts.has(host)
    return network.asked.filter(
      ({ at, host }) => at > role.begun && (network.host === LOOPBACK || host === role.host || !isKnown(host))
    )
  }

  /**
   * The address for a role: one that no other has. A role that ended and is started again gets the one that it had, as
   * it would on its machine: peers that know its key remember the way for a while.
   */
  #hostFor(name: string, network: Network): string {
    if (network.host === LOOPBACK) return LOOPBACK
    const [known] = [...this.#hosts].find(([, role]) => role.name === name && role.ended) ?? []
    const inUse = this.#hosts.size
    // 127.x.y.2 to 127.x.y.254, then 127.x.y+1.2 …
    const [a, b, c] = network.host.split('.').map(Number) as [number, number, number]
    return known ?? `${a}.${b}.${(c + Math.floor(inUse / 253)) % 256}.${2 + (inUse % 253)}`
  }
}

const LOOPBACK = '127.0.0.1'
/** A UDP port at which nobody listens: it is there to discard what comes. */
const NOBODY = 9
/** Loaded beside a role. */
const LISTEN = new URL('listen.ts', import.meta.url).href
/** What a role tells has come after so many ms. */
const LAST_WORDS = 150

/** So many files of so many bytes are more work than one line of a log. */
const WRITES = 10
const WRITTEN = 64 * 1024

/** One is needed at a time, and then, at the end, half a dozen at once; each holds some 50 MB. */
const SPARES = 3

/** Where a role stores its things that is somewhere else than the others. */
const ELSEWHERE = 'elsewhere'
/** Folders below a check's that are not the roles' own. */
const OURS = /^(ours-\d+|answer|node_modules|elsewhere)$/

function storageIn(folder: string): string | undefined {
  if (existsSync(join(folder, 'CORESTORE'))) return folder
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const found = entry.isDirectory() && !OURS.test(entry.name) && storageIn(join(folder, entry.name))
    if (found) return found
  }
  return undefined
}

/** The bytes of all files below a folder that are the roles' own. */
function sizeOf(folder: string): number {
  const sizes = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !OURS.test(name))
    .map((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return sizeOf(path)
      return statSync(path, { throwIfNoEntry: false })?.size ?? 0 // a database removes files at any time
    })
  return sizes.reduce((sum, size) => sum + size, 0)
}

function address(network: Network): string {
  const [{ host, port }] = network.bootstrap as [{ host: string; port: number }]
  return `${host}:${port}`
}
