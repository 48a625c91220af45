// A room as one machine has it: everybody's feeds, and the connections over which they come.
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import type Hypercore from 'hypercore'
import Multifeed from 'solution-7-multifeed'
import { codeOf, isSealed, keyPairOf, seal } from './code.ts'
import { type Entry, LARGEST, read, VERSION, write } from './entries.ts'
import { Meeting } from './meeting.ts'
import { keepMembership, type Membership } from './place.ts'
import { type Feed, type View, view } from './view.ts'

/** The name and version of what is said. */
export const CLIENT = 'p2p-workshop room 1'
/** An honest learner says less in a day of watching: a verdict each few seconds. */
const MOST_ENTRIES = 5_000
const MOST_BYTES = MOST_ENTRIES * 512
/** People in a room, with those who came twice. */
const MOST_FEEDS = 2_000
/**
 * What one learner says, their machine tells at once to the teacher's and to a few others. Those pass it on at leisure,
 * in ms: nobody waits for it there, and 200 laptops have 200 feeds to store.
 */
const PASS_ON = 240_000
/** The same, to the teacher's machine. */
const PASS_UP = 3_000
/** Blocks that are read at the same time. */
const READ = 64

/** What a person says; when, the room adds. */
export type Saying = Entry extends infer E ? (E extends Entry ? Omit<E, 'at'> : never) : never

interface Tracked {
  feed: Feed & { entries: Entry[] }
  core: Hypercore
  next: number
  isReading: boolean
}

