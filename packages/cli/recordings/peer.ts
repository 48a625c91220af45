// A peer of exercise 2 that looks for others once, when it joins, and again only when it is told to. What it is told
// comes by its stdin: `join`, `look again`, `leave`.
import { channel } from 'node:diagnostics_channel'
import { createInterface } from 'node:readline'
import { joinLocal } from '@workshop/network/local'
import { CHANNEL, tap } from '@workshop/picture/tap'
import type { PeerDiscovery } from 'hyperswarm'

tap({ role: 'peer', exercise: '2-topic', text: 'peer.ts' })
const { address, held } = await joinLocal()
channel(CHANNEL).publish(held)

const [{ default: DHT }, { default: Hyperswarm }] = await Promise.all([import('hyperdht'), import('hyperswarm')])
const [host, port] = address.split(':')
const bootstrap = [{ host: String(host), port: Number(port) }]
const dht = new DHT({ bootstrap, host: '127.0.0.1', firewalled: false, ephemeral: true })
await dht.fullyBootstrapped()
const swarm = new Hyperswarm({ dht })
swarm.on('connection', (socket) => {
  socket.on('error', () => {}) // the other one leaves first
  console.log('connected')
})
let discovery: PeerDiscovery | undefined
const topic = Buffer.from(String(process.argv[2]), 'hex')
console.log('ready')

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'join') {
    discovery = swarm.join(topic)
    await discovery.flushed()
    console.log('joined')
  }
  if (line === 'look again') await discovery?.refresh()
  if (line === 'leave') break
}
await swarm.destroy()
process.exit()
