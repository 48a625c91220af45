// Some learners of the bench in one process, each as its agent has it: `learners.ts FOLDER FIRST COUNT EVERY`.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { keepMembership, membership } from '../src/place.ts'
import { Room, type Saying } from '../src/room.ts'

const [, , folder = '', first, count, every] = process.argv
const shared = membership(folder)
if (!shared) throw new Error('no room')
const EVERY = Number(every)

let said = 0
let isWorking = true
const learners: Room[] = []
for (let i = Number(first); i < Number(first) + Number(count); i++) {
  const member = { ...shared, name: `Learner ${i}` }
  const place = join(folder, `learner-${i}`)
  keepMembership(place, member)
  const room = await Room.open(place, membership(place) ?? member)
  await room.enter()
  room.connect()
  learners.push(room)
  work(room)
}
process.send?.({ ready: learners.length })

/** A verdict each EVERY ms, from a moment of its own on. */
async function work(room: Room): Promise<void> {
  await delay(EVERY * Math.random())
  for (let step = 1; isWorking; step = (step % 8) + 1) {
    said++
    await room.say(verdict(step)).catch(() => {})
    await delay(EVERY)
  }
}

function verdict(step: number): Saying {
  return { kind: 'verdict', exercise: 1, passed: step - 1, of: 8, step, sentence: `What step ${step} says.` }
}

process.on('message', async (message) => {
  if (message === 'rest') isWorking = false
  if (message === 'burst') await Promise.all(learners.map((room) => room.say(verdict(1))))
  const told =
    message === 'told' ? (await Promise.all(learners.map((room) => room.isTold(60_000)))).filter(Boolean) : []
  const { user, system } = process.cpuUsage()
  process.send?.({
    said,
    told: told.length,
    reached: learners.filter(({ isReached }) => isReached).length,
    connections: learners.reduce((sum, { connections }) => sum + connections, 0),
    rss: process.memoryUsage().rss,
    cpu: (user + system) / 1e6
  })
})
process.on('disconnect', () => process.exit())
