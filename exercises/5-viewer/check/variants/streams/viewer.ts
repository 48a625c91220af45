// The log as a pipeline of streams into stdout, with pump for that too.
import { Readable, Transform } from 'node:stream'
import { goodbye, keepLooking, network, readKey, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

const core = new Hypercore(storage(process.argv[3] ?? 'clone'), { key: readKey(process.argv[2], 'the key') })
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
  transform(block: Buffer, _encoding, done) {
    let line = ''
    try {
      const { type, nickname, text, timestamp } = JSON.parse(block.toString())
      const isMessage = type === 'chat-message' && [nickname, text, timestamp].every((one) => typeof one === 'string')
      if (isMessage) line = `<${timestamp}> ${nickname}: ${text}\n`
    } catch {
      // not JSON, or null
    }
    done(null, line)
  }
})
pump(Readable.from(core.createReadStream({ live: true })), text, process.stdout)
