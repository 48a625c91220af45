// A chat whose people have nicknames. Messages go from peer to peer; a nickname is the last block of a core of its own,
// so that it is there when its owner is not.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { openView } from '@workshop/chat-view'
import { exitWith, goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import Hyperbee from 'hyperbee'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import ProtomuxRPC from 'protomux-rpc'

/** A block of a nickname's core. Its writer signs whose name it is, so a peer cannot hand out another's core as its own. */
interface Profile {
  nickname: string
  /** The public key of its owner's connections, in hex. */
  peer: string
}

const LONGEST_NICKNAME = 32 // characters
const LONGEST_MESSAGE = 2_000 // characters
const PATIENCE = 10_000 // ms for a peer to answer

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { storage: { type: 'string' }, port: { type: 'string', default: '0' } }
})
const port = Number(values.port)
if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) exitWith(2, `“${values.port}” is no port: 1 to 65535.`)
const firstTopic = positionals[0] === undefined ? undefined : readKey(positionals[0], 'the topic of a room')

const folder = values.storage ?? storage('chat')
const store = new Corestore(folder)
await store.ready().catch((error) => {
  exitWith(
    3,
    `${folder} cannot be opened: ${error.message}. A second person needs a folder of their own: --storage DIR`
  )
})
const keyPair = await store.createKeyPair('swarm') // the same at every start, so that the others know us again
const me = keyPair.publicKey.toString('hex')
const profile = store.get<Profile>({ name: 'local', valueEncoding: 'json' })
await profile.ready()
if (profile.length === 0) await profile.append({ nickname: `User ${Math.floor(1000 * Math.random())}`, peer: me })
const peerCoreKeys = new Hyperbee(store.get({ name: 'peerCoreKeys' })) // public key of a peer => key of its core
await peerCoreKeys.ready()
const swarm = new Hyperswarm({ keyPair, dht: new DHT(network()) })

const nicknames = new Map<string, string>() // of the others
const rpcs = new Set<ProtomuxRPC>()
let isInRoom = false
let { nickname: ownNickname } = await profile.get(profile.length - 1)

const view = await openView(port, { create: () => enter(randomBytes(32)), join, send, rename }, folder)
view.nickname('local', ownNickname)
for await (const { key, value } of peerCoreKeys.createReadStream()) follow(key, value)

swarm.on('update', () => view.peers(swarm.connections.size))
swarm.on('connection', async (socket) => {
  const { remotePublicKey } = socket
  const who = remotePublicKey.toString('hex')
  store.replicate(socket)
  const rpc = new ProtomuxRPC(socket)
  rpcs.add(rpc)
  rpc.once('close', () => rpcs.delete(rpc))
  rpc.respond('getKey', () => profile.key)
  rpc.respond('message', (data) => {
    const text = clean(read(data).message, LONGEST_MESSAGE)
    if (text === '') throw new Error('That is no message.')
    view.message(who, nicknames.get(who) ?? `peer ${who.slice(0, 6)}`, text)
    return null
  })
  try {
    if (await peerCoreKeys.get(remotePublicKey)) return // known: followed since the start
    const key = await rpc.request('getKey', null, { timeout: PATIENCE })
    if (key?.length === 32) follow(remotePublicKey, Buffer.from(key))
  } catch {
    // It left, or knows no `getKey`: we still show what it says.
  }
})
goodbye(async () => {
  await swarm.destroy()
  await store.close()
})
if (firstTopic) await enter(firstTopic)

async function enter(topic: Buffer): Promise<void> {
  if (isInRoom) throw new Error('You are in a room already.')
  isInRoom = true
  view.loading()
  const discovery = swarm.join(topic)
  await discovery.flushed()
  keepLooking(discovery)
  view.room(topic.toString('hex'))
}

function join(topic: string): Promise<void> {
  if (!/^[0-9a-f]{64}$/i.test(topic)) throw new Error('That is no topic: a topic has 64 hex digits.')
  return enter(Buffer.from(topic, 'hex'))
}

async function send(message: string): Promise<void> {
  const text = clean(message, LONGEST_MESSAGE)
  if (text === '') return
  if (!isInRoom) throw new Error('You are in no room yet: create one, or join one by its topic.')
  view.message('local', ownNickname, text)
  const data = Buffer.from(JSON.stringify({ message: text }))
  // A peer that leaves meanwhile, or never answers, must not keep the message from the others.
  await Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE })))
}

async function rename(wanted: string): Promise<void> {
  const nickname = clean(wanted, LONGEST_NICKNAME)
  if (nickname === '') throw new Error('A nickname has at least one character.')
  await profile.append({ nickname, peer: me })
  ownNickname = nickname
  view.nickname('local', nickname)
}

/** Shows the nickname that the core of a peer holds, and every new one, whoever brings its blocks. */
function follow(remotePublicKey: Buffer, coreKey: Buffer): void {
  const who = remotePublicKey.toString('hex')
  const core = store.get<Profile>({ key: coreKey, valueEncoding: 'json' })
  let newest = -1
  const readLatest = async () => {
    try {
      await core.ready()
      const index = core.length - 1
      if (index <= newest) return
      const state = await core.get(index)
      const nickname = clean(state?.nickname, LONGEST_NICKNAME)
      if (index <= newest || state.peer !== who || nickname === '') return
      if (newest === -1) await peerCoreKeys.put(remotePublicKey, coreKey) // the core is its own, as it says itself
      newest = index
      nicknames.set(who, nickname)
      view.nickname(who, nickname)
    } catch {
      // The block is not JSON, or we are leaving: the name stays as it was.
    }
  }
  core.on('append', readLatest)
  readLatest()
}

/** A text of at most so many characters, without what moves a terminal's cursor; '' for what is not a text. */
function clean(text: unknown, longest: number): string {
  if (typeof text !== 'string') return ''
  const visible = text
    .slice(0, 4 * longest)
    .replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, ' ')
    .trim()
  return [...visible].slice(0, longest).join('')
}

/** What a peer sent, as an object that may hold anything. Throws an Error for what is not JSON. */
function read(data: Buffer | null): { message?: unknown } {
  try {
    return Object(JSON.parse(String(data)))
  } catch {
    throw new Error('That is not JSON.')
  }
}
