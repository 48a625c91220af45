// What comes too late, what says nothing, and what a crash leaves behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Corestore from 'corestore'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import type { Piece } from '../lib/extras.ts'
import { readPieces } from '../lib/pieces.ts'
import Multifeed from '../multifeed.ts'
import { exchange, folder, make, speak, until } from './help.ts'

const timeout = 60_000

test('pieces of a feed that another peer has made longer meanwhile are no lie: the rest is asked for again', {
  timeout
}, async (t) => {
  const { multi } = await make(t)
  const author = new Multifeed(await folder(t))
  t.after(() => author.close())
  const writer = await author.writer()
  const grow = (count: number) => writer.append(Array.from({ length: count }, () => Buffer.alloc(900_000)))
  const firstPieces = async () => {
    const pieces: Omit<Piece, 'index'>[] = []
    for await (const piece of readPieces(writer, { start: 0, length: 0, isLatest: false })) pieces.push(piece)
    return pieces
  }
  await grow(20) // more than a pack can have
  const early = await firstPieces()
  await grow(10)
  const later = await firstPieces()
  const slow = speak(multi, { hasExtras: true })
  await slow.opened
  slow.wire.send('offer', [{ key: writer.key, length: 20 }])
  await until(() => slow.said('request').length === 1)
  const fast = speak(multi, { hasExtras: true })
  await fast.opened
  fast.wire.send('offer', [{ key: writer.key, length: 30 }])
  await until(() => fast.said('request').length === 1)
  for (const piece of later) fast.wire.send('piece', { index: 0, ...piece })
  await until(() => multi.feed(writer.key)?.contiguousLength === later.length)
  fast.mux.stream.destroy()
  await fast.closed
  for (const piece of early) slow.wire.send('piece', { index: 0, ...piece })
  await until(() => slow.said('fetch').length === 1)
  const [[asked]] = slow.said('fetch') as [[unknown]]
  assert.deepEqual(asked, { index: 0, start: later.length, length: 30, isLatest: false })
  assert.deepEqual(slow.said('have'), [])
})

test('what comes in one go and says nothing is answered once', { timeout }, async (t) => {
  const { multi } = await make(t)
  const peer = speak(multi)
  await peer.opened
  const count = 20_000
  peer.mux.cork()
  peer.wire.send('offer', [])
  for (let i = 0; i < count; i++) peer.wire.send('growth', [])
  peer.mux.uncork()
  await until(() => peer.said('have').includes(count + 1))
  assert.ok(peer.said('have').length < count / 100, `${peer.said('have').length} answers`)
})

test('a feed that was being removed when the process was killed can be removed', { timeout }, async (t) => {
  const storage = await folder(t)
  const before = await make(t, { storage })
  const writer = await before.multi.writer('mine')
  await writer.append('must go')
  await before.multi.close()
  const store = new Corestore(storage)
  t.after(() => store.close())
  // What the kill leaves: it was decided, and nothing was removed yet.
  const decisions = store.namespace('multifeed').get({ name: 'blocklist' })
  await decisions.append(Buffer.concat([writer.key, Buffer.from([1, 1])]))
  await decisions.close()
  const again = new Multifeed(store)
  await again.ready()
  const stored = async () => (await store.storage.getInfos([Hypercore.discoveryKey(writer.key)]))[0]
  assert.deepEqual(again.feeds(), [])
  assert.equal((await stored())?.head?.length, 1)
  await again.removeFeed(writer.key)
  assert.ok(!(await stored())?.head)
  await again.close()
})

test('the secret key of a restored writer goes with its feed', { timeout }, async (t) => {
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  const keyPair = DHT.keyPair()
  const a = await make(t)
  await (await a.multi.writer('mine', { keyPair })).append('one')
  const b = new Multifeed<string>(store)
  await exchange(a.multi, b)
  const restored = await b.writer('mine', { keyPair })
  await restored.append('two')
  const index = store.namespace('multifeed').get({ name: 'index' })
  const id = restored.key.toString('hex')
  assert.deepEqual(await index.getUserData(id), keyPair.secretKey)
  await b.removeFeed(id)
  assert.equal(await index.getUserData(id), null)
  await b.close()
})

test('who reads all feeds of a sparse multifeed does not look for each block that is not here', {
  timeout
}, async (t) => {
  const [a, b] = [await make(t), await make(t, { sparse: true })]
  const writer = await a.multi.writer()
  await writer.append(Array.from({ length: 2000 }, (_, i) => `${i}`))
  await exchange(a.multi, b.multi)
  const core = b.multi.feed(writer.key)
  assert.ok(core)
  let looks = 0
  for (const name of ['get', 'has'] as const) {
    const look = core[name].bind(core) as (...args: unknown[]) => unknown
    Object.assign(core, {
      [name]: (...args: unknown[]) => {
        looks++
        return look(...args)
      }
    })
  }
  const indexes: number[] = []
  for await (const { index } of b.multi.merged({ live: false })) indexes.push(index)
  assert.deepEqual(indexes, [1999])
  assert.ok(looks < 10, `${looks} blocks were looked for`)
})
