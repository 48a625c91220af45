// Runs a role in this very process: its stdin, output, signals and exit code are the role's own, and `kill -9` leaves
// nothing behind.
import { subscribe } from 'node:diagnostics_channel'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Exercise, rolesAndModules, root } from '@workshop/course'
import { explain, inWords } from '@workshop/course/errors'
import { starterOf } from '@workshop/course/exercise'
import { ours } from './answer.ts'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { isInRoom } from './is-in-room.ts'
import { keepPrinted, lastKey, needsKey } from './keys.ts'
import { leaveSoon, leaveWithPnpm } from './parent.ts'

const LOOK = 100 // ms between two looks at a role that has not asked for the network
const LATE = 50 // ms by which a look is late while the role is still loading, or the machine is busy
const LOST_AFTER = 30 // looks that were not late, after which such a role is told so

export interface RunOptions {
  /** Our answer's role instead of the learner's. */
  solution: boolean
  /** local, public or HOST:PORT. */
  network: string
  /** The library's own words and the stack of an error too. */
  verbose: boolean
}

/** Resolves when the role's own code has run through; its sockets and timers live on. */
export async function runRole(
  exercise: Exercise,
  role: string,
  args: string[],
  { solution, network, verbose }: RunOptions
): Promise<void> {
  if (!needsKey(exercise, role)) keepPrinted(exercise, role)
  else if (args.length === 0) args = [await lastOne(exercise, role)]
  const file = join(solution ? ours(exercise) : exercise.dir, `${role}.ts`)
  if (!existsSync(file)) throw new UsageError(`There is no ${file}.`)
  process.env.WORKSHOP_NETWORK = network.includes(':') ? await mustReach(network) : network
  process.argv = [process.execPath, file, ...args]
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return // the role has a handler of its own
    if ((error as NodeJS.ErrnoException).code === 'EIO') return leaveSoon(terminate) // its terminal is gone
    console.error(trouble(error, dirname(file), verbose))
    process.exit(1)
  })
  if (network !== 'public') tellTheLost(basename(file))
  leaveWithPnpm(terminate)
  if (isInRoom()) (await import('./in-room.ts')).holdRoomLater()
  if (process.channel) endWithChannel(process.channel)
  if (network === 'local' && process.env.WORKSHOP_TAP !== 'off') {
    const { tap } = await import('@workshop/picture/tap')
    const text = [basename(file), ...args].join(' ')
    tap({ role, exercise: exercise.name, text }, { hasTerminal: true })
  }
  await import(pathToFileURL(file).href)
  if (isUntouched(file)) {
    const folder = relative(root, dirname(file))
    await complain(
      `${basename(file)} is not written yet: ${join(folder, 'README.md')} says what to write. Ctrl-C ends it.`
    )
  }
}

/**
 * The key for a role that was given none: the last one that was printed here. Throws a UsageError when there is none, so
 * that no network starts only to say so.
 */
async function lastOne(exercise: Exercise, role: string): Promise<string> {
  const last = lastKey(exercise)
  if (!last) {
    const first = rolesAndModules(exercise).run.find((other) => !needsKey(exercise, other))
    const start = first ? `Start ${first}.ts in another terminal first: ${ex(exercise.number, first)}` : ''
    throw new UsageError(`${role}.ts needs a key, and no program here has printed one yet. ${start}`.trimEnd())
  }
  await complain(`You gave no key. This is the last one that ${last.role}.ts printed here: ${shorten(last.key)}`)
  return last.key
}

const shorten = (key: string) => `${key.slice(0, 6)}…${key.slice(-4)}`

/** Says a sentence beside what the role prints. What that needs is loaded then: a role starts fast. */
async function complain(sentence: string): Promise<void> {
  const terminal = await import('./terminal.ts')
  terminal.complain(sentence)
}

function terminate(): void {
  process.kill(process.pid, 'SIGTERM')
}

/** The address of a network that answers; ends with a sentence when none does. */
async function mustReach(network: string): Promise<string> {
  const { reach } = await import('./reach.ts')
  const found = await reach(network)
  if ('address' in found) return found.address
  await complain(found.trouble)
  process.exit(3)
}

/**
 * An uncaught error as a learner reads it: what it means, and their line. The library's own words come with
 * `isVerbose`; a stack comes then too, and when it was the learner's own code that threw.
 */
function trouble(error: unknown, dir: string, isVerbose: boolean): string {
  const stack = error instanceof Error ? String(error.stack) : `Error: ${String(error)}`
  const found = explain(stack, dir) ?? { original: stack.replace(/^Error: /, ''), isTheirs: false }
  const more = found.sentence ? 'The library’s own words: --verbose' : ''
  return [inWords(found), isVerbose || found.isTheirs ? `\n${stack}` : more].filter((part) => part !== '').join('\n')
}

/** Tells a role that uses hyperdht without `network()` why nobody finds it. */
function tellTheLost(file: string): void {
  let asked = false
  subscribe('workshop:network', () => {
    asked = true
  })
  const { cache } = createRequire(import.meta.url)
  let isEntering = false
  subscribe('workshop:entering', (is) => {
    isEntering = Boolean(is)
  })
  let calm = 0
  let last = performance.now()
  const looking = setInterval(() => {
    const now = performance.now()
    if (now - last < LOOK + LATE && !isEntering) calm++
    last = now
    if (calm < LOST_AFTER) return
    clearInterval(looking)
    const usesDHT = Object.keys(cache).some((path) => /[\\/]node_modules[\\/]hyperdht[\\/]/.test(path))
    if (asked || !usesDHT) return
    complain(
      [
        `${file} never calls network(), so it looks for its peers on the public network, and not where your other terminals are.`,
        'Import network from @workshop/utils and write: new DHT(network())'
      ].join(' ')
    )
  }, LOOK).unref()
}

/** Whether a role is still what the starter says. */
function isUntouched(file: string): boolean {
  const begun = join(starterOf(dirname(file)), basename(file))
  return existsSync(begun) && readFileSync(begun, 'utf8') === readFileSync(file, 'utf8')
}

/** Run by `pnpm ex N all`, it leaves when that lets go of it, or is gone. */
function endWithChannel(channel: NonNullable<typeof process.channel>): void {
  process.once('disconnect', () => {
    leaveSoon(() => {
      if (!process.emit('SIGINT')) process.exit(0)
    })
  })
  channel.unref()
}
