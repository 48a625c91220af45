// A program of a learner, for the tests: joins the local network (or the one it is told), and says what it sees.
//   peer.ts listen            announces as many servers as COUNT says under one topic, prints their first key
//   peer.ts connect <key>     prints `met` when it is connected
//   peer.ts alone             both in one program
import DHT from 'hyperdht'
import { joinLocal } from '../src/local.ts'

const [, , role, key] = process.argv
const address = process.env.NETWORK ?? (await joinLocal()).address
const [host, port] = address.split(':')
const dht = () =>
  new DHT({
    bootstrap: [{ host: String(host), port: Number(port) }],
    host: '127.0.0.1',
    firewalled: false,
    ephemeral: true
  })
console.log('network', address)

if (role === 'connect') connect(String(key))
else {
  const topic = DHT.hash(Buffer.from('class'))
  for (let i = 0; i < Number(process.env.COUNT ?? 1); i++) {
    const node = dht()
    const server = node.createServer((socket) => socket.on('error', () => {}))
    await server.listen()
    await node.announce(topic, node.defaultKeyPair).finished()
    if (i === 0) console.log('key', server.publicKey?.toString('hex'))
    if (role === 'alone') connect(String(server.publicKey?.toString('hex')))
  }
  console.log('listening')
}

function connect(key: string) {
  const socket = dht().connect(key)
  socket.on('open', () => console.log('met'))
  socket.on('error', (error) => console.log('error', error.code))
}
