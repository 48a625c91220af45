// What a check plays on: a network of its own, roles as processes, peers of ours, and the story of the step.
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createNetwork, type Network, ownAddress } from '@workshop/network'
import { compiler, needsCompiler, typescript } from '@workshop/start'
import Corestore from 'corestore'
import DHT, { type KeyPair } from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { Ear, lookAround } from './peers.ts'
import { tellReaper } from './reap.ts'
import { Role, shorten, startUpTime } from './role.ts'

export interface Step {
  /** What the learner got right when it passes, in the present tense. */
  title: string
  /** Does and observes; throws what it did not see. */
  run(): Promise<void>
}

/** The steps of a verdict, in the order of the README. Called once for each verdict; must start nothing by itself. */
export type Check = (stage: Stage) => Step[]

export function step(title: string, run: () => Promise<void>): Step {
  return { title, run }
}

/** The learner's program did not show what it should. */
export class Unseen extends Error {}

/** This machine does not let the check do its work. */
export class MachineTrouble extends Error {}

const LOOK_AGAIN = 5 // ms between two looks at a fact
/** How long a fact is awaited, in ms. Facts of a right answer take 5–300 ms on a quiet machine. */
const PATIENCE = 5_000
/** A fact that has not come after so many ms is told to who waits for the verdict. */
const SLOW = 1_000
/** Longer than that nothing is awaited, however slow the machine is. */
const UTMOST_PATIENCE = 90_000
/**
 * How long a bare node takes to start, in ms: up to QUIET (40–60 are usual) a machine is at ease; one that takes n times
 * as long gets n times the patience; one that takes BUSY is not judged by time.
 */
const QUIET = 100
const BUSY = 500

/** Cores of ours, and the swarm that replicates them. */
export interface Store {
  cores: Corestore
  swarm: Hyperswarm
  /** Announces them under a topic; resolves when that is done. */
  join(topic: Uint8Array): Promise<void>
  /** Goes away, with a goodbye. The cores stay open. */
  leave(): Promise<void>
}

interface Story {
  did: string[]
  means: string
  roles: Set<Role>
}

const emptyStory = (): Story => ({ did: [], means: '', roles: new Set() })

export class Stage {
  /** The folder of the answer. */
  dir: string
  /** The story of the step that runs. */
  story = emptyStory()
  /** Called when a fact lets itself be awaited, with what would be told when it never came. */
  onwait: (saw: string) => void = () => {}
  #network: Promise<Network> | undefined
  #folder: Promise<string> | undefined
  #stores = 0
  #closers: (() => Promise<unknown>)[] = []
  #isClosed = false
  /** What node needs to run the answer. */
  #node: readonly string[] | undefined
  /** Our own nodes: their requests are not the learner's. */
  #ours: DHT[] = []
  /** The addresses of the roles, by which their requests are told apart, and who had each last. */
  #hosts = new Map<string, Role>()

  constructor(dir: string) {
    this.dir = dir
  }

  /** Adds a sentence to what the story says was done. */
  did(sentence: string): void {
    this.story.did.push(sentence)
  }

  /** What it usually means when the facts awaited from here on are not seen. */
  means(sentence: string): void {
    this.story.means = sentence
  }

  /**
   * Something that several steps need, made when the first of them asks for it. The story of each of these steps then
   * begins with how it was made, also with `--step`.
   */
  scene<T>(make: () => Promise<T>): () => Promise<T> {
    let made: { value: T; story: Story } | undefined
    return async () => {
      const before = this.story
      if (!made) {
        this.story = emptyStory()
        try {
          made = { value: await make(), story: this.story }
        } catch (error) {
          this.story = merge(before, this.story)
          throw error
        }
      }
      this.story = merge(before, made.story)
      return made.value
    }
  }

  /** Runs a role of the answer: `file` with its arguments. `as` names it in the story where there are several. */
  async start(file: string, args: string[] = [], as = file): Promise<Role> {
    const folders = [await this.folder(), this.dir] // of no interest to the learner
    const bare = (argument: string) => folders.reduce((text, folder) => text.replace(`${folder}${sep}`, ''), argument)
    const shown = args.map((argument) => shorten(bare(argument))).join(' ')
    this.did(`I started ${as}${shown ? ` with ${shown}` : ''}.`)
    return this.#spawn(file, args, as)
  }

