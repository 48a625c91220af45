// Both roles in one file, which the two role files call.
import { exitWith, goodbye, network } from '@workshop/utils'
import DHT, { type Connection } from 'hyperdht'

export async function peer(key?: Buffer): Promise<void> {
  const dht = new DHT(network())
  const sockets = new Set<Connection>()
  const onsocket = (socket: Connection) => {
    sockets.add(socket)
    socket.on('data', (data) => process.stdout.write(data))
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => {
      if (key) exitWith(1, `No luck with this key: ${error.message}`)
    })
  }
  process.stdin.on('data', (data) => {
    for (const socket of sockets) socket.write(data)
  })
  goodbye(() => dht.destroy())

  if (key) {
    console.log('Connecting to:', key.toString('hex'))
    const socket = dht.connect(key)
    socket.once('open', () => console.log('got connection!'))
    onsocket(socket)
    return
  }
  const server = dht.createServer((socket) => {
    console.log('got connection!')
    onsocket(socket)
  })
  await server.listen(DHT.keyPair())
  console.log('listening on:', server.publicKey?.toString('hex'))
}
