// Joins a topic, and passes lines on between the keyboard and everyone else who joined it.
import { randomBytes } from 'node:crypto'
import { goodbye, network, readKey } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const given = process.argv[2] // the topic that another peer has printed, or undefined
const swarm = new Hyperswarm({ dht: new DHT(network()) })

// TODO 1: Make a topic of 32 random bytes, and join it: swarm.join(topic) returns the discovery of this topic. When
// discovery.flushed() resolves, you are announced: print `joined topic:` and the topic in hex.

// TODO 2: When a topic is given, join that one: readKey(given, 'the topic that the first peer prints') gives its 32 bytes.

// TODO 3: The `connection` event of the swarm gives a socket for each peer. Print `* got a connection from: <hex> *`, with
// socket.remotePublicKey in hex. Then look again, with discovery.refresh(), until somebody is connected.

// TODO 4: Send what you type to every peer, and print what each one sends: `<hex>: <text>`.

// TODO 5: Many lines at once: a piece of a stream is not a line. Print each line when it is whole, after the peer's key.

// TODO 6: When a peer vanishes, its socket has an `error` event. Listen for it, so that your program goes on.

// TODO 7: Say goodbye on Ctrl-C: goodbye(() => …) calls your function, which leaves the swarm. Call goodbye before you
// wait for anything.

// TODO 8: Nothing to write: readKey refuses what is not a topic. Start your peer with a wrong one, and read what it says.
