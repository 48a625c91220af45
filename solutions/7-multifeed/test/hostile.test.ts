// Stage 7: what a hostile peer may send closes its stream with a code; the process lives, and the others go on.
import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import c from 'compact-encoding'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Protomux from 'protomux'
import type { Options } from '../multifeed.ts'
import { babble, mulberry32 } from './fuzz.ts'
import { contents, exchange, make, pipe, speak, until } from './help.ts'

const timeout = 60_000
const key = () => DHT.keyPair().publicKey

/** A multifeed with one feed of two blocks, and a hostile peer that it has met. */
async function attacked(t: TestContext, options: Options = {}) {
  const made = await make(t, options)
  const writer = await made.multi.writer('mine')
  await writer.append(['one', 'two'])
  const peer = speak(made.multi)
  await peer.opened
  await until(() => peer.said('offer').length > 0)
  return { ...made, writer, peer }
}

/** The stream was closed with this code, once, and the multifeed still exchanges feeds with an honest peer. */
async function survives(t: TestContext, made: Awaited<ReturnType<typeof attacked>>, code: string): Promise<void> {
  await made.peer.closed
  assert.deepEqual(
    made.errors.map((error) => error.code),
    [code]
  )
  const honest = await make(t)
  await (await honest.multi.writer()).append('from an honest peer')
  await exchange(made.multi, honest.multi)
  assert.deepEqual(await contents(honest.multi), await contents(made.multi))
}

/** Sends bytes as a message of the channel, past all encodings. */
function sendRaw(made: { peer: ReturnType<typeof speak> }, type: number, bytes: Buffer): void {
  const { stream } = made.peer.mux
  // On the wire a message is the number of the channel, that of the message, and its bytes.
  stream.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, type), bytes]))
}

const OFFER = 0
const REQUEST = 2
const PACK = 3

test('7 · a key of a wrong length', { timeout }, async (t) => {
  const made = await attacked(t)
  sendRaw(made, OFFER, Buffer.concat([c.encode(c.uint, 1), Buffer.alloc(31)]))
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · an offer of 10 MB', { timeout }, async (t) => {
  const made = await attacked(t)
  const count = Math.ceil(10_000_000 / 33)
  const offers = Array.from({ length: count }, () => Buffer.concat([randomBytes(32), c.encode(c.uint, 1)]))
  sendRaw(made, OFFER, Buffer.concat([c.encode(c.uint, count), ...offers]))
  await survives(t, made, 'ERR_TOO_MANY_FEEDS')
  assert.equal(made.multi.feeds().length, 2) // its own, and that of the honest peer
})

test('7 · a list that says it is longer than it is', { timeout }, async (t) => {
  const made = await attacked(t)
  sendRaw(made, OFFER, Buffer.from(c.encode(c.uint, 2 ** 40)))
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · 10 000 keys against maxFeeds: none of them is stored', { timeout }, async (t) => {
  const made = await attacked(t, { maxFeeds: 100 })
  made.peer.wire.send(
    'offer',
    Array.from({ length: 10_000 }, () => ({ key: key(), length: 1 }))
  )
  await survives(t, made, 'ERR_TOO_MANY_FEEDS')
  assert.equal(made.multi.feeds().length, 2)
})

test('7 · 10 000 keys, one by one', { timeout }, async (t) => {
  const made = await attacked(t, { maxFeeds: 100 })
  for (let i = 0; i < 10_000; i++) made.peer.wire.send('offer', [{ key: key(), length: 1 }])
  await made.peer.closed
  assert.equal(made.errors[0]?.code, 'ERR_TOO_MANY_FEEDS')
  assert.equal(made.multi.feeds().length, 1)
})

test('7 · a key twice, in one offer and in two', { timeout }, async (t) => {
  for (const offers of [1, 2]) {
    const made = await attacked(t)
    const twice = { key: key(), length: 1 }
    if (offers === 1) made.peer.wire.send('offer', [twice, twice])
    else for (let i = 0; i < 2; i++) made.peer.wire.send('offer', [twice])
    await survives(t, made, 'ERR_PROTOCOL')
    assert.ok(!made.known.includes(twice.key.toString('hex'))) // nobody has proved it
  }
})

test('7 · a request for what was not offered', { timeout }, async (t) => {
  for (const index of [1, 1_000_000]) {
    const made = await attacked(t)
    made.peer.wire.send('request', [{ index, start: 0 }])
    await survives(t, made, 'ERR_NOT_OFFERED')
  }
})

test('7 · the same request a thousand times', { timeout }, async (t) => {
  const made = await attacked(t)
  const request = { index: 0, start: 0 }
  made.peer.wire.send(
    'request',
    Array.from({ length: 1000 }, () => request)
  )
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · a growth of an offer that was never made', { timeout }, async (t) => {
  const made = await attacked(t)
  made.peer.wire.send('growth', [{ index: 3, length: 4 }])
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · more had than was said', { timeout }, async (t) => {
  const made = await attacked(t)
  made.peer.wire.send('have', 1000)
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · blocks that nobody asked for', { timeout }, async (t) => {
  const made = await attacked(t)
  const other = await make(t)
  const writer = await other.multi.writer()
  await writer.append('unasked')
  const { upgrade } = await writer.proof({ upgrade: { start: 0, length: 1 } })
  made.peer.wire.send('offer', [])
  const { manifest } = writer
  assert.ok(manifest)
  made.peer.wire.send('pack', {
    index: 0,
    start: 0,
    blocks: [Buffer.from('unasked')],
    signature: upgrade.signature,
    manifest
  })
  await survives(t, made, 'ERR_PROTOCOL')
})

