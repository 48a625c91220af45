// Read by tsc only: what must type-check, and what must not.
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import Corestore from 'corestore'
import Hyperbee from 'hyperbee'
import Hypercore, { type ReplicationStream } from 'hypercore'
import { decode } from 'hypercore-id-encoding'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import Protomux from 'protomux'
import ProtomuxRPC from 'protomux-rpc'
import pump from 'pump'

/** True when A and B are the same type; an `any` on either side is not the same as anything else. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(_is: Same<A, B>): void {}

const dht = new DHT({ bootstrap: [{ host: '127.0.0.1', port: 1 }, 'node:2'], host: '127.0.0.1', firewalled: false })
const server = dht.createServer((socket) => {
  same<typeof socket, NoiseSecretStream>(true)
  process.stdin.pipe(socket).pipe(process.stdout)
})
same<typeof server.publicKey, Buffer | null>(true)
dht.createServer({ firewall: (key) => key.equals(Buffer.alloc(32)) }, (socket) => socket.end())
server.on('connection', (socket) => {
  socket.on('data', (data) => same<typeof data, Buffer>(true))
  socket.on('error', (error) => same<typeof error.code, string | undefined>(true))
  // @ts-expect-error: there is no such event
  socket.on('message-from-mars', () => {})
  // @ts-expect-error: a streamx stream has no isPaused
  socket.isPaused()
  // @ts-expect-error: bytes or text
  socket.write({ text: 'hello' })
})

const socket = dht.connect(decode('ab'.repeat(32)), { keyPair: DHT.keyPair() })
dht.connect('ab'.repeat(32))
// @ts-expect-error: a key is bytes or text
dht.connect(42)
// @ts-expect-error: a host and a port
DHT.bootstrapper(49790)

async function walk() {
  for await (const answer of dht.lookup(Buffer.alloc(32)))
    same<(typeof answer.peers)[number]['publicKey'], Buffer>(true)
  for await (const data of socket) same<typeof data, Buffer>(true)
  await dht.announce(Buffer.alloc(32), DHT.keyPair(), []).finished()
  const value = await dht.immutableGet(Buffer.alloc(32))
  // @ts-expect-error: null when nobody has it
  value.value
}

const swarm = new Hyperswarm({ dht })
swarm.on('connection', (socket, peer) => {
  same<typeof socket.remotePublicKey, Buffer>(true)
  same<typeof peer.client, boolean>(true)
})
const discovery = swarm.join(Buffer.alloc(32), { server: false })
same<ReturnType<typeof discovery.flushed>, Promise<boolean>>(true)
// @ts-expect-error: a topic is bytes
swarm.join('my topic')
// @ts-expect-error: host is an option of the DHT, the swarm would drop it
new Hyperswarm({ host: '127.0.0.1' })

const core = new Hypercore<string>('folder', { valueEncoding: 'utf-8' })
const copy = new Hypercore('folder', core.key)
async function log() {
  same<Awaited<ReturnType<typeof core.get>>, string>(true)
  same<Awaited<ReturnType<typeof copy.get>>, Buffer>(true)
  const stored = await copy.get(0, { wait: false })
  // @ts-expect-error: null when it is not stored here
  stored.length
  // @ts-expect-error: the value is text
  await core.append(Buffer.alloc(1))
  await core.append(['one', 'batch'])
  for await (const text of core.createReadStream({ live: true, start: core.length })) same<typeof text, string>(true)
  same<Awaited<ReturnType<typeof core.update>>, boolean>(true)
}
swarm.on('connection', (socket, peer) => {
  same<ReturnType<typeof core.replicate>, ReplicationStream>(true)
  pump(socket, core.replicate(peer.client), socket)
  core.replicate(socket).on('close', () => {})
})
core.on('append', () => {})
// @ts-expect-error: there is no such event
core.on('appended', () => {})

const store = new Corestore('folder')
const byName = store.get<{ nickname: string }>({ name: 'local', valueEncoding: 'json' })
same<typeof byName, Hypercore<{ nickname: string }>>(true)
same<ReturnType<typeof store.createKeyPair>, Promise<{ publicKey: Buffer; secretKey: Buffer }>>(true)
// @ts-expect-error: a folder
new Corestore()

export { log, walk }

async function more() {
  const store = new Corestore('folder')
  const bee = new Hyperbee<string, { age: number }>(store.get({ name: 'bee' }), { keyEncoding: 'utf-8' })
  same<Awaited<ReturnType<typeof bee.get>>, { seq: number; key: string; value: { age: number } } | null>(true)
  for await (const { key } of bee.createReadStream({ gte: 'a', limit: 2 })) same<typeof key, string>(true)
  // @ts-expect-error: keys are text here
  await bee.put(Buffer.from('a'), { age: 1 })

  const rpc = new ProtomuxRPC(socket)
  rpc.respond('getKey', (value) => same<typeof value, Buffer | null>(true))
  rpc.respond('add', { requestEncoding: c.uint, responseEncoding: c.uint }, (value) => value + 1)
  same<Awaited<ReturnType<typeof rpc.request<Uint8Array>>>, Uint8Array>(true)
  const sum = await rpc.request('add', 1, { valueEncoding: c.uint, timeout: 1000 })
  same<typeof sum, number>(true)
  // @ts-expect-error: without an encoding, bytes
  await rpc.request('message', 'text')

  const channel = Protomux.from(socket).createChannel({ protocol: 'chat/1', onopen: () => {} })
  // @ts-expect-error: null when there is one already
  channel.open()
  const message = channel?.addMessage({ encoding: c.string, onmessage: (text) => same<typeof text, string>(true) })
  same<ReturnType<NonNullable<typeof message>['send']>, boolean>(true)
  // @ts-expect-error: the encoding says text
  message?.send(42)
}
void more
