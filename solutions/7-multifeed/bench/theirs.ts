// Measures multifeed 6 in the same way.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AGAIN, count, type Measured, median, open, rss } from './measured.ts'

type Callback<Value> = (error: Error | null, value: Value) => void
interface Feed {
  append(blocks: Buffer[], callback: Callback<number>): void
  once(event: 'download', listener: () => void): void
  downloaded(): number
}
interface Stream {
  pipe(other: Stream): Stream
  on(event: 'end' | 'error', listener: (error: Error) => void): void
  on(event: 'data', listener: (data: Uint8Array) => void): void
}
interface Multifeed6 {
  ready(callback: Callback<void>): void
  writer(name: string, callback: Callback<Feed>): void
  feeds(): Feed[]
  once(event: 'feed', listener: (feed: Feed) => void): void
  replicate(isInitiator: boolean, options: { live: boolean }): Stream
  close(callback: Callback<void>): void
}
const multifeed: (dir: string) => Multifeed6 = createRequire(import.meta.url)('multifeed')

const [command, dir = '', feeds = 0, blocks = 0] = process.argv.slice(2).map((word, i) => (i > 1 ? Number(word) : word))
const opening = performance.now()
const a = multifeed(join(String(dir), 'a'))
await promisify(a.ready.bind(a))()
const reopen = performance.now() - opening
if (command === 'prepare') {
  for (let i = 0; i < Number(feeds); i++) {
    const writer = await promisify(a.writer.bind(a))(`${i}`)
    const batch = Array.from({ length: Number(blocks) }, () => Buffer.alloc(64, i))
    await promisify(writer.append.bind(writer))(batch)
  }
} else {
  const b = multifeed(join(String(dir), 'b'))
  await promisify(b.ready.bind(b))()
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed
  const begin = performance.now()
  let firstBlock = 0
  b.once('feed', (feed) => {
    feed.once('download', () => {
      firstBlock = performance.now() - begin
    })
  })
  const meet = async () => {
    const begin = performance.now()
    const streams = [a.replicate(true, { live: false }), b.replicate(false, { live: false })] as const
    const counts = streams.map((stream) => count(stream))
    const [one, two] = streams
    await new Promise<void>((resolve, reject) => {
      one.pipe(two).pipe(one)
      one.on('end', () => resolve())
      one.on('error', reject)
    })
    return { time: performance.now() - begin, bytes: counts.reduce((sum, bytes) => sum + bytes(), 0) }
  }
  const first = await meet()
  globalThis.gc?.()
  const heapPerFeed = (process.memoryUsage().heapUsed - heap) / Number(feeds)
  const files = open()
  const again: (typeof first)[] = []
  while (again.length < AGAIN) again.push(await meet())
  const copies = b.feeds()
  if (copies.length !== feeds || copies.some((feed) => feed.downloaded() !== blocks))
    throw new Error('not all is there')
  const measured: Measured = {
    reopen,
    replicate: first.time,
    firstBlock,
    bytes: first.bytes,
    reconnect: median(again.map(({ time }) => time)),
    reconnectBytes: median(again.map(({ bytes }) => bytes)),
    heapPerFeed,
    rss: rss(),
    open: files
  }
  console.log(JSON.stringify(measured))
}
process.exit() // closing a thousand of its feeds takes longer than the rest
