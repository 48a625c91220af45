// Keeps a copy of a chat log, and prints it as it grows. A second viewer needs a second name.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
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

const key = readKey(process.argv[2], 'the public key that the chat prints')
const core = new Hypercore(storage(process.argv[3] ?? 'viewer'), key) // its blocks are bytes: a log may hold anything
await core.ready()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket, peer) => {
  console.log('(New peer connected!)')
  pump(socket, core.replicate(peer.client), socket)
})
keepLooking(swarm.join(core.discoveryKey))

goodbye(() => swarm.destroy()) // what is stored is safe at any time

for await (const block of core.createReadStream({ live: true })) {
  const message = read(block)
  if (message) console.log(`<${message.timestamp}> ${message.nickname}: ${message.text}`)
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
