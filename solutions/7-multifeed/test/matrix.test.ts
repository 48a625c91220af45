// The matrix of behaviours, stage by stage.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { test } from 'node:test'
import { createNetwork } from '@workshop/network'
import Corestore from 'corestore'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Protomux from 'protomux'
import Multifeed from '../multifeed.ts'
import { LARGEST_PACK } from '../wire.ts'
import { connect, contents, exchange, folder, make, pipe, speak, until } from './help.ts'

const timeout = 30_000

// 1 · The container

test('1 · a new multifeed has no feeds', { timeout }, async (t) => {
  const { multi } = await make(t)
  await multi.ready()
  assert.deepEqual(multi.feeds(), [])
})

test('1 · a writer is a feed, found by its key, and told once', { timeout }, async (t) => {
  const { multi, known } = await make(t)
  const writer = await multi.writer('local')
  assert.equal(writer.writable, true)
  assert.equal(multi.feed(writer.key), writer)
  assert.equal(multi.feed(writer.key.toString('hex')), writer)
  assert.equal(multi.feed(writer.key.toString('hex').toUpperCase()), writer)
  assert.equal(multi.feed(Buffer.alloc(32)), undefined)
  await until(() => known.length === 1)
  assert.deepEqual(known, [writer.key.toString('hex')])
})

test('1 · writers without a name are new each time', { timeout }, async (t) => {
  const { multi } = await make(t)
  const [a, b] = [await multi.writer(), await multi.writer()]
  assert.notDeepEqual(a.key, b.key)
  assert.equal(multi.feeds().length, 2)
})

test('1 · names persist, whatever they are, and so does the order of the feeds', { timeout }, async (t) => {
  const { multi, storage } = await make(t)
  const names = ['1', '0', 'écrivain ✍️', '', ' ', '__proto__', 'constructor', 'x'.repeat(1000)]
  const keys: string[] = []
  for (const name of names) {
    const writer = await multi.writer(name)
    await writer.append(`by ${name.slice(0, 9)}`)
    keys.push(writer.key.toString('hex'))
  }
  assert.equal(new Set(keys).size, names.length)
  await multi.close()
  const again = (await make(t, { storage })).multi
  await again.ready()
  for (const feed of again.feeds()) await feed.ready()
  assert.deepEqual(
    again.feeds().map((feed) => feed.key.toString('hex')),
    keys
  )
  for (const [i, name] of names.entries()) {
    const writer = await again.writer(name)
    assert.equal(writer.key.toString('hex'), keys[i])
    assert.equal(writer.writable, true)
    assert.equal(await writer.get(0), `by ${name.slice(0, 9)}`)
    await writer.append('more')
  }
  assert.equal(again.feeds().length, names.length)
})

test('1 · the same name asked for twice at once is one feed, also before it is ready', { timeout }, async (t) => {
  const { multi, known } = await make(t)
  const writers = await Promise.all(Array.from({ length: 10 }, () => multi.writer('local')))
  assert.equal(new Set(writers).size, 1)
  assert.equal(multi.feeds().length, 1)
  await until(() => known.length > 0)
  assert.equal(known.length, 1)
})

test('1 · a custom key pair is used, and found again after a restart', { timeout }, async (t) => {
  const { multi, storage } = await make(t)
  const keyPair = DHT.keyPair()
  const writer = await multi.writer('mine', { keyPair })
  assert.deepEqual(writer.keyPair?.publicKey, keyPair.publicKey)
  await writer.append('signed')
  await multi.close()
  const again = await (await make(t, { storage })).multi.writer('mine')
  assert.deepEqual(again.key, writer.key)
  await again.append('signed again')
  assert.equal(again.length, 2)
})

test('1 · closing twice, while it opens, and before it is ready is fine', { timeout }, async (t) => {
  const { multi } = await make(t)
  await Promise.all([multi.close(), multi.close()])
  await multi.close()
  assert.equal(multi.closed, true)
})

test('1 · after close a writer is refused, and so is a stream', { timeout }, async (t) => {
  const { multi } = await make(t)
  const pending = multi.writer('in the middle')
  const closing = multi.close()
  await assert.rejects(pending, { code: 'ERR_CLOSED' })
  await closing
  await assert.rejects(multi.writer('late'), { code: 'ERR_CLOSED' })
  assert.throws(() => multi.replicate(true), { code: 'ERR_CLOSED' })
})

