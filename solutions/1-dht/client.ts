// Connects to a public key, and passes lines on between the keyboard and the server that listens on that key.
import { exitWith, goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'

const key = readKey(process.argv[2], 'the key that the server prints')
const dht = new DHT(network())

console.log('Connecting to:', key.toString('hex'))
const socket = dht.connect(key)

socket.on('open', () => console.log('got connection!'))
socket.on('data', (data) => process.stdout.write(data))
socket.on('error', (error) => {
  if (error.code === 'PEER_NOT_FOUND')
    exitWith(1, 'Nobody listens on this key. Does the server run, on the same network?')
  exitWith(1, `The connection is over: ${error.message}`)
})

process.stdin.on('data', (data) => socket.write(data))

goodbye(() => dht.destroy())
