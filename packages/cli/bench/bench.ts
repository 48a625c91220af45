// How long a learner waits: for a role, and for the verdicts on our solutions. One table, with the machine that it is of.
// What is compared runs in turns, so that the noise of the machine meets both; all figures are medians.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { exercises, root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'
import { hasTypeScript } from '@workshop/start'

const STARTS = 15
const VERDICTS = 3
/** What is aimed at: a ratio for a role, seconds for the verdicts by exercise. */
const AIM = { role: hasTypeScript ? 1.3 : 2, verdicts: [3, 4.5, 4.5, 5, 5, 7.5, 12] }

const EX = [join('packages', 'cli', 'ex.js')]

const load = loadavg()[0]?.toFixed(1)
console.log(`Node ${process.versions.node} on ${availableParallelism()} cores, load average ${load} before it began\n`)
console.log('| what | median | beside it | ratio | aim |')
console.log('| ---- | -----: | --------- | ----: | --- |')
await role()
verdicts()
console.log(`| what an install takes | ${installed()} MB | | | |`)

/** From the start of `pnpm ex 1 server --solution` to its first line, beside plain node that runs the same lines. */
async function role(): Promise<void> {
  const held = await joinLocal()
  const [host, port] = held.address.split(':')
  const floor = join(root, 'solutions', '1-dht', '.floor.mjs') // where it finds hyperdht
  await writeFile(
    floor,
    `import DHT from 'hyperdht'
const dht = new DHT({ bootstrap: [{ host: '${host}', port: ${port} }], host: '127.0.0.1', firewalled: false, ephemeral: true })
const server = dht.createServer((socket) => socket.on('error', () => {}))
await server.listen()
console.log('listening on:', server.publicKey.toString('hex'))
`
  )
  try {
    const contestants: Record<string, string[]> = {
      'node with the same lines': [process.execPath, floor],
      'ex 1 server': [process.execPath, ...EX, '1', 'server', '--solution'],
      'pnpm ex 1 server': ['pnpm', 'ex', '1', 'server', '--solution']
    }
    const times = new Map(Object.keys(contestants).map((name): [string, number[]] => [name, []]))
    for (let i = 0; i < STARTS; i++) {
      for (const [name, words] of Object.entries(contestants)) times.get(name)?.push(await timeToListen(words))
    }
    const [[plain, floorTimes], ...others] = [...times] as [[string, number[]], ...[string, number[]][]]
    const low = median(floorTimes)
    for (const [name, list] of others) {
      const ms = median(list)
      row(name, `${ms.toFixed(0)} ms`, `${plain}: ${low.toFixed(0)} ms`, (ms / low).toFixed(2), `≤ ${AIM.role}`)
    }
  } finally {
    await rm(floor)
    held.held.destroy()
  }
}

function verdicts(): void {
  for (const { number } of exercises()) {
    const times = Array.from({ length: VERDICTS }, () => timeToEnd([...EX, String(number), 'check', '--solution']))
    row(
      `ex ${number} check --solution`,
      `${(median(times) / 1000).toFixed(1)} s`,
      '',
      '',
      `≤ ${AIM.verdicts[number - 1]} s`
    )
  }
}

/** All that is installed, in MB. */
function installed(): number {
  const [kilobytes] = execFileSync('du', ['-sk', join(root, 'node_modules')], { encoding: 'utf8' }).split('\t')
  return Math.round(Number(kilobytes) / 1024)
}

function row(...cells: string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

async function timeToListen([file = '', ...args]: string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text
    if (output.includes('listening on:')) break
  }
  const time = performance.now() - begin
  await end(child)
  return time
}

function timeToEnd(words: string[]): number {
  const begin = performance.now()
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')} ended with code ${status}:\n${stdout}`)
  return performance.now() - begin
}

/** Ends a process and those it started: the role runs below pnpm. */
async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  process.kill(-Number(child.pid), 'SIGTERM')
  await exit
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}
