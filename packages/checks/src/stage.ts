// What a check plays on: roles as processes, and the verbs that wait for what they do.
import { sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type DHT from 'hyperdht'
import { ONLY_CTRL_C } from './behaviour.ts'
import { sentences, Unseen } from './outcome.ts'
import { ease } from './patience.ts'
import type { Ear } from './peers.ts'
import { type Standing, toAll } from './promises.ts'
import { type Role, shorten } from './role.ts'
import { type Awaited, Waits } from './waits.ts'
import type { Situation } from './workplace.ts'

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

/**
 * With that a look for others fails that begins in the milliseconds in which a swarm leaves. Who looks again and again, as
 * the text says, meets that once in many runs: a verdict must not depend on it.
 */
const CUT_OFF = /PeerDiscovery is destroyed/
const SECRET =
  'Join a swarm on `core.discoveryKey` alone. What you join on is public, and anyone who has the key can read.'
/** So many looks, 5 ms from each other, tell whether a role rests: in less than half of them it was busy. */
const RESTING = 30

/** Who gets less than that part of what a program gets that computes without a pause does next to nothing. */
const LITTLE = 0.25
/** Between two looks at the processor time of a role that seems busy, in ms. */
const WEIGH_AGAIN = 2_000

/** A role that only waits in so many looks in a row, 5 ms or more from each other, has done what it does at once. */
const DONE = 15
/** So long a role is given to come to rest before it must store a line, in ms: many times the looks that tell it. */
const AT_ONCE = 1_000
/** Between two words that come without a pause, in ms, and what is a pause between them. */
const STEADY = 20
const PAUSE = 80
/** After so many ms it is not known any more whether words come because we paused. */
const UNSURE = 4_000
/** Who has written that part of a line has written the line: what else is written is not known to the byte. */
const STORED = 0.9

export class Stage extends Waits {
  /** Runs a role of the answer: `file` with its arguments. `as` names it in the story where there are several. */
  async start(file: string, args: string[] = [], as = file, place: Situation = {}): Promise<Role> {
    const folders = [await this.folder(), this.dir] // of no interest to the learner
    const bare = (argument: string) => folders.reduce((text, folder) => text.replace(`${folder}${sep}`, ''), argument)
    const shown = args.map((argument) => shorten(bare(argument))).join(' ')
    const where = place.beside ? `, on the machine of ${place.beside.name}` : place.isOffline ? ', offline' : ''
    this.story.tell(`I started ${as}${shown ? ` with ${shown}` : ''}${where}.`)
    // The history has events of its own for what is done with a role. A step that does something with it is about it.
    const did = (sentence: string) => {
      this.story.tell(sentence)
      this.story.meet(role)
    }
    const role: Role = await this.workplace.start(file, args, as, did, place)
    this.story.meet(role)
    this.roles.add(role)
    return role
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
   * Types one line after the other into a role, without a pause, and waits until one of them `has` come meanwhile: who waits
   * for a pause before they pass on what they get waits for as long as somebody types. `saw` is what was seen when none came.
   */
  typesOn(
    role: Role,
    has: (word: string) => boolean | Promise<boolean>,
    saw: string,
    details: Awaited = {}
  ): Promise<void> {
    const did = `I typed one line after the other into ${role.name}.`
    return this.#steadily(did, (word) => role.type(word), has, saw, { file: role.file, ...details })
  }

  /** The same of what a role is to print: `give` gives it a word, in a way that `did` tells. */
  printsOn(role: Role, did: string, give: (word: string) => unknown, details: Awaited = {}): Promise<void> {
    const has = (word: string) => role.output.includes(word)
    return this.#steadily(did, give, has, `${role.name} printed none of them.`, { file: role.file, ...details })
  }

  /**
   * Gives new words until one of them has come while it gave others. On a machine so busy that we pause ourselves it is
   * enough that they come. The story does not tell how many it took.
   */
  async #steadily(
    did: string,
    give: (word: string) => unknown,
    has: (word: string) => boolean | Promise<boolean>,
    saw: string,
    details: Awaited
  ): Promise<void> {
    this.did(did)
    const word = this.random.word() // one, however many are needed: what is drawn later does not depend on the time
    const begin = performance.now()
    let [count, first, last] = [0, 0, begin]
    let [isThere, isOver] = [false, false]
    const going = (async () => {
      while (!isOver) {
        await this.untold(() => give(`${word}-${count++}`))
        await delay(STEADY)
        const [came, now] = [await has(`${word}-${first}`), performance.now()]
        if (now - last > PAUSE) first = count
        else isThere ||= came
        last = now
      }
    })()
    going.catch(() => {}) // told below
    const look = async () => isThere || (performance.now() - begin > UNSURE && has(`${word}-0`))
    await this.until(look, saw, details).finally(() => {
      isOver = true
    })
    await going
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
    const left = network.announced(role.host)
    if (left.size > 0) {
      const asked = (await this.workplace.asked(role)).filter(({ act }) => act === 'announces')
      const isPart = asked.some(({ target }) => !left.has(target))
      throw unseen(
        `${role.name} ended, but it was still announced: anyone who looks for it waits for a program that has left.`,
        isPart
          ? 'It took back only a part of what it had announced: to leave one topic is not to leave the network, and a promise that nobody awaits may not come to its end.'
          : 'It heard Ctrl-C, and ended before it had left: await that, and return its promise.'
      )
    }
    await this.until(
      () => this.connectionsTo(role).length === 0,
      () => `${role.name} ended without closing its connections: my end of one was still open.`,
      { file: role.file, ...details }
    )
  }

  /**
   * Connects to a role so many times, as strangers who say nothing, and tears each connection as soon as it is open. A
   * swarm of ours must be connected to the role: it knows the way, and must stay connected. The end of the step sees what
   * else that has left behind.
   */
  async tears(role: Role, times = 20): Promise<void> {
    const [known] = this.connectionsTo(role)
    if (!known) return
    const dht = await this.dht()
    const { default: DHT } = await import('hyperdht')
    this.did(`I connected to ${role.name} ${times} times, and tore each connection as soon as it was open.`)
    await Promise.all(
      Array.from({ length: times }, async () => {
        const { socket } = this.ear(dht.connect(known.remotePublicKey, { keyPair: DHT.keyPair() }), 'a stranger')
        await socket.opened
        socket.destroy()
      })
    )
    await dht.destroy()
    if (!known.destroyed) return
    const saw = `${role.name} closed the connection to somebody who stayed, when others came.`
    throw new Unseen(saw, {
      means: 'Each connection stays until one of its ends leaves: close none when another one comes or goes.',
      file: role.file
    })
  }

  /**
   * Sees that a role has nothing to compute while nobody speaks to it. Looks for no longer than `longest` ms, and has then
   * seen nothing, where somebody else waits meanwhile. `means` is what it usually means when the role ends instead. Where
   * many wait for a processor, so does a role that has next to nothing to do: then the time counts that it got.
   */
  async rests(role: Role, { longest = Number.POSITIVE_INFINITY, means = ONLY_CTRL_C } = {}): Promise<void> {
    const looks: boolean[] = []
    const since = performance.now()
    const before = role.processorTime
    const share = () => (role.processorTime - before) / (performance.now() - since)
    let due = since + WEIGH_AGAIN
    let least = 1 // its share is one of all that time, and the machine may be at ease again by now
    await this.until(
      async () => {
        if (role.isGone) throw new Unseen(role.account(), { means, file: role.file })
        if (performance.now() - since > longest) return true
        looks.push(role.isBusy ?? false)
        const last = looks.slice(-RESTING)
        if (last.length === RESTING && last.filter((isBusy) => isBusy).length < RESTING / 2) return true
        if (performance.now() < due) return false
        due = performance.now() + WEIGH_AGAIN
        least = Math.min(least, await ease())
        return share() < LITTLE * least
      },
      () => (role.ended ? '' : `${role.name} had nothing to do, and kept a processor busy.`),
      {
        means: 'A loop that never waits keeps a processor busy: wait for an event, or for some time.',
        file: role.file
      }
    )
  }

  /**
   * Types a line into a role, which must have stored it before it waits for the next one. When it keeps the line for later,
   * that is seen by what it does, not by the clock: it only waits, and the bytes are not there. Make the line longer than
   * what a database writes for itself, some 10 kB.
   */
  async stores(role: Role, line: string, means: string): Promise<void> {
    const saw = `The line did not reach the disk: ${role.name} keeps it for later.`
    const details = { means, file: role.file }
    // What it still writes is of earlier lines. Who never rests is told of elsewhere; where nobody knows, nobody waits.
    const rests = role.isBusy === undefined ? () => true : this.#onlyWaits(role)
    await this.until(rests, saw, { patience: AT_ONCE }).catch(() => {})
    const before = await this.stored()
    const hasStored = async () => (await this.stored()) > before + STORED * line.length
    role.type(line)
    const onlyWaits = this.#onlyWaits(role)
    await this.until(async () => onlyWaits() || hasStored(), saw, details)
    if (await hasStored()) return
    await this.workplace.write() // a control: a disk that is slow is slow for us, too
    if (!(await hasStored())) throw new Unseen(sentences(saw, role.account()), details)
  }

  /** Tells, when it is called again and again, whether a role has done what it does at once, and only waits. */
  #onlyWaits(role: Role): () => boolean {
    let waits = 0
    return () => {
      waits = role.isWaiting ? waits + 1 : 0
      return waits >= DONE
    }
  }

  /** Promises that from now on nobody asks the network for the key of a log, in hex. `step` is the one that is about it. */
  async keepsSecret(key: string, step: number): Promise<void> {
    const { asked } = await this.network()
    const broken = 'The network was asked for the public key: now strangers know it, and can read the log.'
    const look = () => (asked.some(({ target }) => target === key) ? { broken } : undefined)
    this.promise({ name: 'the key is secret', step, means: SECRET, look })
  }

  /**
   * Calls a role wrongly in several ways at once. Each time it must say so in a sentence, without a stack trace, and
   * exit with a code that is not 0. `but` is what it may print besides. Gives the roles, in the order of the calls.
   */
  async refuses(file: string, calls: string[][], but = /^$/, means?: string): Promise<Role[]> {
    const started = calls.map(async (args) => {
      const role = await this.start(file, args)
      role.mayEnd = true
      return role
    })
    const roles = await Promise.all(started)
    for (const [i, role] of roles.entries()) {
      const call = calls[i]?.length ? `For “${shorten(calls[i].join(' '))}”` : 'Without an argument'
      await this.givesUp(role, call, but, means)
    }
    return roles
  }

  /**
   * Waits until a role that cannot go on has ended: it must say why in a sentence, without a stack trace, and exit with a
   * code that is not 0. `when` begins what is told otherwise: “Without an argument”. `but` is what it may print besides.
   */
  async givesUp(role: Role, when: string, but = /^$/, means?: string): Promise<void> {
    const { file } = role
    const { code } = await this.until(
      () => role.ended,
      () => sentences(`${when} it was still running.`, role.account()),
      { means, file }
    )
    const said = `${role.errors}\n${role.output.replace(but, '')}`
    const hasStack = /^\s*at .+:\d+:\d+\)?$/m.test(said)
    const saw = hasStack
      ? `${when} it gave no sentence of its own: it printed the error of a library, with its stack.`
      : `${when} it gave no sentence.`
    if (hasStack || !/\w+ \w+ \w+/.test(said)) {
      throw new Unseen(sentences(saw, role.account()), { means, file })
    }
    if (code === 0) throw new Unseen(`${when} it ended with exit code 0, as if all were well.`, { means, file })
  }
}
