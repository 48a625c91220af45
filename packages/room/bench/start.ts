// What a room costs a learner: how long `pnpm ex 3 writer` takes to its first line, in a room and without one.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@workshop/course'
import { createNetwork } from '@workshop/network'
import { joinLocal } from '@workshop/network/local'
import { holdAgent } from '../src/agent.ts'
import { joinRoom, openRoom } from '../src/make.ts'
import { keepMembership } from '../src/place.ts'
import { Room } from '../src/room.ts'

const STARTS = 15

const folder = await mkdtemp(join(tmpdir(), 'room-start-'))
const network = await createNetwork({ forgetful: true })
const address = `${network.bootstrap[0]?.host}:${network.bootstrap[0]?.port}`
const membership = await openRoom('Teacher', address)
const [teachers, learners] = [join(folder, 'teacher'), join(folder, 'learner')]
keepMembership(teachers, membership)
keepMembership(learners, await joinRoom('Ana', address, membership.code))
const teacher = await Room.open(teachers, membership)
teacher.connect()
const agent = await holdAgent(learners)
const local = await joinLocal()

try {
  await agent?.isTold(60_000)
  const times: { without: number[]; within: number[] } = { without: [], within: [] }
  for (let i = 0; i < STARTS; i++) {
    times.without.push(await timeToKey(join(folder, 'none')))
    times.within.push(await timeToKey(learners))
  }
  const [without, within] = [median(times.without), median(times.within)]
  console.log(
    `| ex 3 writer in a room | ${within.toFixed(0)} ms | without: ${without.toFixed(0)} ms | ${(within / without).toFixed(2)} | ≤ 1.1 |`
  )
} finally {
  await agent?.leave()
  local.held.destroy()
  await teacher.close()
  await network.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** From the start of our writer to its key, in ms. */
async function timeToKey(room: string): Promise<number> {
  const storage = await mkdtemp(join(folder, 'writer-'))
  const begin = performance.now()
  const child = spawn(process.execPath, [join('packages', 'cli', 'ex.js'), '3', 'writer', '--solution'], {
    cwd: root,
    env: { ...process.env, WORKSHOP_ROOM: room, WORKSHOP_STORAGE: storage },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const exit = once(child, 'exit')
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text
    if (/[0-9a-f]{64}/.test(output)) break
  }
  const time = performance.now() - begin
  child.kill('SIGKILL')
  await exit
  return time
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN
}
