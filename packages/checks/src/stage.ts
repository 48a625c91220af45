// What a check plays on: roles as processes, peers of ours, waits for facts, and the promises that hold all the while.
import { AsyncLocalStorage } from 'node:async_hooks'
import { isAbsolute, sep } from 'node:path'
import { CHECK, type Happened } from '@workshop/picture/events'
import DHT, { type Connection, type KeyPair } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'
import { Activity, BUSY_SHARE, leakOf, mustBehave, ONLY_CTRL_C } from './behaviour.ts'
import { Random } from './corpus.ts'
import { History } from './history.ts'
import { Ours, type Store } from './ours.ts'
import { type Missed, sentences, Unseen } from './outcome.ts'
import { PATIENCE, wait } from './patience.ts'
import type { Ear } from './peers.ts'
import { type Promised, type Standing, toAll } from './promises.ts'
import { type Role, shorten } from './role.ts'
import { Story } from './story.ts'
import { type Place, Workplace } from './workplace.ts'

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

/** How long a promise is awaited when somebody may have to meet again, in ms: hyperswarm tries that after 1 and 5 s. */
const MEETING_AGAIN = 10_000
/**
 * With that a look for others fails that begins in the milliseconds in which a swarm leaves. Who looks again and again, as
 * the text says, meets that once in many runs: a verdict must not depend on it.
 */
const CUT_OFF = /PeerDiscovery is destroyed/
/** So many looks, 5 ms from each other, tell whether a role rests. */
const RESTING = 50

/** A role that only waits in so many looks in a row, 5 ms or more from each other, has done what it does at once. */
const DONE = 15

export class Stage {
  readonly history = new History()
  /** The number of the step that runs, and the titles of all. */
  now: { step: number; titles: readonly string[] } = { step: 0, titles: [] }
  /** What the inputs are drawn with: the same for the same answer. */
  readonly random: Random
  /** Called when a fact is slow: with what would be told when it never came, and the ms for which it is awaited. */
  onwait: (saw: string, patience: number) => void = () => {}
  readonly #workplace: Workplace
  readonly #promises: Promised[] = []
  readonly #ours: Ours
  /** All that were started, in whichever step. */
  readonly #roles = new Set<Role>()
  /** The story of the step that runs. */
  #story = new Story()
  /** The story of the scene that is made: several may be made side by side. */
  readonly #scenes = new AsyncLocalStorage<Story>()
  /** Of the wait that ended last. */
  #activity = new Activity()

  constructor(place: Place, seed = '') {
    this.#workplace = new Workplace(place, this.history)
    this.#ours = new Ours(this.#workplace)
    this.random = new Random(seed)
  }

  /** The folder of the answer. */
  get dir(): string {
    return this.#workplace.dir
  }

  set dir(dir: string) {
    this.#workplace.dir = dir
  }

  /** The story of what runs now: of the step, or of a scene that is made for it. */
  get story(): Story {
    return this.#scenes.getStore() ?? this.#story
  }

  /** Begins the story of a step. */
  beginStory(): void {
    this.#story = new Story()
  }

  /** Adds a sentence to what the story says was done. */
  did(sentence: string): void {
    this.story.tell(sentence)
    this.history.add(CHECK, 'does', { text: sentence })
  }

  /** Adds what was not seen to the history, where it ends. */
  misses({ missed: { text, since }, file }: Unseen): void {
    // Of several roles with one file nobody knows which one owes it.
    const [owing, ...others] = [...this.story.roles].filter((role) => role.file === file).map(({ name }) => name)
    const names = new Set(this.history.events.map(({ who }) => who))
    const who = subjectOf(text, names) ?? owing ?? CHECK
    this.history.add(who, 'is missed', {
      text,
      ...(since !== undefined && { since: Math.max(0, Math.round(this.history.since(since))) }),
      ...(owing !== undefined && owing !== who && others.length === 0 && { from: owing })
    })
  }

