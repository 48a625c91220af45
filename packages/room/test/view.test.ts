import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, entryIn, LARGEST, read, VERSION, write } from '../src/entries.ts'
import { type Feed, view } from '../src/view.ts'

const NOW = 1_700_000_100_000
const at = (seconds: number) => 1_700_000_000_000 + seconds * 1000

const ana = '0a'.repeat(32)
const bo = '0b'.repeat(32)
const teacher = '0c'.repeat(32)

function feed(key: string, entries: Entry[], more: Partial<Feed> = {}): Feed {
  return { key, isTeacher: false, entries, length: entries.length, floods: false, ...more }
}

const joined = (name: string, seconds = 0): Entry => ({ kind: 'joined', at: at(seconds), version: VERSION, name })
const failed = (step: number, seconds: number, sentence = `step ${step}`): Entry => ({
  kind: 'verdict',
  at: at(seconds),
  exercise: 1,
  passed: step - 1,
  of: 8,
  step,
  sentence
})

test('a person is at the exercise and step of their last verdict, since the first time in a row', () => {
  const { people } = view([feed(ana, [joined('Ana'), failed(2, 10), failed(3, 20), failed(3, 40)])], NOW)
  assert.equal(people.length, 1)
  const { exercise, step, since, seen, sentence, progress } = people[0] ?? {}
  assert.deepEqual(
    { exercise, step, since, seen, sentence, progress },
    { exercise: 1, step: 3, since: at(20), seen: at(40), sentence: 'step 3', progress: { 1: { passed: 2, of: 8 } } }
  )
})

test('an exercise that passes leaves no step and no sentence, and is not undone by a later failure', () => {
  const done: Entry = { kind: 'verdict', at: at(30), exercise: 1, passed: 8, of: 8 }
  const before = view([feed(ana, [joined('Ana'), failed(3, 10), done])], NOW).people[0]
  assert.equal(before?.isDone, true)
  assert.equal(before?.step, undefined)
  assert.equal(before?.sentence, undefined)
  const after = view([feed(ana, [joined('Ana'), failed(3, 10), done, failed(2, 50)])], NOW).people[0]
  assert.equal(after?.isDone, false)
  assert.deepEqual(after?.progress, { 1: { passed: 8, of: 8 } })
})

test('the order of the feeds, and one that comes twice, change nothing', () => {
  const feeds = [
    feed(ana, [joined('Ana', 5), failed(2, 10)]),
    feed(bo, [joined('Bo', 1), failed(2, 10), { kind: 'asked', at: at(12), words: 'why?' }]),
    feed(teacher, [{ kind: 'coming', at: at(13), to: bo, hand: 1 }], { isTeacher: true })
  ]
  const once = view(feeds, NOW)
  assert.deepEqual(view([...feeds].reverse(), NOW), once)
  assert.deepEqual(view([...feeds, ...feeds], NOW), once)
  assert.deepEqual(
    once.people.map(({ label }) => label),
    ['Bo', 'Ana']
  )
})

test('hands come in the order in which they went up, and the teacher comes to one of them alone', () => {
  const one = feed(ana, [
    joined('Ana'),
    { kind: 'asked', at: at(10) },
    { kind: 'asked', at: at(11), isDone: true },
    { kind: 'asked', at: at(30), words: 'again' }
  ])
  const other = feed(bo, [joined('Bo'), { kind: 'asked', at: at(20) }])
  const first: Entry = { kind: 'coming', at: at(40), to: ana, hand: 1 }
  const { hands } = view([one, other, feed(teacher, [first], { isTeacher: true })], NOW)
  assert.deepEqual(
    hands.map(({ label, hand }) => [label, hand?.number, hand?.words, hand?.coming]),
    [
      ['Bo', 1, undefined, undefined],
      ['Ana', 2, 'again', undefined]
    ]
  )
  const second: Entry = { ...first, hand: 2 }
  const answered = view([one, other, feed(teacher, [first, second], { isTeacher: true })], NOW)
  assert.equal(answered.hands[1]?.hand?.coming, at(40))
})

test('what only the teacher may say is nothing when a learner says it', () => {
  const learner = feed(ana, [
    joined('Ana'),
    { kind: 'told', at: at(1), text: 'go home' },
    { kind: 'coming', at: at(2), to: bo, hand: 1 }
  ])
  const { told, hands } = view([learner, feed(bo, [joined('Bo'), { kind: 'asked', at: at(1) }])], NOW)
  assert.deepEqual(told, [])
  assert.equal(hands[0]?.hand?.coming, undefined)
})

