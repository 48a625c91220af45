// Prints line by line, with a goodbye of its own.
import { randomBytes } from 'node:crypto'
import { network } from '@workshop/utils'
import DHT from 'hyperdht'

const dht = new DHT({ ...network(), keyPair: DHT.keyPair(randomBytes(32)) })
const sockets: ReturnType<typeof dht.connect>[] = []

const server = dht.createServer({}, (socket) => {
  sockets.push(socket)
  console.log('got connection! from', socket.remotePublicKey.toString('hex').slice(0, 6))
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (data) => {
    const lines = (rest + data.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) console.log('they say:', line)
  })
  socket.on('end', () => {
    if (rest !== '') console.log('they say:', rest)
  })
  socket.on('error', () => {})
})

await server.listen()
console.log('listening on:', dht.defaultKeyPair.publicKey.toString('hex'))

process.stdin.on('readable', () => {
  for (let piece = process.stdin.read(); piece !== null; piece = process.stdin.read()) {
    for (const socket of sockets) if (!socket.destroyed) socket.write(piece)
  }
})

process.once('SIGINT', () => {
  console.log('goodbye')
  dht.destroy().then(() => process.exit(0))
})
