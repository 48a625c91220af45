// The teacher's machine of the bench: `teacher.ts FOLDER`. Tells its parent what comes when.
import { readdirSync } from 'node:fs'
import { createNetwork } from '@workshop/network'
import { keepMembership, membership } from '../src/place.ts'
import { Room } from '../src/room.ts'

const begun = performance.now()
const folder = String(process.argv[2])
const member = membership(folder)
if (!member) throw new Error('no room')
const [host = '', port] = member.network.split(':')
const network = await createNetwork({ host, port: Number(port), forgetful: true })
keepMembership(folder, member)
const room = await Room.open(folder, member)
await room.enter()
room.connect()

const seen = new Map<string, number>()
let latencies: number[] = []
let viewed: number[] = []

/** What a board does: looks at the room when something changed. */
function look(): void {
  const begin = performance.now()
  room.view()
  viewed.push(performance.now() - begin)
  const now = Date.now()
  for (const { key, entries } of room.feeds()) {
    for (const entry of entries.slice(seen.get(key) ?? 0)) {
      if (entry.kind === 'verdict') latencies.push(now - entry.at)
    }
    seen.set(key, entries.length)
  }
}

look()
const stored = count()
latencies = []
room.on('change', look)
process.send?.({ ready: performance.now() - begun, ...stored })

function count() {
  const { people } = room.view()
  return { people: people.filter(({ hasLeft }) => !hasLeft).length, all: people.length, entries: entries() }
}

function entries(): number {
  return room.feeds().reduce((sum, { entries }) => sum + entries.length, 0)
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({
    ...count(),
    latencies,
    viewed,
    connections: room.connections,
    rss: process.memoryUsage().rss,
    cpu: (user + system) / 1e6,
    files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
  })
  latencies = []
  viewed = []
})
process.on('disconnect', async () => {
  await room.close()
  await network.close()
  process.exit()
})
