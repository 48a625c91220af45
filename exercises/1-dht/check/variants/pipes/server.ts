// The default key pair, a label in front of the key in colour, and a map of what writes to whom.
import { goodbye, network } from '@workshop/utils'
import DHT, { type Connection } from 'hyperdht'

const dht = new DHT(network())
const server = dht.createServer()
const writers = new Map<Connection, (data: Buffer) => unknown>()

server.on('connection', (socket) => {
  console.log('\u001b[32mgot connection!\u001b[39m')
  writers.set(socket, (data) => socket.write(data))
  socket.on('error', (error) => console.error('a client left:', error.message))
  socket.on('close', () => writers.delete(socket))
  socket.on('data', (data) => process.stdout.write(data))
})

process.stdin.on('data', (data) => {
  for (const [, write] of writers) write(Buffer.from(data))
})

server.listen().then(() => {
  console.log('Hello, this is the server.')
  console.log(`listening on: \u001b[1m${server.publicKey?.toString('hex')}\u001b[22m`)
})

goodbye(async () => {
  await server.close()
  await dht.destroy()
})
