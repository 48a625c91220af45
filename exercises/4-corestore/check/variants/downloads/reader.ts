// Downloads all of both cores, and reads with one `get` after the other; a colour, and a word on stderr while it waits.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const store = new Corestore(storage(process.argv[3] ?? 'reader'))
const main = store.get<{ otherKeys: string[] }>({ key: readKey(process.argv[2], 'the key'), valueEncoding: 'json' })
await main.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => store.replicate(socket))
keepLooking(swarm.join(main.discoveryKey))
goodbye(() => swarm.destroy())

const waiting = !(await main.has(0)) ? setInterval(() => console.error('still waiting'), 100) : undefined
const index = await main.get(0)
clearInterval(waiting)

await Promise.all(
  index.otherKeys.map(async (key) => {
    const core = store.get({ key, valueEncoding: 'utf-8' })
    core.download({ start: 0, end: -1 })
    for (let i = 0; ; i++) console.log(`\u001b[2mBlock ${i} in Core ${key}:\u001b[22m ${await core.get(i)}`)
  })
)
