// Knows the key of one log, finds the keys of the others in it, and prints what they hold and what is added.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key that the writer prints')
const store = new Corestore(storage(process.argv[3] ?? 'reader'))

// TODO 5: Get the main core by its key (valueEncoding 'json'), replicate the store, and wait for block 0: main.get(0)
// waits until the writer is there. If you do not have the block yet, print `Waiting for the writer...` first. The block
// holds { otherKeys }: get those cores by their keys, and print `Block <i> in Core <hex>: <data>` for each block that
// they have, and for each one that is added.

// TODO 6: Say goodbye on Ctrl-C: leave the swarm. Set that up before you wait for anything.

// TODO 7: Nothing to write, something to know: you get only the cores whose keys you know. Their names do not matter.

// TODO 8: Nothing to write: readKey refuses an invalid key. Start the reader with one, and read what it says.