test('1 · every caller of ready hears of a folder that another has open', { timeout }, async (t) => {
  const { multi, storage } = await make(t)
  await multi.ready()
  const second = new Multifeed(storage)
  for (let i = 0; i < 2; i++) await assert.rejects(second.ready(), /could not be locked/)
  await assert.rejects(second.writer(), /could not be locked/)
  await second.close().catch(() => {})
})

test('1 · in a corestore of the program it keeps to itself, and leaves it open', { timeout }, async (t) => {
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  const other = store.get({ name: 'index' })
  await other.append(Buffer.from('not of the multifeed'))
  const multi = new Multifeed(store)
  const writer = await multi.writer('index')
  await writer.append(Buffer.from('mine'))
  assert.notDeepEqual(writer.key, other.key)
  await multi.close()
  assert.equal((await other.get(0)).toString(), 'not of the multifeed')
  const again = new Multifeed(store)
  await again.ready()
  assert.equal(again.feeds().length, 1)
  await again.close()
})

// 2 · The handshake

test('2 · another version, client or key is refused once, with its code, and no feed crosses', {
  timeout
}, async (t) => {
  const cases = [
    { code: 'ERR_CLIENT_MISMATCH', a: { client: 'chat' }, b: { client: 'forum' } },
    { code: 'ERR_GATE_MISMATCH', a: { gate: 'one' }, b: { gate: 'two' } },
    { code: 'ERR_GATE_MISMATCH', a: { gate: 'one' }, b: {} }
  ]
  for (const { code, ...options } of cases) {
    const [a, b] = [await make(t, options.a), await make(t, options.b)]
    await a.multi.writer('secret')
    const streams = connect(a.multi, b.multi)
    const ends = [a.multi.sync(streams.a), b.multi.sync(streams.b)].map((sync) => assert.rejects(sync, { code }))
    await Promise.all(ends)
    await Promise.all([a.multi.close(), b.multi.close()])
    assert.deepEqual(
      a.errors.map((error) => error.code),
      [code]
    )
    assert.deepEqual(
      b.errors.map((error) => error.code),
      [code]
    )
    assert.equal(b.known.length, 0)
  }
})

test('2 · a mismatch says who we are and who they are', { timeout }, async (t) => {
  const [a, b] = [await make(t, { client: 'chat' }), await make(t, { client: 'forum' })]
  connect(a.multi, b.multi)
  await until(() => a.errors.length > 0)
  const { usClient, themClient } = a.errors[0] as unknown as { usClient: string; themClient: string }
  assert.deepEqual([usClient, themClient], ['chat', 'forum'])
})

test('2 · the same key replicates, and is nowhere on the disk', { timeout }, async (t) => {
  const gate = 'a key that must not be stored 0123'
  const [a, b] = [await make(t, { gate }), await make(t, { gate })]
  await (await a.multi.writer()).append('hello')
  await exchange(a.multi, b.multi)
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
  await a.multi.close()
  for (const file of await readdir(a.storage, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name))
    assert.equal(bytes.includes(gate), false, file.name)
  }
})

test('2 · userData crosses, of the multifeed or of the stream, and nothing else of the options', {
  timeout
}, async (t) => {
  const a = await make(t, { userData: { name: 'ana' }, gate: 'k' })
  const b = await make(t, { gate: 'k' })
  const seen: unknown[] = []
  for (const { multi } of [a, b]) multi.on('remote-feeds', (_keys, userData) => seen.push(userData))
  const [one, two] = [a.multi.replicate(true), b.multi.replicate(false, { userData: ['of', 'the', 'stream'] })]
  pipe(one, two)
  await Promise.all([a.multi.sync(one), b.multi.sync(two)])
  assert.deepEqual(seen.map((data) => JSON.stringify(data)).sort(), ['["of","the","stream"]', '{"name":"ana"}'])
})

// 3 · The exchange

test('3 · nothing and nothing', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  await exchange(a.multi, b.multi)
  assert.deepEqual([a.known, b.known], [[], []])
})

