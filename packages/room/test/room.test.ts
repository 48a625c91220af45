import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Room } from '../src/room.ts'
import { enter, finallyDo, network, teach, until } from './help.ts'

const timeout = 120_000

test('what learners say reaches the teacher, and what the teacher says reaches them', { timeout }, async (t) => {
  const { teacher, join } = await teach(t)
  const [ana, bo] = await Promise.all([join('Ana'), join('Bo')])
  await ana.say({ kind: 'verdict', exercise: 1, passed: 2, of: 8, step: 3, sentence: 'Nobody listens.' })
  await bo.say({ kind: 'asked', words: 'why?' })
  const hand = await until(() => teacher.view().hands[0])
  assert.equal(hand.label, 'Bo')
  const reader = await until(() => teacher.view().people.find(({ step }) => step === 3))
  assert.equal(reader.sentence, 'Nobody listens.')
  await teacher.say({ kind: 'told', text: 'Back at 14:00' })
  await teacher.say({ kind: 'coming', to: hand.id, hand: 1 })
  for (const room of [ana, bo]) assert.equal((await until(() => room.view().told[0])).text, 'Back at 14:00')
  await until(() => bo.view().hands[0]?.hand?.coming)
  assert.equal(await ana.isTold(30_000), true)
})

test('a teacher’s machine that starts again has all that it had, and what was said meanwhile comes', {
  timeout
}, async (t) => {
  const { teacher, membership, join } = await teach(t)
  const ana = await join('Ana')
  await ana.say({ kind: 'asked', words: 'before' })
  await until(() => teacher.view().hands[0])
  await teacher.close()
  await ana.say({ kind: 'asked', words: 'meanwhile' })
  const again = await Room.open(teacher.folder, membership)
  finallyDo(t, () => again.close())
  assert.equal(again.view().hands[0]?.hand?.words, 'before')
  again.connect()
  await until(() => again.view().hands[0]?.hand?.words === 'meanwhile')
  assert.equal(again.view().people.length, 1)
})

test('another laptop takes the room over at another address: who hears of it tells the others', {
  timeout
}, async (t) => {
  const { teacher, membership, join } = await teach(t)
  const [ana, bo] = await Promise.all([join('Ana'), join('Bo')])
  await bo.say({ kind: 'asked', words: 'why?' })
  await teacher.say({ kind: 'told', text: 'from the first laptop' })
  for (const room of [ana, bo]) await until(() => room.view().told[0] && room.connections > 1)
  await teacher.close()
  const other = { ...membership, network: await network(t) }
  const second = await enter(t, other)
  ana.move(other.network) // Ana types the line of the second laptop
  await until(() => second.view().people.length === 2)
  await until(() => bo.membership.network === other.network && bo.isReached)
  assert.equal(second.view().hands[0]?.label, 'Bo')
  await second.say({ kind: 'told', text: 'from the second laptop' })
  await until(() => bo.view().told.length === 2)
  assert.equal(second.view().told[0]?.text, 'from the first laptop')
})

test('two rooms at once know nothing of each other', { timeout }, async (t) => {
  const [one, other] = await Promise.all([teach(t), teach(t)])
  const [ana, bo] = await Promise.all([one.join('Ana'), other.join('Bo')])
  assert.deepEqual(await Promise.all([ana.isTold(60_000), bo.isTold(60_000)]), [true, true])
  assert.deepEqual(
    [one, other].map(({ teacher }) => teacher.view().people.map(({ name }) => name)),
    [['Ana'], ['Bo']]
  )
})

test('the clock of a laptop that is a day off is the teacher’s in the room', { timeout }, async (t) => {
  const { teacher, joined } = await teach(t)
  const day = 86_400_000
  const late = await enter(t, { ...joined, name: 'Late' }, undefined, () => Date.now() - day)
  await until(() => Math.abs(late.now() - Date.now()) < 60_000)
  await late.say({ kind: 'asked' })
  const hand = await until(() => teacher.view().hands[0]?.hand)
  assert.ok(Math.abs(hand.since - Date.now()) < 60_000)
})
