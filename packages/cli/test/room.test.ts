// The room as its people use it: teach, join, ask, tell and leave, each as a process.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { createNetwork } from '@workshop/network'
import { findAgent } from '@workshop/room/agent'
import { copyOfWorkshop, ex, type Run } from './help.ts'

const timeout = 120_000
const top = await copyOfWorkshop({ after })
const folder = await mkdtemp(join(tmpdir(), 'p2p-room-'))
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

let machines = 0

/** A machine of its own: the same workshop, with a room of its own. Its agent ends with the test. */
function machine(t: TestContext) {
  const room = join(folder, String(machines++))
  t.after(async () => (await findAgent(room))?.leave())
  return { room, ex: (...args: string[]) => ex(t, top, { WORKSHOP_ROOM: room }, ...args) }
}

/** An address with a UDP port that nobody has. */
async function freeAddress(): Promise<string> {
  const network = await createNetwork()
  await network.close()
  return `127.0.0.1:${network.bootstrap[0]?.port}`
}

async function openRoom(t: TestContext) {
  const teacher = machine(t)
  const open = teacher.ex('teach', '--host', await freeAddress())
  const [, line = ''] = await open.prints(/ex (join \S+ \S+)/)
  return { teacher, open, words: line.split(' ') }
}

/** Runs to its end, and gives its code with all that it said. */
async function said(run: Run): Promise<string> {
  const code = await run.code
  return `${code} ${run.output}${run.errors}`
}

test('a learner joins, asks, reads what the teacher tells, and leaves nothing behind', { timeout }, async (t) => {
  const { teacher, words } = await openRoom(t)
  const ana = machine(t)
  assert.match(
    await said(ana.ex('join', ...words.slice(1), '--name', 'Ana')),
    /^1 [\s\S]*never sees your code[\s\S]*--yes/
  )
  assert.ok(!existsSync(ana.room), 'nothing is kept of a room that somebody did not agree to')
  assert.match(await said(ana.ex(...words, '--name', 'Ana', '--yes')), /^0 [\s\S]*You are in the room, as Ana/)
  assert.match(await said(ana.ex('ask', 'why does it skip 0?')), /^0 Your hand is up\. /)
  assert.match(await said(teacher.ex('tell', 'Back at 14:00')), /^0 Everybody reads it/)
  const agent = await findAgent(ana.room)
  await new Promise<void>((resolve) => agent?.onnews(({ told }) => told.length > 0 && resolve()))
  agent?.release()
  assert.match(await said(ana.ex('ask', '--done')), /^0 Your hand is down\.\s+The teacher: Back at 14:00/)
  assert.doesNotMatch(await said(ana.ex('progress')), /The teacher/, 'it is said once')
  assert.match(await said(ana.ex('leave')), /^0 You have left the room/)
  assert.ok(!existsSync(ana.room))
})

test('what does not fit gets a sentence that says which part', { timeout }, async (t) => {
  const { teacher, open, words } = await openRoom(t)
  const [, address = '', code = ''] = words
  const ana = machine(t)
  const other = `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`
  const nowhere = await freeAddress()
  for (const [call, answer] of [
    [['join'], /^2 The teacher’s screen says what to type/],
    [['join', 'a b', code], /^2 .*“a b”/],
    [['join', address, 'k7qp-3x1m-9d2h'], /^2 .*“3x1m”.*“1”/],
    [['join', address, code.slice(0, -1)], /^2 .*11.*12/],
    [['join', address, other, '--yes'], /^2 .*network at 127.*no room/],
    [['join', nowhere, code, '--yes'], /^3 No room answers at 127/],
    [['ask'], /^2 You are not in a room/],
    [['leave'], /^2 You are not in a room/],
    [['tell', 'hello'], /^2 You are not in a room/],
    [['teach', '--host', 'somewhere'], /^2 .*“somewhere”.*IPv4/],
    [['teach', '--host', address], /^3 .*UDP port \d+/],
    [['teach', '--room', join(folder, 'none.json')], /^2 .*none\.json/]
  ] as const) {
    assert.match(await said(ana.ex(...call)), answer, call.join(' '))
    assert.ok(!existsSync(ana.room), call.join(' '))
  }
  assert.match(await said(teacher.ex('teach')), /^3 The room is open already, in another terminal/)
  assert.match(await said(teacher.ex('ask')), /^2 You teach this room/)
  assert.match(await said(teacher.ex('leave', '--yes')), /^3 The room is open in another terminal/)
  open.child.kill('SIGTERM')
  await open.code
  assert.match(await said(teacher.ex('tell', 'hello')), /^3 The room is not open/)
  assert.match(await said(teacher.ex('leave')), /^1 This removes the room/)
  assert.match(await said(teacher.ex('leave', '--yes')), /^0 The room is gone/)
  assert.ok(!existsSync(teacher.room))
})

test('a file that opens no room is told apart from one that does', { timeout }, async (t) => {
  const file = join(folder, 'wrong.json')
  await writeFile(file, '{"seed":"0"}')
  assert.match(await said(machine(t).ex('teach', '--room', file)), /^2 .*wrong\.json/)
})
