// The initiator from the socket instead of the peer info, more fields in an entry, and lines in colour.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

type Message = { type: string; nickname: string; text: string; timestamp: string; color?: string }

const core = new Hypercore<Message>(storage('log'), { valueEncoding: 'json' })
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

core.createReadStream({ live: true }).on('data', (message) => {
  if (typeof message !== 'object' || message.type !== 'chat-message') return
  console.log(`\u001b[2m<${message.timestamp}>\u001b[22m ${message.nickname}: ${message.text}`)
})

for await (const text of lines()) {
  const nickname = process.argv[2] ?? 'me'
  await core.append({ color: 'teal', timestamp: new Date().toISOString(), text, nickname, type: 'chat-message' })
}
