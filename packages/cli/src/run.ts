// Runs a role in this very process: its stdin, output, signals and exit code are the role's own, and `kill -9` leaves
// nothing behind.
import { execFile } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '@workshop/course'
import { explain, inWords } from '@workshop/course/errors'
import { starterOf } from '@workshop/course/exercise'
import type { RunCall } from './call.ts'

const LOST_AFTER = 3_000 // ms after which a role that did not ask for the network is told so
const ORPHAN_INTERVAL = 1_000 // ms between two looks whether pnpm is still there
const GOODBYE_TIMEOUT = 3_000 // ms that a role without a terminal has for its goodbye

/** Resolves when the role's own code has run through; its sockets and timers live on. */
export async function run({ file, args, network, verbose }: RunCall): Promise<void> {
  if (network.includes(':')) await mustAnswer(network)
  process.env.WORKSHOP_NETWORK = network
  process.argv = [process.execPath, file, ...args]
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return // the role has a handler of its own
    console.error(trouble(error, dirname(file), verbose))
    process.exit(1)
  })
  if (network !== 'public') tellTheLost(basename(file))
  if (process.env.npm_lifecycle_event) endWithPnpm()
  if (process.channel) endWithChannel(process.channel)
  await import(pathToFileURL(file).href)
  if (isUntouched(file)) {
    const folder = relative(root, dirname(file))
    console.error(
      `${basename(file)} is not written yet: read ${join(folder, 'README.md')}, and edit it. Ctrl-C ends it.`
    )
  }
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

/** A bootstrap node that is not there is no error for hyperdht: it waits. So it is asked first. */
async function mustAnswer(network: string): Promise<void> {
  const { default: DHT } = await import('hyperdht')
  const colon = network.lastIndexOf(':')
  const address = { host: network.slice(0, colon), port: Number(network.slice(colon + 1)) }
  const dht = new DHT({ bootstrap: false })
  try {
    await dht.ping(address, { retry: false })
  } catch {
    console.error(
      `No network answers at ${network}. Is the address right, does its network run, and do both firewalls let UDP through?`
    )
    process.exit(3)
  }
  await dht.destroy()
}

/** Tells a role that uses hyperdht without `network()` why nobody finds it. */
function tellTheLost(file: string): void {
  let asked = false
  subscribe('workshop:network', () => {
    asked = true
  })
  const { cache } = createRequire(import.meta.url)
  setTimeout(() => {
    const usesDHT = Object.keys(cache).some((path) => /[\\/]node_modules[\\/]hyperdht[\\/]/.test(path))
    if (asked || !usesDHT) return
    console.error(
      `${file} never calls network(), so it looks for its peers on the public network, and not where your other`
    )
    console.error('terminals are. Import network from @workshop/utils and write: new DHT(network())')
  }, LOST_AFTER).unref()
}

/** Whether a role is still what the starter says. */
function isUntouched(file: string): boolean {
  const begun = join(starterOf(dirname(file)), basename(file))
  return existsSync(begun) && readFileSync(begun, 'utf8') === readFileSync(file, 'utf8')
}

/** Run by `pnpm ex N all`, it leaves when that lets go of it, or is gone. */
function endWithChannel(channel: NonNullable<typeof process.channel>): void {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GOODBYE_TIMEOUT).unref()
    if (!process.emit('SIGINT')) process.exit(0)
  })
  channel.unref()
}

/**
 * When pnpm is killed, the terminal is no longer ours: say goodbye, and go. pnpm runs a script through a shell, so it is
 * the parent of our parent; where that cannot be known (Windows has no `ps`), nothing is watched.
 */
function endWithPnpm(): void {
  const shell = String(process.ppid)
  setTimeout(() => {
    execFile('ps', ['-o', 'ppid=', '-p', shell], (error, answer) => {
      const pnpm = Number(answer)
      if (error || pnpm <= 1) return
      const watch = setInterval(() => {
        if (isAlive(pnpm)) return
        clearInterval(watch)
        setTimeout(() => process.exit(1), GOODBYE_TIMEOUT).unref()
        process.kill(process.pid, 'SIGTERM')
      }, ORPHAN_INTERVAL)
      watch.unref()
    })
  }, ORPHAN_INTERVAL).unref()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
