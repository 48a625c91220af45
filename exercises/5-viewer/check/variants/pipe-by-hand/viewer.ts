// Pipes by hand, and does by hand what pump does: ends both streams when one breaks.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore(storage(process.argv[3] ?? 'viewer'), readKey(process.argv[2], 'the key'))
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy())
swarm.on('connection', (socket, peer) => {
  console.log('(New peer connected!)')
  const replication = core.replicate(peer.client)
  socket.on('error', () => {}).on('close', () => replication.destroy())
  replication.on('error', () => {}).on('close', () => socket.destroy())
  socket.pipe(replication)
  replication.on('data', (data) => socket.write(data))
})
keepLooking(swarm.join(core.discoveryKey, { server: true, client: true }))

for (let i = 0; ; i++) {
  try {
    const entry: Record<string, unknown> = JSON.parse((await core.get(i)).toString())
    const { type, nickname, text, timestamp } = entry
    if (type !== 'chat-message' || typeof nickname !== 'string') continue
    if (typeof text === 'string' && typeof timestamp === 'string') console.log(`<${timestamp}> ${nickname}: ${text}`)
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
}