  async #spawn(file: string, args: string[], name: string): Promise<Role> {
    const folder = await this.folder()
    const network = await this.network()
    this.#mustBeOpen()
    this.#node ??= needsCompiler(this.dir) ? compiler : typescript
    const host = this.#hostOf(name, network)
    const begin = performance.now()
    const role = new Role({
      dir: this.dir,
      file,
      args,
      node: this.#node,
      name,
      cwd: folder,
      env: {
        ...process.env,
        WORKSHOP_NETWORK: address(network),
        WORKSHOP_STORAGE: folder,
        WORKSHOP_HOST: host,
        FORCE_COLOR: '0',
        NODE_OPTIONS: ''
      },
      did: (sentence) => this.did(sentence),
      onkilled: () => network.forgetTheDead(),
      spokeToNetwork: () => {
        const ours = new Set(this.#ours.map((dht) => `${dht.address()?.host} ${dht.address()?.port}`))
        return network.asked.some(
          (asked) =>
            asked.at > begin &&
            !ours.has(`${asked.host} ${asked.port}`) &&
            (asked.host === host || !this.#hosts.has(asked.host))
        )
      }
    })
    this.#hosts.set(host, role)
    this.story.roles.add(role)
    this.#closers.push(() => role.end())
    if (role.child.pid === undefined) {
      await once(role.child, 'error').catch(() => {})
      throw new MachineTrouble(`${name} could not be started as a process: ${role.errors}`)
    }
    const { pid } = role.child
    tellReaper('begun', pid)
    role.child.on('exit', () => tellReaper('ended', pid))
    return role
  }

  /**
   * The address for a role: one that no other has. A role that ended and is started again gets the one that it had, as
   * it would on its machine: peers that know its key remember the way for a while.
   */
  #hostOf(name: string, network: Network): string {
    const [known] = [...this.#hosts].find(([, role]) => role.name === name && role.ended) ?? []
    const all = network.host.replace(/1$/, '')
    return known ?? (network.host === '127.0.0.1' ? network.host : `${all}${this.#hosts.size + 2}`)
  }

  /** Has something called when the check is over, last in first out: the end of what a check started by itself. */
  after(close: () => Promise<unknown>): void {
    this.#closers.push(close)
  }

  /** A DHT node of ours on the check's network. */
  async dht(options: { keyPair?: KeyPair } = {}): Promise<DHT> {
    const { bootstrap, host } = await this.network()
    this.#mustBeOpen()
    const dht = new DHT({ bootstrap, host, firewalled: false, ephemeral: true, ...options })
    this.#ours.push(dht)
    this.#closers.push(() => dht.destroy())
    return dht
  }

  /** A swarm of ours on the check's network. Its connections may break without ending the check. */
  async swarm(options: { keyPair?: KeyPair } = {}): Promise<Hyperswarm> {
    const swarm = new Hyperswarm({ dht: await this.dht(), ...options })
    swarm.on('connection', (socket) => socket.on('error', () => {}))
    this.#closers.push(() => swarm.destroy())
    return swarm
  }

  /**
   * A store of ours on the check's network, under the topic of one of its cores. It replicates with whoever comes, and
   * looks for others by itself.
   */
  async store(): Promise<Store> {
    this.#stores += 1
    const cores = new Corestore(join(await this.folder(), `ours-${this.#stores}`))
    await cores.ready()
    this.#closers.push(() => cores.close())
    const swarm = await this.swarm()
    swarm.on('connection', (socket) => cores.replicate(socket))
    return {
      cores,
      swarm,
      join: async (topic) => {
        const discovery = swarm.join(topic)
        await discovery.flushed()
        lookAround(discovery)
      },
      leave: () => swarm.destroy()
    }
  }

  /** A folder for everything that the check and its roles write; gone with the check. */
  folder(): Promise<string> {
    this.#folder ??= this.#makeFolder()
    return this.#folder
  }

  /** The folder in which a role of the answer keeps a hypercore or a corestore; undefined when there is none. */
  async storage(): Promise<string | undefined> {
    return storageIn(await this.folder())
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

  /** The network of this check, inside this process: checks never meet each other or the learner's terminals. */
  network(): Promise<Network> {
    this.#network ??= ownAddress()
      .then((host) => createNetwork({ host }))
      .then(
        (network) => {
          this.#closers.unshift(() => network.close())
          return network
        },
        (error: Error) => {
          throw new MachineTrouble(`No local network could be started on 127.0.0.1: ${error.message}`)
        }
      )
    return this.#network
  }

  /**
   * Waits until `look` gives something else than undefined or false, and gives that. When it does not, or when a role
   * of this step ends meanwhile, throws the Unseen whose message is what `saw` tells then, with the account of the roles.
   */
  async until<T>(
    look: () => T | Promise<T>,
    saw: () => string,
    patience = PATIENCE
  ): Promise<Exclude<T, undefined | false>> {
    const begin = Date.now()
    let isTold = false
    let deadline = begin + patience
    // A look may itself wait for a peer that never answers: it counts as nothing seen when the time is up.
    let expiry = delay(patience + LOOK_AGAIN, undefined, { ref: false })
    for (;;) {
      this.#mustBeOpen()
      // Whether a role has ended is read before the look: its last words count.
      const ended = [...this.story.roles].find((role) => role.ended && !role.mayEnd)
      const fact = await Promise.race([look(), expiry])
      if (fact !== undefined && fact !== false) return fact as Exclude<T, undefined | false>
      if (ended) throw new Unseen(sentences(saw(), ended.account()))
      if (Date.now() > deadline) {
        // A control: is it the program that is slow, or the machine?
        const control = await startUpTime()
        const waited = Date.now() - begin
        const due = Math.min(UTMOST_PATIENCE, patience * Math.max(1, control / QUIET))
        if (control < BUSY && waited >= due) {
          throw new Unseen(
            sentences(saw(), ...[...this.story.roles].filter((role) => !role.mayEnd).map((role) => role.account()))
          )
        }
        if (waited >= UTMOST_PATIENCE) {
          throw new MachineTrouble(
            `This machine is too busy for a verdict: starting node alone took ${Math.round(control)} ms.`
          )
        }
        const more = Math.max(LOOK_AGAIN, due - waited)
        deadline = Date.now() + more
        expiry = delay(more + LOOK_AGAIN, undefined, { ref: false })
      }
      if (!isTold && Date.now() - begin > SLOW) {
        isTold = true
        this.onwait(saw())
      }
      await delay(LOOK_AGAIN)
    }
  }

  /** For a fact that is known already: throws the Unseen when it is not so. */
  expect(fact: boolean, saw: string): void {
    if (!fact) throw new Unseen(saw)
  }

  /** Waits until a role has printed something that matches, and gives the match. `what` names it for the story. */
  prints(role: Role, pattern: RegExp, what: string, patience = PATIENCE): Promise<RegExpExecArray> {
    return this.until(
      () => pattern.exec(role.output) ?? undefined,
      () => `${role.name} did not print ${what}.`,
      patience
    )
  }

  /**
   * Connects to a key from a node of ours, trying again for as long as nobody announces it yet; `who` names our side
   * for the story.
   */
  async reach(dht: DHT, key: Uint8Array, who: string): Promise<Ear> {
    let problem = ''
    return this.until(
      async () => {
        const ear = new Ear(dht.connect(key))
        const open = await ear.socket.opened
        problem = ear.problem
        return open && ear
      },
      () =>
        problem === 'PEER_NOT_FOUND'
          ? 'Nobody announces that key on the local network.'
          : `${who} could not connect: ${problem}.`
    )
  }

  /** Waits until an ear has heard a text; `who` names it for the story. */
  async hears(ear: Ear, text: string, who: string): Promise<void> {
    await this.until(
      () => ear.text.includes(text),
      () =>
        `${who} received ${ear.text ? `only “${shorten(ear.text)}”` : 'nothing'}${ear.problem ? ` (${ear.problem})` : ''}.`
    )
  }

  /** Waits until a role has ended and gives its exit code. `saw` tells the story when it does not end. */
  async ends(role: Role): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    role.mayEnd = true
    return this.until(
      () => role.ended,
      () => sentences(`${role.name} was still running.`, role.account())
    )
  }

  /** Presses Ctrl-C in a role and waits until it has ended, which it must as if all were well. */
  async leaves(role: Role): Promise<void> {
    await role.interrupt()
    const { code, signal } = await this.ends(role)
    this.expect(code === 0, `${role.name} ended ${signal ? `by the signal ${signal}` : `with exit code ${code}`}.`)
  }

  /**
   * Calls a role wrongly in several ways at once. Each time it must say so in a sentence, without a stack trace, and
   * exit with a code that is not 0. `but` is what it may print besides.
   */
  async refuses(file: string, calls: string[][], but = /^$/): Promise<void> {
    const roles = await Promise.all(calls.map((args) => this.start(file, args)))
    for (const role of roles) role.mayEnd = true
    for (const [i, role] of roles.entries()) {
      const call = calls[i]?.length ? `For “${shorten(calls[i].join(' '))}”` : 'Without an argument'
      const { code } = await this.ends(role)
      const said = `${role.errors}\n${role.output.replace(but, '')}`
      const isSentence = /\w+ \w+ \w+/.test(said) && !/^\s*at .+:\d+:\d+\)?$/m.test(said)
      this.expect(isSentence, `${call} it gave no sentence. ${role.account()}`)
      this.expect(code !== 0, `${call} it ended with exit code 0, as if all were well.`)
    }
  }

  /** A step that was given up in the middle must start nothing any more. */
  #mustBeOpen(): void {
    if (this.#isClosed) throw new Error('The check is over.')
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    this.#isClosed = true
    // Roles first, then our peers, then the network under them.
    for (const close of this.#closers.reverse()) await close().catch(() => {})
  }
}

/** Folders below a check's that are not the roles' own. */
const OURS = /^(ours-\d+|answer|node_modules)$/

function storageIn(folder: string): string | undefined {
  if (existsSync(join(folder, 'CORESTORE'))) return folder
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const found = entry.isDirectory() && !OURS.test(entry.name) && storageIn(join(folder, entry.name))
    if (found) return found
  }
  return undefined
}

const sentences = (...parts: string[]): string => [...new Set(parts.filter((sentence) => sentence !== ''))].join(' ')

function merge(before: Story, after: Story): Story {
  return {
    // A scene may stand on another one that this step has told already.
    did: [...before.did, ...after.did.filter((sentence) => !before.did.includes(sentence))],
    means: after.means || before.means,
    roles: new Set([...before.roles, ...after.roles])
  }
}

function address(network: Network): string {
  const [{ host, port }] = network.bootstrap as [{ host: string; port: number }]
  return `${host}:${port}`
}
