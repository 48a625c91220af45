// Keeps three logs in one store: short lines in one, long lines in another, and the keys of both in the main one.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const store = new Corestore(storage('writer'))
const main = store.get<{ otherKeys: string[] }>({ name: 'main', valueEncoding: 'json' })
const core2 = store.get({ name: 'core2' })
const core3 = store.get({ name: 'core3' })
await Promise.all([main.ready(), core2.ready(), core3.ready()])

// Block 0 of the main core says where the rest is: anyone who has the main key can read all three.
if (main.length === 0) await main.append({ otherKeys: [core2, core3].map(({ key }) => key.toString('hex')) })
console.log('main core key:', main.key.toString('hex'))

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => store.replicate(socket))
keepLooking(swarm.join(main.discoveryKey))

goodbye(async () => {
  await swarm.destroy()
  await store.close()
})

for await (const line of lines()) {
  if (line.length < 5) {
    console.log('appending short data to core2')
    await core2.append(Buffer.from(line))
  } else {
    console.log('appending long data to core3')
    await core3.append(Buffer.from(line))
  }
}
