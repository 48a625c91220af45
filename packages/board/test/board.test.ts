// What the board shows, without a browser and without a room.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Entry, VERSION } from '@workshop/room/entries'
import { type Feed, view } from '@workshop/room/view'
import { chart } from '../page/chart.ts'
import { layOut, pitch, placeOf, pointOf, seats, zoomsOf } from '../page/road.ts'
import { toCSV, toJSON } from '../src/export.ts'
import { readMessage, type Shown, type Stretch } from '../src/messages.ts'
import { shownOf } from '../src/shown.ts'

const MINUTE = 60_000
const NOW = 1_000 * MINUTE

const road: Stretch[] = [
  { exercise: 1, title: 'Keys', steps: ['a', 'b', 'c'] },
  { exercise: 2, title: 'Topics', steps: ['d', 'e'] },
  { exercise: 3, title: 'Logs', steps: ['f', 'g', 'h'] }
]

/** A feed whose writer came so many minutes ago. */
function feed(id: number, name: string, ago: number, ...entries: Entry[]): Feed {
  const joined: Entry = { kind: 'joined', at: NOW - ago * MINUTE, version: VERSION, name }
  const key = id.toString(16).padStart(64, '0')
  return { key, isTeacher: false, entries: [joined, ...entries], length: entries.length + 1, floods: false }
}

function failed(ago: number, exercise: number, step: number, sentence: string): Entry {
  return { kind: 'verdict', at: NOW - ago * MINUTE, exercise, step, passed: step - 1, of: 3, sentence }
}

function passed(ago: number, exercise: number): Entry {
  return { kind: 'verdict', at: NOW - ago * MINUTE, exercise, passed: 3, of: 3 }
}

const asked = (ago: number, words?: string): Entry => ({
  kind: 'asked',
  at: NOW - ago * MINUTE,
  ...(words && { words })
})

function shown(...feeds: Feed[]): Shown {
  return shownOf(view(feeds, NOW), NOW, road)
}

test('who is stuck longest comes first, then those who are done, then those who have not begun', () => {
  const { people } = shown(
    feed(1, 'New', 60),
    feed(2, 'Done', 60, passed(50, 1)),
    feed(3, 'Short', 60, failed(9, 1, 2, 'x'), failed(1, 1, 3, 'y')),
    feed(4, 'Long', 60, failed(8, 1, 1, 'x'), failed(2, 1, 1, 'z'))
  )
  assert.deepEqual(
    people.map(({ name, exercise, step, since, sentence }) => [name, exercise, step, (NOW - since) / MINUTE, sentence]),
    [
      ['Long', 1, 1, 8, 'z'],
      ['Short', 1, 3, 1, 'y'],
      ['Done', 1, 4, 50, undefined],
      ['New', undefined, undefined, 60, undefined]
    ]
  )
})

test('hands come in the order in which they went up, and the teacher on the way is seen', () => {
  const [first, second] = [feed(1, 'Ana', 60, asked(5, 'why?')), feed(2, 'Ben', 60, asked(9))]
  const teacher: Feed = {
    ...feed(9, 'T', 90, { kind: 'coming', at: NOW, to: second.key, hand: 1 }, { kind: 'told', at: NOW, text: 'Lunch' }),
    isTeacher: true
  }
  const { hands, people, told } = shown(first, second, teacher)
  assert.deepEqual(hands, [second.key, first.key])
  assert.deepEqual(people.map(({ name, hand }) => [name, hand?.words, hand?.isAwaited]).sort(), [
    ['Ana', 'why?', false],
    ['Ben', undefined, true]
  ])
  assert.equal(told?.text, 'Lunch')
})

test('the sentence is the one that most people read, and those who left read none', () => {
  const left: Entry = { kind: 'left', at: NOW }
  const { sentence, people } = shown(
    feed(1, 'A', 60, failed(1, 1, 1, 'left'), left),
    feed(2, 'B', 60, failed(1, 1, 1, 'left'), left),
    feed(3, 'C', 60, failed(1, 1, 1, 'left'), left),
    feed(4, 'D', 60, failed(1, 2, 2, 'most')),
    feed(5, 'E', 60, failed(1, 2, 2, 'most')),
    feed(6, 'F', 60, failed(1, 2, 2, 'other'))
  )
  assert.deepEqual(sentence, { text: 'most', exercise: 2, step: 2, readers: 2 })
  assert.equal(people.length, 3)
})

