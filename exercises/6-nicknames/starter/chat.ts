// A chat whose people have nicknames. Messages go from peer to peer; a nickname is the last block of a core of its own,
// so that it is there when its owner is not.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { openView } from '@workshop/chat-view'
import { exitWith, goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import Hyperbee from 'hyperbee'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import ProtomuxRPC from 'protomux-rpc'

/** A block of a nickname's core. */
interface Profile {
  nickname: string
  /** The public key of its owner's connections, in hex. */
  peer: string
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { storage: { type: 'string' }, port: { type: 'string', default: '0' } }
})
const folder = values.storage ?? storage('chat')
const firstTopic = positionals[0] // the topic of a room to enter at once, or undefined

// TODO 1: Open a store in `folder` and in it the core `local`. Append a first nickname when the core is empty.

// TODO 2: Make a swarm on network().

// The page and the terminal. They call these functions when the user wants something, and show what you tell them.
const view = await openView(Number(values.port), { create, join, send, rename }, folder)

// TODO 1: Show the nickname: view.nickname('local', …).

// TODO 2: Show how many connections the swarm has: view.peers(…).

// TODO 3: For each connection, replicate the store, and answer `getKey` by RPC with the key of the core `local`.

// TODO 4: Answer `message` too, and show it: view.message(who, nickname, text).

// TODO 5: Ask each peer for its key, and show the nickname in the last block of its core. When a new block comes, show
// that one: view.nickname(…).

// TODO 8: Remember the keys in a hyperbee, and give the swarm the same key pair at every start.

// TODO 10: Say goodbye on Ctrl-C: destroy the swarm, then close the store.

/** The user wants a room of their own. */
async function create(): Promise<void> {
  // TODO 2: Its topic is 32 random bytes: view.loading(), join the swarm, and view.room(…) when you are announced.
}

/** The user wants to go into a room. The user sees the message of an error that you throw here. */
async function join(topic: string): Promise<void> {
  // TODO 2: This is the topic as the user typed it. Is it one?
}

/** The user says something. */
async function send(text: string): Promise<void> {
  // TODO 4: Show it at once, and send it to everybody who is there.
}

/** The user wants another nickname. */
async function rename(nickname: string): Promise<void> {
  // TODO 5: Append it to the core `local`, and show it.
}

// TODO 6: Whatever a peer sends, the chat goes on, and no name or message is too long.

// TODO 7: A peer hands out the key of a core. Is it the peer's own core?

// TODO 9: Nothing to write: names that changed while this chat was away arrive. Do they?

// TODO 11: Print a sentence for a bad topic, and for a folder that another program has open.