  /** All that happened, with what the network was asked for, in its order. */
  async happened(): Promise<Happened[]> {
    if (this.history.events.length === 0) return []
    const network = await this.network().catch(() => undefined) // without one its verdict says so
    const acts = (network?.asked ?? []).map(
      ({ at, act, target, host }): Happened => ({
        at: this.history.since(at),
        who: this.#workplace.roleAt(host)?.name ?? CHECK,
        what: act,
        ...(target && { target })
      })
    )
    const heard = await this.#workplace.heard()
    const told = heard.map((event) => ({ ...event, at: this.history.since(event.at) }))
    return [...this.history.events, ...acts, ...told].sort((a, b) => a.at - b.at)
  }

  /**
   * Something that several steps need, made when the first of them asks for it. The story of each of these steps then
   * begins with how it was made, also with `--step`. What does not need each other is made side by side:
   * `await Promise.all([room(), crowd()])`.
   */
  scene<T>(make: () => Promise<T>): () => Promise<T> {
    const story = new Story()
    let made: Promise<T> | undefined
    return () => {
      this.story.standOn(story)
      made ??= this.#scenes.run(story, make)
      return made
    }
  }

  /**
   * Something that must hold from now on, at the end of every step, whatever that is about. A promise that is broken
   * fails the step that runs then, and the story names the step that is about it.
   */
  promise(promised: Promised): void {
    this.#promises.push(promised)
  }

