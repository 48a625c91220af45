// Who is in the room: people of ours, and the chat that is judged. For the check and for the tests of the solution.
import { join } from 'node:path'
import { PageClient } from '@workshop/chat-view/client'
import { delivered, lookAround, type Role, type Stage, type Standing, shorten } from '@workshop/checks'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT, { type KeyPair } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'
import ProtomuxRPC from 'protomux-rpc'

const SAY_AGAIN = 1_000 // ms
const LATE = 5_000 // ms: whose answer has not come by then has perhaps not heard it
/** How long what a page shows may be, in characters. */
export const LONGEST = { nickname: 32, message: 2_000 }

const OPENED = '`openView` prints the address of the page: call it when the store is open.'
const NAMED = 'Append `User <0 to 999>` to the core `local` while it is empty, and tell the view this nickname.'
const ENTERED =
  'The topic of a new room is 32 random bytes. Join the swarm, wait for `flushed()`, then tell the view the room.'
const LEAVING = 'On Ctrl-C destroy the swarm, then close the store, and wait for nobody’s answer.'
const OWN_LINE =
  'Show your own line at once, as one of `local`, before you send it. Do not wait for a peer that never answers.'
const SHOWN =
  'Answer `message`: the bytes are the JSON of `{ message }`. Show it with `view.message(…)`, even while its author has no name yet.'

/** Somebody in the room, with a chat of ours: what they receive is kept, and they can lie. */
export class Person {
  readonly keyPair: KeyPair
  /** Public key in hex. */
  readonly who: string
  /** What others said to them, as the bytes that came. */
  readonly heard: { who: string; data: string }[] = []
  /** What they said themselves, and of that what they said once, over a connection that stays. */
  readonly said: string[] = []
  readonly saidOnce: string[] = []
  /** What the chat has said since they are in the room for sure. */
  due: string[] | undefined
  /** How often they were asked for their key. */
  asked = 0
  /** How often a block of their own core was fetched. */
  fetched = 0
  /** What they answer to `getKey`; their own key when it is not set. */
  answer: (() => Buffer | null | Promise<never>) | undefined
  /** Hears what is said, and never answers. */
  holds = false
  /** Connects, and speaks no protocol at all. */
  isMute = false
  /** Hears what is said, and answers with an error. */
  complains = false
  readonly rpcs = new Map<string, ProtomuxRPC>()
  readonly store: Corestore
  readonly profile: Hypercore<unknown>
  swarm: Hyperswarm | undefined
  readonly #stage: Stage

  private constructor(stage: Stage, store: Corestore, keyPair: KeyPair) {
    this.#stage = stage
    this.store = store
    this.keyPair = keyPair
    this.who = keyPair.publicKey.toString('hex')
    this.profile = store.get<unknown>({ name: 'local', valueEncoding: 'json' })
    this.profile.on('upload', () => {
      this.fetched++
    })
  }

  static async make(stage: Stage, nickname?: string, keyPair = DHT.keyPair()): Promise<Person> {
    const store = new Corestore(join(await stage.folder(), `person-${keyPair.publicKey.toString('hex', 0, 8)}`))
    stage.after(() => store.close())
    const person = new Person(stage, store, keyPair)
    await person.profile.ready()
    if (nickname !== undefined) await person.rename(nickname)
    return person
  }

  async rename(nickname: unknown): Promise<void> {
    await this.profile.append({ nickname, peer: this.who })
  }

  /** Comes into a room, and is there when it resolves. */
  async come(topic: string): Promise<void> {
    const swarm = await this.#stage.swarm({ keyPair: this.keyPair })
    this.swarm = swarm
    swarm.on('connection', (socket) => {
      if (this.isMute) return
      const who = socket.remotePublicKey.toString('hex')
      this.store.replicate(socket)
      const rpc = new ProtomuxRPC(socket)
      this.rpcs.set(who, rpc)
      rpc.once('close', () => this.rpcs.get(who) === rpc && this.rpcs.delete(who))
      rpc.respond('getKey', () => {
        this.asked++
        return this.answer ? this.answer() : this.profile.key
      })
      rpc.respond('message', (data) => {
        this.heard.push({ who, data: String(data) })
        if (this.complains) throw new Error('I do not want to hear that.')
        return this.holds ? new Promise(() => {}) : null
      })
    })
    const discovery = swarm.join(Buffer.from(topic, 'hex'))
    await discovery.flushed()
    lookAround(discovery)
  }