test('a flooder is named', () => {
  const { floods } = shown({ ...feed(1, 'Mallory', 60), floods: true, length: 1_000_000 })
  assert.deepEqual(floods, [{ label: 'Mallory', entries: 1_000_000 }])
})

test('the progress of the class counts at each time those who were there', () => {
  const { marks } = shown(feed(1, 'A', 60, passed(30, 1), passed(10, 2)), feed(2, 'B', 20, failed(15, 1, 3, 'x')))
  const at = (ago: number) => marks.find((mark) => mark.at === NOW - ago * MINUTE)
  assert.deepEqual(at(60), { at: NOW - 60 * MINUTE, people: 1, steps: [0, 0, 0, 0, 0] })
  assert.deepEqual(at(30)?.steps, [3, 3, 3, 3, 3])
  assert.deepEqual(at(15), { at: NOW - 15 * MINUTE, people: 2, steps: [2, 2, 2, 3, 3] })
  assert.deepEqual(at(0)?.steps, [2, 2, 2, 6, 6])
  assert.ok(marks.length <= 100)
  assert.deepEqual(shown().marks, [])
})

test('a table can be opened in a spreadsheet and runs nothing there', () => {
  const csv = toCSV(
    shown(
      feed(1, '=HYPERLINK("x")', 60, failed(1, 2, 1, 'one, “two”\nand "three"')),
      feed(2, '+1', 50, passed(1, 1)),
      feed(3, '-1', 40),
      feed(4, '@SUM(A1)', 30, asked(1, ' =1+1'))
    ),
    road
  )
  const [heading, first, second, third, fourth, end] = csv.split('\r\n')
  assert.equal(heading, 'name,exercise,title,step,since,sentence,hand,words')
  assert.match(
    String(first),
    /^"'=HYPERLINK\(""x""\)",2,Topics,1,1970-01-01T16:39:00\.000Z,"one, “two”\nand ""three""",,$/
  )
  assert.match(String(second), /^'\+1,1,Keys,all,/)
  assert.match(String(third), /^'-1,,,,/)
  assert.match(String(fourth), /^'@SUM\(A1\),.*,' =1\+1$/)
  assert.equal(end, '')
})

test('the JSON has everybody, what was told, and the progress', () => {
  const told: Feed = { ...feed(9, 'T', 90, { kind: 'told', at: NOW, text: 'Lunch' }), isTeacher: true }
  const read = JSON.parse(toJSON(shown(feed(1, '=Ana', 60, failed(1, 1, 2, 'x')), told), road))
  assert.deepEqual(read.people, [
    { name: '=Ana', exercise: 1, title: 'Keys', step: 2, since: '1970-01-01T16:39:00.000Z', sentence: 'x' }
  ])
  assert.deepEqual(read.told, { at: '1970-01-01T16:40:00.000Z', text: 'Lunch' })
  assert.deepEqual(read.progress.at(-1), { at: '1970-01-01T16:40:00.000Z', people: 1, steps: [1, 1, 1, 1, 1] })
})

test('the road has a place for each step, the start, and the end of each exercise, and none lies on another', () => {
  const { cells, lanes } = layOut(road, 1000, 400, 40)
  assert.equal(cells.length, 1 + 4 + 3 + 4)
  assert.deepEqual(
    cells.map(({ place }) => place),
    cells.map((_, i) => i)
  )
  for (const [i, cell] of cells.entries()) {
    const next = cells[i + 1]
    if (next?.floor === cell.floor) assert.ok(cell.x + cell.width <= next.x + 1e-6)
    assert.ok(cell.x >= 0 && cell.x + cell.width <= 1000 + 1e-6 && cell.floor < 400)
  }
  assert.deepEqual(
    lanes.map(({ stretch, top }) => [stretch.exercise, top]),
    [
      [1, 0],
      [2, 0],
      [3, 200]
    ]
  )
  const kindAt = (place: Parameters<typeof placeOf>[1]) => {
    const { kind, step } = cells[placeOf(road, place)] ?? {}
    return [kind, step]
  }
  assert.deepEqual(kindAt({}), ['start', 0])
  assert.deepEqual(kindAt({ exercise: 1, step: 1 }), ['step', 1])
  assert.deepEqual(kindAt({ exercise: 2, step: 3 }), ['end', 2])
  assert.deepEqual(kindAt({ exercise: 3, step: 3 }), ['step', 3])
  assert.deepEqual(kindAt({ exercise: 3, step: 99 }), ['end', 3])
  assert.deepEqual(kindAt({ exercise: 99, step: 1 }), ['start', 0])
})

test('an exercise where many are gets more of the road, and one person more or less changes nothing', () => {
  const at = (...exercises: (number | undefined)[]) => exercises.map((exercise) => (exercise ? { exercise } : {}))
  const zooms = zoomsOf(at(2, 2, 2, 2, undefined, 1, 3, 3), new Map())
  assert.deepEqual(Object.fromEntries(zooms), { 1: 1, 2: 2, 3: 1 })
  assert.deepEqual(zoomsOf(at(2, 2, 2, 3, undefined, 1, 3, 3), zooms), zooms)
  assert.deepEqual(Object.fromEntries(zoomsOf(at(3, 3, 3, 3), zooms)), { 1: 0, 2: 0, 3: 4 })
  const widths = (zooms?: Parameters<typeof layOut>[4]) =>
    layOut(road, 1000, 400, 40, zooms).lanes.map(({ width }) => width)
  const [calm, zoomed] = [widths(), widths(zooms)]
  assert.ok(Number(zoomed[1]) > Number(calm[1]) && Number(zoomed[0]) < Number(calm[0]))
  assert.ok(Math.abs(Number(zoomed[0]) + Number(zoomed[1]) - Number(calm[0]) - Number(calm[1])) < 1e-6)
})

test('who stays keeps their seat, and who comes takes a free one', () => {
  const before = seats(new Map(Object.entries({ a: 1, b: 1, c: 1, d: 2 })), new Map())
  const after = seats(new Map(Object.entries({ a: 2, b: 1, d: 2, e: 1, c: 1 })), before)
  assert.deepEqual(Object.fromEntries(after), {
    b: { place: 1, slot: 1 },
    c: { place: 1, slot: 2 },
    e: { place: 1, slot: 0 },
    d: { place: 2, slot: 0 },
    a: { place: 2, slot: 1 }
  })
})

test('the dots of the largest crowd stand beside and above each other, in their place', () => {
  for (const crowd of [1, 2, 8, 60, 200]) {
    for (const [width, height] of [
      [30, 120],
      [42, 170]
    ] as const) {
      const [cell] = layOut([{ exercise: 1, title: '', steps: ['a'] }], width * 3, height + 76, 40).cells
      assert.ok(cell)
      const size = pitch(crowd, cell.width, height)
      const points = Array.from({ length: crowd }, (_, slot) => pointOf(cell, slot, size))
      assert.equal(new Set(points.map(({ x, y }) => `${x} ${y}`)).size, crowd)
      for (const { x, y } of points) {
        assert.ok(x - size / 2 >= cell.x - 1e-6 && x + size / 2 <= cell.x + cell.width + 1e-6)
        assert.ok(y - size / 2 >= cell.floor - 6 - height - 1e-6 && y < cell.floor)
      }
    }
  }
})

test('the chart goes from the left to the right, and from the bottom up to the last step', () => {
  const marks = [0, 1, 2].map((i) => ({ at: i, people: 2, steps: [0, 0, 4 * i, 8, 8] as Shown['marks'][0]['steps'] }))
  const { wide, middle } = chart(marks, 8, 100, 50)
  assert.equal(middle, 'M 0.0 50.0 L 50.0 25.0 L 100.0 0.0')
  assert.equal(wide, 'M 0.0 50.0 L 50.0 50.0 L 100.0 50.0 L 100.0 0.0 L 50.0 0.0 L 0.0 0.0 Z')
  assert.equal(chart([], 8, 100, 50).middle, '')
})

test('what is no wish of a page is refused', () => {
  assert.deepEqual(readMessage('{"type":"tell","text":"x","more":1}'), { type: 'tell', text: 'x' })
  for (const data of ['', 'null', '[]', '{"type":"come"}', '{"type":"come","to":1,"hand":1}', '{"type":"export"}']) {
    assert.throws(() => readMessage(data), Error, data)
  }
})
