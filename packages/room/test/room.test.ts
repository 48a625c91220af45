import assert from 'node:assert/strict'
import { test } from 'node:test'
import { teach, until } from './help.ts'

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
