// Joins a topic, and passes lines on between the keyboard and everyone else who joined it.
import { randomBytes } from 'node:crypto'
import { goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const given = process.argv[2]
const topic = given === undefined ? randomBytes(32) : readKey(given, 'the topic that the first peer prints')
const swarm = new Hyperswarm({ dht: new DHT(network()) })

swarm.on('connection', (socket) => {
  const name = socket.remotePublicKey.toString('hex')
  console.log(`* got a connection from: ${name} *`)
  socket.setEncoding('utf8') // a piece may end in the middle of a character
  let rest = ''
  socket.on('data', (data) => {
    const lines = `${rest}${data}`.split('\n')
    rest = lines.pop() ?? '' // the beginning of a line whose end is in the next piece
    for (const line of lines) console.log(`${name}: ${line}`)
  })
  socket.on('error', () => {}) // a peer that vanishes is no reason to end
})

process.stdin.on('data', (data) => {
  for (const socket of swarm.connections) socket.write(data)
})

goodbye(() => swarm.destroy())

const discovery = swarm.join(topic)
await discovery.flushed()
console.log('joined topic:', topic.toString('hex'))

// Two peers that join at the same instant miss each other, and hyperswarm looks again only after ten minutes. So look
// again: once when both have surely announced themselves, and then until somebody is there.
do {
  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))
  if (!swarm.destroyed) await discovery.refresh()
} while (!swarm.destroyed && swarm.connections.size === 0)
