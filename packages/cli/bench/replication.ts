// How fast blocks reach the reader of exercise 3, beside a reader written straight on the library in plain JavaScript:
// the same log, the same local DHT, runs alternating. Both print each block into a pipe. Medians and their ratio.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'
import { typescript } from '@workshop/start'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const RUNS = 5
const LOADS = [
  { name: '64 B', bytes: 64, blocks: 20_000 },
  { name: '64 KiB', bytes: 64 * 1024, blocks: 500 }
]

const local = await joinLocal()
const [host, port] = local.address.split(':')
const options = {
  bootstrap: [{ host: String(host), port: Number(port) }],
  host: '127.0.0.1',
  firewalled: false,
  ephemeral: true
}
const folder = await mkdtemp(join(tmpdir(), 'p2p-bench-'))
const solution = join(root, 'solutions', '3-hypercore')
const floor = join(solution, '.floor.mjs') // where it finds the libraries
await writeFile(
  floor,
  `import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
const core = new Hypercore(process.argv[3], Buffer.from(process.argv[2], 'hex'))
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(${JSON.stringify(options)}) })
swarm.on('connection', (socket) => core.replicate(socket))
const done = core.findingPeers()
swarm.join(core.discoveryKey)
swarm.flush().then(done, done)
await core.update()
let next = core.length
console.log('Skipping ' + next + ' earlier blocks...')
core.download({ start: 0, end: -1 })
for await (const block of core.createReadStream({ live: true, start: next })) console.log('Block ' + next++ + ': ' + block)
`
)

try {
  const contestants: [string, string[]][] = [
    ['straight on the library', [floor]],
    ['reader.ts of our solution', [...typescript, join(solution, 'reader.ts')]]
  ]
  for (const { name, bytes, blocks } of LOADS) {
    const rates = contestants.map((): number[] => [])
    for (let i = 0; i < RUNS; i++) {
      for (const [who, [, args]] of contestants.entries())
        rates[who]?.push(blocks / (await secondsToArrive(args, bytes, blocks)))
    }
    const [low, ours] = rates.map(median) as [number, number]
    for (const [who, rate] of [low, ours].entries()) {
      const unit = bytes < 1024 ? `${(rate / 1000).toFixed(1)} k blocks/s` : `${((rate * bytes) / 1e6).toFixed(1)} MB/s`
      console.log(`${name.padEnd(7)} ${String(contestants[who]?.[0]).padEnd(26)} ${unit.padStart(16)}`)
    }
    console.log(`${name.padEnd(7)} ${'ratio'.padEnd(26)} ${(ours / low).toFixed(2).padStart(16)}   (aim: at least 0.9)`)
  }
} finally {
  await rm(floor)
  await rm(folder, { recursive: true, force: true })
  local.held.destroy()
}

/** From the append of all blocks in one batch to the last line of the reader. */
async function secondsToArrive(args: string[], bytes: number, blocks: number): Promise<number> {
  const run = await mkdtemp(join(folder, 'run-'))
  const log = new Hypercore(join(run, 'log'))
  await log.ready()
  const swarm = new Hyperswarm({ dht: new DHT(options) })
  swarm.on('connection', (socket) => log.replicate(socket))
  await swarm.join(log.discoveryKey).flushed()
  const folderOfFloor = args.length === 1 ? [join(run, 'copy')] : []
  const reader = spawn(process.execPath, [...args, log.key.toString('hex'), ...folderOfFloor], {
    cwd: root,
    env: { ...process.env, WORKSHOP_NETWORK: local.address, WORKSHOP_STORAGE: run },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    let tail = ''
    const prints = (text: string) =>
      new Promise<void>((resolve) => {
        reader.stdout.on('data', function look(data: string) {
          tail = (tail + data).slice(-bytes - 200)
          if (!tail.includes(text)) return
          reader.stdout.off('data', look)
          resolve()
        })
      })
    reader.stdout.setEncoding('latin1')
    await prints('Skipping 0')
    const begin = performance.now()
    const last = prints(`Block ${blocks - 1}: `)
    await log.append(Array.from({ length: blocks }, () => Buffer.alloc(bytes, 'x')))
    await last
    return (performance.now() - begin) / 1000
  } finally {
    reader.kill('SIGKILL')
    await once(reader, 'close')
    await swarm.destroy()
    await log.close()
  }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}
