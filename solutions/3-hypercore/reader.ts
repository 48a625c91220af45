// Keeps a copy of the log with this key, and prints each block that is added. A second reader needs a second name.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key that the writer prints')
const core = new Hypercore(storage(process.argv[3] ?? 'reader'), key)
await core.ready()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy()) // what is stored is safe at any time

swarm.on('connection', (socket) => core.replicate(socket))
const found = core.findingPeers()
keepLooking(swarm.join(core.discoveryKey))
swarm.flush().then(found, found)

// Waits for the first peer, or until it is clear that there is none.
await core.update()
let next = core.length
console.log(`Skipping ${next} earlier blocks...`)
core.download({ start: 0, end: -1 }) // all of them, and later ones too: for others, and for the time when the writer is away

for await (const block of core.createReadStream({ live: true, start: next })) {
  console.log(`Block ${next++}: ${block}`)
}
