// Keeps a copy of a chat log, and prints it as it grows. A second viewer needs a second name.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

interface Entry {
  type: 'chat-message'
  nickname: string
  text: string
  timestamp: string
}

const key = readKey(process.argv[2], 'the public key that the chat prints')
const core = new Hypercore<Entry>(storage(process.argv[3] ?? 'viewer'), key, { valueEncoding: 'json' })
await core.ready()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket, peer) => {
  console.log('(New peer connected!)')
  pump(socket, core.replicate(peer.client), socket)
})
keepLooking(swarm.join(core.discoveryKey))

goodbye(() => swarm.destroy()) // what is stored is safe at any time

for await (const entry of core.createReadStream({ live: true })) {
  if (entry?.type !== 'chat-message') continue // a log may hold anything that its writer liked to append
  console.log(`<${entry.timestamp}> ${entry.nickname}: ${entry.text}`)
}
