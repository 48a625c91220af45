// A rehearsal: what its learners say, and that nothing of it stays.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { titles } from '@workshop/checks/judge'
import { exercises } from '@workshop/course'
import { nameOf, randomOf, recordings, walk } from '../src/recordings.ts'
import { rehearse } from '../src/rehearse.ts'

const PATIENCE = 120_000 // ms for a learner to come, on a loaded machine

test('each exercise is recorded as it is now, from its starter to its last step', async () => {
  const recorded = recordings()
  for (const { number, dir } of exercises()) {
    const verdicts = recorded[number] ?? []
    const of = (await titles(dir)).length
    assert.deepEqual(verdicts.at(-1), { passed: of, of }, `exercise ${number} has other steps now: run src/record.ts`)
    const failed = verdicts.slice(0, -1)
    assert.equal(failed[0]?.passed, 0)
    for (const [i, { passed, step, sentence }] of failed.entries()) {
      assert.equal(step, passed + 1)
      assert.ok(sentence)
      assert.ok(passed >= (failed[i - 1]?.passed ?? 0))
    }
  }
})

test('a learner passes the whole course, never goes back, and takes each hand down again', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const moves = [...walk(recordings(), randomOf(seed))]
    const verdicts = moves.flatMap(({ says }) => (says.kind === 'verdict' ? says : []))
    const order = verdicts.map(({ exercise, passed }) => exercise * 100 + passed)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b)
    )
    assert.equal(verdicts.filter(({ step }) => step === undefined).length, exercises().length)
    const hands = moves.flatMap(({ says }) => (says.kind === 'asked' ? says : []))
    for (const [i, { isDone }] of hands.entries()) assert.equal(isDone ?? false, i % 2 === 1)
    assert.ok(moves.every(({ after }) => after > 0 && Number.isFinite(after)))
  }
})

test('two hundred learners have two hundred names', () => {
  assert.equal(new Set(Array.from({ length: 200 }, (_, number) => nameOf(number))).size, 200)
})

test('the learners of a rehearsal come into a real room, and nothing of it stays', { timeout: PATIENCE }, async (t) => {
  const { room, address, close } = await rehearse(2, [{ exercise: 1, title: 'One', steps: ['a'] }])
  t.after(close)
  while (room.view().people.length < 2) await once(room, 'change')
  assert.deepEqual(
    room
      .view()
      .people.map(({ name }) => name)
      .sort(),
    [nameOf(0), nameOf(1)].sort()
  )
  await close()
  assert.ok(!existsSync(dirname(room.folder)))
  await assert.rejects(fetch(address))
})
