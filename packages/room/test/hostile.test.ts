// What somebody can do who has the code, and what somebody can do who has not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyPairOf, seal } from '../src/code.ts'
import { type Entry, VERSION, write } from '../src/entries.ts'
import { intrude, teach, until } from './help.ts'

const timeout = 120_000

const joined = (name: string): Entry => ({ kind: 'joined', at: Date.now(), version: VERSION, name })
const told: Entry = { kind: 'told', at: Date.now(), text: 'Go home' }

test('garbage is passed by, and what is honest beside it is read', { timeout }, async (t) => {
  const { teacher, joined: place, join } = await teach(t)
  const { says } = await intrude(t, place)
  await says('', 'null', '{"kind":"joined"}', Buffer.alloc(4000, 0xff), '{"kind":"verdict","at":1e999}')
  await says(write(joined('<img src=x onerror=alert(1)>\u001b[2J')), '[[[[', write({ kind: 'asked', at: 1 }))
  const ana = await join('Ana')
  await ana.say({ kind: 'verdict', exercise: 1, passed: 0, of: 8, step: 1 })
  await until(() => teacher.view().people.length === 2 && teacher.view().people.some(({ step }) => step === 1))
  const { people, hands, floods } = teacher.view()
  assert.deepEqual(people.map(({ name }) => name).sort(), ['<img src=x onerror=alert(1)> [2J', 'Ana'])
  assert.equal(hands.length, 1)
  assert.deepEqual(floods, [])
})

test('who floods is named, and takes no room; a name of 10 MB is not stored', { timeout }, async (t) => {
  const { teacher, joined: place, join } = await teach(t)
  const flooder = await intrude(t, place)
  const flood = await flooder.says(write(joined('Mallory')))
  await until(() => teacher.view().people.length === 1)
  for (let i = 0; i < 10; i++) await flooder.says(...Array<string>(1000).fill('x'))
  const giant = await intrude(t, place)
  const large = await giant.says(JSON.stringify(joined('x'.repeat(10_000_000))))
  const ana = await join('Ana')
  await until(() => teacher.view().people.some(({ name }) => name === 'Ana'))
  await until(() => teacher.view().floods.length === 2)
  const { floods } = teacher.view()
  const named = floods.find(({ id }) => id === flood.key.toString('hex'))
  assert.equal(named?.label, 'Mallory')
  assert.ok(Number(named?.entries) > 5000)
  assert.ok(floods.some(({ id }) => id === large.key.toString('hex')))
  assert.equal(await ana.isTold(60_000), true)
})

test('nobody speaks for the teacher: not with the teacher’s seal, nor with one of their own', {
  timeout
}, async (t) => {
  const { teacher, joined: place, join } = await teach(t)
  const ana = await join('Ana')
  await until(() => ana.view().teacher)
  const seals = teacher
    .feeds()
    .flatMap(({ entries }) => entries.flatMap((e) => (e.kind === 'joined' ? [e.teacher] : [])))
  const copier = await intrude(t, place)
  await copier.says(write({ ...joined('Copy'), teacher: seals[0] } as Entry), write(told))
  const forger = await intrude(t, place)
  const writer = await forger.multi.writer('mine')
  const pair = keyPairOf(Buffer.alloc(32, 7))
  const own = {
    key: pair.publicKey.toString('hex'),
    proof: seal(writer.key, pair).toString('hex'),
    network: '127.0.0.1:1'
  }
  await forger.says(write({ ...joined('Forger'), teacher: own } as Entry), write(told))
  await until(() => teacher.view().people.length === 3)
  await teacher.say({ kind: 'told', text: 'Back at 14:00' })
  const read = await until(() => (ana.view().told.length > 0 ? ana.view() : undefined))
  assert.deepEqual(
    read.told.map(({ text }) => text),
    ['Back at 14:00']
  )
  assert.equal(read.teacher?.network, place.network)
})

test('who does not have the code reads nothing and says nothing, and the room goes on', { timeout }, async (t) => {
  const { teacher, joined: place, join } = await teach(t)
  const outsider = await intrude(t, place, 'ab'.repeat(32))
  await outsider.says(write(joined('Eve')))
  await until(() => outsider.refused.length > 0)
  assert.ok(outsider.refused.includes('ERR_GATE_MISMATCH'))
  const ana = await join('Ana')
  assert.equal(await ana.isTold(60_000), true)
  assert.deepEqual(
    teacher.view().people.map(({ name }) => name),
    ['Ana']
  )
  assert.equal(outsider.multi.feeds().length, 1)
})
