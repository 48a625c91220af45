// Whether a peer that brings a feed is worth waiting for: counted, with a clock of the test.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Arriving, MOST_PIECES, Resting } from '../lib/arriving.ts'

/** A clock that stands still; gives what moves it on, in ms. */
function clock(t: TestContext): (ms: number) => void {
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  return (ms) => {
    now += ms
  }
}

const KB = Buffer.alloc(1024)
const asked = (others = 0) => new Arriving({ start: 0, length: 100_000, known: 0, needsPieces: false, others })
const kilobytes = (count: number) => Array.from({ length: count }, () => KB)

test('a trickle is no reason to ask nobody else, and what comes for ever is none either', (t) => {
  const pass = clock(t)
  const [first, third] = [asked(), asked(2)]
  assert.equal(first.add(kilobytes(15)), false)
  assert.equal(first.add(kilobytes(1)), true)
  pass(9_999)
  assert.equal(first.add(kilobytes(16)), true)
  pass(1)
  assert.equal(first.add(kilobytes(16)), false)
  pass(19_999)
  assert.equal(third.add(kilobytes(16)), true) // it has longer: else all that are slow would be asked at once
  pass(1)
  assert.equal(third.add(kilobytes(16)), false)
})

test('an answer must bring what was offered, or a part that is worth a question', () => {
  const answer = asked()
  assert.equal(answer.isProgress(99_999), false)
  assert.equal(answer.isProgress(100_000), true)
  answer.stored = 16 * 1024
  assert.equal(answer.isProgress(1), true)
})

test('who was asked in vain rests, each time longer, until it brings something', (t) => {
  const pass = clock(t)
  const resting = new Resting<string>()
  for (const ms of [4000, 8000, 16_000]) {
    resting.add('a feed')
    pass(ms - 1)
    assert.equal(resting.has('a feed'), true)
    assert.equal(resting.has('another'), false)
    pass(1)
    assert.equal(resting.has('a feed'), false)
  }
  resting.delete('a feed')
  resting.add('a feed')
  pass(4000)
  assert.equal(resting.has('a feed'), false)
})

test('small blocks weigh more than their bytes, and an answer in pieces has an end', () => {
  const empty = asked()
  empty.add(Array.from({ length: 8192 }, () => Buffer.alloc(0)))
  assert.ok(empty.weight >= 8192 * 64)
  const answer = asked()
  for (let i = 0; i < MOST_PIECES; i++) {
    answer.add([KB])
    answer.next(i + 1)
  }
  answer.add([KB])
  assert.throws(() => answer.next(MOST_PIECES + 1), { code: 'ERR_PROTOCOL' })
})
