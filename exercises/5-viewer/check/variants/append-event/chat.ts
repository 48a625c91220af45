// Drains the log on its `append` event, takes lines from readline's events, and looks for peers as in exercise 2.
import { createInterface } from 'node:readline'
import { goodbye, network, storage } from '@workshop/utils'
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
    const { type, nickname, text, timestamp } = Object(await core.get(position).catch(() => null))
    const isShown = type === 'chat-message' && [nickname, text, timestamp].every((field) => typeof field === 'string')
    if (isShown) console.log(`<${timestamp}> ${nickname}: ${text}`)
  }
  draining = false
}
core.on('append', drain)
await drain()

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket, { client }) => void pump(socket, core.replicate(client), socket))
const discovery = swarm.join(core.discoveryKey)
lookUntilSomebodyCame()
goodbye(async () => {
  await swarm.destroy()
  await core.close()
})

let queue: Promise<unknown> = Promise.resolve()
createInterface({ input: process.stdin }).on('line', (text) => {
  const entry = { type: 'chat-message', nickname: process.argv[2] ?? 'x', text, timestamp: new Date().toISOString() }
  queue = queue.then(() => core.append(entry))
})

async function lookUntilSomebodyCame() {
  while (!swarm.destroyed && swarm.connections.size === 0) {
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 500))
    await discovery.refresh()
  }
}
