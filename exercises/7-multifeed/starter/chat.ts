// A group chat on a multifeed: each person writes a feed of their own, and everybody has everybody's.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import Multifeed from './multifeed.ts'

interface Message {
  name: string
  text: string
}

const [name = 'somebody', room = 'lobby'] = process.argv.slice(2)

// TODO 8: Open a multifeed in storage(name), with a writer of your own. Join a swarm under a topic made of the room's
// name. Print every message of every feed as `name: text`, even of feeds that come later, and append what is typed. Say
// goodbye on Ctrl-C: leave the swarm, then close the multifeed.