  /**
   * Waits until all promises are kept; a step itself can do so in its middle. Throws the Unseen of one that is broken, or
   * that is not kept in time.
   */
  async keepPromises(): Promise<void> {
    for (const [i, promised] of this.#promises.entries()) {
      const unseen = `I could not see this: ${promised.name}.`
      const since = performance.now()
      let standing: Standing
      const kept = await this.#wait(
        async () => {
          standing = await promised.look()
          return standing === undefined || 'broken' in standing
        },
        () => (standing && 'yet' in standing ? standing.yet : unseen),
        this.#mayMeetAgain(promised) ? MEETING_AGAIN : PATIENCE,
        { ...this.#details(promised), isOfNow: promised.step === this.now.step }
      )
      if (kept && standing === undefined) continue
      // One that was kept, and has been broken meanwhile, explains what came of it.
      await this.#noneIsBroken(this.#promises.slice(0, i))
      throw this.#broken(promised, standing ?? { yet: unseen }, since)
    }
    // Now that all has come: what came too much may have come after its promise was looked at.
    await this.#noneIsBroken(this.#promises)
    await mustBehave(this.#roles, (role) => this.#workplace.asked(role))
  }

  /**
   * Whether a program has ended, or a connection of one that has to keep a promise; not when there is one program only, and
   * all of ours are connected to it again.
   */
  #mayMeetAgain({ file }: Promised): boolean {
    const running = [...this.#roles].filter(({ ended }) => !ended)
    const [role] = running
    if (role && running.length === 1 && this.#ours.areAllConnectedTo(role)) return false
    const others = new Set([...this.#roles].flatMap((role) => (file && role.file !== file ? role.name : [])))
    return this.history.events.some(
      (event) => event.what === 'ends' || (event.what === 'loses' && !(event.with && others.has(event.with)))
    )
  }

  async #noneIsBroken(promises: readonly Promised[]): Promise<void> {
    for (const promised of promises) {
      const standing = await promised.look()
      if (standing && 'broken' in standing) throw this.#broken(promised, standing)
    }
  }

  #broken(promised: Promised, standing: NonNullable<Standing>, since?: number): Unseen {
    const saw = 'broken' in standing ? standing.broken : standing.yet
    const { means = promised.means } = standing
    const missed: Missed = { text: saw, ...(since !== undefined && { since }) }
    return this.#unseen(missed, this.#details({ ...promised, means }), this.history.giverOf(standing.odd ?? ''))
  }

  /** What was not seen, with what can be told of the roles: a leak that Node warned of first, since the rest may follow. */
  #unseen(missed: Missed, { means, file }: Awaited, besides?: string): Unseen {
    const { text } = missed
    const roles = [...this.story.roles].filter((role) => !role.mayEnd && (file === undefined || role.file === file))
    const leak = roles.map(leakOf).find((leak) => leak)
    const saw = sentences(leak?.saw, text, besides, ...this.#accounts(text, file))
    return new Unseen(saw, { means: leak ? sentences(leak.means, means) : means, file, missed })
  }

  #details({ means, file, step }: Promised): Awaited {
    const { step: now, titles } = this.now
    const about = step === now ? '' : `That is what step ${step} is about: ${titles[step - 1]}.`
    return { means: sentences(means, about), file }
  }

  /** Has the first roles started, whichever they will be. */
  async prepare(): Promise<void> {
    await this.#workplace.launcher()
  }

  /**
   * Runs a role of the answer: `file` with its arguments. `as` names it in the story where there are several. One that
   * `isElsewhere` has a storage of its own, as on another machine.
   */
  async start(file: string, args: string[] = [], as = file, { isElsewhere = false } = {}): Promise<Role> {
    const folders = [await this.folder(), this.dir] // of no interest to the learner
    const bare = (argument: string) => folders.reduce((text, folder) => text.replace(`${folder}${sep}`, ''), argument)
    const shown = args.map((argument) => shorten(bare(argument))).join(' ')
    this.story.tell(`I started ${as}${shown ? ` with ${shown}` : ''}.`)
    // The history has events of its own for what is done with a role. A step that does something with it is about it.
    const did = (sentence: string) => {
      this.story.tell(sentence)
      this.story.meet(role)
    }
    const role: Role = await this.#workplace.start(file, args, as, did, isElsewhere)
    this.story.meet(role)
    this.#roles.add(role)
    return role
  }

  /** Has something called when the check is over, last in first out: the end of what a check started by itself. */
  after(close: () => Promise<unknown>): void {
    this.#workplace.after(close)
  }

  /** A DHT node of ours on the check's network. */
  dht(options?: { keyPair?: KeyPair }): Promise<DHT> {
    return this.#ours.dht(options)
  }

  /** A swarm of ours on the check's network. Its connections may break without ending the check. */
  swarm(options?: { keyPair?: KeyPair }): Promise<Hyperswarm> {
    return this.#ours.swarm(options)
  }

  /** Our end of a connection, whose bytes are in the history; `name` is who of us it is. */
  ear(socket: Connection, name: string): Ear {
    return this.#ours.ear(socket, name)
  }

  /** A store of ours on the check's network; see `Store`. */
  store(): Promise<Store> {
    return this.#ours.store()
  }

  /** A folder for everything that the check and its roles write; gone with the check. */
  folder(): Promise<string> {
    return this.#workplace.folder()
  }

  /** The folder in which a role of the answer keeps a hypercore or a corestore; undefined when there is none. */
  storage(): Promise<string | undefined> {
    return this.#workplace.storage()
  }

  /** How many bytes the roles of the answer have written to their folders. */
  stored(): Promise<number> {
    return this.#workplace.stored()
  }

  /** The network of this check, inside this process: checks never meet each other or the learner's terminals. */
  network() {
    return this.#workplace.network()
  }

  /**
   * When a role asked the network for something about a topic, or about the hash of a key, as `performance.now()` has it.
   * One look or announcement counts once, although it asks several nodes. On a machine where roles have no address of
   * their own, what others asked counts too.
   */
  async asked(role: Role, act: 'looks up' | 'announces', target: Uint8Array): Promise<number[]> {
    const hex = Buffer.from(target).toString('hex')
    const asked = (await this.#workplace.asked(role)).filter((one) => one.act === act && one.target === hex)
    const nodes = new Set(asked.map(({ node }) => node))
    const times = [...nodes].map((node) => asked.filter((one) => one.node === node).map(({ at }) => at))
    // A node that did not answer at once was asked again, and one that was not known yet was not asked.
    return times.sort((a, b) => a.length - b.length)[Math.floor(times.length / 2)] ?? []
  }

  /**
   * Waits until `look` gives something else than undefined or false, and gives that. When it does not, or when a role
   * ends meanwhile, throws the Unseen whose message is `saw`, or what that tells then, with the account of the roles.
   * `means` is what that usually means.
   */
  async until<T>(
    look: () => T | Promise<T>,
    saw: string | (() => string),
    { patience = PATIENCE, means, file }: Awaited = {}
  ): Promise<Exclude<T, undefined | false>> {
    const since = performance.now()
    const told = typeof saw === 'string' ? () => saw : saw
    const fact = await this.#wait(look, told, patience, { means, file })
    if (fact !== undefined) return fact
    throw this.#unseen({ text: told(), since }, { means, file })
  }

  /** `isOfNow` is whether the fact is one that the step that runs is about. */
  async #wait<T>(
    look: () => T | Promise<T>,
    saw: () => string,
    patience: number,
    { means, file, isOfNow = true }: Awaited & { isOfNow?: boolean } = {}
  ) {
    let ended: Role | undefined
    const activity = new Activity()
    const fact = await wait<T>({
      look,
      before: () => {
        this.#workplace.mustBeOpen()
        // Whether a role has ended is read before the look: its last words count.
        ended = [...this.#roles].find((role) => role.isGone)
      },
      after: () => {
        activity.look(this.story.roles)
        // A program that threw is told first: the rest follows from it.
        if (!ended) return
        // A driver of ours, which is no file of the answer, runs the learner's file that is awaited.
        const fileOf = isAbsolute(ended.file) ? file : ended.file
        const text = saw()
        const names = new Map([...this.#roles].map((role) => [role.name, role]))
        const subject = names.get(subjectOf(text, names.keys()) ?? '')
        const isAnother = subject !== undefined && subject !== ended && subject.file === ended.file
        const isAwaited = isOfNow && means !== undefined && !isAnother && (file === undefined || file === fileOf)
        throw isAwaited
          ? new Unseen(sentences(ended.account(), text), { means, file: fileOf })
          : new Unseen(ended.account(), { means: ONLY_CTRL_C, file: fileOf })
      },
      processes: () => [...this.#roles].flatMap(({ ended, child: { pid = [] } }) => (ended ? [] : pid)),
      patience,
      onslow: (patience) => this.onwait(saw(), patience)
    })
    this.#activity = activity
    return fact
  }

  /**
   * What can be told of the roles that should be running: of the one that `saw` is about, where it is about one, or else of
   * those that run the file at fault, if any; and of the others that had an error.
   */
  #accounts(saw: string, file: string | undefined): string[] {
    const all = [...this.story.roles].filter((role) => !role.mayEnd)
    const names = all.map(({ name }) => name)
    const subject = subjectOf(saw, names)
    const owing = all.filter((role) => (subject === undefined ? role.file === file : role.name === subject))
    return all
      .filter((role) => owing.length === 0 || owing.includes(role) || /Error\b/.test(role.errors))
      .map((role) =>
        sentences(this.#activity.isBusy(role) ? `${role.name} was computing without a pause.` : '', role.account())
      )
  }

  /** For a fact that is known already: throws the Unseen when it is not so. */
  expect(fact: boolean, saw: string, means?: string): void {
    if (!fact) throw new Unseen(saw, { means })
  }

  /** Waits until a role has printed something that matches, and gives the match. `what` names it for the story. */
  prints(role: Role, pattern: RegExp, what: string, details: Awaited = {}): Promise<RegExpExecArray> {
    return this.until(
      () => pattern.exec(role.output) ?? undefined,
      () => `${role.name} did not print ${what}.`,
      { file: role.file, ...details }
    )
  }

  /**
   * Connects to a key from a node of ours, trying again for as long as nobody announces it yet; `who` names our side
   * for the story.
   */
  async reach(dht: DHT, key: Uint8Array, who: string, details: Awaited = {}): Promise<Ear> {
    let problem = ''
    return this.until(
      async () => {
        const ear = this.ear(dht.connect(key), who)
        const open = await ear.socket.opened
        problem = ear.problem
        return open && ear
      },
      () =>
        problem === 'PEER_NOT_FOUND'
          ? 'Nobody announces that key on the local network.'
          : `${who} could not connect: ${problem}.`,
      details
    )
  }

  /** Waits until each of these ears has heard a text. */
  async hears(ears: Iterable<Ear>, text: string, details: Awaited = {}): Promise<void> {
    const all = [...ears]
    const standings = () =>
      all.map(({ name, text: heard, problem }): [string, Standing] => {
        const broke = problem ? ` (${problem})` : ''
        const yet = `${name} received ${heard ? `earlier lines, but not “${shorten(text)}”` : 'nothing'}${broke}.`
        return [name, heard.includes(text) ? undefined : { yet }]
      })
    const look = () => toAll(standings())
    await this.until(
      () => look() === undefined,
      () => (look() as { yet: string } | undefined)?.yet ?? '',
      details
    )
  }

  /** Waits until a role has ended and gives its exit code. `saw` tells the story when it does not end. */
  async ends(role: Role, details: Awaited = {}): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    role.mayEnd = true
    return this.until(
      () => role.ended,
      () => sentences(`${role.name} was still running.`, role.account()),
      { file: role.file, ...details }
    )
  }

  /**
   * Presses Ctrl-C in a role and waits until it has left as it should: with code 0, and on the network nothing of it is
   * announced or connected to our swarms any more.
   */
  async leaves(role: Role, details: Awaited = {}): Promise<void> {
    const { means } = details
    await role.interrupt()
    const { code, signal } = await this.ends(role, details)
    const unseen = (saw: string, why = '') =>
      new Unseen(sentences(saw, role.words()), {
        means: sentences(why, means),
        file: role.file,
        missed: { text: saw }
      })
    if (signal)
      throw unseen(
        `${role.name} ended by the signal ${signal}.`,
        'Nothing in it listened for Ctrl-C by then: `goodbye` comes before all that waits.'
      )
    if (code !== 0 && CUT_OFF.test(role.errors)) return
    if (code !== 0) throw unseen(`${role.name} ended with exit code ${code}.`)
    const network = await this.network()
    // Without an address of its own, what it does cannot be told from what the others do.
    if (role.host === '127.0.0.1') return
    if (network.announcements(role.host) > 0) {
      throw unseen(
        `${role.name} ended, but it was still announced: anyone who looks for it waits for a program that has left.`,
        'It heard Ctrl-C, and ended before it had left: await that, and return its promise.'
      )
    }
    await this.until(
      () => this.#ours.connectionsTo(role).length === 0,
      () => `${role.name} ended without closing its connections: my end of one was still open.`,
      { file: role.file, ...details }
    )
  }

  /**
   * Connects to a role so many times, as strangers who say nothing, and tears each connection as soon as it is open. A
   * swarm of ours must be connected to the role: it knows the way. The end of the step sees what that has left behind.
   */
  async tears(role: Role, times = 20): Promise<void> {
    const [known] = this.#ours.connectionsTo(role)
    if (!known) return
    const dht = await this.dht()
    this.did(`I connected to ${role.name} ${times} times, and tore each connection as soon as it was open.`)
    await Promise.all(
      Array.from({ length: times }, async () => {
        const { socket } = this.ear(dht.connect(known.remotePublicKey, { keyPair: DHT.keyPair() }), 'a stranger')
        await socket.opened
        socket.destroy()
      })
    )
    await dht.destroy()
  }

  /**
   * Sees that a role has nothing to compute while nobody speaks to it. Looks for no longer than `longest` ms, and has then
   * seen nothing, where somebody else waits meanwhile. `means` is what it usually means when the role ends instead.
   */
  async rests(role: Role, { longest = Number.POSITIVE_INFINITY, means = ONLY_CTRL_C } = {}): Promise<void> {
    const looks: boolean[] = []
    const since = performance.now()
    await this.until(
      () => {
        if (role.isGone) throw new Unseen(role.account(), { means, file: role.file })
        if (performance.now() - since > longest) return true
        looks.push(role.isBusy ?? false)
        const last = looks.slice(-RESTING)
        return last.length === RESTING && last.filter((isBusy) => isBusy).length < BUSY_SHARE * RESTING
      },
      () => (role.ended ? '' : `${role.name} had nothing to do, and kept a processor busy.`),
      {
        means: 'A loop that never waits keeps a processor busy: wait for an event, or for some time.',
        file: role.file
      }
    )
  }

  /**
   * Waits until the roles have stored more than so many bytes. When this role keeps for later what it was given, that is
   * seen by what it does, not by the clock: it only waits, and the bytes are not there.
   */
  async stores(role: Role, bytes: number, saw: string, means: string): Promise<void> {
    const hasStored = async () => (await this.stored()) > bytes
    let waits = 0
    const isDone = async () => {
      waits = role.isWaiting ? waits + 1 : 0
      return waits >= DONE || hasStored()
    }
    const details = { means, file: role.file }
    await this.until(isDone, saw, details)
    if (await hasStored()) return
    await this.#workplace.write() // a control: a disk that is slow is slow for us, too
    if (!(await hasStored())) throw new Unseen(sentences(saw, role.account()), details)
  }

  /**
   * Calls a role wrongly in several ways at once. Each time it must say so in a sentence, without a stack trace, and
   * exit with a code that is not 0. `but` is what it may print besides.
   */
  async refuses(file: string, calls: string[][], but = /^$/, means?: string): Promise<void> {
    const started = calls.map(async (args) => {
      const role = await this.start(file, args)
      role.mayEnd = true
      return role
    })
    for (const [i, role] of (await Promise.all(started)).entries()) {
      const call = calls[i]?.length ? `For “${shorten(calls[i].join(' '))}”` : 'Without an argument'
      const { code } = await this.until(
        () => role.ended,
        () => sentences(`${call} it was still running.`, role.account()),
        { means, file }
      )
      const said = `${role.errors}\n${role.output.replace(but, '')}`
      const hasStack = /^\s*at .+:\d+:\d+\)?$/m.test(said)
      const saw = hasStack
        ? `${call} it gave no sentence of its own: it printed the error of a library, with its stack.`
        : `${call} it gave no sentence.`
      if (hasStack || !/\w+ \w+ \w+/.test(said)) {
        throw new Unseen(sentences(saw, role.account()), { means, file })
      }
      if (code === 0) throw new Unseen(`${call} it ended with exit code 0, as if all were well.`, { means, file })
    }
  }

  /** Ends everything that was started. */
  close(): Promise<void> {
    return this.#workplace.close()
  }
}

/** Who a sentence is about: the first name in it that a verb may follow, or else the first. */
function subjectOf(text: string, names: Iterable<string>): string | undefined {
  const found = [...names]
    .map((name) => {
      const at = text.toLowerCase().indexOf(name.toLowerCase())
      return { name, at, isSubject: /^ \w/.test(text.slice(at + name.length)) }
    })
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at || b.name.length - a.name.length)
  return (found.find(({ isSubject }) => isSubject) ?? found[0])?.name
}

/** What a wait may be told: what it means when the fact does not come, of whose file it is, and the patience in ms. */
export interface Awaited {
  means?: string | undefined
  file?: string | undefined
  patience?: number
}
