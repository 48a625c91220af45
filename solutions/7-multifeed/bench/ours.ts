// Measures our multifeed: `prepare DIR FEEDS BLOCKS` writes a multifeed, `measure DIR FEEDS BLOCKS` replicates it into
// an empty one and prints what it saw as JSON.
import { join } from 'node:path'
import Multifeed from '../multifeed.ts'
import { count, type Measured, open, rss } from './measured.ts'

const [command, dir = '', feeds = 0, blocks = 0] = process.argv.slice(2).map((word, i) => (i > 1 ? Number(word) : word))
const a = new Multifeed(join(String(dir), 'a'))
if (command === 'prepare') {
  for (let i = 0; i < Number(feeds); i++) {
    const writer = await a.writer(`${i}`)
    await writer.append(Array.from({ length: Number(blocks) }, () => Buffer.alloc(64, i)))
    await writer.close()
  }
  await a.close()
} else {
  const opening = performance.now()
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
    return { time, bytes: counts.reduce((sum, bytes) => sum + bytes(), 0), end: () => one.destroy() }
  }
  const first = await meet()
  globalThis.gc?.()
  const heapPerFeed = (process.memoryUsage().heapUsed - heap) / Number(feeds)
  const files = open()
  first.end()
  const again = await meet()
  const copies = b.feeds()
  await Promise.all(copies.map((feed) => feed.ready()))
  if (copies.length !== feeds || copies.some((feed) => feed.contiguousLength !== blocks))
    throw new Error('not all is there')
  const measured: Measured = {
    reopen,
    replicate: first.time,
    firstBlock,
    bytes: first.bytes,
    reconnect: again.time,
    reconnectBytes: again.bytes,
    heapPerFeed,
    rss: rss(),
    open: files
  }
  console.log(JSON.stringify(measured))
  await Promise.all([a.close(), b.close()])
}
