// A chat log: each line that is typed becomes an entry, and the log is printed as it grows.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

interface Message {
  type: 'chat-message'
  nickname: string
  text: string
  timestamp: string
}

const nickname = process.argv[2] ?? 'somebody'
const core = new Hypercore(storage('chat')) // its blocks are bytes: a log may hold anything
await core.ready()
console.log('public key:', core.key.toString('hex'))
console.log('discovery key:', core.discoveryKey.toString('hex'))

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket, peer) => {
  pump(socket, core.replicate(peer.client), socket)
})
keepLooking(swarm.join(core.discoveryKey))

goodbye(() => swarm.destroy()) // what is stored is safe at any time

write()
for await (const block of core.createReadStream({ live: true })) {
  const message = read(block)
  if (message) console.log(`<${message.timestamp}> ${message.nickname}: ${message.text}`)
}

async function write(): Promise<void> {
  for await (const text of lines()) {
    const message: Message = { type: 'chat-message', nickname, text, timestamp: new Date().toISOString() }
    await core.append(Buffer.from(JSON.stringify(message)))
  }
}

/** The message in a block of the log; undefined when it holds anything else. */
function read(block: Buffer): Message | undefined {
  try {
    const { type, nickname, text, timestamp } = JSON.parse(String(block))
    const isMessage = type === 'chat-message' && [nickname, text, timestamp].every((field) => typeof field === 'string')
    return isMessage ? { type, nickname, text, timestamp } : undefined
  } catch {
    return undefined // no JSON, or null
  }
}
