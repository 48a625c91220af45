// Drains each core on its `append` event.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key')
const store = new Corestore(storage(process.argv[3] ?? 'reader'))
await store.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy())
swarm.on('connection', (socket) => store.replicate(socket))

const core = store.get({ key })
await core.ready()
keepLooking(swarm.join(core.discoveryKey))
if (core.length === 0) console.log('The writer is not here yet.')
const { otherKeys } = JSON.parse((await core.get(0)).toString())

for (const hex of otherKeys) {
  const other = store.get({ key: Buffer.from(hex, 'hex') })
  await other.ready()
  follow(other)
}

function follow(core: Hypercore) {
  let position = 0
  let busy = false
  const drain = async () => {
    if (busy) return
    busy = true
    while (position < core.length) {
      const block = await core.get(position)
      console.log(`Block ${position++} in Core ${core.key.toString('hex')}: ${block}`)
    }
    busy = false
  }
  core.on('append', drain)
  drain()
}
