// Pipes instead of events.
import { exitWith, goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'

const key = readKey(process.argv[2], 'the key')
console.log(`Connecting to: ${key.toString('hex')} …`)
const dht = new DHT(network())
const socket = dht.connect(key)
socket.once('open', () => {
  console.log('got connection!')
  process.stdin.pipe(socket).pipe(process.stdout)
})
socket.once('error', () => exitWith(1, 'There is nobody behind that key.'))
goodbye(() => dht.destroy())
