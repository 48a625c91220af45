// Who is in the room: people of ours, and the chat that is judged. For the check and for the tests of the solution.
import { join } from 'node:path'
import { PageClient } from '@workshop/chat-view/client'
import { lookAround, type Role, type Stage, shorten } from '@workshop/checks'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT, { type KeyPair } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'
import ProtomuxRPC from 'protomux-rpc'

const SAY_AGAIN = 1_000 // ms

/** Somebody in the room, with a chat of ours: what they receive is kept, and they can lie. */
export class Person {
  readonly keyPair: KeyPair
  /** Public key in hex. */
  readonly who: string
  /** What others said to them, as the bytes that came. */
  readonly heard: string[] = []
  /** How often they were asked for their key. */
  asked = 0
  /** How often a block of their own core was fetched. */
  fetched = 0
  /** What they answer to `getKey`; their own key when it is not set. */
  answer: (() => Buffer | null) | undefined
  /** Hears what is said, and never answers. */
  holds = false
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

  static async make(stage: Stage, nickname?: string): Promise<Person> {
    const keyPair = DHT.keyPair()
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
        this.heard.push(String(data))
        return this.holds ? new Promise(() => {}) : null
      })
    })
    const discovery = swarm.join(Buffer.from(topic, 'hex'))
    await discovery.flushed()
    lookAround(discovery)
  }

  /** Leaves the room with a goodbye. */
  async leave(): Promise<void> {
    await this.swarm?.destroy()
  }

  /** Sends bytes as a message to everybody; what they answer does not matter. */
  send(data: string | Buffer): void {
    for (const rpc of this.rpcs.values()) rpc.request('message', Buffer.from(data)).catch(() => {})
  }

  say(message: unknown): void {
    this.send(JSON.stringify({ message }))
  }

  hasHeard(text: string): boolean {
    return this.heard.some((data) => {
      try {
        return (JSON.parse(data) as { message?: unknown }).message === text
      } catch {
        return false
      }
    })
  }
}

/** The learner’s chat, and its page. */
export class Chat {
  readonly role: Role
  readonly page: PageClient
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
    const [, address] = await stage.prints(role, /(http:\/\/127\.0\.0\.1:\d+)/, 'the address of its page')
    const page = await stage.until(
      () => PageClient.open(String(address)).catch(() => undefined),
      () => `There is no page at the address that ${role.name} printed.`
    )
    stage.after(async () => page.close())
    const chat = new Chat(stage, role, page)
    await chat.shows(
      () => chat.nickname !== '',
      () => `The page of ${role.name} shows no nickname.`
    )
    return chat
  }

  get nickname(): string {
    return this.page.nicknames.get('local') ?? ''
  }

  /** Waits until its page shows this. */
  shows<T>(look: (page: PageClient) => T, saw: (page: PageClient) => string) {
    return this.#stage.until(
      () => look(this.page),
      () => `${saw(this.page)}${this.page.errors.length > 0 ? ` It says: “${this.page.errors.at(-1)}”` : ''}`
    )
  }

  /** Waits until its page shows a line, and gives it. */
  showsLine(text: string) {
    return this.shows(
      ({ lines }) => lines.find((line) => line.text.includes(text)),
      ({ lines }) =>
        `The page of ${this.role.name} does not show “${shorten(text)}”${lines.length > 0 ? `; its last line is “${shorten(String(lines.at(-1)?.text))}”` : ''}.`
    )
  }

  /** Waits until its page calls somebody so. */
  calls(who: string, nickname: string) {
    return this.shows(
      ({ nicknames }) => nicknames.get(who) === nickname,
      ({ nicknames }) =>
        `The page of ${this.role.name} calls ${who === 'local' ? 'its own user' : 'them'} ${nicknames.has(who) ? `“${shorten(String(nicknames.get(who)))}”` : 'nothing'}, and not “${nickname}”.`
    )
  }

  async create(): Promise<string> {
    this.#stage.did(`I clicked on “Create chat room” in the page of ${this.role.name}.`)
    this.page.tell({ type: 'create' })
    return this.inRoom()
  }

  /** Waits until it is in a room, and gives the topic. */
  async inRoom(): Promise<string> {
    await this.shows(
      ({ room }) => room === 'chat',
      ({ room }) => `The page of ${this.role.name} shows “${room}” and no chat.`
    )
    this.#stage.expect(/^[0-9a-f]{64}$/.test(this.page.topic), `It shows the topic “${shorten(this.page.topic)}”.`)
    return this.page.topic
  }

  say(text: string): void {
    this.#stage.did(`I wrote “${text}” in the page of ${this.role.name}.`)
    this.page.tell({ type: 'message', text })
  }

  rename(nickname: string): void {
    this.#stage.did(`I changed the nickname of ${this.role.name} to “${shorten(nickname)}”.`)
    this.page.tell({ type: 'rename', nickname })
  }

  counts(count: number) {
    return this.shows(
      ({ peers }) => peers === count,
      ({ peers }) => `The page of ${this.role.name} counts ${peers} peers instead of ${count}.`
    )
  }

  async leave(): Promise<void> {
    await this.role.interrupt()
    await this.#stage.ends(this.role)
  }
}

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
  '{"message":{"toString":null}}',
  '{"__proto__":{"message":"x"}}',
  '{"message":""}',
  '{"message":"  "}',
  '['.repeat(100_000)
]

/**
 * Says something again and again until it is seen: of two that connect to each other at the same instant, hyperswarm
 * keeps one connection, and what was said on the other is lost.
 */
export async function insist<T>(say: () => void, seen: Promise<T>): Promise<T> {
  say()
  const again = setInterval(say, SAY_AGAIN)
  try {
    return await seen
  } finally {
    clearInterval(again)
  }
}

/** A person of ours says something, and the page shows it, perhaps cleaned. Gives the line. */
export function says(person: Person, text: string, chat: Chat, shown = text) {
  return insist(() => person.say(text), chat.showsLine(shown))
}
