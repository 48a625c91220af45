// How the swarm looks at a time, and what is said of it, without a browser.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Happened, KINDS, type Kind, readEvent } from '../src/events.ts'
import { Film } from '../src/film.ts'
import { Log, told } from '../src/log.ts'
import { readRecording } from '../src/recording.ts'
import { hueOf, sentence } from '../src/sentences.ts'
import { apply, copyOf, emptySwarm, holds, type Swarm, sizeOf } from '../src/swarm.ts'
import { crowd, passing } from './crowd.ts'

const fixture = (name: string) => readRecording(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'))
const core = 'c0'.repeat(32)

function swarmOf(events: Happened[]): Swarm {
  const swarm = emptySwarm()
  for (const event of events) apply(swarm, event)
  return swarm
}

/** How a core of `reader` looks after what happened to it. */
function coreAfter(...events: Omit<Happened, 'at' | 'who' | 'core'>[]) {
  const swarm = swarmOf(events.map((event) => ({ at: 0, who: 'reader', core, ...event }) as Happened))
  const held = swarm.programs.get('reader')?.cores.get(core)
  assert.ok(held)
  return { length: held.length, has: held.has, asked: [...held.asked], refused: [...held.refused] }
}

test('blocks are asked for, come, are refused and are freed', () => {
  const ask = (index: number) => ({ what: 'asks for a block', index }) as const
  const get = (index: number) => ({ what: 'receives a block', index, connection: 'a', bytes: 1 }) as const
  assert.deepEqual(
    coreAfter({ what: 'hears of a length', length: 9 } as never, ask(3), ask(4), ask(5), get(4), get(3)),
    {
      length: 9,
      has: [[3, 5]],
      asked: [5],
      refused: []
    }
  )
  assert.deepEqual(coreAfter(ask(1), { what: 'refuses a block', index: 1 } as never, ask(2)).refused, [1])
  assert.deepEqual(coreAfter({ what: 'refuses a block', index: 1 } as never, get(1)).refused, [])
  assert.deepEqual(
    coreAfter({ what: 'appends', start: 0, length: 10 } as never, { what: 'clears blocks', start: 2, end: 4 } as never)
      .has,
    [
      [0, 2],
      [4, 10]
    ]
  )
  assert.deepEqual(coreAfter(get(0), get(2), get(1), get(7), { what: 'truncates', length: 2 } as never), {
    length: 2,
    has: [[0, 2]],
    asked: [],
    refused: []
  })
  // How things stand is told again when something was left out.
  assert.deepEqual(coreAfter(ask(1), get(5), { what: 'holds', length: 4, ranges: [[1, 3]] } as never), {
    length: 4,
    has: [[1, 3]],
    asked: [],
    refused: []
  })
  assert.equal(sizeOf([[0, 2], [4, 10]]), 8) // biome-ignore format: pairs
  assert.deepEqual([1, 2, 4, 9, 10].map((index) => holds([[0, 2], [4, 10]], index)), [true, false, true, true, false]) // biome-ignore format: pairs
})

test('a connection has who began it, bytes each way, and the sadder of two ends', () => {
  const both = { connection: 'a' }
  const swarm = swarmOf([
    { at: 0, who: 'writer', what: 'meets', with: 'd3d95f…4b36', began: false, ...both },
    { at: 1, who: 'reader', what: 'meets', with: 'writer', began: true, ...both },
    { at: 2, who: 'reader', what: 'sends', bytes: 10, ...both },
    { at: 2, who: 'writer', what: 'receives', bytes: 10, ...both },
    { at: 3, who: 'writer', what: 'sends', bytes: 70, ...both },
    { at: 4, who: 'reader', what: 'loses', how: 'goodbye', ...both },
    { at: 5, who: 'writer', what: 'loses', how: 'killed', ...both }
  ])
  assert.deepEqual(swarm.connections.get('a'), {
    id: 'a',
    ends: ['reader', 'writer'],
    isBegunByFirst: true,
    bytes: [10, 70],
    ended: 4,
    how: 'killed'
  })
})

test('the state at a time is the same forwards, backwards, and from the beginning', () => {
  const film = new Film()
  const events = [...crowd(5)]
  for (let time = 0; time < 5_000; time += 50) events.push(...passing(time, 5, 2_000))
  film.add(events)
  const plain = (swarm: Swarm) =>
    JSON.stringify([...copyOf(swarm).programs.values()].map(({ cores }) => [...cores.values()].map(({ has }) => has)))
  const times = [100, 2_500, 4_900]
  const forwards = times.map((time) => plain(film.at(time)))
  const backwards = times.toReversed().map((time) => plain(film.at(time)))
  assert.deepEqual(backwards.toReversed(), forwards)
  assert.equal(plain(swarmOf(events.filter(({ at }) => at <= 2_500))), forwards[1])
  assert.notEqual(forwards[0], forwards[1])
})

test('a film that runs for long forgets its beginning, and still knows how things stand', () => {
  const film = new Film()
  film.add(crowd(3))
  let last = 0
  for (let time = 0; last < 300_000; time += 500) {
    const more = Array.from(
      { length: 5_000 },
      (_, i): Happened => ({
        at: time + i / 10,
        who: 'reader 0',
        what: 'appends',
        core,
        start: last + i,
        length: last + i + 1
      })
    )
    last += more.length
    film.add(more)
    film.at(time + 500)
  }
  assert.ok(film.events.length <= 250_000)
  assert.ok(film.begin > 0)
  assert.deepEqual(film.at(film.end).programs.get('reader 0')?.cores.get(core)?.has, [[0, last]])
  assert.equal(film.at(film.begin).programs.size, 3)
})

test('the recording of exercise 3 shows a reader that serves while the writer is away', () => {
  const film = new Film()
  film.add(fixture('3-hypercore.jsonl'))
  const swarm = film.at(8_100)
  assert.deepEqual(swarm.nodes, ['node 1', 'node 2', 'node 3', 'node 4'])
  const programs = [...swarm.programs.values()].map(({ name, ended, how }) => [name, ended === undefined, how])
  assert.deepEqual(programs, [
    ['writer', false, '0'],
    ['reader', true, ''],
    ['reader 2', true, '']
  ])
  const [held] = [...(swarm.programs.get('reader 2')?.cores.values() ?? [])]
  assert.deepEqual(held?.has, [[0, 4]])
  const open = [...swarm.connections.values()].filter(({ ended }) => ended === undefined)
  assert.deepEqual(open.map(({ ends }) => ends), [['reader 2', 'reader']]) // biome-ignore format: one line
})

test('every kind of event has a sentence, in which no text of a role is obeyed', () => {
  const bad = '<b>x</b>\u001b[31m\u0007\u202e\n'
  for (const [what, { fields }] of Object.entries(KINDS)) {
    const values = { text: bad, number: 7, truth: true, ranges: [[0, 3]] }
    const all = Object.entries(fields).map(([name, type]) => [
      name,
      values[type.replace('?', '') as keyof typeof values]
    ])
    const event = readEvent({ at: 0, who: bad, what, ...Object.fromEntries(all) })
    assert.ok(event, what)
    const text = sentence(event)
    assert.ok(text.length > 5, what)
    assert.doesNotMatch(text, /\p{Cc}|\u202e|undefined/u, what satisfies string as Kind)
  }
})

test('the list has one sentence for what is alike and comes at once', () => {
  const log = new Log()
  log.add(fixture('3-hypercore.jsonl'))
  const sentences = log.until(8_000, 1_000).map(told)
  assert.ok(sentences.includes('writer announces itself at the DHT under c39518…71be'))
  assert.ok(sentences.includes('reader 2 gets block 0 of d8c4e2…96b8 from reader, and 3 more like that'))
  assert.ok(sentences.includes('“four” is typed into writer'))
  assert.ok(!sentences.some((text) => text.includes('sends from')))
  assert.deepEqual(log.until(1_340, 5).map(told), ['writer starts: writer.ts'])
})

test('keys that begin alike look unlike', () => {
  assert.ok(Math.abs(hueOf('48e8f1') - hueOf('48e8f2')) > 40)
  assert.equal(hueOf('no key'), 0)
})