  /** Copies the core of somebody else, of this machine and without the network. */
  async copies(other: Person): Promise<void> {
    const { profile } = other
    const copy = this.store.get<unknown>({ key: profile.key })
    const [here, there] = [this.store.replicate(true), other.store.replicate(false)]
    for (const stream of [here, there]) stream.on('error', () => {})
    here.pipe(there).pipe(here)
    await copy.ready()
    await this.#stage.until(
      async () => copy.length === profile.length && (await copy.get(copy.length - 1)) !== null,
      'One of my people could not copy the core of another.'
    )
    here.destroy()
  }

  /** Leaves the room with a goodbye. */
  async leave(): Promise<void> {
    await this.swarm?.destroy()
  }

  /** Sends bytes as a message to everybody; what they answer does not matter. */
  send(data: string | Buffer): void {
    for (const rpc of this.rpcs.values()) rpc.request('message', Buffer.from(data)).catch(() => {})
  }

  /** Says something; `besides` is what else is in the message. */
  say(message: string, besides: object = {}): void {
    this.said.push(message)
    this.send(JSON.stringify({ message, ...besides }))
  }

  /** Says something to one person; whether they have answered, and so have heard it for sure. */
  tells(who: string, message: string): Promise<boolean> {
    this.said.push(message)
    const data = Buffer.from(JSON.stringify({ message }))
    const answered = this.rpcs.get(who)?.request('message', data, { timeout: LATE })
    return answered?.then(() => true).catch(() => false) ?? Promise.resolve(false)
  }

  /** Says each of these once. */
  sayOnce(messages: string[]): void {
    for (const message of messages) this.say(message)
    this.saidOnce.push(...messages)
  }

  /** Whether they are connected to the chat with this key, whatever they speak. */
  isWith(chat: string): boolean {
    return [...(this.swarm?.connections ?? [])].some(({ remotePublicKey }) => remotePublicKey.toString('hex') === chat)
  }

  hasHeard(text: string): boolean {
    return this.heard.some(({ data }) => read(data) === text)
  }

  /** From now on they must hear all that is said; the last that they have heard is this. */
  listens(last: string): void {
    this.due = [last]
    this.heard.splice(
      0,
      this.heard.findLastIndex(({ data }) => read(data) === last)
    )
  }

  /** Whether they have heard what the chat with this key said, each line once and in its order. `name` is for the story. */
  hears(chat: string, name: string): Standing {
    const messages = this.heard.filter(({ who }) => who === chat).map(({ data }) => read(data))
    return this.due && delivered(this.due.map(beginning), messages.map(beginning), `${name} received`)
  }
}

/** The learner’s chat, and its page. */
export class Chat {
  readonly role: Role
  readonly page: PageClient
  /** What it was told to say. */
  readonly said: string[] = []
  readonly #stage: Stage

  private constructor(stage: Stage, role: Role, page: PageClient) {
    this.#stage = stage
    this.role = role
    this.page = page
  }

  /** Starts it with a storage folder of this name. */
  static async start(stage: Stage, name: string, topic?: string): Promise<Chat> {
    const folder = join(await stage.folder(), `chat-of-${name}`)
    const args = [...(topic ? [topic] : []), '--storage', folder]
    const role = await stage.start('chat.ts', args, `chat.ts (${name})`)
    const [, address] = await stage.prints(role, /(http:\/\/127\.0\.0\.1:\d+)/, 'the address of its page', {
      means: OPENED
    })
    const page = await stage.until(
      () => PageClient.open(String(address)).catch(() => undefined),
      () => `There is no page at the address that ${role.name} printed.`,
      { means: OPENED, file: 'chat.ts' }
    )
    stage.after(async () => page.close())
    const chat = new Chat(stage, role, page)
    await chat.shows(
      () => chat.nickname !== '',
      () => `The page of ${role.name} shows no nickname.`,
      NAMED
    )
    return chat
  }

  get nickname(): string {
    return this.page.nicknames.get('local') ?? ''
  }

