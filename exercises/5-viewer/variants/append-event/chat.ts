// Drains the log on its `append` event, and takes lines from readline's events.
import { createInterface } from 'node:readline'
import { goodbye, keepLooking, network, storage } from '@workshop/utils'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import pump from 'pump'

const core = new Hypercore<{ type?: string; nickname?: string; text?: string; timestamp?: string }>(storage('chat'), {
  valueEncoding: 'json'
})
await core.ready()
console.log(core.key.toString('hex'), 'is the public key')
console.log(core.discoveryKey.toString('hex'), 'is the discovery key')

let position = 0
let draining = false
async function drain() {
  if (draining) return
  draining = true
  for (; position < core.length; position++) {
    const { type, nickname, text, timestamp } = Object(await core.get(position))
    if (type === 'chat-message') console.log(`<${timestamp}> ${nickname}: ${text}`)
  }
  draining = false
}
core.on('append', drain)
await drain()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket, { client }) => void pump(socket, core.replicate(client), socket))
keepLooking(swarm.join(core.discoveryKey))
goodbye(async () => {
  await swarm.destroy()
  await core.close()
})

let queue: Promise<unknown> = Promise.resolve()
createInterface({ input: process.stdin }).on('line', (text) => {
  const entry = { type: 'chat-message', nickname: process.argv[2] ?? 'x', text, timestamp: new Date().toISOString() }
  queue = queue.then(() => core.append(entry))
})
