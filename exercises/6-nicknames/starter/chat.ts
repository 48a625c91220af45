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
const firstTopic = positionals[0] // of the room to go into at once

// TODO 1: open a store in `folder`, in it the core `local`, and append a first nickname when the core is empty

// TODO 2: make a swarm on network()

// The page and the terminal. They say what the user wants, by calling these functions, and show what they are told.
const view = await openView(Number(values.port), { create, join, send, rename }, folder)

// TODO 1: show the nickname: view.nickname('local', …)

// TODO 2: show how many connections the swarm has: view.peers(…)

// TODO 3: for each connection: replicate the store, and answer `getKey` by RPC with the key of the core `local`

// TODO 4: answer `message` too, and show it: view.message(who, nickname, text)

// TODO 5: ask each peer for its key, and show the last block of its core, also when a new one comes: view.nickname(…)

// TODO 8: remember the keys in a hyperbee, and keep the key pair of the swarm

// TODO 10: leave in goodbye()

/** The user wants a room of their own. */
async function create(): Promise<void> {
  // TODO 2: 32 random bytes are its topic: view.loading(), join the swarm, view.room(…) when it is announced
}

/** The user wants to go into a room. What is thrown here, they see. */
async function join(topic: string): Promise<void> {
  // TODO 2: the topic as they typed it. Is it one?
}

/** The user says something. */
async function send(text: string): Promise<void> {
  // TODO 4: show it at once, and send it to everybody who is there
}

/** The user wants to be called something else. */
async function rename(nickname: string): Promise<void> {
  // TODO 5: append it to the core `local`, and show it
}

// TODO 6: whatever a peer sends, the chat lives on, and no name or message is too long

// TODO 7: is the core that a peer hands out its own?

// TODO 9: what was renamed while this chat was away, does it arrive?

// TODO 11: a bad topic, and a folder that another program has open, get a sentence
