// The log as a pipeline of streams into stdout, with pump for that too.
import { Readable, Transform } from 'node:stream'
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

const core = new Hypercore<{ type?: string; nickname: string; text: string; timestamp: string }>(
  storage(process.argv[3] ?? 'clone'),
  { key: readKey(process.argv[2], 'the key'), valueEncoding: 'json' }
)
const swarm = new Hyperswarm({ dht: new DHT(network()) })
goodbye(() => swarm.destroy())
swarm.on('connection', (socket, peer) => {
  process.stdout.write('(New peer connected!)\n')
  pump(socket, core.replicate(peer.client), socket)
})
await core.ready()
keepLooking(swarm.join(core.discoveryKey))

const text = new Transform({
  writableObjectMode: true,
  transform(entry, _encoding, done) {
    if (entry.type === 'chat-message') done(null, `<${entry.timestamp}> ${entry.nickname}: ${entry.text}\n`)
    else done()
  }
})
pump(Readable.from(core.createReadStream({ live: true })), text, process.stdout)
