// A chat log: each line that is typed becomes an entry, and the log is printed as it grows.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

interface Message {
  type: 'chat-message'
  nickname: string
  text: string
  timestamp: string
}

const nickname = process.argv[2] ?? 'somebody'
const core = new Hypercore(storage('chat')) // its blocks are bytes: a log may hold anything
await core.ready()

// TODO 1: Append the JSON of a Message for each line that is typed, with `new Date().toISOString()` for its time. Then
// print the log from a live read stream, as `<timestamp> nickname: text` with the < and the > in it.

// TODO 2: A log may hold anything: skip each block that is not a Message.

// TODO 3: Print the public key and the discovery key in hex, and join a swarm on the discovery key.

// TODO 4: Replicate with each peer: pump(socket, core.replicate(isInitiator), socket). One side says true and the other
// false: the peer info that comes with the socket tells you which side this is.

// TODO 6: Leave the swarm on Ctrl-C, with goodbye(). Call it before you wait for lines or for the log.
