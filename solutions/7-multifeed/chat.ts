// A group chat on a multifeed: each person writes a feed of their own, and everybody has everybody's.
import { goodbye, keepLooking, lines, network, storage } from '@workshop/utils'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import Multifeed from './multifeed.ts'

interface Message {
  name: string
  text: string
}

const [name = 'somebody', room = 'lobby'] = process.argv.slice(2)
const multi = new Multifeed<Message | null>(storage(name), { valueEncoding: 'json', client: 'chat' })
await multi.ready()
const writer = await multi.writer('mine')
for (const feed of multi.feeds()) show(feed)
multi.on('feed', show)
multi.on('error', (error) => console.log(`* a peer was refused: ${error.message}`))

const swarm = new Hyperswarm({ dht: new DHT(network()) })
swarm.on('connection', (socket) => {
  multi.replicate(socket)
  console.log('* somebody came')
  socket.on('close', () => console.log('* somebody left'))
})
keepLooking(swarm.join(DHT.hash(Buffer.from(`p2p-workshop chat ${room}`))))
console.log(`you are ${name}, in the room ${room}`)

goodbye(async () => {
  await swarm.destroy()
  await multi.close()
})

for await (const text of lines()) if (text.trim() !== '') await writer.append({ name, text })

/** Prints a feed from its first message on, and what is added to it. */
async function show(feed: typeof writer): Promise<void> {
  await feed.ready()
  for (let i = 0; ; i++) {
    const message = await feed.get(i).catch(() => undefined) // no JSON, or closed
    if (multi.closed) return
    console.log(`${visible(message?.name, 32)}: ${visible(message?.text, 2_000)}`)
  }
}

/** What a stranger wrote, without what moves the cursor of a terminal. */
function visible(text: unknown, longest: number): string {
  if (typeof text !== 'string') return '?'
  return text.slice(0, longest).replaceAll(/\p{Cc}/gu, ' ')
}
