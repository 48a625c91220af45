// Connects to a public key, and passes lines on between the keyboard and the server that listens on that key.
import { exitWith, goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'

const key = readKey(process.argv[2], 'the key that the server prints')
const dht = new DHT(network())

// TODO 2: Print `Connecting to:` and the key in hex. Connect with dht.connect(key), and print `got connection!` when the
// socket is open.

// TODO 3: Send what you type: the `data` event of process.stdin.

// TODO 4: Print what comes in: the `data` event of the socket.

// TODO 7: Say goodbye on Ctrl-C, as in the server: then the server notices at once that you have left.

// TODO 8: When the socket has an error, say in a sentence what it means (PEER_NOT_FOUND: nobody listens on this key), and
// exit with a code that is not 0. exitWith(1, 'a sentence') does both.
