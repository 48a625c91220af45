// Pipes instead of events, the default key pair, and a label in front of the key in colour.
import { goodbye, network } from '@workshop/utils'
import DHT from 'hyperdht'

const dht = new DHT(network())
const server = dht.createServer()
process.stdin.setMaxListeners(0)

server.on('connection', (socket) => {
  console.log('\u001b[32mgot connection!\u001b[39m')
  socket.on('error', (error) => console.error('a client left:', error.message))
  process.stdin.pipe(socket).pipe(process.stdout)
})

server.listen().then(() => {
  console.log('Hello, this is the server.')
  console.log(`listening on: \u001b[1m${server.publicKey?.toString('hex')}\u001b[22m`)
})

goodbye(async () => {
  await server.close()
  await dht.destroy()
})
