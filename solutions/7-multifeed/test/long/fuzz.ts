// The fuzzer for as long as one likes: `fuzz.ts [MINUTES] [SEED]`, 10 minutes unless said otherwise. Beside it two
// honest peers write and must get all; the heap must stay flat. Ends with exit code 1 when one of them does not.
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Hypercore from 'hypercore'
import Multifeed from '../../multifeed.ts'
import { babble, mulberry32, type True } from '../fuzz.ts'

const LATE = 10_000 // ms in which an honest block must cross
const [minutes = 10, seed = randomInt(2 ** 31)] = process.argv.slice(2).map(Number)
const random = mulberry32(seed)
console.log(`seed ${seed}, ${minutes} minutes`)
const folder = await mkdtemp(join(tmpdir(), 'multifeed-fuzz-'))
let isWell = true
let isOver = false
try {
  const open = (name: string) => new Multifeed<string>(join(folder, name), { valueEncoding: 'utf-8' })
  const [victim, ...honest] = [open('victim'), open('ana'), open('ben')] as const
  const codes = new Map<string, number>()
  const ours = new Set<unknown>()
  victim.on('error', ({ code, message }, stream) => {
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (ours.has(stream)) console.log(`An honest peer was refused: ${code} ${message}`)
  })
  await (await victim.writer()).append(['one', 'two'])
  const truths: True[] = []
  const authors = open('authors')
  for (let i = 0; i < 20; i++) {
    const author = await authors.writer()
    await author.append(['true', 'also true'])
    const { upgrade } = await author.proof({ upgrade: { start: 0, length: 2 } })
    const blocks = ['true', 'also true'].map((block) => Buffer.from(block))
    const pack = { index: 0, start: 0, blocks, signature: upgrade.signature, manifest: author.manifest }
    truths.push({ key: author.key, pack })
  }
  const writers: Hypercore<string>[] = []
  for (const peer of honest) {
    const [one, two] = [victim.replicate(true), peer.replicate(false)]
    one.pipe(two).pipe(one)
    ours.add(one.noiseStream)
    for (const stream of [one, two])
      stream.on('close', () => isOver || console.log('The stream of an honest peer has ended.'))
    peer.on('error', ({ code, message }) => console.log(`An honest peer closed its stream: ${code} ${message}`))
    writers.push(await peer.writer())
  }
  const end = performance.now() + minutes * 60_000
  const heaps: number[] = []
  let [rounds, messages, slowest, next] = [0, 0, 0, 0]
  while (performance.now() < end && isWell) {
    messages += (await Promise.all(Array.from({ length: 4 }, () => babble(victim, random, truths)))).reduce(
      (sum, said) => sum + said,
      0
    )
    rounds += 4
    if (rounds % 40 === 0) {
      // What one honest peer writes reaches the other, through the one that all the others talk to.
      const begin = performance.now()
      const writer = writers[rounds % 80 === 0 ? 0 : 1]
      const other = honest[rounds % 80 === 0 ? 1 : 0]
      const { length } = (await writer?.append(`${rounds}`)) ?? { length: 0 }
      while ((other.feed(writer?.key ?? '')?.contiguousLength ?? 0) < length && isWell) {
        await new Promise((resolve) => setTimeout(resolve, 2))
        if (performance.now() - begin > LATE) isWell = false
      }
      slowest = Math.max(slowest, performance.now() - begin)
    }
    if (performance.now() > next) {
      next = performance.now() + (minutes * 60_000) / 20
      globalThis.gc?.()
      heaps.push(process.memoryUsage().heapUsed)
      const mb = (bytes: number) => (bytes / 1024 ** 2).toFixed(1)
      const { heapUsed, rss } = process.memoryUsage()
      console.log(
        `${rounds} peers, ${messages} messages, heap ${mb(heapUsed)} MB, rss ${mb(rss)} MB, slowest honest block ${Math.round(slowest)} ms`
      )
    }
  }
  if (!isWell) {
    const lengths = (peer: Multifeed<string>) => writers.map(({ key }) => peer.feed(key)?.contiguousLength)
    console.log(`An honest block did not cross: ${JSON.stringify([victim, ...honest].map(lengths))}`)
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  const [early, late] = [median(heaps.slice(2, 8)), median(heaps.slice(-6))]
  console.log(`heap early ${early}, late ${late}; streams closed with ${JSON.stringify(Object.fromEntries(codes))}`)
  if (late > early * 1.3) isWell = false
  isOver = true
  for (const multi of [...honest, victim, authors]) await multi.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = isWell ? 0 : 1
