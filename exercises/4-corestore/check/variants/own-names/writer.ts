// Text as value encoding, a namespace, and blocks that keep their line end.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const store = new Corestore(storage('library'))
const shelf = store.namespace('shelf')
const main = shelf.get<unknown>({ name: 'index', valueEncoding: 'json' })
const pamphlets = shelf.get<string>({ name: 'pamphlets', valueEncoding: 'utf-8' })
const books = shelf.get<string>({ name: 'books', valueEncoding: 'utf-8' })
for (const core of [main, pamphlets, books]) await core.ready()
if (main.length === 0)
  await main.append({ otherKeys: [pamphlets.key.toString('hex'), books.key.toString('hex')], made: Date.now() })

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => {
  const stream = store.replicate(socket)
  stream.on('error', () => {})
})
keepLooking(swarm.join(main.discoveryKey, { server: true, client: true }))
goodbye(async () => {
  await swarm.destroy()
  await store.close()
})
console.log(`main core key: \u001b[1m${main.key.toString('hex')}\u001b[22m`)

for await (const line of lines()) {
  const [name, core] =
    line.length < 5 ? (['short data to core2', pamphlets] as const) : (['long data to core3', books] as const)
  console.log('appending', name, `(its block ${core.length})`)
  await core.append(`${line}\n`)
}
