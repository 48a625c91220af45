// Knows the key of one log, finds the keys of the others in it, and prints what they hold and what is added.
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const key = readKey(process.argv[2], 'the key that the writer prints')
const store = new Corestore(storage(process.argv[3] ?? 'reader'))
const main = store.get<{ otherKeys: string[] }>({ key, valueEncoding: 'json' })
await main.ready()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => store.replicate(socket))
keepLooking(swarm.join(main.discoveryKey))

goodbye(() => swarm.destroy()) // what is stored is safe at any time

if (!(await main.has(0))) console.log('Waiting for the writer...')
const { otherKeys } = await main.get(0)
for (const key of otherKeys) print(key)

async function print(key: string): Promise<void> {
  const core = store.get(key)
  let index = 0
  for await (const block of core.createReadStream({ live: true })) {
    console.log(`Block ${index++} in Core ${key}: ${block}`)
  }
}
