// The process with the learner's class, as the check calls it.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Role, Stage } from '@workshop/checks'
import type { Commands, Seen } from './commands.ts'

const DRIVER = join(import.meta.dirname, 'driver.ts')
const LONG = 15_000 // ms for a sync; a right one takes a tenth of it on a quiet machine

type Failure = { message: string; code?: string; stack?: string }
interface Answer {
  value?: unknown
  error?: Failure
}

/** What it may mean when a pack is refused that nobody has forged. */
export const ONE_AT_A_TIME =
  'Two peers may offer one feed at the same time: request it from one of them, or store what they give one pack after the other.'

/** What it means when something goes on after a multifeed was closed. */
export const CLOSES = '`close()` ends the streams, waits for what is being written, and closes the store.'

/** What a call that fails usually means, where a step does not say it. */
const MEANS: { [Name in keyof Commands]?: string } = {
  ready: '`ready()` resolves when the index is read.',
  close: `${CLOSES} A second call resolves too.`,
  writers: '`writer()` gives a core to write to, from the store.',
  writer: '`writer()` gives a core to write to, from the store.',
  append: '`feed(key)` gives the feed, and you can append to it when it is your own.',
  connect: '`replicate()` takes a connection, even one that is not open yet, or a Protomux.',
  pipe: '`replicate(true)` and `replicate(false)` each make a stream of their own: `Hypercore.createProtocolStream`.',
  sync: `Say \`have\` when all that you were offered is stored, and resolve when both sides have said it. ${ONE_AT_A_TIME}`
}

/** What it means where nothing more is known. */
const ANY = 'Whatever comes from a peer or from the program, each call must come back, and the process must live.'

/** The learner's class in its process. */
export class Program {
  readonly role: Role
  /** What a step says a failure means. */
  means: string | undefined
  readonly #stage: Stage
  readonly #socket: Socket
  readonly #answers = new Map<number, Answer>()
  #calls = 0

  private constructor(stage: Stage, role: Role, socket: Socket) {
    this.#stage = stage
    this.role = role
    this.#socket = socket
    const lines = createInterface({ input: socket })
    lines.on('error', () => {}) // it was killed
    lines.on('line', (line) => {
      const { id, ...answer } = JSON.parse(line) as Answer & { id: number }
      this.#answers.set(id, answer)
    })
  }

  /** A port may have been somebody else's before, whose peers still come to it: the driver says a word that they cannot know. */
  static async start(stage: Stage): Promise<Program> {
    const [word, sockets] = [randomUUID(), [] as Socket[]]
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', (said) => (String(said) === word ? sockets.push(socket) : socket.destroy()))
    }).listen(0, '127.0.0.1')
    stage.after(async () => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const role = await stage.start(DRIVER, [join(stage.dir, 'multifeed.ts')], 'your multifeed')
    role.isDriver = true
    role.child.stdin.write(`${port} ${word}`)
    const socket = await stage.until(() => sockets[0], 'It could not be loaded.', {
      means: '`multifeed.ts` exports the class: `export default class Multifeed`.'
    })
    server.close()
    return new Program(stage, role, socket)
  }

  /** Calls the class. An error of it is the learner's: a story. */
  async call<Name extends keyof Commands>(name: Name, ...args: Parameters<Commands[Name]>) {
    const { value, error } = await this.try(name, ...args)
    const saw = `\`${shown(name)}\` failed: ${error?.message} ${where(error, this.#stage.dir)}`
    this.#stage.expect(!error, saw, this.means ?? MEANS[name] ?? ANY)
    return value as ReturnType<Commands[Name]>
  }

  /** Calls the class, and gives what it gave or the error. */
  async try<Name extends keyof Commands>(name: Name, ...args: Parameters<Commands[Name]>) {
    const answer = await this.#ask(name, args, this.means ?? MEANS[name])
    return answer as { value?: ReturnType<Commands[Name]>; error?: Failure }
  }

  #ask(
    name: keyof Commands,
    args: unknown[],
    means: string | undefined,
    { after = '', patience }: { after?: string | undefined; patience?: number } = {}
  ): Promise<Answer> {
    const id = this.#calls++
    this.#socket.write(`${JSON.stringify({ id, command: name, args })}\n`)
    return this.#stage.until(
      () => this.#answers.get(id),
      () => `${after}\`${shown(name)}\` never came back.`,
      { file: 'multifeed.ts', means: means ?? ANY, ...(patience && { patience }) }
    )
  }

  /**
   * Waits for a stream to have synced, which may be much; gives the error if it does not. `means` is what it means when it
   * never comes, `after` begins the sentence then.
   */
  async sync(stream: number, means: string, after?: string): Promise<Failure | undefined> {
    return (await this.#ask('sync', [stream], means, { after, patience: LONG })).error
  }

  /** Opens a multifeed and waits for it. */
  async open(multi: string, folder: string, options?: object, inStore = false): Promise<void> {
    await this.call('open', multi, folder, options, inStore)
    await this.call('ready', multi)
  }

  async look(multi: string): Promise<Seen> {
    const [seen] = await this.call('look', multi)
    if (!seen) throw new Error(`${multi} is not open`)
    return seen
  }

  /** Gives the process nothing more to do. */
  release(): void {
    this.#socket.end()
  }
}

/** A command as the method that it calls. */
const shown = (command: string) =>
  ({
    connect: 'replicate()',
    writers: 'writer()',
    again: 'replicate()',
    pipe: 'replicate()',
    look: 'feeds()',
    block: 'feed(key).get()',
    append: 'feed(key).append()'
  })[command] ?? `${command}()`

/** The line of the learner's that an error came from. */
export function where(error: Failure | undefined, dir: string): string {
  const line = error?.stack?.split('\n').find((line) => line.includes(dir))
  const place = line && /([\w-]+\.ts:\d+)/.exec(line)?.[1]
  return place ? `(${place})` : ''
}
