// stdin, lines, write stream: a chain of streams; blocks keep their line end.
import { Transform } from 'node:stream'
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'

const core = new Hypercore(storage('writer'))
await core.ready()
const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => void core.replicate(socket))
keepLooking(swarm.join(core.discoveryKey))
goodbye(() => swarm.destroy())
console.log(`hypercore key: ${core.key.toString('hex')}`)

const log = core.createWriteStream()
const split = new Transform({
  transform(line, _encoding, done) {
    log.write(Buffer.from(`${line}\n`))
    done()
  }
})
for await (const line of lines()) split.write(line)
