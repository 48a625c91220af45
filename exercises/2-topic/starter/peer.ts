// Joins a topic, and passes lines on between the keyboard and everyone else who joined it.
import { randomBytes } from 'node:crypto'
import { goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const given = process.argv[2] // the topic that another peer has printed, or undefined
const swarm = new Hyperswarm({ dht: new DHT(network()) })

// TODO 1: Make a topic of 32 random bytes, and join it: swarm.join(topic) returns the discovery of this topic. When
// discovery.flushed() resolves, you are announced: print `joined topic:` and the topic in hex.

// TODO 2: When a topic is given, join that one: readKey(given, 'the topic that the first peer prints') makes 32 bytes of it.

// TODO 3: The `connection` event of the swarm gives a socket for each peer. Print `* got a connection from: <hex> *`, with
// socket.remotePublicKey in hex. And look again, with discovery.refresh(), until somebody is there.

// TODO 4: Send what you type to every peer, and print what each one sends: `<hex>: <text>`.

// TODO 5: Many lines at once: a piece of a stream is not a line. Print each line whole, with the key in front.

// TODO 6: A peer that vanishes is an `error` event on its socket. Listen for it, so that your program goes on.

// TODO 7: Say goodbye on Ctrl-C: goodbye(() => …) runs what leaves the swarm. Call it before you wait for anything.

// TODO 8: Nothing to write: readKey answers for what is no topic. Call it wrongly, and read what it says.
