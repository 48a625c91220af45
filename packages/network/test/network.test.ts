import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import DHT from 'hyperdht'
import { createNetwork, type Network, ownAddress } from '../src/network.ts'
import { end, start } from './help.ts'

const timeout = 120_000
const topic = DHT.hash(Buffer.from('class'))

test('what twenty killed programs announced is forgotten', { timeout }, async (t) => {
  const { env, dht } = await setup(t)
  const crashing = start(t, ['listen'], { ...env, COUNT: '20' })
  await crashing.said('listening')
  assert.equal((await announced(dht)).size, 20)
  await end(crashing.child)
  while ((await announced(dht)).size > 0);
})

test('one look is enough for all nodes of the network', { timeout }, async (t) => {
  const { network, env, dht } = await setup(t, { forgetful: false })
  const crashing = start(t, ['listen'], { ...env, COUNT: '5' })
  await crashing.said('listening')
  assert.equal((await announced(dht)).size, 5)
  await end(crashing.child)
  await network.forgetTheDead()
  assert.equal((await announced(dht)).size, 0)
})

test('a program that is only stopped for a while is not forgotten', { timeout }, async (t) => {
  const { env, dht } = await setup(t)
  const stopped = start(t, ['listen'], env)
  const crashing = start(t, ['listen'], env)
  await Promise.all([stopped.said('listening'), crashing.said('listening')])
  const key = await stopped.said('key')
  stopped.child.kill('SIGSTOP')
  await end(crashing.child)
  let keys = await announced(dht)
  while (keys.size > 1) keys = await announced(dht)
  assert.deepEqual([...keys], [key])
  stopped.child.kill('SIGCONT')
  await start(t, ['connect', key], env).said('met')
})

test('the network knows who asked it for what', { timeout }, async (t) => {
  const { network, dht } = await setup(t)
  await dht.fullyBootstrapped()
  assert.deepEqual(network.asked, [])
  await announced(dht)
  const { port } = dht.address() as { port: number }
  assert.ok(network.asked.length > 0)
  for (const { host, port: from, act, target } of network.asked) {
    assert.deepEqual(
      { host, from, act, target },
      { host: '127.0.0.1', from: port, act: 'looks up', target: topic.toString('hex') }
    )
  }
})

test('a network at an address of its own hears nothing of what is meant for another one', { timeout }, async (t) => {
  const host = await ownAddress()
  if (host === '127.0.0.1') return t.skip('this machine has only one loopback address')
  const network = await createNetwork({ host })
  t.after(() => network.close())
  const port = Number(network.bootstrap[0]?.port)
  // A peer of a network that is gone, whose node had the port that a node of this network has now.
  const stranger = new DHT({ bootstrap: false, host: '127.0.0.1' })
  t.after(() => stranger.destroy({ force: true }))
  const ask = (to: string) =>
    stranger.request({ command: 3, target: topic, value: null, token: null }, { host: to, port }, { retry: false })
  await assert.rejects(ask('127.0.0.1'))
  assert.deepEqual(network.asked, [])
  await ask(host)
  assert.equal(network.asked.length, 1, 'the same datagram is heard where it is meant for this network')
})

test('a peer of another machine is forgotten when it is gone, and no sooner', { timeout: 120_000 }, async (t) => {
  // These addresses count as those of other machines.
  const network = await createNetwork({ host: '127.0.0.2' })
  t.after(() => network.close())
  const options = { bootstrap: network.bootstrap, firewalled: false, ephemeral: true }
  const [stays, dies, looks] = ['127.0.0.3', '127.0.0.4', '127.0.0.5'].map((host) => new DHT({ ...options, host }))
  for (const dht of [stays, dies, looks]) t.after(() => dht?.destroy({ force: true }))
  for (const dht of [stays, dies]) {
    const server = dht?.createServer()
    await server?.listen()
    await dht?.announce(topic, dht.defaultKeyPair).finished()
  }
  const found = async () => [...(await announced(looks as DHT))].sort()
  const [alive, dead] = [stays, dies].map((dht) => dht?.defaultKeyPair.publicKey.toString('hex')) as [string, string]
  assert.deepEqual(await found(), [alive, dead].sort())
  await dies?.destroy({ force: true })
  await network.forgetTheDead()
  assert.deepEqual(await found(), [alive, dead].sort(), 'one ping that is missed proves nothing')
  for (let i = 0; i < 4; i++) await network.forgetTheDead()
  assert.deepEqual(await found(), [alive])
})

async function setup(t: TestContext, { forgetful } = { forgetful: true }) {
  const network: Network = await createNetwork({ forgetful })
  const dht = new DHT({ bootstrap: network.bootstrap, host: '127.0.0.1', firewalled: false, ephemeral: true })
  t.after(async () => {
    await dht.destroy()
    await network.close()
  })
  const [{ host, port }] = network.bootstrap as [{ host: string; port: number }]
  return { network, dht, env: { NETWORK: `${host}:${port}` } }
}

/** The keys, in hex, of all that the network would offer to a newcomer. */
async function announced(dht: DHT): Promise<Set<string>> {
  const keys = new Set<string>()
  for await (const { peers } of dht.lookup(topic)) for (const peer of peers) keys.add(peer.publicKey.toString('hex'))
  return keys
}
