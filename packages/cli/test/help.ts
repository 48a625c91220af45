// For tests: `pnpm ex` as a process, and a copy of the workshop that may be spoilt.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isAuthors } from '@workshop/course/exercise'
import { typescript } from '@workshop/start'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What pnpm says of itself, whoever runs the tests. */
const PNPM = { npm_config_user_agent: 'pnpm/12.21.0', npm_config_npm_version: undefined }

/** A `pnpm ex` that runs. */
export interface Run {
  child: ChildProcessWithoutNullStreams
  output: string
  errors: string
  /** Resolves when it has ended. */
  code: Promise<number | null>
  /** Waits for what it prints on stdout; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  complains(pattern: RegExp): Promise<RegExpExecArray>
}

/** `pnpm ex` in the workshop that lies in a folder; ended with the test. */
export function ex(t: TestContext, top: string, env: NodeJS.ProcessEnv, ...args: string[]): Run {
  return exIn(t, [], top, env, ...args)
}

/** The same behind a command that runs another one, as `nsenter` does. */
export function exIn(t: TestContext, prefix: string[], top: string, env: NodeJS.ProcessEnv, ...args: string[]): Run {
  const command = join(top, 'packages', 'cli', 'ex.js')
  // As a check starts a role: without the thread that Node 20 runs a hook in, a third of what a command costs.
  const [program = '', ...words] = [...prefix, process.execPath, ...typescript, command, ...args]
  const child = spawn(program, words, {
    cwd: top,
    env: { ...process.env, ...PNPM, NO_COLOR: '1', FORCE_COLOR: undefined, ...env }
  })
  t.after(() => child.kill('SIGKILL'))
  const waiting = new Set<() => void>()
  let ended = false
  const wait = (text: () => string, pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text())
        if (!match && !ended) return
        waiting.delete(look)
        if (match) resolve(match)
        else reject(new Error(`ended without ${pattern}: ${run.output}${run.errors}`))
      }
      waiting.add(look)
      look()
    })
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  const run: Run = {
    child,
    output: '',
    errors: '',
    code: once(child, 'close').then(([code]) => code),
    prints: (pattern) => wait(() => run.output, pattern),
    complains: (pattern) => wait(() => run.errors, pattern)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.output += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.errors += text
    wake()
  })
  child.on('close', () => {
    ended = true
    wake()
  })
  return run
}

/**
 * A copy of the command, the course, the exercises and the solutions, with the libraries of this one. The
 * learner's files are the starters', whatever a learner has written here.
 */
export async function copyOfWorkshop(t: { after(end: () => Promise<void>): void }): Promise<string> {
  const top = await mkdtemp(join(tmpdir(), 'p2p-copy-'))
  t.after(() => rm(top, { recursive: true, force: true, maxRetries: 5 }))
  const rooms = ['packages/cli', 'packages/course']
  for (const room of ['exercises', 'solutions']) {
    for (const name of await readdir(join(root, room))) rooms.push(`${room}/${name}`)
  }
  for (const room of rooms) {
    const isOurs = (path: string) => {
      const [entry = ''] = relative(join(root, room), path).split(sep)
      return entry !== 'node_modules' && (!room.startsWith('exercises') || entry === '' || isAuthors(entry))
    }
    await cp(join(root, room), join(top, room), { recursive: true, filter: isOurs })
    if (room.startsWith('exercises')) await cp(join(root, room, 'starter'), join(top, room), { recursive: true })
    if (room !== 'packages/cli') await link(join(root, room, 'node_modules'), join(top, room, 'node_modules'))
  }
  // The command finds the copy by where its course lies.
  const [from, to] = [join(root, 'packages', 'cli', 'node_modules'), join(top, 'packages', 'cli', 'node_modules')]
  await mkdir(join(to, '@workshop'), { recursive: true })
  for (const name of await readdir(from)) if (name !== '@workshop') await link(join(from, name), join(to, name))
  for (const name of await readdir(join(from, '@workshop')))
    await link(
      name === 'course' ? join(top, 'packages', name) : join(from, '@workshop', name),
      join(to, '@workshop', name)
    )
  return top
}

/** A link to a folder, which needs no rights on Windows either. */
function link(from: string, to: string): Promise<void> {
  return symlink(from, to, 'junction')
}

export async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
