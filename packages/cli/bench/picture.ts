// What the tap of the picture costs a role: its start, and how fast blocks reach it, without the tap, with the tap while
// nobody looks, and with a picture that is open. Runs in turns, medians, and the ratio to what is without the tap.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'
import { secondsToArrive } from './arrive.ts'

const STARTS = 25
const RUNS = 5
const LOAD = { bytes: 64, blocks: 10_000 }
const EX = [process.execPath, join('packages', 'cli', 'ex.js')]

/** How a role is run, and what is aimed at, as a part of what it does without the tap. */
const CONTESTANTS = [
  { name: 'without the tap', tap: 'off', isOpen: false, aim: 1 },
  { name: 'nobody looks', tap: '', isOpen: false, aim: 0.98 },
  { name: 'a picture is open', tap: '', isOpen: true, aim: 0.9 }
]

const { address, held } = await joinLocal()
const folder = await mkdtemp(join(tmpdir(), 'p2p-bench-'))
try {
  await compare('starts in a second', STARTS, async (env) => 1 / (await secondsToListen(env)))
  await compare('blocks of 64 B in a second', RUNS, async (env) => {
    const reader = { command: [...EX, '3', 'reader', '--solution'], env }
    return LOAD.blocks / (await secondsToArrive(reader, LOAD, { folder, address }))
  })
} finally {
  await rm(folder, { recursive: true, force: true })
  held.destroy()
}

/** Has something measured for each contestant in turns: more is better. */
async function compare(
  what: string,
  runs: number,
  measure: (env: NodeJS.ProcessEnv) => Promise<number>
): Promise<void> {
  const results = CONTESTANTS.map((): number[] => [])
  for (let i = 0; i < runs; i++) {
    for (const [who, { tap, isOpen }] of CONTESTANTS.entries()) {
      const picture = isOpen ? await openPicture() : undefined
      results[who]?.push(await measure({ WORKSHOP_TAP: tap }))
      if (picture) await end(picture)
    }
  }
  const [base = 0] = results.map(median)
  for (const [who, { name, aim }] of CONTESTANTS.entries()) {
    const result = median(results[who] ?? [])
    const ratio = who === 0 ? '' : `${(result / base).toFixed(2)}   (aim: at least ${aim})`
    console.log(`${what.padEnd(28)} ${name.padEnd(18)} ${result.toPrecision(4).padStart(8)}   ${ratio}`)
  }
}

/** `pnpm ex picture`, which looks whether a browser shows it or not. */
async function openPicture(): Promise<ChildProcess> {
  const [program = '', ...args] = [...EX, 'picture']
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const text of child.stdout) {
    output += text
    if (output.includes('Ctrl-C')) break
  }
  return child
}

async function secondsToListen(env: NodeJS.ProcessEnv): Promise<number> {
  const begin = performance.now()
  const [program = '', ...args] = [...EX, '1', 'server', '--solution']
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  for await (const text of child.stdout) {
    output += text
    if (output.includes('listening on:')) break
  }
  const time = performance.now() - begin
  await end(child)
  return time / 1000
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}
