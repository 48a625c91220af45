// What the users of multifeed 6 asked for: policies, a block list, removal, sparse feeds, timeouts, one stream of all.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import Corestore from 'corestore'
import Hypercore from 'hypercore'
import type { Cursor, Item } from '../multifeed.ts'
import { LARGEST_PART, Wire } from '../wire.ts'
import { connect, contents, exchange, make, speak, until } from './help.ts'

const timeout = 30_000

// Policies

test('a feed is shared with those that the policy names, and with nobody else', { timeout }, async (t) => {
  const secret = new Set<string>()
  const share = (key: Buffer) => !secret.has(key.toString('hex'))
  const [a, b] = [await make(t, { share }), await make(t)]
  const mine = await a.multi.writer('mine')
  secret.add(mine.key.toString('hex'))
  await mine.append('for nobody')
  const open = await a.multi.writer('open')
  await open.append('for all')
  await exchange(a.multi, b.multi)
  await mine.append('later, for nobody')
  await open.append('later, for all')
  await until(() => b.multi.feed(open.key)?.contiguousLength === 2)
  assert.equal(b.multi.feeds().length, 1)
})

test('a policy sees who asks, and a feed is accepted from those that it names', { timeout }, async (t) => {
  const trusted = new Set<string>()
  const a = await make(t, { accept: (_key, { publicKey }) => trusted.has(publicKey.toString('hex')) })
  const [friend, stranger] = [await make(t), await make(t)]
  for (const { multi } of [friend, stranger]) await (await multi.writer()).append('take this')
  const own = await a.multi.writer()
  await own.append('mine')
  for (const other of [friend, stranger]) {
    const streams = connect(a.multi, other.multi)
    await streams.a.noiseStream.opened
    if (other === friend) trusted.add(streams.a.noiseStream.remotePublicKey.toString('hex'))
    await Promise.all([a.multi.sync(streams.a), other.multi.sync(streams.b)])
  }
  assert.deepEqual(
    a.multi.feeds().map(({ key }) => key),
    [own.key, friend.multi.feeds()[0]?.key]
  )
})

// Blocked and removed

test('a blocked feed is neither fetched nor given, also after a restart, until it is unblocked', {
  timeout
}, async (t) => {
  const [a, b, d] = [await make(t), await make(t), await make(t)]
  const writer = await a.multi.writer()
  await writer.append('unwanted')
  await b.multi.block(writer.key)
  await exchange(a.multi, b.multi)
  assert.equal(b.multi.feeds().length, 0)
  await b.multi.close()
  const again = await make(t, { storage: b.storage })
  await exchange(a.multi, again.multi)
  assert.equal(again.multi.feeds().length, 0)
  assert.deepEqual(again.multi.blocked(), [writer.key])
  await again.multi.unblock(writer.key.toString('hex'))
  await exchange(a.multi, again.multi)
  assert.equal(again.multi.feeds().length, 1)
  await again.multi.block(writer.key)
  await exchange(again.multi, d.multi)
  assert.equal(d.multi.feeds().length, 0)
  assert.equal(await again.multi.feed(writer.key)?.get(0), 'unwanted') // what is stored stays
})

test('blocking takes back an offer that was made, and what was asked for', { timeout }, async (t) => {
  const { multi } = await make(t)
  const writer = await multi.writer()
  await writer.append('one')
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  await multi.block(writer.key)
  await until(() => peer.said('withdraw').length > 0)
  assert.deepEqual(peer.said('withdraw'), [[0]])
  peer.wire.send('request', [{ index: 0, start: 0 }]) // it may not have heard of it yet
  peer.wire.send('offer', [])
  await until(() => peer.said('have').length > 0)
  assert.deepEqual(peer.said('pack'), [])
})

