// The initiator from the socket instead of the peer info, more fields in an entry, and lines in colour.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

type Message = { type: string; nickname: string; text: string; timestamp: string; color?: string }

const core = new Hypercore(storage('log'))
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy())
swarm.on('connection', (socket) => {
  pump(socket, core.replicate(socket.isInitiator), socket, (error) => {
    if (error) console.error('(a peer left)')
  })
})
await core.ready()
console.log(`Share this key: ${core.key.toString('hex')}`)
console.log(`Others meet at: ${core.discoveryKey.toString('hex')}`)
keepLooking(swarm.join(core.discoveryKey))

core.createReadStream({ live: true }).on('data', (block) => {
  const message = parse(block)
  if (message?.type !== 'chat-message') return
  if ([message.nickname, message.text, message.timestamp].some((field) => typeof field !== 'string')) return
  console.log(`\u001b[2m<${message.timestamp}>\u001b[22m ${message.nickname}: ${message.text}`)
})

for await (const text of lines()) {
  const nickname = process.argv[2] ?? 'me'
  const message: Message = { color: 'teal', timestamp: new Date().toISOString(), text, nickname, type: 'chat-message' }
  await core.append(Buffer.from(JSON.stringify(message)))
}

function parse(block: Buffer): Message | undefined {
  try {
    return JSON.parse(block.toString())
  } catch {
    return undefined
  }
}
