// Collects what the programs of this machine tell, and shows it to those who look, in its order. It believes nobody: a
// program that talks nonsense, or without end, cannot end it, nor keep it from the others.
import type { Socket } from 'node:net'
import { type Happened, type Kind, readEvent, type Told } from './events.ts'
import { now } from './outbox.ts'
import { line, parse } from './recording.ts'
import type { Program } from './tap.ts'

/** So many events a second of the kinds that there may be thousands of are shown, of all programs together. */
const RATE = 2_000
const LEAST_RATE = 50
/** So many lines and bytes of a program are taken in a second: a tap says less. */
const [MOST_LINES, MOST_BYTES] = [10_000, 4 * 1024 * 1024]
/** So many keys and addresses are taken from one program. */
const MOST_WORDS = 1_000
/** A line that is longer is none, in characters. */
const LONGEST_LINE = 64 * 1024
/** Events are put in order for so long before they are shown, in ms: programs send theirs every 50 ms. */
const ORDER = 150
const PACE = 50
/** So long a program may take to say at which address it is, in ms; it has just begun to tell. */
const STRANGER = 1_000
/** A program that is asked how things stand has answered after so many ms. */
const CATCH_UP = 400
/** Bytes that one who looks may lag behind before it is let go. */
const BACKLOG = 2 * 1024 * 1024

interface Known extends Partial<Program> {
  /** How it is called here: its role, and a number when several of that role run. */
  name: string
  hasEnded: boolean
  /** Its keys and addresses. */
  words: Set<string>
  /** The key at the other end of each of its connections, open ones and others. */
  keys: Map<string, string>
  open: Set<string>
}

/** An event that waits to be shown. Who is meant by a key or an address may be known only then. */
interface Waiting {
  event: Happened
  /** The address of who did it, as `HOST:PORT`, where that is all that is known. */
  from?: string
  /** The key of the other end. */
  key?: string | undefined
}

/** What a node of the network was asked for, by a program at an address. */
export interface Asked {
  host: string
  port: number
  act: 'connects' | 'looks for a key' | 'looks up' | 'announces' | 'unannounces'
  target: string
  /** The port of the node. */
  node: number
}

export class Collector {
  readonly #began = now()
  readonly #viewers = new Set<Socket>()
  readonly #programs = new Map<Socket, Known>()
  /** Who has a public key, or an address as `HOST:PORT`. */
  readonly #owners = new Map<string, Known>()
  #nodes: { host: string; port: number }[] = []
  /** What waits to be put in order. */
  #waiting: Waiting[] = []
  #last = 0
  #timer: NodeJS.Timeout | undefined

  /** The nodes of the network that the programs meet on. */
  set nodes(nodes: { host: string; port: number }[]) {
    this.#nodes = nodes
  }

