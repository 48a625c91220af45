// A peer with a key pair of its own, that writes a protocol line by line and greets with text of its own.
import { randomBytes } from 'node:crypto'
import { goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const word = process.argv[2]
const topic = word !== undefined ? readKey(word, 'the topic') : randomBytes(32)
const swarm = new Hyperswarm({ dht: new DHT(network()), keyPair: DHT.keyPair(randomBytes(32)) })
const me = swarm.keyPair.publicKey.toString('hex')

goodbye(async () => {
  await swarm.leave(topic)
  await swarm.destroy()
})

console.log('I am', me)
const session = swarm.join(topic)
swarm.on('connection', async (socket) => {
  socket.on('error', () => {})
  const them = socket.remotePublicKey.toString('hex')
  console.log(`* got a connection from: ${them} *`)
  let rest = ''
  const decoder = new TextDecoder()
  socket.on('data', (data) => {
    rest += decoder.decode(data, { stream: true })
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      console.log(`${them}:   ${rest.slice(0, end)}`)
      rest = rest.slice(end + 1)
    }
  })
})
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const socket of swarm.connections) socket.write(String(text))
})

await session.flushed()
console.log(`joined topic:  ${topic.toString('hex')}`)
const again = async () => {
  if (swarm.destroyed) return
  await session.refresh() // at least once: two that met a third at the same instant may have missed each other
  if (swarm.connections.size === 0) setTimeout(again, 300 + 300 * Math.random())
}
setTimeout(again, 300 + 300 * Math.random())