test('two people of one name are told apart, until one of them leaves', () => {
  const feeds = [feed(ana, [joined('Ana', 1)]), feed(bo, [joined('ana', 2)])]
  assert.deepEqual(
    view(feeds, NOW).people.map(({ label }) => label),
    ['Ana (1)', 'ana (2)']
  )
  const left = [feeds[0] as Feed, feed(bo, [joined('ana', 2), { kind: 'left', at: at(3) }])]
  assert.deepEqual(
    view(left, NOW).people.map(({ label, hasLeft }) => [label, hasLeft]),
    [
      ['Ana', false],
      ['ana', true]
    ]
  )
})

test('a clock that is a day ahead, or that goes back, gives no time in the future and none that goes back', () => {
  const day = 86_400
  const ahead = view([feed(ana, [joined('Ana', day), failed(2, day + 5)])], NOW).people[0]
  assert.equal(ahead?.since, NOW)
  const back = view([feed(ana, [joined('Ana', 50), failed(2, -day)])], NOW).people[0]
  assert.equal(back?.since, at(50))
})

test('the sentence that most people read comes first', () => {
  const keys = Array.from({ length: 5 }, (_, i) => `${i}${i}`.repeat(32))
  const feeds = keys.map((key, i) => feed(key, [joined(`P${i}`), failed(i < 3 ? 4 : 2, 5)]))
  assert.deepEqual(view(feeds, NOW).readings, [
    { exercise: 1, step: 4, sentence: 'step 4', readers: 3 },
    { exercise: 1, step: 2, sentence: 'step 2', readers: 2 }
  ])
})

test('who floods is named', () => {
  const { floods, people } = view([feed(ana, [joined('Ana')], { floods: true, length: 1_000_000 })], NOW)
  assert.deepEqual(floods, [{ id: ana, label: 'Ana', entries: 1_000_000 }])
  assert.equal(people[0]?.floods, true)
})

test('what is no entry is read as nothing', () => {
  const time = at(0)
  for (const value of [
    undefined,
    null,
    1,
    'joined',
    [],
    {},
    { kind: 'joined' },
    { kind: 'joined', at: time, name: 'Ana' },
    { kind: 'joined', at: time, version: 2, name: 'Ana' },
    { kind: 'joined', at: time, version: 1, name: 7 },
    { kind: 'joined', at: 1e300, version: 1, name: 'Ana' },
    { kind: 'joined', at: -1, version: 1, name: 'Ana' },
    { kind: 'verdict', at: time, exercise: 1.5, passed: 1, of: 2 },
    { kind: 'verdict', at: time, exercise: 1, passed: 3, of: 2 },
    { kind: 'verdict', at: time, exercise: 1, passed: 1, of: 2, step: 3 },
    { kind: 'verdict', at: time, exercise: 1, passed: 1, of: 1e9 },
    { kind: 'coming', at: time, to: 'ana', hand: 1 },
    { kind: 'told', at: time, text: ['x'] },
    { kind: '__proto__', at: time },
    { kind: 'toString', at: time }
  ]) {
    assert.equal(entryIn(value), undefined, JSON.stringify(value))
  }
  assert.equal(read(Buffer.from('{"kind":"left"')), undefined)
  assert.equal(read(Buffer.from([0xff, 0xfe, 0])), undefined)
  const large = Buffer.alloc(LARGEST + 1, ' ')
  large.write('{"kind":"left","at":1}')
  assert.equal(read(large), undefined)
})

test('what is written is read as it was', () => {
  const entries: Entry[] = [
    joined('Ana'),
    failed(2, 1),
    { kind: 'asked', at: at(1), words: 'why?' },
    { kind: 'asked', at: at(1), isDone: true },
    { kind: 'coming', at: at(1), to: ana, hand: 3 },
    { kind: 'told', at: at(1), text: 'Back at 14:00' },
    { kind: 'left', at: at(1) }
  ]
  for (const entry of entries) assert.deepEqual(read(write(entry)), entry)
})

test('names and texts come cleaned and cut', () => {
  const name = (text: string) => {
    const entry = entryIn({ kind: 'joined', at: 1, version: 1, name: text })
    return entry?.kind === 'joined' ? entry.name : undefined
  }
  assert.equal(name('\u001b[2J\u001b]0;owned\u0007Ana\r\n'), '[2J ]0;owned Ana')
  assert.equal(name('\u202Eana\u2066'), 'ana')
  assert.equal(name('a\u200bna'), 'a na')
  assert.equal(name('  \u0000 '), '?')
  assert.equal(name('<b>Ana</b>'), '<b>Ana</b>') // a page shows it as text
  assert.equal(name('\ud800x'), 'x')
  assert.equal([...(name('🐧'.repeat(100)) ?? '')].length, 32)
  const long = entryIn({ kind: 'told', at: 1, text: 'x'.repeat(10_000_000) })
  assert.equal(long?.kind === 'told' && long.text.length, 500)
})
