// The default key pair, a label in front of the key in colour, and a map of what writes to whom.
import { goodbye, network } from '@workshop/utils'
import DHT from 'hyperdht'

const dht = new DHT(network())
const server = dht.createServer()
const writers = new Map<string, (data: Buffer) => unknown>()

server.on('connection', (socket) => {
  const name = socket.remotePublicKey.toString('hex')
  console.log('\u001b[32mgot connection!\u001b[39m')
  writers.set(name, (data) => socket.write(data))
  socket.on('error', (error) => console.error('a client left:', error.message))
  socket.on('close', () => writers.delete(name))
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
