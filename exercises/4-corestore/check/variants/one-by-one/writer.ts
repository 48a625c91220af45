// Replicates its three cores by hand on each connection.
import { createInterface } from 'node:readline'
import { goodbye, keepLooking, network, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const store = new Corestore(storage('writer'))
const cores = ['main', 'short', 'long'].map((name) => store.get({ name }))
for (const core of cores) await core.ready()
const [main, short, long] = cores
if (!main || !short || !long) throw new Error('three names give three cores')

if (main.length === 0) {
  const text = JSON.stringify({ otherKeys: [short.key.toString('hex'), long.key.toString('hex')] }, null, 2)
  await main.append(Buffer.from(text))
}

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => {
  for (const core of cores) core.replicate(socket)
})
const discovery = swarm.join(main.discoveryKey)
goodbye(() => swarm.destroy())
keepLooking(discovery)
console.log('main core key:', main.key.toString('hex'))

createInterface({ input: process.stdin }).on('line', (line) => {
  const isShort = line.length < 5
  ;(isShort ? short : long).append(Buffer.from(line))
  console.log(isShort ? 'appending short data to core2' : 'appending long data to core3')
})