  /** A program or somebody who looks has connected: listens to it until it goes. */
  attend(socket: Socket): void {
    let rest = ''
    let lines = 0
    let bytes = 0
    let leftOut = 0
    let counting: NodeJS.Timeout | undefined
    const startAnew = () => {
      const program = this.#programs.get(socket)
      if (leftOut > 0 && program) this.#tell(program.name, 'leaves out', { events: leftOut })
      lines = bytes = leftOut = 0
      counting = undefined
      socket.resume()
    }
    socket.setEncoding('utf8').on('data', (text) => {
      counting ??= setTimeout(startAnew, 1000).unref()
      const pieces = `${rest}${text}`.split('\n')
      rest = pieces.pop() ?? ''
      if (rest.length > LONGEST_LINE) {
        rest = ''
        leftOut++
      }
      for (const piece of pieces) if (++lines > MOST_LINES || !this.#hear(socket, piece)) leftOut++
      bytes += text.length
      // The others come first: what it says from now on waits in the system until the second is over.
      if (bytes > MOST_BYTES) socket.pause()
    })
    socket.on('close', () => {
      clearTimeout(counting)
      this.#gone(socket)
    })
  }

  /** A node of the network was asked for something. */
  asked({ act, target, node, host, port }: Asked): void {
    if (this.#viewers.size === 0) return
    const i = this.#nodes.findIndex((known) => known.port === node)
    const from = `${host}:${port}`
    const told = { ...(target === '' ? {} : { target }), node: `node ${i + 1}` }
    this.#add({ event: { at: this.#now(), who: from, what: act, ...told }, from })
  }

  /** Lets everybody go who looks. */
  close(): void {
    clearInterval(this.#timer)
    for (const viewer of this.#viewers) viewer.destroy()
  }

  /** Whether it could be understood. */
  #hear(socket: Socket, line: string): boolean {
    if (line === 'look') {
      this.#look(socket)
      return true
    }
    const value = parse(line)
    if (typeof value !== 'object' || value === null) return false
    const program = this.#programs.get(socket)
    if ('program' in value) {
      if (!program) this.#begins(socket, value.program)
      return !program
    }
    if (!program || !('at' in value) || typeof value.at !== 'number') return false
    const at = Math.min(Math.max(value.at - this.#began, this.#last), this.#now()) // of a clock that may be wrong
    const event = readEvent({ ...value, at, who: program.name })
    if (event) this.#learn(program, event)
    return event !== undefined
  }

  /** Somebody looks from now on. Whoever looked already sees how things stand once more. */
  #look(viewer: Socket): void {
    this.#viewers.add(viewer)
    this.#timer ??= setInterval(() => this.#show(this.#now() - ORDER), PACE)
    for (const [i, { host, port }] of this.#nodes.entries()) {
      this.#tell(`node ${i + 1}`, 'is a node', { host, port })
    }
    for (const [socket, program] of this.#programs) {
      this.#starts(program)
      this.#ask(socket)
    }
    setTimeout(() => this.#tell('the picture', 'has caught up', {}), CATCH_UP).unref()
  }

  #ask(socket: Socket): void {
    const rate = Math.max(LEAST_RATE, Math.floor(RATE / Math.max(1, this.#programs.size)))
    socket.write(`look ${rate}\n`)
  }

  #begins(socket: Socket, said: unknown): void {
    const { role, exercise, pid, text } = Object(said) as Record<string, unknown>
    const word = typeof role === 'string' && /^[\w .-]{1,40}$/.test(role) ? role : 'program'
    const names = new Set([...this.#programs.values()].map(({ name }) => name))
    let name = word
    for (let i = 2; names.has(name); i++) name = `${word} ${i}`
    const program: Known = { name, role: word, hasEnded: false, words: new Set(), keys: new Map(), open: new Set() }
    if (typeof exercise === 'string') program.exercise = exercise
    if (typeof text === 'string') program.text = text
    if (Number.isSafeInteger(pid)) program.pid = Number(pid)
    this.#programs.set(socket, program)
    if (this.#viewers.size === 0) return
    this.#starts(program)
    this.#ask(socket)
  }

  #starts({ name, role, exercise, pid, text = '' }: Known): void {
    const event = readEvent({ at: this.#now(), who: name, what: 'starts', role, exercise, pid, text })
    if (event) this.#add({ event })
  }

  /** Takes what a program said, and what can be known from it. */
  #learn(program: Known, event: Happened): void {
    if (event.what === 'ends') program.hasEnded = true
    if (event.what === 'has a key') this.#owns(program, event.key)
    if (event.what === 'has an address') this.#owns(program, `${event.host}:${event.port}`)
    const connection = 'connection' in event ? event.connection : undefined
    if (connection === undefined) {
      this.#add({ event })
      return
    }
    if (event.what === 'meets') {
      program.keys.set(connection, event.key ?? '')
      program.open.add(connection)
    }
    if (event.what === 'loses') program.open.delete(connection)
    this.#add({ event, key: program.keys.get(connection) })
  }

  /** Somebody has closed its connection, or was ended. */
  #gone(socket: Socket): void {
    const program = this.#programs.get(socket)
    this.#programs.delete(socket)
    if (program) setTimeout(() => this.#forget(program), STRANGER).unref() // what it asked for may still be heard
    if (program && this.#viewers.size > 0) {
      const { name, keys, open, hasEnded } = program
      for (const connection of open) {
        const how = hasEnded ? 'broken' : 'killed'
        const event: Happened = { at: this.#now(), who: name, what: 'loses', connection, how }
        this.#add({ event, key: keys.get(connection) })
      }
      if (!hasEnded) this.#tell(name, 'ends', { text: '' })
    }
    if (!this.#viewers.delete(socket) || this.#viewers.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#waiting = []
    for (const socket of this.#programs.keys()) socket.write('stop\n')
  }

  #owns(program: Known, word: string): void {
    if (program.words.size >= MOST_WORDS) return
    program.words.add(word)
    this.#owners.set(word, program)
  }

  /** What a program was known by may be somebody else's from now on. */
  #forget(program: Known): void {
    for (const word of program.words) if (this.#owners.get(word) === program) this.#owners.delete(word)
  }

  #tell<K extends Kind>(who: string, what: K, told: Told<K>): void {
    this.#add({ event: { at: this.#now(), who, what, ...told } as Happened })
  }

  #add(waiting: Waiting): void {
    if (this.#viewers.size > 0) this.#waiting.push(waiting)
  }

  /** Shows what happened until a time, in its order. */
  #show(before: number): void {
    const stranger = this.#waiting.find(({ event: { at }, from }) => {
      return from !== undefined && !this.#owners.has(from) && at > before - STRANGER
    })
    const until = Math.min(before, stranger?.event.at ?? before)
    const due = this.#waiting.filter(({ event }) => event.at < until).sort((a, b) => a.event.at - b.event.at)
    if (due.length === 0) return
    this.#waiting = this.#waiting.filter(({ event }) => event.at >= until)
    this.#last = due.at(-1)?.event.at ?? until
    const text = due.map((waiting) => line(this.#named(waiting))).join('')
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > BACKLOG) viewer.destroy()
      else viewer.write(text)
    }
  }

  /** An event with the names by which programs go here. */
  #named({ event, from, key }: Waiting): Happened {
    const at = Math.round(event.at * 100) / 100
    const who = (from !== undefined && this.#owners.get(from)?.name) || event.who
    const other = key && (this.#owners.get(key)?.name ?? shorten(key))
    return { ...event, at, who, ...(other ? { with: other } : {}) } as Happened
  }

  #now(): number {
    return now() - this.#began
  }
}

/** A key as it stands in sentences. */
const shorten = (key: string) => `${key.slice(0, 6)}…${key.slice(-4)}`