test('3 · one-sided; a feed is known to the other side with its first block', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  await (await a.multi.writer('full')).append(['one', 'two'])
  const empty = await a.multi.writer('empty')
  await exchange(a.multi, b.multi)
  assert.equal(b.multi.feeds().length, 1)
  await empty.append('three')
  await until(() => b.multi.feed(empty.key)?.contiguousLength === 1)
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
})

test('3 · two-sided, of different lengths, twice: each feed is told once', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  await (await a.multi.writer()).append(Array.from({ length: 1000 }, (_, i) => `a ${i}`))
  await (await b.multi.writer()).append(Array.from({ length: 10 }, (_, i) => `b ${i}`))
  for (let i = 0; i < 2; i++) {
    await exchange(a.multi, b.multi)
    assert.deepEqual(await contents(a.multi), await contents(b.multi))
    for (const { known } of [a, b]) assert.equal(known.length, 2)
  }
})

test('3 · more blocks in a feed that both know', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const writer = await a.multi.writer()
  for (const block of ['one', 'two', 'three']) {
    await writer.append(block)
    const streams = await exchange(a.multi, b.multi)
    streams.a.destroy()
  }
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
})

test('3 · custom key pairs on both sides', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  for (const { multi } of [a, b]) await (await multi.writer('k', { keyPair: DHT.keyPair() })).append('signed')
  await exchange(a.multi, b.multi)
  assert.equal(a.multi.feeds().length, 2)
  assert.deepEqual(await contents(a.multi), await contents(b.multi))
})

test('3 · a feed comes from a peer that is not its writer', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const c = await make(t)
  await (await a.multi.writer()).append('first')
  await exchange(a.multi, b.multi)
  await exchange(b.multi, c.multi)
  assert.deepEqual(await contents(c.multi), await contents(a.multi))
})

test('3 · replicating before ready waits', { timeout }, async (t) => {
  const first = await make(t)
  await (await first.multi.writer()).append('stored')
  await first.multi.close()
  const [a, b] = [await make(t, { storage: first.storage }), await make(t)]
  await exchange(a.multi, b.multi)
  assert.equal(b.multi.feeds().length, 1)
})

test('3 · a slow storage: what a peer tells meanwhile waits for it', { timeout }, async (t) => {
  const b = await make(t)
  await (await b.multi.writer()).append('told before the other was ready')
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  await store.ready()
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const session = store.session()
  session.ready = () => opened
  store.session = () => session
  const slow = new Multifeed<string>(store, { valueEncoding: 'utf-8' })
  t.after(() => slow.close())
  const streams = connect(slow, b.multi)
  const synced = Promise.all([slow.sync(streams.a), b.multi.sync(streams.b)])
  await streams.b.noiseStream.opened
  assert.deepEqual(slow.feeds(), [])
  open()
  await synced
  assert.deepEqual(await contents(slow), await contents(b.multi))
})

test('3 · peers of different speeds: bytes that come one by one', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  for (const { multi } of [a, b]) await (await multi.writer()).append(Array.from({ length: 20 }, (_, i) => `${i}`))
  const [one, two] = [a.multi.replicate(true), b.multi.replicate(false)]
  const crumbs = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) this.push(Buffer.from([byte]))
      setImmediate(done)
    }
  })
  one.pipe(crumbs).pipe(two).pipe(one)
  await Promise.all([a.multi.sync(one), b.multi.sync(two)])
  assert.deepEqual(await contents(a.multi), await contents(b.multi))
})

test('3 · over an existing connection that carries other protocols', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  await (await a.multi.writer()).append('hello')
  const [one, two] = [Hypercore.createProtocolStream(true), Hypercore.createProtocolStream(false)]
  pipe(one, two)
  const muxes = [Protomux.from(one.noiseStream), Protomux.from(two.noiseStream)] as const
  const said: Buffer[] = []
  const channels = muxes.map((mux) => {
    const channel = mux.createChannel({ protocol: 'other' })
    channel?.open()
    return channel?.addMessage<Buffer>({
      encoding: { preencode: (s) => s.end++, encode: (s) => s.start++, decode: (s) => Buffer.from([s.start++]) },
      onmessage: (value) => said.push(value)
    })
  })
  const streams = [a.multi.replicate(muxes[0]), b.multi.replicate(two.noiseStream)] as const
  assert.deepEqual(streams, [one.noiseStream, two.noiseStream])
  await Promise.all([a.multi.sync(streams[0]), b.multi.sync(streams[1])])
  channels[0]?.send(Buffer.alloc(1))
  await until(() => said.length === 1)
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
})