  /** Waits until its page shows this. */
  shows<T>(look: (page: PageClient) => T, saw: string | ((page: PageClient) => string), means = '') {
    const { length } = this.page.errors
    const error = () => this.page.errors.slice(length).at(-1)
    return this.#stage.until(
      () => look(this.page),
      () => `${typeof saw === 'string' ? saw : saw(this.page)}${error() === undefined ? '' : ` It says: “${error()}”`}`,
      { means, file: 'chat.ts' }
    )
  }

  /** Waits until its page shows a line, and gives it. */
  showsLine(text: string, means = '') {
    return this.shows(
      ({ lines }) => lines.find((line) => line.text.includes(text)),
      ({ lines }) =>
        `The page of ${this.role.name} does not show “${shorten(text)}”${lines.length > 0 ? `; its last line is “${shorten(String(lines.at(-1)?.text))}”` : ''}.`,
      means
    )
  }

  /** Waits until its page calls somebody so: one of our people, or one with this key. */
  calls(whom: Person | string, nickname: string, means = '') {
    const who = typeof whom === 'string' ? whom : whom.who
    const named = (name: string | undefined) => {
      if (name !== undefined) return `“${shorten(name)}”`
      if (typeof whom === 'string' || whom.fetched > 0) return 'nothing'
      return whom.asked > 0
        ? 'nothing (it asked for their key, and read no block of theirs)'
        : 'nothing (it never asked for their key)'
    }
    return this.shows(
      ({ nicknames }) => nicknames.get(who) === nickname,
      ({ nicknames }) =>
        `The page of ${this.role.name} calls ${who === 'local' ? 'its own user' : 'them'} ${named(nicknames.get(who))} instead of “${nickname}”.`,
      means
    )
  }

  async create(): Promise<string> {
    this.#stage.did(`I clicked on “Create chat room” in the page of ${this.role.name}.`)
    this.page.tell({ type: 'create' })
    return this.inRoom()
  }

  /** Pastes a topic into its page, as a user does. */
  joins(topic: string): void {
    this.#stage.did(`I pasted the topic “${shorten(topic)}” into the page of ${this.role.name}.`)
    this.page.tell({ type: 'join', topic })
  }

  /** Waits until it is in a room, and gives the topic. */
  async inRoom(): Promise<string> {
    await this.shows(
      ({ room }) => room === 'chat',
      ({ room }) => `The page of ${this.role.name} shows “${room}” and not the chat.`,
      ENTERED
    )
    this.#stage.expect(
      /^[0-9a-f]{64}$/.test(this.page.topic),
      `It shows the topic “${shorten(this.page.topic)}”.`,
      ENTERED
    )
    return this.page.topic
  }

  /** Says something in its page, or in its terminal, and waits until it is shown. `people` are those who must hear it. */
  async say(text: string, people: Person[] = [], where: 'page' | 'terminal' = 'page'): Promise<void> {
    if (where === 'page') {
      this.#stage.did(`I wrote “${shorten(text)}” in the page of ${this.role.name}.`)
      this.page.tell({ type: 'message', text })
    } else this.role.type(text)
    if (text.trim() === '') return
    this.said.push(text)
    for (const { due } of people) due?.push(text)
    await this.shows(
      ({ lines }) => lines.filter(({ who }) => who === 'local').length >= this.said.length,
      () => `The page of ${this.role.name} does not show “${shorten(text)}”, which was written in its ${where}.`,
      OWN_LINE
    )
  }

  /**
   * Tells its page to say what it may cut or refuse, and something proper after it; what it shows of that is what
   * `people` must hear.
   */
  async tries(texts: string[], people: Person[]): Promise<void> {
    for (const text of [...texts, 'something proper']) this.page.tell({ type: 'message', text })
    await this.showsLine('something proper', OWN_LINE)
    const shown = this.page.lines.filter(({ who }) => who === 'local').slice(this.said.length)
    for (const { text } of shown) {
      this.said.push(text)
      for (const { due } of people) due?.push(text)
    }
  }

  /** Whether its page shows what it was told to say, each line once and in its order. */
  showsOwn(): Standing {
    const lines = this.page.lines.filter(({ who }) => who === 'local').map(({ text }) => bare(text))
    return delivered(this.said.map(bare), lines, 'Its page shows of its own')
  }

  /** Whether its page shows nothing of somebody that they did not say, and what they said once, once and in its order. */
  showsOnly(person: Person): Standing {
    const lines = this.page.lines.filter(({ who }) => who === person.who).map(({ text }) => text)
    const said = person.said.map(bare)
    const odd = lines.find((line) => !said.some((text) => text.startsWith(beginning(line))))
    if (odd !== undefined) return { broken: `Its page shows “${shorten(odd)}”, which nobody wrote like that.` }
    const long = lines.find((line) => line.length > LONGEST.message)
    if (long !== undefined) return { broken: `Its page shows a line of ${long.length} characters.` }
    const once = person.saidOnce.map(bare)
    return delivered(
      once,
      lines.map(bare).filter((text) => once.includes(text)),
      'Its page shows'
    )
  }

  /** Whether each line has the name that its author has, where that is known. */
  namesAll(): Standing {
    const { lines, nicknames } = this.page
    const odd = lines.find(({ who, nickname }) => nickname !== (nicknames.get(who) ?? nickname))
    if (!odd) return undefined
    const whose = odd.who === 'local' ? 'of its own' : 'of somebody'
    return {
      yet: `Its page shows a line ${whose} as one of “${shorten(odd.nickname)}”, and not of “${shorten(String(nicknames.get(odd.who)))}”.`
    }
  }

  rename(nickname: string): void {
    this.#stage.did(`I changed the nickname of ${this.role.name} to “${shorten(nickname)}”.`)
    this.page.tell({ type: 'rename', nickname })
  }

  counts(count: number) {
    return this.shows(
      ({ peers }) => peers === count,
      ({ peers }) => `The page of ${this.role.name} counts ${peers} peers instead of ${count}.`,
      'Tell the view the number of connections at each `update` event of the swarm.'
    )
  }

  async leave(): Promise<void> {
    await this.role.interrupt()
    await this.#stage.ends(this.role, { means: LEAVING })
  }
}

