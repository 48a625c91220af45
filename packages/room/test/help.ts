// What the tests of rooms share: a network, a teacher, learners, all in this process.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createNetwork } from '@workshop/network'
import Multifeed from 'solution-7-multifeed'
import { joinRoom, openRoom } from '../src/make.ts'
import { Meeting } from '../src/meeting.ts'
import { keepMembership, type Membership } from '../src/place.ts'
import { CLIENT, Room } from '../src/room.ts'

const PATIENCE = 60_000 // ms; then a test fails here, and its process can end

/** Waits for a fact, and gives it. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + PATIENCE
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`It never came to this: ${look}`)
    await delay(20)
  }
}

const endings = new WeakMap<TestContext, (() => unknown)[]>()

/** Does this when the test ends, what was begun last first. */
export function finallyDo(t: TestContext, end: () => unknown): void {
  const all = endings.get(t) ?? []
  if (all.length === 0) {
    endings.set(t, all)
    t.after(async () => {
      for (const end of all.reverse()) await end()
    })
  }
  all.push(end)
}

/** A folder that is gone with the test. */
export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'room-'))
  finallyDo(t, () => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}

/** A network that ends with the test: its address. */
export async function network(t: TestContext): Promise<string> {
  const network = await createNetwork({ forgetful: true })
  finallyDo(t, () => network.close())
  const [entry] = network.bootstrap
  return `${entry?.host}:${entry?.port}`
}

/** A room that is open and connected. Closed with the test, before its network. */
export async function enter(
  t: TestContext,
  membership: Membership,
  path?: string,
  clock?: () => number
): Promise<Room> {
  const place = path ?? (await folder(t))
  keepMembership(place, membership)
  const room = await Room.open(place, membership, clock)
  finallyDo(t, () => room.close())
  await room.enter()
  room.connect()
  return room
}

/** A teacher's room, and what it takes to join it. */
export async function teach(t: TestContext) {
  const address = await network(t)
  const membership = await openRoom('Tea Cher', address)
  const joined = await joinRoom('', address, membership.code)
  const teacher = await enter(t, membership)
  const join = (name: string, more: Partial<Membership> = {}) => enter(t, { ...joined, name, ...more })
  return { address, membership, joined, teacher, join }
}

/**
 * Somebody who has the code, or another gate, and says whatever they like: a multifeed without a room around it, which
 * is connected to the teacher. `refused` has the codes with which its connections ended.
 */
export async function intrude(t: TestContext, joined: Membership, gate = joined.secrets[0]) {
  const multi = new Multifeed(await folder(t), { client: CLIENT, gate: Buffer.from(gate, 'hex') })
  finallyDo(t, () => multi.close())
  await multi.ready()
  const refused: string[] = []
  multi.on('error', ({ code }) => refused.push(code))
  const meeting = new Meeting(joined, {
    isTeacher: () => false,
    onconnection: (socket) => multi.replicate(socket),
    onteacher() {}
  })
  finallyDo(t, () => meeting.close())
  const says = async (...blocks: (string | Buffer)[]) => {
    const writer = await multi.writer('mine')
    await writer.append(blocks.map((block) => Buffer.from(block)))
    return writer
  }
  return { multi, says, refused }
}
