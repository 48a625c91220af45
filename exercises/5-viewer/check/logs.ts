// Logs of ours, replicated in full with pump; what a log may hold; and peers that break off, send rubbish or are silent.
import { join } from 'node:path'
import { lookAround, type Role, type Stage, Unseen } from '@workshop/checks'
import Hypercore, { type ReplicationStream } from 'hypercore'
import DHT, { type Connection } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'
import pump from 'pump'

const TEARS = 20
const AT_ONCE = 10

const STAYS =
  'Replicate with everybody who comes, at the same time: each connection stays until one of its ends leaves.'

let folders = 0

/** A core of ours, a copy of a log, and what is to be printed of it. */
export class Log {
  readonly core: Hypercore
  /** The log itself, when it is ours: nobody but the copy reads it, so the copy may know of blocks that it lacks. */
  readonly #source: { log: Hypercore; stream: ReplicationStream } | undefined
  /** The messages that it holds so far, as they are to be printed. */
  readonly lines: string[] = []
  /** How many connections it has had, and those that are open. */
  met = 0
  readonly sockets = new Set<Connection>()
  /** It comes back as the same peer. */
  readonly #keyPair = DHT.keyPair()
  readonly #stage: Stage
  #swarm: Hyperswarm | undefined

  private constructor(stage: Stage, core: Hypercore, source?: { log: Hypercore; stream: ReplicationStream }) {
    this.#stage = stage
    this.core = core
    this.#source = source
  }

  /** Opens a new log, or with a key a copy of somebody's, which it begins to read. */
  static async open(stage: Stage, key?: Buffer): Promise<Log> {
    if (key) {
      const log = new Log(stage, await opened(stage, key))
      log.#read().catch(() => {}) // the core was closed
      return log
    }
    const log = await opened(stage)
    const core = await opened(stage, log.key)
    const stream = core.replicate(true)
    pump(stream, log.replicate(false), stream)
    return new Log(stage, core, { log, stream })
  }

  async #read(): Promise<void> {
    for (let i = 0; ; i++) this.lines.push(...lineOf(await this.core.get(i)))
  }

  /** Appends to a log of ours, in one batch. */
  async append(blocks: Buffer[]): Promise<void> {
    const start = await this.announce(blocks)
    await this.deliver(start)
  }

  /**
   * Appends to a log of ours, and resolves when the copy knows of the blocks: it tells its peers, and cannot give them one
   * before `deliver`. Gives the index of the first.
   */
  async announce(blocks: Buffer[]): Promise<number> {
    this.lines.push(...blocks.flatMap(lineOf)) // first: a viewer may be faster than we are
    const { length } = (await this.#source?.log.append(blocks)) ?? { length: 0 }
    await this.#stage.until(() => this.core.length === length, 'My log did not grow.')
    return length - blocks.length
  }

  /** Gets the blocks from an index on, so that the peers can have them. */
  async deliver(start: number): Promise<void> {
    await this.core.download({ start, end: this.core.length }).done()
  }

  /** Whether a peer of it knows how long it is. */
  get isKnown(): boolean {
    const peers = this.core.peers.filter(({ stream }) => stream !== this.#source?.stream.noiseStream)
    return peers.some(({ remoteLength }) => remoteLength === this.core.length)
  }

  /** Whether the log is one of ours. */
  get isOurs(): boolean {
    return this.#source !== undefined
  }

  /** Who the first of its peers is. */
  get remote(): Buffer | undefined {
    return [...this.sockets][0]?.remotePublicKey
  }

  /** Shares it under its discovery key: is there to be found, or finds the others, or both. */
  async share(options: { server: boolean; client: boolean }): Promise<void> {
    this.#swarm = await this.#stage.swarm({ keyPair: this.#keyPair })
    this.#swarm.on('connection', (socket, peer) => {
      this.met++
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
      pump(socket, this.core.replicate(peer.client), socket)
    })
    const discovery = this.#swarm.join(this.core.discoveryKey, options)
    await discovery.flushed()
    lookAround(discovery)
  }

  /** Is not shared any more. */
  async leave(): Promise<void> {
    await this.#swarm?.destroy()
  }
}

/** A core in a folder of its own. */
async function opened(stage: Stage, key?: Buffer): Promise<Hypercore> {
  const core = new Hypercore(join(await stage.folder(), `ours-${++folders}`), key ?? null)
  await core.ready()
  stage.after(() => core.close())
  return core
}

const message = (fields: object) => json({ type: 'chat-message', timestamp: new Date().toISOString(), ...fields })

/** Messages as blocks. They have a field more than they must. */
export function messages(nickname: string, ...texts: string[]): Buffer[] {
  return texts.map((text) => message({ nickname, text, color: 'teal' }))
}

/** An entry of a log as the story calls it, and what is to be printed of it; `why` is what is special about a message. */
export interface Entry {
  block: Buffer
  what: string
  line?: string
  why?: { saw: string; means: string }
}

/**
 * Everything that a log may hold, each behind a message of `nickname`, and at last messages that nobody would write: all
 * their fields are texts. What says “stray” is not to be printed.
 */
