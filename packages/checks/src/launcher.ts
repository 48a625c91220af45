// Starts roles as processes, and some of them before it is known which ones they will be.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Duplex, Writable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { environment } from '@workshop/start'
import { tellReaper } from './reap.ts'

export interface LauncherOptions {
  /** What node needs before a file, to run TypeScript. */
  node: readonly string[]
  /** Working folder of the processes. */
  cwd: string
  env: NodeJS.ProcessEnv
  /** A package whose dependencies roles will import: the folder. */
  package: string
  /**
   * How many processes are kept ready: node is up in them, and the libraries are loaded, which is most of the time that a
   * start takes. None on a machine that has better things to do.
   */
  spares: number
}

export class Launcher {
  readonly #options: LauncherOptions
  readonly #spares: ChildProcessWithoutNullStreams[] = []
  #isClosed = false
  /** Whether one of them is loading the libraries. */
  #isLoading = false

  constructor(options: LauncherOptions) {
    this.#options = options
    this.#refill()
  }

  /** A process that runs a file with arguments, and with more variables in its environment. */
  start(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
    const spare = this.#spares.shift()
    if (!spare || spare.exitCode !== null) {
      const { node, cwd, env: common } = this.#options
      return run(node, [file, ...args], { cwd, env: { ...common, ...env } })
    }
    const tells = spare.stdio[3] as Writable
    tells.end(`${JSON.stringify({ file, args, env })}\n`)
    this.#refill()
    return spare
  }

  /** Ends what was started and not needed. */
  close(): void {
    this.#isClosed = true
    for (const spare of this.#spares.splice(0)) spare.kill('SIGKILL')
  }

  /** One after the other: they load what they need while others wait. */
  #refill(): void {
    const { node, cwd, env, spares } = this.#options
    if (this.#isClosed || this.#isLoading || this.#spares.length >= spares) return
    this.#isLoading = true
    const child = run(node, [SPARE, ...librariesOf(this.#options.package)], { cwd, env, isSpare: true })
    this.#spares.push(child)
    const tells = child.stdio[3] as Duplex
    tells.on('error', () => {}) // told something when it has just ended
    const isLoaded = Promise.race([once(tells, 'data'), once(tells, 'close')])
    const goOn = () => {
      this.#isLoading = false
      this.#refill()
    }
    isLoaded.then(goOn, goOn) // also when it was ended
  }
}

const SPARE = fileURLToPath(new URL('spare.js', import.meta.url))
/** Loaded before a role where there are no signals. */
const INTERRUPT = new URL('interrupt.js', import.meta.url).href

/** Starts node. Where there are no signals, Ctrl-C can be sent to it as a message. */
export function run(
  node: readonly string[],
  words: string[],
  {
    cwd,
    env,
    isSpare = false,
    hasSignals = process.platform !== 'win32'
  }: { cwd: string; env: NodeJS.ProcessEnv; isSpare?: boolean; hasSignals?: boolean }
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...node, ...(hasSignals ? [] : ['--import', INTERRUPT]), ...words], {
    cwd,
    env: { ...env, ...environment },
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe', ...(isSpare ? ['pipe' as const] : []), ...(hasSignals ? [] : ['ipc' as const])]
  }) as unknown as ChildProcessWithoutNullStreams
  const { pid } = child
  if (pid !== undefined) {
    tellReaper('begun', pid)
    child.on('exit', () => tellReaper('ended', pid))
  }
  return child
}

/** The addresses of the libraries that a package depends on, without those of the workshop. */
function librariesOf(dir: string): string[] {
  const path = join(dir, 'package.json')
  const require = createRequire(path)
  const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: Record<string, string> }
  return Object.keys(dependencies).flatMap((name) => {
    if (name.startsWith('@workshop/')) return []
    try {
      return [pathToFileURL(require.resolve(name)).href]
    } catch {
      return [] // the role will say it
    }
  })
}