test('7 · a block that was changed, a signature of another, a manifest of another writer', { timeout }, async (t) => {
  const [author, mallory] = [await make(t), await make(t)]
  const [good, bad] = [await author.multi.writer(), await mallory.multi.writer()]
  await good.append('true')
  await bad.append('true')
  const signatures = await Promise.all([good, bad].map((core) => core.proof({ upgrade: { start: 0, length: 1 } })))
  const [signature, otherSignature] = signatures.map(({ upgrade }) => upgrade.signature) as [Buffer, Buffer]
  const { manifest } = good
  const otherManifest = bad.manifest
  assert.ok(manifest && otherManifest)
  const truth = { index: 0, start: 0, blocks: [Buffer.from('true')], signature, manifest }
  const lies = [
    { ...truth, blocks: [Buffer.from('lies')] },
    { ...truth, blocks: [Buffer.from('true'), Buffer.from('more')] },
    { ...truth, signature: otherSignature },
    { ...truth, signature: Buffer.alloc(64) },
    { ...truth, signature: Buffer.alloc(0) },
    ...[1, 2].map(() => ({ ...truth, signature: otherSignature, manifest: otherManifest })),
    { ...truth, blocks: [] }
  ]
  for (const [i, lie] of lies.entries()) {
    const made = await attacked(t)
    if (i % 2) made.multi.removeAllListeners('feed') // then nobody opens the feed before the lie comes
    made.peer.wire.send('offer', [{ key: good.key, length: 1 }])
    await until(() => made.peer.said('request').length > 0)
    made.peer.wire.send('pack', lie)
    await made.peer.closed
    assert.deepEqual(
      made.errors.map((error) => error.code),
      ['ERR_BAD_PACK']
    )
    // The feed is not spoilt by it: the author still brings the true block.
    await exchange(made.multi, author.multi)
    assert.deepEqual((await contents(made.multi))[good.key.toString('hex')], ['true'])
  }
})

test('7 · bytes that are no message, of each kind', { timeout }, async (t) => {
  for (const type of [OFFER, REQUEST, PACK]) {
    const made = await attacked(t)
    sendRaw(made, type, Buffer.from([5, 255, 255, 255]))
    await survives(t, made, 'ERR_PROTOCOL')
  }
})

test('7 · messages before the handshake, and a handshake that is none', { timeout }, async (t) => {
  for (const isOpened of [false, true]) {
    const { multi } = await make(t)
    await multi.ready()
    const theirs = multi.replicate(false)
    const ours = Hypercore.createProtocolStream(true)
    pipe(theirs, ours)
    const { noiseStream } = ours
    const mux = Protomux.from(noiseStream)
    await noiseStream.opened
    if (isOpened) {
      const channel = mux.createChannel({ protocol: 'multifeed', handshake: c.raw })
      channel?.open(Buffer.alloc(3, 255))
    } else {
      noiseStream.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, OFFER), Buffer.from([1, 2, 3])]))
      noiseStream.end()
    }
    await assert.rejects(multi.sync(theirs))
    const honest = await make(t)
    await (await honest.multi.writer()).append('hello')
    await exchange(multi, honest.multi)
    assert.equal(multi.feeds().length, 1)
  }
})

test('7 · user data that is no JSON, and user data of 60 kB', { timeout }, async (t) => {
  const { multi } = await make(t)
  const seen: unknown[] = []
  multi.on('remote-feeds', (_keys, userData) => seen.push(userData))
  const peer = speak(multi, { userData: 'x'.repeat(60_000) })
  await peer.opened
  peer.wire.send('offer', [])
  await until(() => seen.length === 1)
  assert.equal(String(seen[0]).length, 60_000)
})

test('7 · a listener that throws closes the stream it was called for, and no other', { timeout }, async (t) => {
  const { multi, errors } = await make(t)
  const [first, honest] = [speak(multi), await make(t)]
  await first.opened
  let throws = true
  multi.on('remote-feeds', () => {
    if (throws) throw new TypeError('a bug of the program')
  })
  first.wire.send('offer', [])
  await first.closed
  assert.deepEqual(
    errors.map((error) => error.code),
    ['ERR_HANDLER']
  )
  throws = false
  await (await honest.multi.writer()).append('hello')
  await exchange(multi, honest.multi)
})

test('7 · thousands of random messages: the process lives, and the sync of others completes', {
  timeout
}, async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = mulberry32(seed)
  const { multi } = await make(t)
  const writer = await multi.writer()
  await writer.append(['one', 'two'])
  const author = await (await make(t)).multi.writer()
  await author.append(['true', 'also true'])
  const { upgrade } = await author.proof({ upgrade: { start: 0, length: 2 } })
  const blocks = ['true', 'also true'].map((block) => Buffer.from(block))
  const pack = { index: 0, start: 0, blocks, signature: upgrade.signature, manifest: author.manifest }
  for (let round = 0; round < 200; round++) await babble(multi, random, [{ key: author.key, pack }])
  const honest = await make(t)
  await (await honest.multi.writer()).append('from an honest peer')
  await exchange(multi, honest.multi)
  assert.deepEqual(await honest.multi.feed(writer.key)?.get(1), 'two')
})
