// One append everywhere: 20 peers of which each knows each, and 200 in a random graph in which each has 4 neighbours.
// Prints how long it takes and how many messages each peer sends. `mesh.ts [SEED]`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Multifeed from '../../multifeed.ts'
import { Wire } from '../../wire.ts'
import { mulberry32 } from '../fuzz.ts'

const [seed = 1] = process.argv.slice(2).map(Number)
const sent = { messages: 0 }
const { send } = Wire.prototype
Wire.prototype.send = function (this: Wire, ...args: Parameters<typeof send>) {
  sent.messages++
  return send.apply(this, args)
} as typeof send

/** Every pair. */
const mesh = (count: number) =>
  Array.from({ length: count }, (_, a) => Array.from({ length: a }, (_, b) => [a, b] as const)).flat()

/** A ring, so that it hangs together, and a second one in a random order: 4 neighbours for each. */
function graph(count: number): (readonly [number, number])[] {
  const random = mulberry32(seed)
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  const ring = (i: number) => [i, (i + 1) % count] as const
  return order.flatMap((peer, i) => [ring(i), [peer, order[(i + 1) % count] as number] as const])
}

async function measure(name: string, count: number, edges: (readonly [number, number])[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'multifeed-mesh-'))
  const peers = Array.from({ length: count }, (_, i) => new Multifeed<string>(join(folder, `${i}`)))
  try {
    for (const peer of peers) await peer.ready()
    const streams = edges.map(([a, b]) => {
      const [one, two] = [peers[a]?.replicate(true), peers[b]?.replicate(false)] as const
      if (one && two) one.pipe(two).pipe(one)
      return { peer: peers[a], one }
    })
    await Promise.all(streams.map(({ peer, one }) => one && peer?.sync(one)))
    const writer = await peers[0]?.writer()
    if (!writer) return
    for (const [what, block] of [
      ['a new feed', 'first'],
      ['one more block', 'second']
    ] as const) {
      sent.messages = 0
      const begin = performance.now()
      const { length } = await writer.append(block)
      const isThere = () => peers.every((peer) => (peer.feed(writer.key)?.contiguousLength ?? 0) >= length)
      for (const peer of peers) await peer.feed(writer.key)?.ready()
      while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5))
      const time = performance.now() - begin
      for (let last = -1; last !== sent.messages; await new Promise((resolve) => setTimeout(resolve, 300))) {
        last = sent.messages
      }
      console.log(
        `${name}: ${what} is everywhere after ${Math.round(time)} ms; ${(sent.messages / count).toFixed(1)} messages for each peer, ${(sent.messages / edges.length).toFixed(1)} for each connection`
      )
    }
  } finally {
    for (const peer of peers) await peer.close()
    await rm(folder, { recursive: true, force: true })
  }
}

await measure('20 peers, each knows each', 20, mesh(20))
await measure('200 peers with 4 neighbours each', 200, graph(200))
