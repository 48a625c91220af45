// Reads line by line, and looks again for as long as it runs.

import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const topic = process.argv.length > 2 ? readKey(process.argv[2], 'the topic') : randomBytes(32)
const swarm = new Hyperswarm({ dht: new DHT(network()) })

swarm.on('connection', (socket) => {
  const from = socket.remotePublicKey.toString('hex')
  console.log('* got a connection from:', from, '*')
  const input = new PassThrough()
  socket.on('data', (data) => input.write(data))
  socket.on('error', (error) => console.error(from.slice(0, 6), 'left:', error.message))
  createInterface({ input }).on('line', (line) => console.log(`${from}:`, line))
})

process.stdin.on('data', (data) => {
  for (const socket of swarm.connections) socket.write(data)
})

let leaving = false
process.on('SIGINT', async () => {
  leaving = true
  await swarm.destroy()
  process.exit()
})

const discovery = swarm.join(topic)
await swarm.flush()
console.log('joined topic:', topic.toString('hex'))
while (!leaving) {
  await delay(500 + Math.random() * 500)
  if (!leaving) await discovery.refresh()
}
