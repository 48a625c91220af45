// Everything else first, `ready` as a promise, and one `get` after the other instead of a stream.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key')
const core = new Hypercore(storage(process.argv[3] ?? 'reader'), key)
const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => core.replicate(socket))
goodbye(() => swarm.destroy())

core.ready().then(async () => {
  const found = core.findingPeers()
  keepLooking(swarm.join(Hypercore.discoveryKey(key)))
  swarm.flush().then(found, found)
  await core.update()
  let next = core.length
  console.log(`Skipping ${next} earlier blocks...`)
  core.download({ start: 0, end: -1 })
  while (true) {
    const block = await core.get(next)
    console.log(`Block ${next++}: ${block}`)
  }
})
