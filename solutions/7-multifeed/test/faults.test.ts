// What a review found with programs that speak the protocol: each of these was a fault once.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import { type TestContext, test } from 'node:test'
import c from 'compact-encoding'
import Corestore from 'corestore'
import Hypercore from 'hypercore'
import { data, parent } from 'hypercore-crypto'
import DHT from 'hyperdht'
import Protomux from 'protomux'
import Multifeed from '../multifeed.ts'
import { hello, LARGEST_BLOCK, LARGEST_PART, type Messages, type Pack, VERSION, Wire } from '../wire.ts'
import { connect, contents, exchange, folder, make, pipe, speak, speakOver, until } from './help.ts'

const timeout = 60_000
const blocks = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`)

/** A feed of somebody who is not there: what a peer needs to offer it, and to answer for it. */
async function authored(t: TestContext, values: string[]) {
  const { multi } = await make(t)
  const core = await multi.writer()
  await core.append(values)
  const { upgrade } = await core.proof({ upgrade: { start: 0, length: values.length } })
  const { key, manifest } = core
  assert.ok(manifest)
  const pack = (index = 0): Pack => ({
    index,
    start: 0,
    blocks: values.map((value) => Buffer.from(value)),
    signature: upgrade.signature,
    manifest
  })
  return { multi, core, key, manifest, pack }
}

/** An honest peer still gets and gives everything. */
async function goesOn(t: TestContext, multi: Multifeed<string>): Promise<void> {
  const honest = await make(t)
  const writer = await honest.multi.writer()
  await writer.append('from an honest peer')
  await exchange(multi, honest.multi)
  assert.equal(String(await multi.feed(writer.key)?.get(0)), 'from an honest peer')
}

// 1 · Numbers that a peer says

test('five blocks that are offered as 2⁴⁰ or 2²²: the stream is closed, and nothing else', { timeout }, async (t) => {
  const { multi, errors } = await make(t)
  const { key, pack } = await authored(t, blocks('few', 5))
  const peers = [speak(multi), speak(multi), speak(multi)] as const
  for (const [i, peer] of peers.entries()) {
    await peer.opened
    peer.wire.send('offer', [{ key, length: [2 ** 40, 5, 2 ** 22][i] as number }])
    if (i === 1) peer.wire.send('growth', [{ index: 0, length: 2 ** 40 }])
    if (i === 2) {
      await until(() => peer.said('request').length === 1)
      peer.wire.send('pack', pack())
    }
    await peer.closed
  }
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['ERR_PROTOCOL', 'ERR_PROTOCOL', 'ERR_BAD_PACK']
  )
  await goesOn(t, multi)
})

test('a writer that signs a length of 2²¹ for one block costs no more than that block', { timeout }, async (t) => {
  const { multi, storage, errors } = await make(t)
  const { key, manifest, core } = await authored(t, ['one'])
  const levels = 21
  const length = 2 ** levels
  const value = Buffer.from('one')
  // The tree over them: every neighbour on the way up is made up, and the writer signs what comes out.
  let root = { index: 0, size: 3, hash: data(value) }
  const nodes = Array.from({ length: levels }, (_, level) => {
    const node = { index: 2 ** (level + 1) * 1.5 - 1, size: 1, hash: randomBytes(32) }
    root = { index: 2 ** (level + 1) - 1, size: root.size + 1, hash: parent(root, node) }
    return node
  })
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  peer.wire.send('offer', [{ key, length }])
  await until(() => peer.said('request').length === 1)
  const signature = await signed(core, root, length)
  const upgrade = { start: 0, length, nodes: [root], signature, manifest }
  peer.wire.send('piece', { index: 0, start: 0, blocks: [value], nodes, upgrade: null, isLast: true })
  peer.wire.send('piece', { index: 0, start: 0, blocks: [value], nodes, upgrade, isLast: true })
  await peer.closed
  assert.equal(errors.length, 1)
  const second = speak(multi, { hasExtras: true })
  await second.opened
  second.wire.send('offer', [{ key, length }])
  await until(() => second.said('request').length === 1)
  second.wire.send('piece', { index: 0, start: 0, blocks: [value], nodes, upgrade, isLast: true })
  await until(() => multi.feed(key)?.length === length)
  assert.equal(multi.feed(key)?.contiguousLength, 1)
  await until(() => second.said('fetch').length === 1) // it asks on, and waits
  await assert.rejects(multi.sync(second.stream, { timeout: 50 }), { code: 'ERR_TIMEOUT' })
  await goesOn(t, multi)
  await multi.close()
  const again = await make(t, { storage })
  await again.multi.ready()
  await goesOn(t, again.multi)
})

test('a block that has not the size that was said spoils its feed, and no stream', { timeout }, async (t) => {
  const { multi, errors } = await make(t)
  const { key, manifest, core } = await authored(t, ['one', 'two'])
  const [one, two] = ['one', 'two'].map((value) => Buffer.from(value)) as [Buffer, Buffer]
  const leaves = [
    { index: 0, size: 3, hash: data(one) },
    { index: 2, size: 2 ** 25, hash: data(two) } // the hash is the true one
  ] as const
  const root = { index: 1, size: 3 + 2 ** 25, hash: parent(...leaves) }
  const upgrade = { start: 0, length: 2, nodes: [root], signature: await signed(core, root, 2), manifest }
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  peer.wire.send('offer', [{ key, length: 2 }])
  await until(() => peer.said('request').length === 1)
  peer.wire.send('piece', { index: 0, start: 0, blocks: [one], nodes: [leaves[1]], upgrade, isLast: false })
  peer.wire.send('piece', { index: 0, start: 1, blocks: [two], nodes: [], upgrade: null, isLast: true })
  await until(() => peer.said('have').includes(1))
  assert.equal(multi.feed(key)?.contiguousLength, 1)
  assert.deepEqual(errors, [])
  await goesOn(t, multi)
})

/** What a writer's signature looks like: `core.append` makes one, and nothing else does. */
async function signed(core: Hypercore<string>, root: { index: number; size: number; hash: Buffer }, length: number) {
  const { default: caps } = (await import('hypercore/lib/caps.js' as string)) as {
    default: { treeSignable(manifestHash: Buffer, treeHash: Buffer, length: number, fork: number): Buffer }
  }
  const { default: crypto } = (await import('hypercore-crypto')) as unknown as {
    default: { tree(roots: object[]): Buffer }
  }
  const verifier = (core.core as unknown as { verifier: { sign(batch: object, keyPair: object): Buffer } }).verifier
  const hash = crypto.tree([root])
  const batch = {
    signable: (manifestHash: Buffer) => caps.treeSignable(manifestHash, hash, length, 0),
    length,
    fork: 0
  }
  return verifier.sign(batch, core.keyPair as object)
}

// 2 · Peers that were asked and bring nothing

test('a feed that silent peers were asked for first comes from one that has it', { timeout }, async (t) => {
  const { multi } = await make(t)
  const honest = await make(t)
  const keys: Buffer[] = []
  for (let i = 0; i < 70; i++) {
    const writer = await honest.multi.writer()
    await writer.append('true')
    keys.push(writer.key)
  }
  const silent = speak(multi)
  await silent.opened
  silent.wire.send(
    'offer',
    keys.map((key) => ({ key, length: 1 }))
  )
  await until(() => silent.said('request').length > 0)
  const { a, b } = connect(multi, honest.multi)
  await Promise.all([multi.sync(a), honest.multi.sync(b)])
  assert.equal(multi.feeds().length, 70)
})

test('a peer that trickles a feed does not keep it to itself', { timeout }, async (t) => {
  const { multi } = await make(t)
  const { multi: author, key } = await authored(t, blocks('trickled', 1000))
  const slow = speak(multi)
  await slow.opened
  slow.wire.send('offer', [{ key, length: 1000 }])
  await until(() => slow.said('request').length === 1)
  let sent = 0
  const timer = setInterval(() => {
    const block = Buffer.from(`trickled ${sent}`)
    slow.wire.send('pack', { index: 0, start: sent++, blocks: [block], signature: Buffer.alloc(0), manifest: null })
  }, 20)
  t.after(() => clearInterval(timer))
  connect(multi, author)
  await until(() => multi.feed(key)?.contiguousLength === 1000)
  assert.ok(sent < 1000)
})

// 3 · Feeds that no pack can prove

test('a writer that shortened its feed spoils that feed, and no stream', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const [bad, good] = [await a.multi.writer('bad'), await a.multi.writer('good')]
  await bad.append(blocks('bad', 5))
  await exchange(a.multi, b.multi)
  await bad.truncate(3)
  await bad.append('another')
  await good.append('good')
  const fresh = await make(t)
  for (const other of [b, fresh]) {
    const streams = await exchange(a.multi, other.multi)
    await until(() => other.multi.feed(good.key)?.contiguousLength === 1)
    assert.equal(streams.a.destroyed, false)
  }
  await exchange(b.multi, fresh.multi)
  assert.deepEqual(await contents(fresh.multi), await contents(b.multi))
  await a.multi.close()
  const again = await make(t, { storage: a.storage })
  await goesOn(t, again.multi)
  assert.deepEqual([...a.errors, ...b.errors, ...fresh.errors, ...again.errors], [])
})

test('a feed with two histories is nobody’s fault but its writer’s', { timeout }, async (t) => {
  const keyPair = DHT.keyPair()
  const [one, two] = [await make(t), await make(t)]
  await (await one.multi.writer('w', { keyPair })).append(['same', 'one'])
  await (await two.multi.writer('w', { keyPair })).append(['same', 'two', 'more'])
  const [b, d] = [await make(t), await make(t)]
  await exchange(one.multi, b.multi)
  await exchange(two.multi, d.multi)
  const other = await b.multi.writer('other')
  await other.append('fine')
  const streams = connect(b.multi, d.multi)
  await Promise.all([b.multi.sync(streams.a), d.multi.sync(streams.b, { timeout: 200 }).catch(() => {})])
  await until(() => d.multi.feed(other.key)?.contiguousLength === 1)
  assert.equal(streams.a.destroyed, false)
  assert.deepEqual([...b.errors, ...d.errors], [])
})

test('a feed of many empty blocks crosses as any other', { timeout }, async (t) => {
  const [a, b] = [await make(t, { valueEncoding: 'binary' }), await make(t, { valueEncoding: 'binary' })]
  const writer = await a.multi.writer()
  await writer.append(Array.from({ length: 20_000 }, () => Buffer.alloc(0)) as unknown as string[])
  await exchange(a.multi, b.multi)
  assert.equal(b.multi.feed(writer.key)?.length, 20_000)
})

// 4 · One feed, two links

test('two peers that bring the same feed in the same moment are both right', { timeout }, async (t) => {
  const { multi, errors } = await make(t)
  const { key, pack } = await authored(t, blocks('twice', 3))
  const peers = [speak(multi), speak(multi)]
  for (const peer of peers) {
    await peer.opened
    peer.wire.send('offer', [{ key, length: 3 }])
  }
  await until(() => peers.every((peer) => peer.said('request').length === 1))
  for (const peer of peers) peer.wire.send('pack', pack())
  await until(() => peers.every((peer) => peer.said('have').includes(1)))
  assert.deepEqual(errors, [])
  assert.equal(multi.feed(key)?.length, 3)
})

test('a peer that leaves while its blocks are stored, and one that offers them then, are of one feed', {
  timeout
}, async (t) => {
  const { multi } = await make(t)
  const honest = await make(t)
  const { a: stream } = connect(multi, honest.multi)
  await multi.sync(stream)
  const { key, pack } = await authored(t, ['one', 'two'])
  const { append } = Hypercore.prototype
  let goOn = () => {}
  const gate = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const { mock } = t.mock.method(Hypercore.prototype, 'append', async function (this: Hypercore, ...args: never[]) {
    await gate
    return Reflect.apply(append, this, args)
  })
  const [hasty, next] = [speak(multi), speak(multi)]
  await Promise.all([hasty.opened, next.opened])
  hasty.wire.send('offer', [{ key, length: 2 }])
  await until(() => hasty.said('request').length === 1)
  hasty.wire.send('pack', pack())
  await until(() => mock.callCount() === 1)
  hasty.stream.destroy()
  await hasty.closed
  next.wire.send('offer', [{ key, length: 2 }])
  await until(() => next.said('request').length === 1)
  next.wire.send('pack', pack())
  goOn()
  await until(() => next.said('have').includes(1) && honest.multi.feed(key)?.contiguousLength === 2)
  assert.equal(stream.destroyed, false)
  assert.deepEqual(honest.errors, [])
})

// 5 · Writers

test('a writer that is restored with its key pair writes on, also after a restart', { timeout }, async (t) => {
  const keyPair = DHT.keyPair()
  const [before, friend, after] = [await make(t), await make(t), await make(t)]
  const writer = await before.multi.writer('mine', { keyPair })
  await writer.append('before')
  await exchange(before.multi, friend.multi)
  await before.multi.close()
  await exchange(friend.multi, after.multi)
  const restored = await after.multi.writer('mine', { keyPair })
  assert.equal(restored.writable, true)
  await restored.append('after')
  assert.equal(after.known.length, 1)
  await after.multi.close()
  const again = await make(t, { storage: after.storage })
  const reopened = await again.multi.writer('mine')
  assert.deepEqual(reopened.key, writer.key)
  await reopened.append('after a restart')
  await exchange(again.multi, friend.multi)
  assert.deepEqual((await contents(friend.multi))[writer.key.toString('hex')], ['before', 'after', 'after a restart'])
})

test('one key pair is one feed and one event, however it is asked for', { timeout }, async (t) => {
  const { multi, known } = await make(t)
  const keyPair = DHT.keyPair()
  const writers = await Promise.all(Array.from({ length: 5 }, () => multi.writer(undefined, { keyPair })))
  writers.push(await multi.writer('named', { keyPair }))
  assert.equal(new Set(writers.map(({ key }) => key.toString('hex'))).size, 1)
  assert.equal(multi.feeds().length, 1)
  assert.equal((await multi.writer('named')).writable, true)
  await until(() => known.length > 0)
  assert.equal(known.length, 1)
})

test('a writer that was closed is opened again', { timeout }, async (t) => {
  const { multi } = await make(t)
  const writer = await multi.writer('mine')
  await writer.close()
  await (await multi.writer('mine')).append('again')
  assert.equal(multi.feeds()[0]?.length, 1)
})

test('what is appended in another session, or by the store, is told to peers', { timeout }, async (t) => {
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  const multi = new Multifeed<string>(store, { valueEncoding: 'utf-8' })
  t.after(() => multi.close())
  const other = await make(t)
  connect(multi, other.multi)
  const writer = await multi.writer('mine')
  await writer.append('by the writer')
  const session = writer.session<string>()
  await session.ready()
  await writer.close()
  await session.append('by a session of it')
  await until(() => other.multi.feed(writer.key)?.contiguousLength === 2)
  await session.close()
  const core = store.get<string>({ key: writer.key, valueEncoding: 'utf-8' })
  await core.ready()
  await core.append('by the store')
  await until(() => other.multi.feed(writer.key)?.contiguousLength === 3)
  await multi.close()
  await core.close()
  const again = new Multifeed<string>(store, { valueEncoding: 'utf-8' })
  t.after(() => again.close())
  const streams = connect(again, other.multi)
  await again.sync(streams.a)
  const later = store.get<string>({ key: writer.key, valueEncoding: 'utf-8' })
  await later.ready()
  await new Promise((resolve) => setImmediate(resolve)) // what is told of a core that has been opened comes then
  await later.append('by the store, and nobody asked for the writer')
  await until(() => other.multi.feed(writer.key)?.contiguousLength === 4)
})

test('a writer that is asked for again and again is one session', { timeout }, async (t) => {
  const { multi } = await make(t)
  const keyPair = DHT.keyPair()
  const writer = await multi.writer('mine', { keyPair })
  const before = writer.core.allSessions().length
  for (let i = 0; i < 20; i++) assert.equal(await multi.writer(undefined, { keyPair }), writer)
  assert.equal(writer.core.allSessions().length, before)
})

test('a name that the storage cannot keep apart from others is refused', { timeout }, async (t) => {
  const { multi } = await make(t)
  for (const name of ['\ud800', 'x'.repeat(60_000)]) await assert.rejects(multi.writer(name), { code: 'ERR_NAME' })
  await (await multi.writer('x'.repeat(1000))).append('fine')
})

// 6 · Ends

test('closing ends at each moment of a large feed’s way', { timeout }, async (t) => {
  const a = await make(t, { valueEncoding: 'binary' })
  const writer = await a.multi.writer()
  await writer.append(Array.from({ length: 3000 }, () => Buffer.alloc(800)) as unknown as string[])
  for (let turns = 20; turns < 100; turns += 4) {
    const b = await make(t)
    await b.multi.ready()
    connect(a.multi, b.multi)
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
    await b.multi.close()
  }
})

test('a stream that has ended keeps nothing of what was offered on it', { timeout }, async (t) => {
  const gc = await collector()
  const { multi } = await make(t)
  const offered: WeakRef<Buffer>[] = []
  multi.on('remote-feeds', (keys) => {
    offered.push(...keys.map((key) => new WeakRef(key)))
  })
  const peer = speak(multi)
  await peer.opened
  peer.wire.send(
    'offer',
    Array.from({ length: 100 }, () => ({ key: randomBytes(32), length: 1 }))
  )
  await until(() => peer.said('request').length > 0)
  peer.mux.destroy()
  await peer.closed
  assert.equal(offered.length, 100)
  await until(() => {
    gc()
    return offered.every((key) => !key.deref())
  })
  assert.equal(peer.stream.destroyed, true) // it is still here
})

test('a link that has ended leaves nothing behind', { timeout }, async (t) => {
  const gc = await collector()
  const [a, b] = [await make(t), await make(t)]
  for (let i = 0; i < 50; i++) await (await a.multi.writer()).append('x')
  const streams: WeakRef<object>[] = []
  for (let i = 0; i < 10; i++) {
    const { a: one, b: two } = await exchange(a.multi, b.multi)
    const closed = new Promise<void>((resolve) => two.on('close', () => resolve()))
    one.destroy()
    await closed
    streams.push(new WeakRef(one)) // a link holds on to its stream
  }
  await until(() => {
    gc()
    return streams.filter((stream) => stream.deref()).length <= 1
  })
})

async function collector(): Promise<() => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')])
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

// 7 · Budgets

test('large blocks are measured before they are read: one at a time', { timeout }, async (t) => {
  const { multi } = await make(t, { valueEncoding: 'binary' })
  const sizes = [...Array.from({ length: 300 }, () => 10), ...Array.from({ length: 7 }, () => 2_000_000), 10, 10]
  const writer = await multi.writer()
  await writer.append(sizes.map((size) => Buffer.alloc(size)) as unknown as string[])
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  peer.wire.send('request', [{ index: 0, start: 0 }])
  await until(() => peer.said('pack').some(({ signature }) => signature.byteLength > 0))
  const parts = peer.said('pack')
  assert.deepEqual(
    parts.flatMap((part) => part.blocks.map((block) => block.byteLength)),
    sizes
  )
  for (const part of parts) {
    const bytes = part.blocks.reduce((sum, block) => sum + block.byteLength, 0)
    assert.ok(bytes <= LARGEST_PART || part.blocks.length === 1, `${part.blocks.length} blocks of ${bytes} bytes`)
  }
})

test('a small feed may come between the parts of a large one, and a part of another may not', {
  timeout
}, async (t) => {
  const [large, small, other] = [await authored(t, ['a', 'b']), await authored(t, ['c']), await authored(t, ['d', 'e'])]
  const { multi, errors } = await make(t)
  const peer = speak(multi)
  await peer.opened
  const feeds = [large, small, other]
  peer.wire.send(
    'offer',
    feeds.map(({ key, core }) => ({ key, length: core.length }))
  )
  await until(() => peer.said('request').flat().length === 3)
  const part = ({ pack }: typeof large, index: number): Pack => ({
    ...pack(index),
    blocks: pack().blocks.slice(0, 1),
    signature: Buffer.alloc(0),
    manifest: null
  })
  peer.wire.send('pack', part(large, 0))
  peer.wire.send('pack', small.pack(1))
  peer.wire.send('pack', { ...large.pack(0), start: 1, blocks: large.pack().blocks.slice(1) })
  await until(() => multi.feed(large.key)?.contiguousLength === 2 && multi.feed(small.key)?.contiguousLength === 1)
  peer.wire.send('pack', part(other, 2))
  assert.deepEqual(errors, [])
  const { multi: second, errors: refused } = await make(t)
  const rude = speak(second)
  await rude.opened
  rude.wire.send(
    'offer',
    feeds.map(({ key, core }) => ({ key, length: core.length }))
  )
  await until(() => rude.said('request').flat().length === 3)
  rude.wire.send('pack', part(large, 0))
  rude.wire.send('pack', part(other, 2))
  await until(() => refused.length > 0)
  assert.equal(second.feeds().length, 0)
})

test('requests that come again and again leave no session open', { timeout }, async (t) => {
  const { multi } = await make(t)
  const writer = await multi.writer()
  await writer.append(blocks('mine', 3))
  const peer = speak(multi, { hasExtras: true })
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  const before = writer.core.allSessions().length
  for (let i = 1; i <= 200; i++) {
    peer.wire.send('fetch', [{ index: 0, start: 0, length: 0, isLatest: i % 2 === 0 }])
    await until(() => peer.said('piece').filter(({ isLast }) => isLast).length === i)
  }
  await until(() => writer.core.allSessions().length <= before)
})

test('keys that belong to nobody are not stored, and take no room', { timeout }, async (t) => {
  const { multi } = await make(t, { maxFeeds: 1000 })
  for (let i = 0; i < 3; i++) {
    const peer = speak(multi)
    await peer.opened
    const keys = Array.from({ length: 990 }, () => ({ key: randomBytes(32), length: 1 }))
    peer.wire.send('offer', keys)
    await until(() => peer.said('request').length > 0)
    assert.equal(multi.feeds().length, 0)
    if (i === 0) peer.mux.destroy()
  }
  await goesOn(t, multi)
})

test('peers that strangers have filled go on with what both have', { timeout }, async (t) => {
  const [a, b] = [await make(t, { maxFeeds: 6 }), await make(t, { maxFeeds: 6 })]
  const [mine, theirs] = [await a.multi.writer(), await b.multi.writer()]
  await exchange(a.multi, b.multi)
  const excess: Buffer[] = []
  a.multi.on('excess', (key) => excess.push(key))
  for (const { multi } of [a, b]) for (let i = 0; i < 4; i++) await multi.writer() // they might as well be a stranger's
  await Promise.all([mine.append('mine'), theirs.append('theirs')])
  await until(() => a.multi.feed(theirs.key)?.contiguousLength === 1)
  await until(() => b.multi.feed(mine.key)?.contiguousLength === 1)
  await until(() => excess.length === 4)
  assert.equal(a.multi.feeds().length, 6)
  assert.deepEqual([...a.errors, ...b.errors], [])
})

test('maxLength holds for what comes, whatever was said', { timeout }, async (t) => {
  const { multi, errors } = await make(t, { maxLength: 10 })
  const excess: number[] = []
  multi.on('excess', (_key, length) => excess.push(length))
  const { key, pack } = await authored(t, blocks('many', 11))
  const peer = speak(multi)
  await peer.opened
  peer.wire.send('offer', [{ key, length: 1 }])
  await until(() => peer.said('request').length === 1)
  peer.wire.send('pack', pack())
  await until(() => excess.length === 1)
  assert.deepEqual([excess, multi.feeds(), errors], [[11], [], []])
})

test('no more feeds than maxFeeds are stored, whoever brings them at the same time', { timeout }, async (t) => {
  const { multi } = await make(t, { maxFeeds: 10 })
  const others = [await make(t), await make(t), await make(t)]
  for (const { multi } of others) for (let i = 0; i < 6; i++) await (await multi.writer()).append('x')
  const ends = others.map((other) => multi.sync(connect(multi, other.multi).a).catch(() => {}))
  await Promise.all(ends)
  assert.ok(multi.feeds().length <= 10)
})

test('what is beyond a bound is no message', { timeout }, async (t) => {
  const { key, manifest, pack } = await authored(t, ['one'])
  const upgrade = { signature: pack().signature, manifest }
  const nothing = Buffer.alloc(0)
  const node = { index: 1, size: 1, hash: Buffer.alloc(32) }
  const piece = { index: 0, start: 0, blocks: [nothing], nodes: [], upgrade: null, isLast: false }
  const lies: { [Name in 'pack' | 'piece' | 'fetch']?: Messages[Name] }[] = [
    { pack: { ...pack(), blocks: Array.from({ length: 8193 }, () => nothing) } },
    { pack: { ...pack(), signature: Buffer.alloc(65 * 1024) } },
    { pack: { ...pack(), manifest: { ...manifest, userData: Buffer.alloc(65 * 1024) } as never } },
    { pack: { ...pack(), blocks: [Buffer.alloc(LARGEST_BLOCK + 1)] } },
    { piece: { ...piece, blocks: Array.from({ length: 65 }, () => nothing) } },
    { piece: { ...piece, nodes: Array.from({ length: 65 }, () => node) } },
    { piece: { ...piece, nodes: [{ ...node, index: 2 ** 40 }] } },
    { piece: { ...piece, start: 2 ** 40 } },
    {
      piece: { ...piece, blocks: pack().blocks, isLast: true, upgrade: { ...upgrade, start: 0, length: 1, nodes: [] } }
    }, // a pack would do
    { fetch: [{ index: 0, start: 0, length: 2 ** 40, isLatest: false }] }
  ]
  const greeting = { version: VERSION, client: 'x', proof: nothing, userData: '', extras: 0 }
  for (const long of [{ client: 'x'.repeat(2000) }, { userData: 'x'.repeat(65 * 1024) }]) {
    assert.throws(() => c.decode(hello, c.encode(hello, { ...greeting, ...long })), /are more than/)
  }
  for (const lie of lies) {
    const { multi, errors } = await make(t)
    const peer = speak(multi, { hasExtras: true })
    await peer.opened
    peer.wire.send('offer', [{ key, length: 1 }])
    await until(() => peer.said('request').length === 1)
    for (const [name, value] of Object.entries(lie)) peer.wire.send(name as 'pack', value as Pack)
    await peer.closed
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['ERR_PROTOCOL'],
      Object.keys(lie).join()
    )
  }
})

test('a peer whose last message is not out of the door yet may be asked for more', { timeout }, async (t) => {
  const { multi, errors } = await make(t)
  const writer = await multi.writer()
  await writer.append('one')
  const peer = speak(multi)
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  const { send } = Wire.prototype
  let drain = () => {}
  const drained = new Promise<void>((resolve) => {
    drain = resolve
  })
  t.mock.method(Wire.prototype, 'send', function (this: Wire, ...args: Parameters<typeof send>) {
    const sent = send.apply(this, args)
    return args[0] === 'pack' ? drained : sent
  })
  peer.wire.send('request', [{ index: 0, start: 0 }])
  await until(() => peer.said('pack').length === 1)
  await writer.append('two')
  await until(() => peer.said('growth').length === 1)
  peer.wire.send('request', [{ index: 0, start: 1 }])
  await until(() => peer.said('pack').length === 2)
  drain()
  assert.deepEqual(errors, [])
})

test('a full disk is nobody’s fault, and nobody is told that all is there', { timeout }, async (t) => {
  const { append } = Hypercore.prototype
  let isFull = false
  t.mock.method(Hypercore.prototype, 'append', function (this: Hypercore, ...args: [never, { signature?: Buffer }?]) {
    if (isFull && args[1]?.signature) return Promise.reject(new Error('Batch was not applied'))
    return Reflect.apply(append, this, args)
  })
  for (const isKnown of [false, true]) {
    const [a, b] = [await make(t), await make(t)]
    const writer = await a.multi.writer()
    await writer.append('one')
    if (isKnown) {
      const { b: stream } = await exchange(a.multi, b.multi)
      const closed = new Promise<void>((resolve) => stream.on('close', () => resolve()))
      stream.destroy()
      await closed
      await writer.append('two')
    }
    isFull = true
    const { a: one, b: two } = connect(a.multi, b.multi)
    const ends = await Promise.allSettled([a.multi.sync(one), b.multi.sync(two)])
    isFull = false
    assert.deepEqual(
      ends.map((end) => end.status === 'rejected' && end.reason.code),
      ['ERR_CLOSED', 'ERR_STORAGE']
    )
    assert.deepEqual(
      [...a.errors, ...b.errors].map(({ code }) => code),
      ['ERR_STORAGE']
    )
    await exchange(a.multi, b.multi)
    assert.equal(b.multi.feed(writer.key)?.contiguousLength, writer.length)
  }
})

test('a core of the program is no feed, even for who knows its key', { timeout }, async (t) => {
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  const diary = store.get<string>({ name: 'diary', valueEncoding: 'utf-8' })
  await diary.append(['dear diary', 'nobody reads this'])
  const multi = new Multifeed<string>(store, { valueEncoding: 'utf-8' })
  t.after(() => multi.close())
  const { upgrade } = await diary.proof({ upgrade: { start: 0, length: 2 } })
  const { manifest, key } = diary
  assert.ok(manifest)
  const block = Buffer.from('dear diary')
  const lie = { index: 0, start: 0, blocks: [block, block], signature: Buffer.alloc(64), manifest }
  const truth = { ...lie, blocks: [block, Buffer.from('nobody reads this')], signature: upgrade.signature }
  for (const pack of [lie, truth]) {
    const peer = speak(multi)
    await peer.opened
    peer.wire.send('offer', [{ key, length: 2 }])
    await until(() => peer.said('request').length === 1)
    peer.wire.send('pack', pack)
    await until(() => peer.said('have').includes(1))
    assert.deepEqual(multi.feeds(), [])
  }
})

test('a writer that could not be kept is kept the next time', { timeout }, async (t) => {
  const { multi, storage } = await make(t)
  await multi.ready()
  const { append } = Hypercore.prototype
  let isFull = true
  t.mock.method(Hypercore.prototype, 'append', function (this: Hypercore, ...args: never[]) {
    if (isFull) return Promise.reject(new Error('ENOSPC'))
    return Reflect.apply(append, this, args)
  })
  await assert.rejects(multi.writer('mine'), /ENOSPC/)
  isFull = false
  const { key } = await multi.writer('mine')
  await multi.close()
  const again = await make(t, { storage })
  assert.deepEqual((await again.multi.writer('mine')).key, key)
  assert.equal(again.multi.feeds().length, 1)
})

// 8 · The program's own

test('user data that is no JSON is an error of who gave it', { timeout }, async (t) => {
  const storage = await folder(t)
  assert.throws(() => new Multifeed(storage, { userData: 1n }), TypeError)
  const { multi } = await make(t)
  assert.throws(() => multi.replicate(true, { userData: 1n }), TypeError)
  await goesOn(t, multi)
})

test('a listener of errors that throws keeps no stream open', { timeout }, async (t) => {
  const { multi } = await make(t)
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  multi.on('error', () => {
    throw new TypeError('a bug of the program')
  })
  const peer = speak(multi)
  await peer.opened
  peer.wire.send('growth', [{ index: 3, length: 4 }])
  await peer.closed
  assert.match((await warned).message, /a bug of the program/)
})

test('a listener of feeds, or a policy, that throws is told as such', { timeout }, async (t) => {
  const bug = () => {
    throw new TypeError('a bug of the program')
  }
  for (const [event, options] of [
    [undefined, { accept: bug }],
    [undefined, { share: bug }],
    ['feed', {}],
    ['excess', { maxBytes: 1 }]
  ] as const) {
    const { multi, errors } = await make(t, options)
    await (await multi.writer()).append('mine')
    if (event) multi.on(event, bug)
    const other = await make(t)
    await (await other.multi.writer()).append('theirs')
    connect(multi, other.multi)
    await until(() => errors.length > 0)
    assert.equal(errors[0]?.code, 'ERR_HANDLER')
    if (event) multi.off(event, bug)
  }
})

/** Two muxers of one connection, with another protocol on it; `echo` resolves when that has answered. */
function shared() {
  const [one, two] = [Hypercore.createProtocolStream(true), Hypercore.createProtocolStream(false)]
  pipe(one, two)
  const muxes = [Protomux.from(one.noiseStream), Protomux.from(two.noiseStream)] as const
  let heard = () => {}
  const messages = muxes.map((mux) => {
    const channel = mux.createChannel({ protocol: 'other' })
    channel?.open()
    return channel?.addMessage<Buffer>({ encoding: c.buffer as never, onmessage: () => heard() })
  })
  const echo = () =>
    new Promise<void>((resolve) => {
      heard = resolve
      messages[0]?.send(Buffer.from('are you there?'))
    })
  return { one, two, muxes, echo }
}

test('refusing a peer, and closing, leave the other protocols of a connection alone', { timeout }, async (t) => {
  for (const asMux of [true, false]) {
    const { one, two, muxes, echo } = shared()
    const [a, b] = [await make(t, { client: 'chat' }), await make(t, { client: 'forum' })]
    const streams = [a.multi.replicate(asMux ? muxes[0] : one.noiseStream), b.multi.replicate(two.noiseStream)] as const
    await assert.rejects(a.multi.sync(streams[0]), { code: 'ERR_CLIENT_MISMATCH' })
    await echo()
    const friend = await make(t, { client: 'forum' })
    await b.multi.close()
    await echo()
    friend.multi.replicate(two.noiseStream)
    await friend.multi.close()
    await echo()
    one.destroy()
  }
})

test('several multifeeds share a connection, and each ends for itself', { timeout }, async (t) => {
  const { one, muxes, echo } = shared()
  const sides = await Promise.all(
    muxes.map(async () => [await make(t, { id: 'a' }), await make(t, { id: 'b' })] as const)
  )
  const [[a1, b1], [a2, b2]] = sides as [(typeof sides)[0], (typeof sides)[0]]
  await (await a1.multi.writer()).append('of the first')
  await (await b1.multi.writer()).append('of the second')
  for (const [i, side] of sides.entries()) {
    for (const { multi } of side) multi.replicate(muxes[i] as Protomux)
  }
  assert.throws(() => a1.multi.replicate(muxes[0]), { code: 'ERR_DUPLICATE_STREAM' })
  await Promise.all([a2.multi.sync(muxes[1].stream), b2.multi.sync(muxes[1].stream)])
  assert.deepEqual(Object.values(await contents(a2.multi)), [['of the first']])
  assert.deepEqual(Object.values(await contents(b2.multi)), [['of the second']])
  await a2.multi.close()
  await (await b1.multi.writer()).append('later')
  await until(() => b2.multi.feeds().length === 2)
  await echo()
  one.destroy()
})

// 9 · Large feeds

test('50 000 small blocks come as a pack in parts, in little more than their bytes', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const writer = await a.multi.writer()
  const values = Array.from({ length: 50_000 }, (_, i) => `${i}`.padEnd(64, '.'))
  await writer.append(values)
  const streams = await exchange(a.multi, b.multi)
  const feed = b.multi.feed(writer.key)
  await feed?.ready()
  assert.equal(feed?.length, 50_000)
  assert.equal(await feed?.get(49_999), values[49_999])
  assert.ok(streams.b.noiseStream.rawBytesRead < 50_000 * 64 * 1.05)
})

test('a reader that is slow holds up what is read for it', { timeout }, async (t) => {
  const { multi } = await make(t, { valueEncoding: 'binary' })
  const writer = await multi.writer()
  await writer.append(Array.from({ length: 48 }, () => Buffer.alloc(LARGEST_PART)) as unknown as string[])
  const [stream, ours] = [multi.replicate(true), Hypercore.createProtocolStream(false)]
  let held: (() => void) | undefined
  let isHolding = false
  const line = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isHolding) held = () => done(null, chunk)
      else done(null, chunk)
    }
  })
  for (const end of [stream, ours]) end.on('error', () => {})
  stream.pipe(line).pipe(ours).pipe(stream)
  const peer = speakOver(Protomux.from(ours.noiseStream))
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  isHolding = true
  const { mock } = t.mock.method(Hypercore.prototype, 'seek') // measures each part
  peer.wire.send('request', [{ index: 0, start: 0 }])
  await until(() => held !== undefined)
  await goesOn(t, (await make(t)).multi) // meanwhile it would have read all
  const read = mock.callCount()
  assert.ok(read < 12, `${read} parts of 48 have been read`)
  isHolding = false
  held?.()
  await until(() => peer.said('pack').length === 48)
})
