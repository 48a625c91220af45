// Looks again on an interval and keeps its own list of sockets; the topic comes from a hash; colours and extra lines.
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { goodbye, network, readKey } from '@workshop/utils'
import DHT, { type Connection } from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const dht = new DHT(network())
const swarm = new Hyperswarm({ dht })
goodbye(() => swarm.destroy())

const topic =
  process.argv.length > 2
    ? readKey(process.argv[2], 'a topic')
    : DHT.hash(Buffer.from(`room ${process.pid} ${Math.random()}`))
const sockets: Connection[] = []

swarm.on('connection', (socket, info) => {
  sockets.push(socket)
  socket.on('error', () => {}).on('close', () => sockets.splice(sockets.indexOf(socket), 1))
  const hex = info.publicKey.toString('hex')
  console.log(`* got a connection from: \u001b[33m${hex}\u001b[39m *`)
  const input = new PassThrough()
  socket.on('data', (data) => input.write(data))
  createInterface({ input }).on('line', (line) => {
    process.stdout.write(`\u001b[2m${hex}:\u001b[22m ${line}\n`)
  })
})

const discovery = swarm.join(topic, { client: true, server: true })
discovery.flushed().then(() => {
  console.log(`joined topic: ${topic.toString('hex')} (Ctrl-C leaves)`)
  const looking = setInterval(
    () => {
      discovery.refresh().catch(() => {}) // even if somebody is there: others may have come at the same instant
      if (sockets.length > 0) clearInterval(looking)
    },
    400 + Math.random() * 400
  )
})
process.stdin.on('data', (data) => sockets.map((socket) => socket.write(data)))
