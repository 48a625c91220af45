// Reconnecting: what both have is not told again.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import c from 'compact-encoding'
import { decodeIds, encodeIds, type Id, idOf, Sketch, SYMBOL, same } from '../lib/digest.ts'
import { contents, exchange, make, speak, until } from './help.ts'

const timeout = 60_000
const SALT = Buffer.alloc(64, 7)
const id = (i: number) => idOf(SALT, createHash('sha256').update(`${i}`).digest(), 1)
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => id(from + i))

/** The symbols that it takes to tell two sets apart, when each time a tenth more is tried. */
function needed(theirs: ReturnType<typeof ids>, ours: ReturnType<typeof ids>): number {
  for (let count = 1; ; count = Math.ceil(count * 1.1)) {
    const found = new Sketch(ours).difference(new Sketch(theirs).bytes(0, count))
    if (!found) continue
    const only = (these: typeof ours, others: typeof ours) => {
      const known = new Set(others.map(same))
      return these.map(same).filter((id) => !known.has(id))
    }
    assert.deepEqual(found.theirs.map(same).sort(), only(theirs, ours).sort())
    assert.deepEqual(found.ours.map(same).sort(), only(ours, theirs).sort())
    return count
  }
}

test('equal sets are told apart by one symbol, unequal ones by about two for each difference', { timeout }, () => {
  assert.equal(needed(ids(0, 2000), ids(0, 2000)), 1)
  for (const [d, most] of [
    [2, 10],
    [20, 60],
    [200, 400],
    [1000, 1700]
  ] as const) {
    const symbols = needed(ids(0, 2000), ids(d / 2, 2000 + d / 2))
    assert.ok(symbols <= most, `${d} differences took ${symbols} symbols`)
  }
})

test('symbols can be told one run after the other, and ids as bytes', { timeout }, () => {
  const set = ids(0, 50)
  const [sketch, whole] = [new Sketch(set), new Sketch(set).bytes(0, 20)]
  assert.equal(sketch.bytes(0, 8).byteLength, 8 * SYMBOL)
  assert.deepEqual(Buffer.concat([sketch.bytes(0, 8), sketch.bytes(8, 20)]), whole)
  assert.deepEqual(sketch.bytes(0, 20), whole)
  assert.deepEqual(decodeIds(encodeIds(set)), set)
})

test('who asks for more and more of a digest makes nobody go over it again from its beginning', { timeout }, () => {
  let reads = 0
  const counted = (id: Id): Id => ({
    high: id.high,
    get low() {
      reads++
      return id.low
    }
  })
  const readsOf = (lengths: number[]) => {
    reads = 0
    const sketch = new Sketch(ids(0, 100).map(counted))
    for (const length of lengths) {
      const garbage = Buffer.alloc(length * SYMBOL, 1)
      assert.equal(sketch.difference(garbage), undefined)
    }
    return reads
  }
  const doubled = Array.from({ length: 14 }, (_, i) => 8 * 2 ** i)
  assert.equal(readsOf(doubled), readsOf(doubled.slice(-1)))
})

test('symbols that were made up tell nothing, and cost little', { timeout }, () => {
  for (let i = 0; i < 200; i++) {
    const garbage = Buffer.concat(
      Array.from({ length: 13 }, (_, j) => createHash('sha256').update(`${i} ${j}`).digest())
    )
    assert.equal(new Sketch(ids(0, 20)).difference(garbage), undefined)
  }
})

test('two peers that meet again say less than 1 kB, whatever they have in common', { timeout }, async (t) => {
  for (const feeds of [40, 400]) {
    const [a, b] = [await make(t), await make(t)]
    for (let i = 0; i < feeds; i++) await (await a.multi.writer()).append('x')
    ;(await exchange(a.multi, b.multi)).a.destroy()
    const { a: one } = await exchange(a.multi, b.multi)
    const { rawBytesRead, rawBytesWritten } = one.noiseStream
    t.diagnostic(`${feeds} feeds: ${rawBytesRead} + ${rawBytesWritten} bytes`)
    assert.ok(rawBytesRead + rawBytesWritten < 1000)
    // What changed is told, and works as ever.
    one.destroy()
    await (await b.multi.writer()).append('new')
    await a.multi.feeds()[3]?.append('longer')
    const { a: two } = await exchange(a.multi, b.multi)
    const bytes = two.noiseStream.rawBytesRead + two.noiseStream.rawBytesWritten
    t.diagnostic(`with two differences: ${bytes} bytes`)
    assert.ok(bytes < 2000)
    assert.deepEqual(await contents(a.multi), await contents(b.multi))
    await a.multi.feeds()[5]?.append('live')
    const key = a.multi.feeds()[5]?.key as Buffer
    await until(() => b.multi.feed(key)?.contiguousLength === 2)
  }
})

test('sets that differ by much are offered as they are', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  for (let i = 0; i < 60; i++) await (await a.multi.writer()).append('a')
  for (let i = 0; i < 30; i++) await (await b.multi.writer()).append('b')
  await exchange(a.multi, b.multi)
  await exchange(b.multi, a.multi)
  assert.deepEqual(await contents(a.multi), await contents(b.multi))
  assert.equal(a.multi.feeds().length, 90)
})

test('a digest out of turn, too long or too short closes the stream', { timeout }, async (t) => {
  const lies: ((peer: ReturnType<typeof speak>) => unknown)[] = [
    (peer) => peer.wire.send('digest', { count: 5, symbols: Buffer.alloc(8 * SYMBOL) }), // it is ours to send
    ...[1, 7, 2 ** 20].map((count) => (peer: ReturnType<typeof speak>) => peer.wire.send('more', count))
  ]
  for (const lie of lies) {
    const { multi, errors } = await make(t)
    for (let i = 0; i < 20; i++) await multi.writer()
    const peer = speak(multi, { hasExtras: true })
    await peer.opened
    await until(() => peer.said('digest').length === 1)
    lie(peer)
    await peer.closed
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['ERR_PROTOCOL']
    )
  }
  const { multi, errors } = await make(t)
  const peer = speak(multi) // has not agreed on extras
  await peer.opened
  const { stream } = peer.mux
  stream.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, 7), c.encode(c.uint, 8)]))
  await peer.closed
  assert.equal(errors[0]?.code, 'ERR_PROTOCOL')
})