test('a removed feed is gone from the disk, stays away after a restart, and can come back', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const [gone, kept] = [await a.multi.writer('gone'), await a.multi.writer('kept')]
  await gone.append(['one', 'two'])
  await kept.append('three')
  await exchange(a.multi, b.multi)
  const copy = b.multi.feed(gone.key)
  await copy?.ready()
  await b.multi.removeFeed(gone.key)
  assert.equal(copy?.closed, true)
  assert.equal(b.multi.feed(gone.key), undefined)
  await gone.append('more') // the stream is open still
  await kept.append('more')
  await until(() => b.multi.feed(kept.key)?.contiguousLength === 2)
  assert.equal(b.multi.feeds().length, 1)
  await b.multi.close()
  const again = await make(t, { storage: b.storage })
  await exchange(a.multi, again.multi)
  assert.equal(again.multi.feeds().length, 1)
  await again.multi.unblock(gone.key)
  await exchange(a.multi, again.multi)
  assert.deepEqual(await contents(again.multi), await contents(a.multi))
  await again.multi.close()
  const last = await make(t, { storage: b.storage })
  await last.multi.ready()
  assert.deepEqual((await contents(last.multi))[gone.key.toString('hex')], ['one', 'two', 'more'])
})

test('a feed that is removed, and fetched again, is offered once on each stream', { timeout }, async (t) => {
  const [a, b, d] = [await make(t), await make(t), await make(t)]
  const writer = await a.multi.writer()
  await writer.append('one')
  await exchange(a.multi, b.multi)
  const streams = await exchange(b.multi, d.multi)
  await b.multi.removeFeed(writer.key)
  await b.multi.unblock(writer.key)
  await exchange(a.multi, b.multi)
  await writer.append('two')
  await until(() => b.multi.feed(writer.key)?.contiguousLength === 2)
  await exchange(b.multi, d.multi)
  await until(() => d.multi.feed(writer.key)?.contiguousLength === 2)
  assert.equal(streams.a.destroyed, false)
  assert.deepEqual([...b.errors, ...d.errors], [])
})

test('a feed that is removed while all are read is gone, and is not made again', { timeout }, async (t) => {
  const { multi, storage } = await make(t)
  const writer = await multi.writer('mine')
  await writer.append(['one', 'two', 'three'])
  const read: unknown[] = []
  for await (const { key, value } of multi.merged({ live: false })) {
    read.push(value)
    if (read.length === 1) await multi.removeFeed(key)
  }
  assert.deepEqual(read, ['one'])
  await multi.close()
  const store = new Corestore(storage)
  t.after(() => store.close())
  await store.ready()
  const [info] = await store.storage.getInfos([Hypercore.discoveryKey(writer.key)])
  assert.equal(info?.head?.length, undefined)
})

test('who lost a share gets nothing of what was offered before', { timeout }, async (t) => {
  let isShared = true
  const { multi, errors } = await make(t, { share: () => isShared })
  await (await multi.writer()).append('public')
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  isShared = false
  peer.wire.send('request', [{ index: 0, start: 0 }])
  await until(() => peer.said('withdraw').length === 1)
  assert.equal(peer.said('pack').length, 0)
  assert.deepEqual(errors, [])
})

test('a sparse multifeed has its newest blocks after a restart too, and gives them', { timeout }, async (t) => {
  const a = await make(t)
  const b = await make(t, { sparse: true })
  const writer = await a.multi.writer()
  await writer.append(['old', 'older', 'newest'])
  await exchange(a.multi, b.multi)
  await b.multi.close()
  const [again, other] = [await make(t, { sparse: true, storage: b.storage }), await make(t, { sparse: true })]
  const items: unknown[] = []
  for await (const { index, value } of again.multi.merged({ live: false })) items.push([index, value])
  assert.deepEqual(items, [[2, 'newest']])
  await exchange(again.multi, other.multi)
  assert.equal(await other.multi.feed(writer.key)?.get(2), 'newest')
})

test('what is no cursor is refused', { timeout }, async (t) => {
  const { multi } = await make(t)
  for (const next of [0.5, -1, '1', {}]) {
    assert.throws(() => multi.merged({ cursor: { ['11'.repeat(32)]: next as number } }), TypeError)
  }
})

