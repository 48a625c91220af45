// Takes the key as z-base-32 too, reads text, and prints with a colour.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore<string>(storage(process.argv[3] ?? 'copy'), {
  key: readKey(process.argv[2], 'the key'),
  valueEncoding: 'utf-8'
})
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy())
const found = core.findingPeers()
swarm.on('connection', (socket) => core.replicate(socket))
keepLooking(swarm.join(core.discoveryKey))
void swarm.flush().then(found)
if (!(await core.update())) console.log('Nothing new.')
const start = core.length
console.log(`\u001b[2mSkipping ${start} earlier blocks...\u001b[22m`)
core.download({ start: 0, end: -1, linear: true })
let i = start
core.createReadStream({ start, live: true }).on('data', (text) => {
  console.log(`\u001b[36mBlock ${i}\u001b[39m: ${text}`)
  i++
})
