// A chat log: each line that is typed becomes an entry, and the log is printed as it grows.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
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

const nickname = process.argv[2] ?? 'somebody'
const core = new Hypercore<Entry>(storage('chat'), { valueEncoding: 'json' })
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
for await (const entry of core.createReadStream({ live: true })) {
  if (entry?.type !== 'chat-message') continue // a log may hold anything that its writer liked to append
  console.log(`<${entry.timestamp}> ${entry.nickname}: ${entry.text}`)
}

async function write(): Promise<void> {
  for await (const text of lines()) {
    await core.append({ type: 'chat-message', nickname, text, timestamp: new Date().toISOString() })
  }
}