export class Room extends EventEmitter<{
  /** Something was said, or somebody came or went. Comes once for what happens at once. */
  change: []
}> {
  readonly folder: string
  readonly #clock: () => number
  readonly #multi: Multifeed
  readonly #tracked = new Map<string, Tracked>()
  /** Feeds of which more was offered than is fetched, and their length. */
  readonly #excess = new Map<string, number>()
  readonly #opening = new Set<Promise<void>>()
  #membership: Membership
  #mine: Hypercore | undefined
  #key = ''
  #meeting: Meeting | undefined
  #isChanged = false
  #isClosed = false
  /** By how much the clock at the other end of a connection is ahead of ours. */
  readonly #clocks = new WeakMap<NoiseSecretStream, number>()
  /** Public keys that were checked against the code. */
  readonly #claims = new Map<string, Promise<boolean>>()

  /** Opens the room in a folder, also without a network. Rejects when another process has it open, or the disk refuses. */
  static async open(folder: string, membership: Membership, clock = Date.now): Promise<Room> {
    const room = new Room(folder, membership, clock)
    try {
      await room.#open()
    } catch (error) {
      await room.close()
      throw error
    }
    return room
  }

  private constructor(folder: string, membership: Membership, clock: () => number) {
    super()
    this.folder = folder
    this.#clock = clock
    this.#membership = membership
    this.#multi = new Multifeed(join(folder, 'feeds'), {
      client: CLIENT,
      gate: Buffer.from(membership.secrets[0], 'hex'),
      maxFeeds: MOST_FEEDS,
      maxLength: MOST_ENTRIES,
      maxBytes: MOST_BYTES,
      delay: (key, { publicKey }) => this.#delay(key.toString('hex'), publicKey.toString('hex'))
    })
  }

  async #open(): Promise<void> {
    await this.#multi.ready()
    this.#mine = await this.#multi.writer('mine')
    this.#key = this.#mine.key.toString('hex')
    await this.#track(this.#mine)
    await Promise.all(this.#multi.feeds().map((core) => this.#meet(core)))
    this.#multi.on('feed', (core) => {
      const opening = this.#meet(core).catch(() => {}) // closed meanwhile
      this.#opening.add(opening)
      opening.finally(() => this.#opening.delete(opening))
    })
    this.#multi.on('remote-feeds', (_keys, userData, socket) => {
      const now = (userData as { now?: unknown } | null)?.now
      this.#clocks.set(socket, typeof now === 'number' && Number.isSafeInteger(now) ? now - this.#clock() : 0)
      this.#setClock(socket)
    })
    this.#multi.on('excess', (key, length) => {
      this.#excess.set(key.toString('hex'), length)
      this.#change()
    })
  }

  get membership(): Readonly<Membership> {
    return this.#membership
  }

  get isTeachers(): boolean {
    return this.#membership.seed !== undefined
  }

  /** Whether the teacher's machine is connected; the teacher's own is. */
  get isReached(): boolean {
    return this.isTeachers || this.#meeting?.teacher !== undefined
  }

  /** How many machines are connected. */
  get connections(): number {
    return this.#meeting?.connections ?? 0
  }

  /** The key of one's own feed, in hex. */
  get id(): string {
    return this.#key
  }

  /** The time by the teacher's clock, in ms since 1970. */
  now(): number {
    return this.#clock() + (this.#membership.ahead ?? 0)
  }

  /** What was read so far. A learner's machine carries all feeds, and reads its own and the teacher's. */
  feeds(): Feed[] {
    const feeds = [...this.#tracked.values()].map(({ feed }) => ({
      ...feed,
      length: this.#excess.get(feed.key) ?? feed.length,
      floods: feed.floods || this.#excess.has(feed.key)
    }))
    const unread = [...this.#excess].filter(([key]) => !this.#tracked.has(key))
    return [...feeds, ...unread.map(([key, length]) => ({ key, length, isTeacher: false, entries: [], floods: true }))]
  }

  view(now = this.now()): View {
    return view(this.feeds(), now)
  }

  /** Says that one is here, unless the feed says so with this name already. */
  async enter(): Promise<void> {
    const { name, seed, network } = this.#membership
    const { entries = [] } = this.#tracked.get(this.id)?.feed ?? {}
    const last = entries.findLast(({ kind }) => kind === 'joined' || kind === 'left')
    const isSame = last?.kind === 'joined' && last.name === name && (!seed || last.teacher?.network === network)
    if (isSame) return
    const joined: Saying = { kind: 'joined', version: VERSION, name }
    if (seed) {
      const pair = keyPairOf(Buffer.from(seed, 'hex'))
      const proof = seal(this.#my.key, pair).toString('hex')
      joined.teacher = { key: pair.publicKey.toString('hex'), proof, network }
    }
    await this.say(joined)
  }

  /** Appends to one's own feed. It is on the disk then, and goes to all others as soon as they can be reached. */
  async say(saying: Saying): Promise<void> {
    const block = write({ ...saying, at: this.now() } as Entry)
    if (block.byteLength > LARGEST) throw new RangeError(`An entry has at most ${LARGEST} bytes.`)
    await this.#my.append(block)
    await this.#read(this.#tracked.get(this.id) as Tracked)
  }

  /** The room's network is elsewhere now. */
  move(network: string): void {
    if (network === this.#membership.network) return
    this.#keep({ network })
    this.#meeting?.move(network)
  }

  /** Is called something else from now on. */
  async rename(name: string): Promise<void> {
    this.#keep({ name })
    await this.enter()
  }

  /** Whether the teacher's machine has all that this one has, waited for at most `timeout` ms. */
  async isTold(timeout: number): Promise<boolean> {
    if (this.isTeachers) return true
    const end = Date.now() + timeout
    while (Date.now() < end && !this.#isClosed) {
      const teacher = this.#meeting?.teacher ?? (await this.#meeting?.waitForTeacher(end - Date.now()))
      if (!teacher) return false
      try {
        await this.#multi.sync(teacher, { timeout: Math.max(1, end - Date.now()) })
        return true
      } catch {} // the connection has ended: there may be another one
    }
    return false
  }

  /** Resolves when the teacher's machine is connected, or after `timeout` ms. */
  async reach(timeout: number): Promise<void> {
    if (!this.isReached) await this.#meeting?.waitForTeacher(timeout)
  }

  /** Connects to the others, over the network that the membership names, and again whenever that is lost. */
  connect(): void {
    this.#meeting = new Meeting(this.#membership, {
      isTeacher: (publicKey) => publicKey.toString('hex') === this.#membership.teacher,
      onconnection: (socket) => this.#replicate(socket),
      onteacher: () => this.#change()
    })
    this.#change()
  }

  #replicate(socket: NoiseSecretStream): void {
    this.#multi.replicate(socket, { userData: this.isTeachers ? { now: this.#clock() } : {} })
  }

  /** The room's clock is the teacher's. */
  #setClock(socket: NoiseSecretStream): void {
    const ahead = this.#clocks.get(socket)
    if (this.isTeachers || ahead === undefined || socket.remotePublicKey.toString('hex') !== this.#membership.teacher)
      return
    // What the way takes is no difference.
    const rounded = Math.abs(ahead) < 2_000 ? 0 : ahead
    if (Math.abs(rounded - (this.#membership.ahead ?? 0)) > 1_000) this.#keep({ ahead: rounded })
  }

  #keep(change: Partial<Membership>): void {
    this.#membership = { ...this.#membership, ...change }
    try {
      keepMembership(this.folder, this.#membership)
    } catch {} // a full disk: it is learned again at the next start
  }

  /** Looks at a feed that is new here, or was here before. */
  async #meet(core: Hypercore): Promise<void> {
    await core.ready()
    const key = core.key.toString('hex')
    if (this.#tracked.has(key) || this.#isClosed) return
    const isTeacher = core.length > 0 && (await this.#isTeachersFeed(core))
    if (isTeacher || this.isTeachers) {
      await this.#track(core, isTeacher)
      if (isTeacher) this.#multi.tell(key)
    } else {
      await core.close() // carried, not read
    }
  }

  async #isTeachersFeed(core: Hypercore): Promise<boolean> {
    const block = await core.get(0, { wait: false })
    const entry = block && read(block)
    if (entry?.kind !== 'joined' || !entry.teacher) return false
    const { key, proof } = entry.teacher
    if (!isSealed(core.key, Buffer.from(proof, 'hex'), Buffer.from(key, 'hex'))) return false
    const { teacher, code } = this.#membership
    if (teacher) return key === teacher // no slow hash for what others claim
    const claim = this.#claims.get(key) ?? codeOf(Buffer.from(key, 'hex')).then((made) => made === code)
    this.#claims.set(key, claim)
    if (!(await claim)) return false
    this.#keep({ teacher: key })
    this.#meeting?.recognize()
    for (const socket of this.#meeting?.sockets ?? []) this.#setClock(socket)
    return true
  }

  async #track(core: Hypercore, isTeacher = this.isTeachers): Promise<void> {
    const key = core.key.toString('hex')
    const feed = { key, isTeacher, entries: [], length: core.length, floods: false }
    const tracked: Tracked = { feed, core, next: 0, isReading: false }
    this.#tracked.set(key, tracked)
    core.on('append', () => this.#read(tracked))
    await this.#read(tracked)
  }

  /** Reads what is new in a feed, up to what an honest one may have. */
  async #read(tracked: Tracked): Promise<void> {
    const { feed, core } = tracked
    if (tracked.isReading) return
    tracked.isReading = true
    try {
      while (!this.#isClosed && tracked.next < Math.min(core.contiguousLength, MOST_ENTRIES)) {
        const end = Math.min(core.contiguousLength, MOST_ENTRIES, tracked.next + READ)
        const indexes = Array.from({ length: end - tracked.next }, (_, i) => tracked.next + i)
        const blocks = await Promise.all(indexes.map((index) => core.get(index, { wait: false })))
        tracked.next = end
        for (const block of blocks) {
          const entry = block && read(block)
          if (entry) feed.entries.push(entry)
        }
      }
    } catch {
      return // closed meanwhile
    } finally {
      tracked.isReading = false
    }
    feed.length = core.length
    this.#change()
    if (feed.isTeacher) this.#follow()
  }

  /** How long what is new of a feed may wait before somebody is told. */
  #delay(key: string, peer: string): number {
    if (key === this.#key || this.#tracked.get(key)?.feed.isTeacher) return 0
    // The teacher's machine hears it from its writer, unless those two cannot reach each other.
    return (peer === this.#membership.teacher ? PASS_UP : PASS_ON) * (0.5 + Math.random())
  }

  /** Goes where the teacher says that the network is, when it cannot be found where it was. */
  #follow(): void {
    const { teacher } = this.view()
    if (this.isTeachers || !teacher || teacher.network === this.#membership.network || this.isReached) return
    this.move(teacher.network)
  }

  get #my(): Hypercore {
    if (!this.#mine) throw new Error('The room is not open.')
    return this.#mine
  }

  #change(): void {
    if (this.#isChanged) return
    this.#isChanged = true
    setImmediate(() => {
      this.#isChanged = false
      if (!this.#isClosed) this.emit('change')
    })
  }

  /** Lets go of the others and of the disk. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#meeting?.close()
    await Promise.all(this.#opening)
    await this.#multi.close()
  }
}
