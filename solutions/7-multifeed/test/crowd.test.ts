// A peer that comes often, and a corestore that two multifeeds want.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import NoiseSecretStream from '@hyperswarm/secret-stream'
import Corestore from 'corestore'
import DHT, { type KeyPair } from 'hyperdht'
import Protomux from 'protomux'
import { MOST_STREAMS } from '../lib/crowd.ts'
import Multifeed from '../multifeed.ts'
import { contents, exchange, folder, make, speakOver, until } from './help.ts'

const timeout = 60_000

/** A stream of a multifeed to the peer with this key pair. */
function meet(multi: Multifeed<string>, keyPair: KeyPair) {
  const [ours, theirs] = [new NoiseSecretStream(true), new NoiseSecretStream(false, null, { keyPair })]
  for (const stream of [ours, theirs]) stream.on('error', () => {})
  const [one, two] = [ours.rawStream, theirs.rawStream] as unknown as [NodeJS.ReadWriteStream, NodeJS.ReadWriteStream]
  one.pipe(two).pipe(one)
  multi.replicate(ours)
  return { ours, ...speakOver(Protomux.from(theirs)) }
}

test('a peer has four streams at a time: when it comes again the oldest ends, and no stream of another', {
  timeout
}, async (t) => {
  const { multi, errors } = await make(t)
  const other = meet(multi, DHT.keyPair())
  await other.opened
  const keyPair = DHT.keyPair()
  const streams: ReturnType<typeof meet>[] = []
  for (let i = 0; i < MOST_STREAMS + 2; i++) {
    const stream = meet(multi, keyPair)
    await stream.opened
    streams.push(stream)
  }
  await until(() => streams.filter(({ ours }) => ours.destroyed).length === 2)
  assert.deepEqual(
    streams.map(({ ours }) => ours.destroyed),
    [true, true, false, false, false, false]
  )
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['ERR_TOO_MANY_STREAMS', 'ERR_TOO_MANY_STREAMS']
  )
  await (await multi.writer()).append('told to all that are left')
  for (const { said } of [other, ...streams.slice(2)]) await until(() => said('offer').flat().length === 1)
})

test('of two multifeeds in the same place of a corestore the second is refused, until the first is closed', {
  timeout
}, async (t) => {
  const store = new Corestore(await folder(t))
  t.after(() => store.close())
  const work = new Multifeed<string>(store)
  await work.ready()
  const same = new Multifeed<string>(store)
  const home = new Multifeed<string>(store.namespace('home'))
  await assert.rejects(same.ready(), { code: 'ERR_IN_USE' })
  await assert.rejects(same.writer('me'), { code: 'ERR_IN_USE' })
  await same.close()
  await (await work.writer('me')).append('said at work')
  await home.writer('me')
  assert.notDeepEqual(work.feeds()[0]?.key, home.feeds()[0]?.key)
  await work.close()
  const again = new Multifeed<string>(store, { valueEncoding: 'utf-8' })
  await again.ready()
  const reader = await make(t)
  await exchange(again, reader.multi)
  assert.deepEqual(Object.values(await contents(reader.multi)), [['said at work']])
  await again.close()
  await home.close()
})
