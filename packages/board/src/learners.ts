// A process of learners in a rehearsal: each has a feed of their own, as a real one has, and works through recorded
// verdicts. It ends with the program that started it.
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { keepMembership } from '@workshop/room/place'
import { Room } from '@workshop/room/room'
import { type Move, nameOf, randomOf, recordings, walk } from './recordings.ts'
import type { Task } from './rehearse.ts'

/** Times their speed. */
const SPEED = 10
const GOODBYE = 2_000 // ms for what the files need to be closed

const [{ folder, membership, first, end }] = (await once(process, 'message')) as [Task]
const rooms: Room[] = []
process.once('disconnect', async () => {
  // Whoever started us is gone, and with them the network, which goodbyes then wait for.
  await Promise.race([Promise.all(rooms.map((room) => room.close())), delay(GOODBYE)])
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).finally(() => process.exit())
})

for (let number = first; number < end; number++) {
  const place = join(folder, String(number))
  const member = { ...membership, name: nameOf(number) }
  keepMembership(place, member)
  const room = await Room.open(place, member)
  rooms.push(room)
  await room.enter()
  room.connect()
  work(room, walk(recordings(), randomOf(number)))
}

async function work(room: Room, moves: Iterable<Move>): Promise<void> {
  for (const { after, says } of moves) {
    await delay(after / SPEED)
    await room.say(says)
  }
}