export function oddities(nickname: string, last: string): Entry[] {
  const stray = { nickname: 'stray', text: 'stray' }
  const other = (what: string, block: Buffer): Entry => ({ what, block })
  const wrong = (field: string, ...values: unknown[]) =>
    values.map((value) =>
      other(`a message whose ${field} is ${JSON.stringify(value) ?? 'missing'}`, message({ ...stray, [field]: value }))
    )
  const entries = [
    ...[null, 42, 'stray', ['stray'], {}].map((value) => other(`the entry ${JSON.stringify(value)}`, json(value))),
    other('a message with a type and a time alone', message({})),
    ...wrong('type', undefined, 'reaction', 'chat-message-2', ['chat-message']),
    ...['text', 'nickname', 'timestamp'].flatMap((field) => wrong(field, undefined, null, 7, ['stray'])),
    other('bytes that are no text', Buffer.from([0xff, 0xfe, 0])),
    other('bytes that end inside a character', Buffer.from('€').subarray(0, 2)),
    other('an entry of no bytes', Buffer.alloc(0)),
    other('an entry with two messages', Buffer.concat([message(stray), Buffer.from('\n'), message(stray)])),
    other('JSON that ends too early', Buffer.from('{"type":"chat-message","text":"stray'))
  ]
  const said = (fields: object, why?: Entry['why'], block = message(fields)): Entry => ({
    block,
    what: 'a message',
    line: String(lineOf(block)),
    ...(why && { why })
  })
  const whichever = (field: string, value: string) => {
    const means = `Any string is a ${field}, also an empty one or one that looks odd: print it as it is.`
    const saw = `its ${field} is the string “${value}”`
    const text = `a ${field} of ${value.length} characters`
    return said({ nickname: 'nobody', text, [field]: value }, { saw, means })
  }
  const spaced = { text: 'with blanks between', timestamp: 'now', nickname, type: 'chat-message' }
  const twice = said(
    { nickname: '100 %s', text: '%d of undefined' },
    { saw: 'it holds `%s`', means: 'Give `console.log` one string: in the first of several it replaces `%s`.' }
  )
  return [
    ...entries.flatMap((entry, i) => [entry, said({ nickname, text: `behind ${i}` })]),
    twice,
    twice,
    ...['tomorrow', '', '1 May 2026'].map((timestamp) => whichever('timestamp', timestamp)),
    ...['', '  blanks  '].map((nickname) => whichever('nickname', nickname)),
    said(
      spaced,
      { saw: 'its JSON has blanks and line ends', means: 'Leave it to `JSON.parse` to say what is JSON.' },
      Buffer.from(`\n${JSON.stringify(spaced, null, 2)}`)
    ),
    said(
      { nickname, text: last, color: 'teal' },
      {
        saw: 'it has a field more, `color`',
        means: 'What else an entry has does not matter: look at the four fields alone.'
      }
    )
  ]
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** What is to be printed of a block: one line, or none. */
function lineOf(block: Buffer): string[] {
  try {
    const { type, nickname, text, timestamp } = JSON.parse(String(block))
    const isMessage = type === 'chat-message' && [nickname, text, timestamp].every((field) => typeof field === 'string')
    return isMessage ? [`<${timestamp}> ${nickname}: ${text}`] : []
  } catch {
    return []
  }
}

/**
 * Meets a peer as one that never says anything, as many that break off in the middle, and as one that sends rubbish.
 * `isMet` is awaited when the silent one is connected.
 */
export async function harass(
  stage: Stage,
  role: Role,
  log: Log,
  means: string,
  isMet: () => Promise<unknown> = async () => {}
): Promise<void> {
  stage.did(
    `I connected to ${role.name} and was silent, then ${TEARS} times and tore each connection in the middle, and sent rubbish over one more.`
  )
  const remote = await stage.until(
    () => log.remote,
    () => `${role.name} and my ${log.isOurs ? 'log' : 'copy'} did not meet.`,
    { means, file: role.file }
  )
  const [own] = log.sockets
  const dht = await stage.dht()
  const meet = () => dht.connect(remote, { keyPair: DHT.keyPair() })
  const silent = stage.ear(meet(), 'a silent peer')
  if (await silent.socket.opened) await isMet()
  const liar = stage.ear(meet(), 'a peer that sends rubbish')
  for (let i = 0; i < TEARS; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => tear(stage, role, meet(), log.core, means)))
  }
  await liar.socket.opened
  // Frames as those of a handshake are: the length in three bytes, and then so much.
  for (let i = 0; i < 3; i++) liar.send(Buffer.concat([Buffer.from([64, 0, 0]), Buffer.alloc(64, 0xee)]))
  await stage.until(
    () => liar.closed,
    () => `${role.name} kept the connection over which I sent rubbish.`,
    { means, file: role.file }
  )
  if (own && log.sockets.has(own)) return
  const saw = `${role.name} closed its connection to my ${log.isOurs ? 'log' : 'copy'} when others came.`
  throw new Unseen(saw, { means: STAYS, file: role.file })
}

/** Breaks a connection when the replication over it has begun to speak. */
async function tear(stage: Stage, role: Role, socket: Connection, core: Hypercore, means: string): Promise<void> {
  const ear = stage.ear(socket, 'a peer that breaks off')
  let spoke = false
  socket.once('data', () => {
    spoke = true
  })
  if (!(await socket.opened)) return
  pump(socket, core.replicate(true), socket)
  await stage.until(
    () => spoke || ear.closed,
    () => `${role.name} said nothing to a peer that came while others were connected.`,
    { means: `Replicate over every connection, whoever opened it. ${means}`, file: role.file }
  )
  socket.destroy()
}