/** The text of a message that came; '' for what is none. */
export function read(data: string): string {
  try {
    return String((JSON.parse(data) as { message?: unknown }).message)
  } catch {
    return data
  }
}

/**
 * A text without what a chat may leave out or replace by something else: blanks, characters that are not visible, what is
 * left of `CLEARS`, and signs that stand for such a character.
 */
export function bare(text: string): string {
  return text.replaceAll(/[\s\p{C}\u2400-\u2426\ufffd?·]+/gu, '').replaceAll(/\[?2J/g, '')
}

/** Enough of a text where one that is too long may be cut, with a sign of it: a rule of its own is about the rest. */
const beginning = (text: string) => bare(text).slice(0, LONGEST.message / 2)

/** Both codes that clear a terminal. */
export const CLEARS = '\u001b[2J\u009b2J'
/** All control characters. */
export const CODES = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /\p{Cc}/u.test(character)
)
/** Whether a text, as it is shown, would do something to a terminal. A tab does no harm. */
export const hasCodes = (text: string) => /[^\P{Cc}\t]/u.test(text)

/** What a peer may send as a message, and is none. */
export const NONSENSE = [
  '',
  'no json',
  'null',
  '42',
  '[]',
  '{}',
  '{"message":42}',
  '{"message":null}',
  '{"message":["text"]}',
  '{"message":{"toString":null}}',
  '{"__proto__":{"message":"x"}}',
  '{"message":""}',
  '{"message":"  "}',
  '{"message":"\\u0007\\u009b"}',
  '['.repeat(100_000)
]

/**
 * Says something again and again until it is seen: of two that connect to each other at the same instant, hyperswarm
 * keeps one connection, and what was said on the other is lost. `pace` is how many ms pass between two times.
 */
export async function insist<T>(say: () => void, seen: Promise<T>, pace = SAY_AGAIN): Promise<T> {
  say()
  const again = setInterval(say, pace)
  try {
    return await seen
  } finally {
    clearInterval(again)
  }
}

/** A person of ours says something, and the page shows it. Gives the line. */
export function says(person: Person, text: string, chat: Chat, means = SHOWN) {
  return insist(() => person.say(text), chat.showsLine(text, means))
}

/**
 * A person of ours says three things in one breath, before anybody knows their name, and the page shows them all in their
 * order. Gives the last line.
 */
export async function saysInOneBreath(person: Person, text: string, chat: Chat, means: string) {
  const breaths: string[][] = []
  const speak = () => {
    const breath = ['one', 'two', 'three'].map((count) => `${text}, ${count}, breath ${breaths.length}`)
    breaths.push(breath)
    for (const part of breath) person.say(part)
  }
  const line = await insist(speak, chat.showsLine(`${text}, three`, means))
  // One connection brought the last, and so the others before it.
  person.saidOnce.push(...(breaths.find((breath) => breath.some((part) => bare(part) === bare(line.text))) ?? []))
  return line
}
