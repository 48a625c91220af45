// Keeps three logs in one store: short lines in one, long lines in another, and the keys of both in the main one.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const store = new Corestore(storage('writer'))

// TODO 1: Get three cores by name: store.get({ name: 'main', valueEncoding: 'json' }), 'core2' and 'core3'. When all are
// ready, print `main core key:` and the key of the main one in hex.

// TODO 2: Before you print it, append { otherKeys: [<key of core2>, <key of core3>] } to the main core, both keys in hex.
// Only while it is empty: a store that is opened again has that block already.

// TODO 3: For each line, print `appending short data to core2` or `appending long data to core3`, and append the line
// there: `for await (const line of lines())`. A short line has fewer than 5 characters.

// TODO 4: Join a swarm on the discovery key of the main core, and give each socket to store.replicate(socket).

// TODO 6: Say goodbye on Ctrl-C: leave the swarm, then close the store. Set that up before you wait for lines.
