// The process with the learner's class, as the check calls it.
import { join } from 'node:path'
import type { Role, Stage } from '@workshop/checks'
import { ANSWER, type Commands } from './commands.ts'

const DRIVER = join(import.meta.dirname, 'driver.ts')
const LONG = 15_000 // ms for a sync; a right one takes a tenth of it on a quiet machine

type Failure = { message: string; code?: string; stack?: string }

/** The learner's class in its process. */
export class Program {
  readonly role: Role
  readonly #stage: Stage
  #calls = 0

  private constructor(stage: Stage, role: Role) {
    this.#stage = stage
    this.role = role
  }

  static async start(stage: Stage): Promise<Program> {
    const role = await stage.start(DRIVER, [join(stage.dir, 'multifeed.ts')], 'your multifeed')
    role.aside = new RegExp(`^${ANSWER}|^$`)
    return new Program(stage, role)
  }

  /** Calls the class. An error of it is the learner's: a story. */
  async call<Name extends keyof Commands>(name: Name, ...args: Parameters<Commands[Name]>) {
    const { value, error } = await this.try(name, ...args)
    this.#stage.expect(!error, `\`${shown(name)}\` failed: ${error?.message} ${where(error, this.#stage.dir)}`)
    return value as ReturnType<Commands[Name]>
  }

  /** Calls the class, and gives what it gave or the error. */
  async try<Name extends keyof Commands>(name: Name, ...args: Parameters<Commands[Name]>) {
    const id = this.#calls++
    this.role.child.stdin.write(`${JSON.stringify({ id, command: name, args })}\n`)
    const pattern = new RegExp(`^${ANSWER}(\\{"id":${id}[,}].*)$`, 'm')
    const [, json] = await this.#stage.until(
      () => pattern.exec(this.role.printed) ?? undefined,
      () => `\`${shown(name)}\` never came back.`,
      name === 'sync' ? { patience: LONG } : {}
    )
    return JSON.parse(String(json)) as { value?: ReturnType<Commands[Name]>; error?: Failure }
  }

  /** Opens a multifeed and waits for it. Where nobody `listens` to its feeds, it has no reason to open them. */
  async open(name: string, folder: string, options?: object, listens = true): Promise<void> {
    await this.call('open', name, folder, options, listens)
    await this.call('ready', name)
  }

  /** All blocks of all feeds, by key. */
  async contents(multi: string): Promise<Record<string, string[]>> {
    const all: [string, string[]][] = []
    for (const { key } of await this.call('feeds', multi)) all.push([key, await this.call('blocks', multi, key)])
    return Object.fromEntries(all.sort())
  }
}

/** A command as the method that it calls. */
const shown = (command: string) => ({ connect: 'replicate()', pipe: 'replicate()' })[command] ?? `${command}()`

/** The line of the learner's that an error came from. */
export function where(error: Failure | undefined, dir: string): string {
  const line = error?.stack?.split('\n').find((line) => line.includes(dir))
  const place = line && /([\w-]+\.ts:\d+)/.exec(line)?.[1]
  return place ? `(${place})` : ''
}
