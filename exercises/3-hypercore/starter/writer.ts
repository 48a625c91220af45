// Keeps a log: each line that is typed becomes a block. Replicates the log with every peer that knows its key.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

// TODO 1: Open a Hypercore in storage('writer'), wait for its ready(), and print `hypercore key:` and its key in hex.

// TODO 2: Join a swarm on core.discoveryKey, and give each of its sockets to core.replicate(socket).
// keepLooking(swarm.join(…)) looks again until somebody is there. Then append each line that is typed:
// `for await (const line of lines())`.

// TODO 5: Say goodbye on Ctrl-C: leave the swarm, then close the core. Set that up before you wait for lines.
