// Makes the recording of a missed meeting, and the picture of it in the README: two peers join a topic at the same
// instant, each looks up before the other is announced, and neither looks again. Then one does. Real processes on a real
// DHT; they are tried until they miss each other, which about every second pair does.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { root } from '@workshop/course'
import { joinLocal } from '@workshop/network/local'
import { clip } from '@workshop/picture/clip'
import type { Happened } from '@workshop/picture/events'
import { heading, line } from '@workshop/picture/recording'
import { look } from '@workshop/picture/view'
import { environment, typescript } from '@workshop/start'

/** So long two that have missed each other wait before one looks again, in ms: nothing happens meanwhile. */
const NOTHING = 3_000

// A network of its own, which nobody else's terminals are on.
const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
process.env.WORKSHOP_LOCAL_PORT = String((server.address() as AddressInfo).port)
server.close()
await once(server, 'close')

const events = await missedMeeting()
const file = join(root, 'docs', 'missed-meeting.jsonl')
writeFileSync(file, heading() + events.map(line).join(''))
writeFileSync(file.replace('.jsonl', '.svg'), clip(events))
console.log(`${file}: ${events.length} events`)
process.exit()

async function missedMeeting(): Promise<Happened[]> {
  for (;;) {
    const { held } = await joinLocal()
    const events: Happened[] = []
    look(held, (more) => events.push(...more))
    const topic = randomBytes(32).toString('hex')
    const peers = [await start(topic), await start(topic)] as const
    for (const peer of peers) peer.say('join')
    await Promise.all(peers.map((peer) => peer.says('joined')))
    await delay(NOTHING)
    const haveMissed = peers.every((peer) => !peer.said.includes('connected'))
    if (haveMissed) {
      peers[0].say('look again')
      await Promise.all(peers.map((peer) => peer.says('connected')))
      await delay(1_000)
    }
    for (const peer of peers) {
      peer.say('leave')
      await once(peer.child, 'exit')
    }
    await delay(500) // the last of it is shown
    held.destroy()
    if (haveMissed) return events
  }
}

interface Peer {
  child: ChildProcess
  said: string[]
  say(line: string): void
  says(line: string): Promise<void>
}

async function start(topic: string): Promise<Peer> {
  const script = fileURLToPath(new URL('peer.ts', import.meta.url))
  const child = spawn(process.execPath, [...typescript, script, topic], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const said: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => said.push(line))
  const says = async (line: string) => {
    while (!said.includes(line)) await once(lines, 'line')
  }
  await says('ready')
  return { child, said, say: (line) => child.stdin.write(`${line}\n`), says }
}