test('what blocks while an answer is on its way ends it', { timeout }, async (t) => {
  const { multi } = await make(t, { valueEncoding: 'binary' })
  const writer = await multi.writer()
  await writer.append(Array.from({ length: 8 }, () => Buffer.alloc(LARGEST_PART)) as unknown as string[])
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  const { send } = Wire.prototype
  let blocking: Promise<void> | undefined
  t.mock.method(Wire.prototype, 'send', async function (this: Wire, ...args: Parameters<typeof send>) {
    await send.apply(this, args)
    if (args[0] !== 'pack') return
    blocking ??= multi.block(writer.key)
    await blocking
  })
  peer.wire.send('request', [{ index: 0, start: 0 }])
  await until(() => peer.said('withdraw').length > 0)
  const other = await multi.writer('other')
  await other.append(Buffer.from('told after all that') as unknown as string)
  await until(() => peer.said('offer').length > 1)
  assert.equal(peer.said('withdraw').length, 1)
  assert.equal(peer.said('pack').length, 1)
})

test('a signal and a timeout may be as long as they like', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const { signal } = new AbortController()
  const { a: stream } = connect(a.multi, b.multi)
  for (const timeout of [undefined, Number.POSITIVE_INFINITY, 2 ** 40]) {
    await a.multi.sync(stream, { signal, ...(timeout !== undefined && { timeout }) })
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('the name of a writer that was removed is free', { timeout }, async (t) => {
  const { multi } = await make(t)
  const first = await multi.writer('mine')
  await first.append('one')
  await multi.removeFeed(first.key)
  await multi.unblock(first.key)
  const second = await multi.writer('mine')
  assert.equal(second.length, 0)
  assert.equal(multi.feeds().length, 1)
})

// Sync

test('sync ends with a timeout, and with a signal; the stream goes on', { timeout }, async (t) => {
  const { multi } = await make(t)
  const writer = await multi.writer()
  await writer.append('unfetched')
  const peer = speak(multi)
  await peer.opened
  await assert.rejects(multi.sync(peer.stream, { timeout: 20 }), { code: 'ERR_TIMEOUT' })
  const controller = new AbortController()
  const pending = assert.rejects(multi.sync(peer.stream, { signal: controller.signal, timeout: 20_000 }), /enough/)
  controller.abort(new Error('enough'))
  await pending
  await assert.rejects(multi.sync(peer.stream, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  const sync = multi.sync(peer.stream, { timeout: 20_000 })
  peer.wire.send('offer', [])
  await until(() => peer.said('offer').length === 1)
  peer.wire.send('have', 1)
  await sync
})

// Sparse

test('a sparse multifeed fetches the newest block of each feed, and the newest again when there is more', {
  timeout
}, async (t) => {
  const [a, b] = [await make(t), await make(t, { sparse: true })]
  const writers = [await a.multi.writer(), await a.multi.writer()]
  for (const [i, writer] of writers.entries()) await writer.append(Array.from({ length: 50 }, (_, j) => `${i} ${j}`))
  const streams = await exchange(a.multi, b.multi)
  const has = async () => {
    const feed = b.multi.feed(writers[1]?.key as Buffer)
    await feed?.ready()
    const all = await Promise.all(Array.from({ length: feed?.length ?? 0 }, (_, i) => feed?.has(i)))
    return all.flatMap((is, i) => (is ? [i] : []))
  }
  assert.deepEqual(await has(), [49])
  assert.equal(await b.multi.feed(writers[0]?.key as Buffer)?.get(49), '0 49')
  await writers[1]?.append(['x', 'y'])
  await until(async () => (await has()).includes(51))
  assert.deepEqual(await has(), [49, 51])
  streams.a.destroy()
  await exchange(a.multi, b.multi)
  await b.multi.close()
  const full = await make(t, { storage: b.storage })
  await exchange(a.multi, full.multi)
  assert.deepEqual(await contents(full.multi), await contents(a.multi))
})

// One stream of all

const take = async (items: AsyncIterable<Item<string>>, count: number) => {
  const taken: string[] = []
  for await (const { value } of items) if (taken.push(String(value)) === count) break
  return taken
}

test('the merged stream has what is there and what comes, of feeds that come later too, and goes on from a cursor', {
  timeout
}, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const mine = await a.multi.writer()
  await mine.append(['1', '2'])
  const merged = a.multi.merged()
  const all = take(merged, 5)
  connect(a.multi, b.multi)
  await mine.append('3')
  const theirs = await b.multi.writer()
  await theirs.append(['4', '5'])
  assert.deepEqual((await all).sort(), ['1', '2', '3', '4', '5'])
  const cursor = JSON.parse(JSON.stringify(merged.cursor)) as Cursor
  await mine.append('6')
  await until(() => a.multi.feed(theirs.key)?.contiguousLength === 2)
  await a.multi.close()
  const again = await make(t, { storage: a.storage })
  const rest: string[] = []
  for await (const { value } of again.multi.merged({ cursor, live: false })) rest.push(String(value))
  assert.deepEqual(rest, ['6'])
})

test('the merged stream ends with a signal, and when the multifeed closes', { timeout }, async (t) => {
  const { multi } = await make(t)
  await (await multi.writer()).append('one')
  const controller = new AbortController()
  const streams = [multi.merged({ signal: controller.signal }), multi.merged()]
  const ends = streams.map((merged) => take(merged, 9))
  await until(() => streams.every(({ cursor }) => Object.keys(cursor).length > 0))
  controller.abort()
  assert.deepEqual(await ends[0], ['one'])
  await multi.close()
  assert.deepEqual(await ends[1], ['one'])
})

test('a block that cannot be read is an item without a value', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t, { valueEncoding: 'json' })]
  await (await a.multi.writer()).append(['null', '{', '"fine"'])
  await exchange(a.multi, b.multi)
  const values: unknown[] = []
  for await (const { value } of b.multi.merged({ live: false })) values.push(value)
  assert.deepEqual(values, [null, undefined, 'fine'])
})

