// Keeps a log: each line that is typed becomes a block. Replicates the log with every peer that knows its key.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore(storage('writer'))
await core.ready()
console.log('hypercore key:', core.key.toString('hex'))

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => core.replicate(socket))
keepLooking(swarm.join(core.discoveryKey))

goodbye(async () => {
  await swarm.destroy()
  await core.close()
})

for await (const line of lines()) await core.append(Buffer.from(line))
