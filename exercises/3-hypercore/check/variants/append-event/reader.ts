// Drains the log on every `append` event instead of reading a stream.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore(storage(process.argv[3] ?? 'reader'), readKey(process.argv[2], 'the key'))
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(async () => {
  await swarm.destroy()
  await core.close()
})
swarm.on('connection', (socket) => core.replicate(socket))
const done = core.findingPeers()
const discovery = swarm.join(core.discoveryKey, { server: true, client: true })
keepLooking(discovery)
discovery
  .flushed()
  .then(() => swarm.flush())
  .finally(done)

await core.update()
let position = core.length
console.log(`Skipping ${position} earlier blocks... (there is --from for them one day)`)
core.download()
let busy = false
core.on('append', async () => {
  if (busy) return
  busy = true
  while (position < core.length) {
    const index = position++
    const block = await core.get(index)
    console.log(`Block ${index}: ${block.toString()}`)
  }
  busy = false
  core.download()
})
