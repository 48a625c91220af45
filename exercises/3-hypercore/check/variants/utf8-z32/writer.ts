// Text as value encoding, readline events in a queue of its own, and a word in front of the key.
import { createInterface } from 'node:readline'
import { goodbye, keepLooking, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore<string>(storage('log'), { valueEncoding: 'utf-8' })
const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => {
  core.replicate(socket)
  console.error('somebody came:', socket.remotePublicKey.toString('hex'))
})
goodbye(() => swarm.destroy())

await core.ready()
console.log('hypercore key:', core.key.toString('hex'), `(${core.length} blocks so far)`)
keepLooking(swarm.join(core.discoveryKey))

let queue = Promise.resolve<unknown>(undefined)
createInterface({ input: process.stdin }).on('line', (line) => {
  queue = queue.then(() => core.append(line))
})
