// Keeps a copy of the log with this key, and prints each block that is added. A second reader needs a second name.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key that the writer prints')
const core = new Hypercore(storage(process.argv[3] ?? 'reader'), key)
await core.ready()

// TODO 3: Join a swarm on core.discoveryKey and replicate, as the writer does. Then find out how long the log is.
// core.findingPeers() returns a function. Until you call it, core.update() waits for peers. Call it when swarm.flush()
// is done. Print `Skipping <N> earlier blocks...`.

// TODO 4: Print `Block <i>: <data>` for each block from number N on. A live read stream misses none:
// core.createReadStream({ live: true, start: … }).

// TODO 6: Say goodbye on Ctrl-C: leave the swarm. Set that up before you wait for anything. Do not close the core, or the
// stream that waits for the next block fails. What is stored is safe at any time.

// TODO 7: Be a source for others: core.download({ start: 0, end: -1 }) fetches the skipped blocks too, and all later ones.

// TODO 8: Nothing to write: readKey refuses an invalid key, and core.ready() throws when the folder is taken. Try both.