test('3 · a second multifeed channel on one stream is refused', { timeout }, async (t) => {
  const { multi } = await make(t)
  const stream = Hypercore.createProtocolStream(true)
  multi.replicate(stream.noiseStream)
  assert.throws(() => multi.replicate(stream.noiseStream), { code: 'ERR_DUPLICATE_STREAM' })
  stream.on('error', () => {}).destroy()
})

test('3 · over a real connection of hyperdht', { timeout }, async (t) => {
  const network = await createNetwork()
  const nodes: DHT[] = []
  t.after(async () => {
    for (const node of nodes) await node.destroy()
    await network.close()
  })
  const [a, b] = [await make(t), await make(t)]
  await (await a.multi.writer()).append(Array.from({ length: 100 }, (_, i) => `${i}`))
  const [at, bt] = [0, 1].map(
    () => new DHT({ bootstrap: network.bootstrap, host: '127.0.0.1', firewalled: false })
  ) as [DHT, DHT]
  nodes.push(at, bt)
  const synced = new Promise<void>((resolve, reject) => {
    at.createServer((socket) => a.multi.sync(a.multi.replicate(socket)).then(resolve, reject))
      .listen()
      .then((server) => b.multi.sync(b.multi.replicate(bt.connect(server.publicKey as Buffer))).catch(reject))
  })
  await synced
  await until(async () => b.multi.feeds()[0]?.length === 100)
})

test('3 · a feed that is too large for one message comes block by block', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const block = 'x'.repeat(100_000)
  const writer = await a.multi.writer()
  await writer.append(Array.from({ length: Math.ceil((LARGEST_PACK * 2) / block.length) }, () => block))
  await exchange(a.multi, b.multi)
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
  await writer.append('and a little more')
  await until(() => b.multi.feed(writer.key)?.length === writer.length)
})

// 4 · Live

test('4 · a writer made later is announced on open streams, and so are its blocks', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  await exchange(a.multi, b.multi)
  const writer = await a.multi.writer('late')
  for (let i = 0; i < 50; i++) await writer.append(`block ${i}`)
  await until(() => b.multi.feed(writer.key)?.contiguousLength === 50)
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
})

test('4 · three in a line: the feed of the third reaches the first', { timeout }, async (t) => {
  const [a, b, c] = [await make(t), await make(t), await make(t)]
  connect(a.multi, b.multi)
  connect(b.multi, c.multi)
  const writer = await c.multi.writer()
  await writer.append('from far away')
  await until(() => a.multi.feed(writer.key)?.contiguousLength === 1)
  assert.equal(await a.multi.feed(writer.key)?.get(0), 'from far away')
})

test('4 · a ring of five, each with a writer: all have all, and each feed is told once', { timeout }, async (t) => {
  const all = await Promise.all(Array.from({ length: 5 }, () => make(t)))
  for (const [i, { multi }] of all.entries()) connect(multi, (all[(i + 1) % 5] as (typeof all)[0]).multi)
  await Promise.all(all.map(async ({ multi }, i) => (await multi.writer()).append([`${i}`, `${i} again`])))
  const hasAll = ({ multi }: (typeof all)[0]) =>
    multi.feeds().length === 5 && multi.feeds().every((feed) => feed.contiguousLength === 2)
  await until(() => all.every(hasAll))
  const expected = await contents((all[0] as (typeof all)[0]).multi)
  for (const { multi, known } of all) {
    assert.deepEqual(await contents(multi), expected)
    assert.equal(known.length, 5)
  }
})

