// How long from `pnpm ex 1 server --solution` to `listening on:`, beside the floor: plain node running the same lines
// in JavaScript, with the DHT already up. Prints medians and their ratio; runs of both alternate, so that noise of the
// machine meets both. And how long the verdict on exercise 1 takes.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'

const RUNS = 15

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
  const contestants: Record<string, [string, string[]]> = {
    'node, the same lines': [process.execPath, [floor]],
    'pnpm ex 1 server': ['pnpm', ['ex', '1', 'server', '--solution']]
  }
  const times: Record<string, number[]> = {}
  for (let i = 0; i < RUNS; i++) {
    for (const [name, [file, args]] of Object.entries(contestants)) {
      times[name] ??= []
      times[name].push(await timeToListen(file, args))
    }
  }
  const [low, ours] = Object.values(times).map(median) as [number, number]
  for (const [name, list] of Object.entries(times))
    console.log(`${name.padEnd(24)} ${median(list).toFixed(0).padStart(6)} ms`)
  console.log(`${'ratio'.padEnd(24)} ${(ours / low).toFixed(2).padStart(6)}   (aim: at most 2)`)
  const verdicts: number[] = []
  for (let i = 0; i < 3; i++) verdicts.push(await timeToEnd('pnpm', ['ex', '1', 'check', '--solution']))
  console.log(`${'pnpm ex 1 check'.padEnd(24)} ${median(verdicts).toFixed(0).padStart(6)} ms (aim: at most 3000)`)
} finally {
  await rm(floor)
  held.held.destroy()
}

async function timeToListen(file: string, args: string[]): Promise<number> {
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

async function timeToEnd(file: string, args: string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(file, args, { cwd: root, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with code ${code}`)
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
