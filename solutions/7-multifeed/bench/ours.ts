// Measures our multifeed: `prepare DIR FEEDS BLOCKS` writes a multifeed, `measure DIR FEEDS BLOCKS` replicates it into
// an empty one and prints what it saw as JSON; `storage DIR` prints in how many ms the bare corestore of it opens.
import { join } from 'node:path'
import Corestore from 'corestore'
import Multifeed from '../multifeed.ts'
import { AGAIN, count, type Measured, median, open, rss } from './measured.ts'

const [command, dir = '', feeds = 0, blocks = 0] = process.argv.slice(2).map((word, i) => (i > 1 ? Number(word) : word))
const path = join(String(dir), 'a')
if (command === 'storage') {
  const begin = performance.now()
  const store = new Corestore(path)
  await store.ready()
  console.log(performance.now() - begin)
  await store.close()
} else if (command === 'prepare') {
  const a = new Multifeed(path)
  for (let i = 0; i < Number(feeds); i++) {
    const writer = await a.writer(`${i}`)
    await writer.append(Array.from({ length: Number(blocks) }, () => Buffer.alloc(64, i)))
    await writer.close()
  }
  await a.close()
} else {
  const opening = performance.now()
  const a = new Multifeed(path)
  await a.ready()
  const reopen = performance.now() - opening
  const b = new Multifeed(join(String(dir), 'b'))
  await b.ready()
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed
  const begin = performance.now()
  let firstBlock = 0
  b.once('feed', () => {
    firstBlock = performance.now() - begin // its first block has been verified
  })
  const meet = async () => {
    const begin = performance.now()
    const streams = [a.replicate(true), b.replicate(false)] as const
    const counts = streams.map((stream) => count(stream))
    const [one, two] = streams
    one.pipe(two).pipe(one)
    await Promise.all([a.sync(one), b.sync(two)])
    const time = performance.now() - begin
    const end = () => {
      const closed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)))
      one.destroy()
      return Promise.all(closed)
    }
    return { time, bytes: counts.reduce((sum, bytes) => sum + bytes(), 0), end }
  }
  const first = await meet()
  globalThis.gc?.()
  const heapPerFeed = (process.memoryUsage().heapUsed - heap) / Number(feeds)
  const files = open()
  await first.end()
  const again: (typeof first)[] = []
  for (let i = 0; i < AGAIN; i++) {
    const met = await meet()
    await met.end()
    again.push(met)
  }
  const copies = b.feeds()
  await Promise.all(copies.map((feed) => feed.ready()))
  if (copies.length !== feeds || copies.some((feed) => feed.contiguousLength !== blocks))
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
  await Promise.all([a.close(), b.close()])
}