test('4 · no storm: each key crosses once in a direction, and a block is said in one message', {
  timeout
}, async (t) => {
  const { multi } = await make(t)
  const writer = await multi.writer('first')
  const peer = speak(multi)
  await peer.opened
  for (let i = 0; i < 10; i++) await writer.append(`${i}`)
  await multi.writer('second')
  const keys = () => peer.said('offer').flatMap((offers) => offers.map(({ key }) => Buffer.from(key).toString('hex')))
  await until(() => keys().length === 2 && peer.said('growth').some((growth) => growth[0]?.length === 10))
  assert.equal(new Set(keys()).size, 2)
  assert.ok(peer.said('growth').length <= 10)
  // What comes from a peer is not told back to it.
  const stranger = DHT.keyPair().publicKey
  peer.wire.send('offer', [{ key: stranger, length: 0 }])
  await until(() => peer.said('have').includes(1))
  assert.equal(keys().includes(stranger.toString('hex')), false)
})

test('4 · a late joiner gets all, and a peer that comes back what it missed', { timeout }, async (t) => {
  const [a, b, c] = [await make(t), await make(t), await make(t)]
  const streams = await exchange(a.multi, b.multi)
  const writer = await a.multi.writer()
  await writer.append('one')
  await until(() => b.multi.feed(writer.key)?.contiguousLength === 1)
  streams.a.destroy()
  await writer.append('two')
  await exchange(b.multi, c.multi)
  assert.deepEqual((await contents(c.multi))[writer.key.toString('hex')], ['one'])
  await exchange(a.multi, b.multi)
  await until(() => c.multi.feed(writer.key)?.contiguousLength === 2)
  assert.deepEqual(await contents(c.multi), await contents(a.multi))
})

// 5 · Sync once

test('5 · sync resolves only when all that was offered is there, on both sides', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  for (let i = 0; i < 200; i++) await (await a.multi.writer(`w ${i}`)).append(['one', 'two'])
  await (await b.multi.writer()).append('three')
  const streams = connect(a.multi, b.multi)
  const complete = (multi: typeof a.multi) =>
    multi.feeds().length === 201 && multi.feeds().every((f) => f.contiguousLength > 0)
  await Promise.all([
    a.multi.sync(streams.a).then(() => assert.ok(a.multi.feeds().length === 201)),
    b.multi.sync(streams.b).then(() => assert.ok(b.multi.feeds().length === 201))
  ])
  await Promise.all([...a.multi.feeds(), ...b.multi.feeds()].map((feed) => feed.ready()))
  assert.ok(complete(a.multi) && complete(b.multi))
})

test('5 · a peer that says it has nothing to give, and takes nothing, keeps sync waiting', { timeout }, async (t) => {
  const { multi } = await make(t)
  await (await multi.writer()).append('unfetched')
  const peer = speak(multi)
  await peer.opened
  let isSynced = false
  const sync = multi.sync(peer.stream).then(() => {
    isSynced = true
  })
  peer.wire.send('offer', [])
  await until(() => peer.said('have').includes(1))
  assert.equal(isSynced, false)
  peer.wire.send('have', 1)
  await sync
})

test('5 · a peer that vanishes half-way makes sync reject, also one that was never met', { timeout }, async (t) => {
  const { multi } = await make(t)
  await (await multi.writer()).append('unfetched')
  const peer = speak(multi)
  await peer.opened
  const sync = assert.rejects(multi.sync(peer.stream), { code: 'ERR_CLOSED' })
  peer.mux.destroy()
  await sync
  const lonely = multi.replicate(true)
  const never = assert.rejects(multi.sync(lonely), { code: 'ERR_CLOSED' })
  lonely.destroy()
  await never
})

test('5 · a feed that one peer began and did not finish is fetched from another', { timeout }, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const writer = await a.multi.writer()
  await writer.append(['one', 'two'])
  const silent = speak(b.multi)
  await silent.opened
  silent.wire.send('offer', [{ key: writer.key, length: 2 }])
  await until(() => silent.said('request').length === 1)
  const streams = connect(a.multi, b.multi)
  await until(() => b.multi.feeds().length === 1)
  silent.mux.destroy()
  await Promise.all([a.multi.sync(streams.a), b.multi.sync(streams.b)])
  assert.deepEqual(await contents(b.multi), await contents(a.multi))
})
