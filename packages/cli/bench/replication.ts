// How fast blocks reach the reader of exercise 3, beside a reader written straight on the library in plain JavaScript:
// the same log, the same local DHT, runs alternating. Both print each block into a pipe. Medians and their ratio.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'
import { typescript } from '@workshop/start'
import { optionsFor, type Reader, secondsToArrive } from './arrive.ts'

const RUNS = 5
const LOADS = [
  { name: '64 B', bytes: 64, blocks: 20_000 },
  { name: '64 KiB', bytes: 64 * 1024, blocks: 500 }
]

const local = await joinLocal()
const folder = await mkdtemp(join(tmpdir(), 'p2p-bench-'))
const solution = join(root, 'solutions', '3-hypercore')
const floor = join(solution, '.floor.mjs') // where it finds the libraries
await writeFile(
  floor,
  `import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
const core = new Hypercore(process.env.WORKSHOP_STORAGE + '/copy', Buffer.from(process.argv[2], 'hex'))
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(${JSON.stringify(optionsFor(local.address))}) })
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
  const env = { WORKSHOP_NETWORK: local.address }
  const contestants: [string, Reader][] = [
    ['straight on the library', { command: [process.execPath, floor], env }],
    ['reader.ts of our solution', { command: [process.execPath, ...typescript, join(solution, 'reader.ts')], env }]
  ]
  for (const { name, ...load } of LOADS) {
    const { bytes, blocks } = load
    const rates = contestants.map((): number[] => [])
    for (let i = 0; i < RUNS; i++) {
      for (const [who, [, reader]] of contestants.entries())
        rates[who]?.push(blocks / (await secondsToArrive(reader, load, { folder, address: local.address })))
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

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}
