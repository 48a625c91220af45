// A chat log: each line that is typed becomes an entry, and the log is printed as it grows.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

interface Entry {
  type: 'chat-message'
  nickname: string
  text: string
  timestamp: string
}

const nickname = process.argv[2] ?? 'somebody'
const core = new Hypercore<Entry>(storage('chat'), { valueEncoding: 'json' })
await core.ready()

// TODO 1: Append an entry for each line that is typed, with `new Date().toISOString()` for its time. And print the log
// from a live read stream, as `<timestamp> nickname: text` with the < and the > in it.

// TODO 2: A log may hold anything: skip what is no chat message.

// TODO 3: Print the public key and the discovery key in hex, and join a swarm on the discovery key.

// TODO 4: Replicate with each peer: pump(socket, core.replicate(isInitiator), socket). One side says true and the other
// false: the peer info that comes with the socket knows which one this is.

// TODO 6: Say goodbye on Ctrl-C.