// Bounds

test('of a feed that is too long, or too large, nothing more is fetched, and who has it is told', {
  timeout
}, async (t) => {
  const a = await make(t)
  const b = await make(t, { maxLength: 10, maxBytes: 1000 })
  const excesses = new Set<string>()
  b.multi.on('excess', (key, length) => excesses.add(`${key.toString('hex')} ${length}`))
  const [good, long, large, flooding] = await Promise.all(['a', 'b', 'c', 'd'].map((name) => a.multi.writer(name)))
  await good?.append(['1', '2'])
  await long?.append(Array.from({ length: 11 }, String))
  await large?.append('x'.repeat(1001))
  await flooding?.append('one')
  await exchange(a.multi, b.multi)
  await flooding?.append(Array.from({ length: 1000 }, String))
  await until(() => excesses.size === 3)
  await good?.append('3')
  await until(() => b.multi.feed(good?.key ?? '')?.length === 3)
  assert.deepEqual(
    b.multi
      .feeds()
      .map(({ length }) => length)
      .sort(),
    [1, 3]
  )
  const told = [
    [long, 11],
    [large, 1],
    [flooding, 1001]
  ] as const
  assert.deepEqual([...excesses].sort(), told.map(([feed, length]) => `${feed?.key.toString('hex')} ${length}`).sort())
  assert.deepEqual(b.errors, [])
})

test('what may wait is told with the first that may not wait longer; what may not is told at once', {
  timeout
}, async (t) => {
  const delays = new Map<string, number>()
  const a = await make(t, { delay: (key) => delays.get(key.toString('hex')) ?? 0 })
  const b = await make(t)
  const [patient, hasty, urgent] = await Promise.all(['a', 'b', 'c'].map((name) => a.multi.writer(name)))
  if (!patient || !hasty || !urgent) throw new Error('no writers')
  for (const core of [patient, hasty, urgent]) await core.append('0')
  await exchange(a.multi, b.multi)
  delays.set(patient.key.toString('hex'), 60_000).set(hasty.key.toString('hex'), 1)
  const length = (core: typeof urgent) => b.multi.feed(core.key)?.length
  await patient.append('1')
  await urgent.append('1')
  await until(() => length(urgent) === 2)
  assert.equal(length(patient), 1)
  await hasty.append('1')
  await until(() => length(hasty) === 2 && length(patient) === 2)
  await patient.append('2')
  delays.clear()
  a.multi.tell(patient.key)
  await until(() => length(patient) === 3)
})
