// Listens on a public key, and passes lines on between the keyboard and everyone who connects to that key.
import { goodbye, network } from '@workshop/utils'
import DHT, { type Connection } from 'hyperdht'

const dht = new DHT(network())
const keyPair = DHT.keyPair()
const clients = new Set<Connection>()

const server = dht.createServer((socket) => {
  console.log('got connection!')
  clients.add(socket)
  socket.on('data', (data) => process.stdout.write(data))
  socket.on('error', () => {}) // a client that vanishes is no reason to end
  socket.on('close', () => clients.delete(socket))
})

await server.listen(keyPair)
console.log('listening on:', keyPair.publicKey.toString('hex'))

process.stdin.on('data', (data) => {
  for (const socket of clients) socket.write(data)
})

goodbye(() => dht.destroy())
