// Listens on a public key, and passes lines on between the keyboard and everyone who connects to that key.
import { goodbye, network } from '@workshop/utils'
import DHT, { type Connection } from 'hyperdht'

const dht = new DHT(network())

// TODO 1: Make a key pair with DHT.keyPair(), and a server with dht.createServer((socket) => { … }) that prints
// `got connection!` for each client. Wait for server.listen(keyPair), then print `listening on:` and the public key in hex.

// TODO 3: Print what comes in from the client: the `data` event of its socket.

// TODO 4: Send what you type: the `data` event of process.stdin.

// TODO 5: … to every client that is connected, not only to the last one. The `close` event of a socket says that its
// client has left.

// TODO 6: When a client vanishes, its socket has an `error` event. Listen for it, so that your server goes on.

// TODO 7: Say goodbye on Ctrl-C: goodbye(() => …) calls your function and waits for the promise that it returns. The
// function takes your key off the network and closes the connections.
