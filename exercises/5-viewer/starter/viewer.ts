// Keeps a copy of a chat log, and prints it as it grows. A second viewer needs a second name.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
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

const key = readKey(process.argv[2], 'the public key that the chat prints')
const core = new Hypercore(storage(process.argv[3] ?? 'viewer'), key) // its blocks are bytes: a log may hold anything
await core.ready()

// TODO 5: Join a swarm on the discovery key. For each connection print `(New peer connected!)`, and replicate as the chat
// does. Print the log as the chat does: all of it, then what is added.

// TODO 6: Leave the swarm on Ctrl-C, with goodbye(). Call it before you wait for the log.

// TODO 7: Nothing to write when all is right: the viewer prints its copy while nobody else is there.

// TODO 8: Nothing to write when all is right: a second viewer gets the log from the first.

// TODO 9: Nothing to write: readKey refuses an invalid key. Start the viewer with one, and read what it says.
