// Ours beside multifeed 6, in one run: both sides in one process, on disk, blocks of 64 bytes, the other side empty.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Measured, median } from './measured.ts'

const ROWS = [
  { feeds: 10, blocks: 1000 },
  { feeds: 100, blocks: 100 },
  { feeds: 1000, blocks: 10 },
  { feeds: 5000, blocks: 1, files: 1024 },
  { feeds: 1, blocks: 50_000 }
]
const RUNS = 3
const TIMEOUT = 300_000 // ms for one run
const SIDES = ['ours.ts', 'theirs.ts'] as const

type Row = (typeof ROWS)[number]

/** What is measured of one side; `storage`: in how many ms its bare corestore opens. */
type Result = Measured & { files: number; storage: number }

/** Runs one side in a process of its own; gives what it printed, or undefined when it dies. */
async function run(side: string, command: string, dir: string, row: Row): Promise<unknown> {
  const node = [
    process.execPath,
    '--expose-gc',
    '--import',
    '@workshop/start/typescript',
    join(import.meta.dirname, side),
    command,
    dir,
    String(row.feeds),
    String(row.blocks)
  ]
  // The limit is for the replication: writing with it is not what is measured.
  const limit = command === 'measure' && row.files ? `ulimit -n ${row.files} && ` : ''
  const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...node], { stdio: ['ignore', 'pipe', 'ignore'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT)
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  const [code] = await once(child, 'close')
  clearTimeout(timer)
  return code === 0 && output !== '' ? JSON.parse(output) : undefined
}

const folder = await mkdtemp(join(tmpdir(), 'multifeed-bench-'))
try {
  console.log(
    [
      'feeds × blocks'.padEnd(20),
      ...'replicate,first,wire,reconnect,wire,reopen,storage,heap/feed,peak RSS,open,stored'
        .split(',')
        .map((column) => column.padStart(11))
    ].join('')
  )
  for (const row of ROWS) {
    const results = new Map(SIDES.map((side) => [side, [] as Result[]]))
    for (let i = 0; i < RUNS; i++) {
      for (const side of SIDES) {
        const dir = join(folder, `${side}-${i}`)
        await run(side, 'prepare', dir, row) // each time: a corestore does not open a copy of its folder
        const measured = (await run(side, 'measure', dir, row)) as Measured | undefined
        const storage = side === 'ours.ts' ? Number(await run(side, 'storage', dir, row)) : Number.NaN
        const files = (await readdir(join(dir, 'b'), { recursive: true, withFileTypes: true }).catch(() => [])).filter(
          (entry) => entry.isFile()
        ).length
        if (measured) results.get(side)?.push({ ...measured, files, storage })
        await rm(dir, { recursive: true, force: true })
      }
    }
    const medians = SIDES.map((side) => {
      const all = results.get(side) ?? []
      const of = (pick: (result: Result) => number) => median(all.map(pick))
      const name = `${row.feeds} × ${row.blocks} ${side === 'ours.ts' ? 'ours' : 'multifeed 6'}`.padEnd(20)
      const ms = (value: number) => `${Math.round(value)} ms`
      const kb = (value: number) => `${(value / 1024).toFixed(1)} kB`
      const mb = (value: number) => `${Math.round(value / 1024 ** 2)} MB`
      const columns = [
        ms(of((r) => r.replicate)),
        ms(of((r) => r.firstBlock)),
        kb(of((r) => r.bytes)),
        ms(of((r) => r.reconnect)),
        kb(of((r) => r.reconnectBytes)),
        ms(of((r) => r.reopen)),
        side === 'ours.ts' ? ms(of((r) => r.storage)) : '',
        kb(of((r) => r.heapPerFeed)),
        mb(of((r) => r.rss)),
        String(of((r) => r.open)),
        String(of((r) => r.files))
      ]
      if (all.length < RUNS) console.log(`${name}  dies${row.files ? ` with ${row.files} file descriptors` : ''}`)
      else console.log(`${name}${columns.map((column) => column.padStart(11)).join('')}`)
      return { replicate: of((r) => r.replicate), reconnect: of((r) => r.reconnect), reopen: of((r) => r.reopen) }
    })
    const [ours, theirs] = medians as [(typeof medians)[0], (typeof medians)[0]]
    const times = (value: number) => `${value.toFixed(1)}×`.padStart(11)
    const ratio = theirs.replicate / ours.replicate
    const again = theirs.reconnect / ours.reconnect
    const reopen = theirs.reopen / ours.reopen
    const gap = ''.padEnd(22)
    const line = `${''.padEnd(20)}${times(ratio)}${gap}${times(again)}${''.padEnd(11)}${times(reopen)}\n`
    console.log(Number.isNaN(ratio) ? '' : line)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
