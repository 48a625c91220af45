// The story of a verdict, as rows, as text and as a page.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagram } from '../src/diagram.ts'
import type { Happened } from '../src/events.ts'
import { storyOf } from '../src/story.ts'
import { trace } from '../src/trace.ts'

const KEY = 'ab'.repeat(32)
const check = 'the check'

/** A server that prints what it hears, and does not send what is typed into it. */
const events: Happened[] = [
  { at: 0, who: check, what: 'begins a step', step: 1, text: 'the server listens' },
  { at: 10, who: 'server.ts', what: 'starts', text: 'server.ts' },
  { at: 20, who: 'server.ts', what: 'prints', text: `listening on: ${KEY}\n` },
  ...[30, 31, 32].map((at): Happened => ({ at, who: 'server.ts', what: 'announces', target: KEY })),
  { at: 40, who: 'My client', what: 'meets', with: 'server.ts', began: true },
  { at: 50, who: check, what: 'begins a step', step: 2, text: 'what is typed arrives' },
  { at: 60, who: check, what: 'does', text: 'My client sent many lines.' },
  ...Array.from(
    { length: 500 },
    (_, i): Happened => ({ at: 61 + i / 1000, who: 'My client', what: 'sends', with: 'server.ts', text: `line ${i}\n` })
  ),
  { at: 70, who: 'server.ts', what: 'is typed into', text: 'news\n' },
  {
    at: 5070,
    who: 'My client',
    what: 'is missed',
    text: 'My client received nothing; “news” did not come.',
    since: 70,
    from: 'server.ts'
  }
]
const failed = {
  heading: '1 · DHT',
  results: [
    { step: 1, title: 'the server listens', state: 'passed' as const },
    { step: 2, title: 'what is typed arrives', state: 'failed' as const }
  ],
  saw: 'My client received nothing.',
  means: 'Write to the socket.'
}

function told(events: Happened[], step?: number): string {
  const story = storyOf(events, step)
  assert.ok(story)
  return trace(story).join('\n')
}

test('the story of the step that failed says what still holds, what was given, and what did not come', () => {
  assert.equal(
    told(events),
    [
      '  Step 2: what is typed arrives',
      '',
      '   before    server.ts starts',
      '   before    server.ts prints “listening on: ababab…abab”',
      '   before    My client connects to server.ts',
      '  0.010 s    My client sent many lines.',
      '  0.011 s    My client sends “line 0” to server.ts',
      '  0.011 s    My client sends “line 1” to server.ts',
      '  0.011 s    My client sends “line 2” to server.ts',
      '             … 497 lines like this',
      '  0.020 s  ▸ “news” is typed into server.ts',
      '         ⋮ nothing for 5.000 s',
      '  5.020 s  ✗ My client received nothing; “news” did not come. server.ts owed it.',
      '             The check waited from 0.020 s on.'
    ].join('\n')
  )
})

test('the story of an earlier step can be told, and of one that was not reached none', () => {
  assert.match(told(events, 1), /Step 1: the server listens/)
  // Several nodes are asked at once: that is one act.
  assert.equal(told(events, 1).split('announces itself').length, 2)
  assert.equal(storyOf(events, 3), undefined)
  assert.equal(storyOf([]), undefined)
})

test('the page has a lane for each, the gap where something was due, and no script and no address', () => {
  const story = storyOf(events)
  assert.ok(story)
  const page = diagram(story, failed)
  const lanes = [...page.matchAll(/<div class="name[^>]*>([^<]+)</g)].map(([, name]) => name)
  assert.deepEqual(lanes, ['server.ts', 'My client'])
  assert.match(page, /class="gap"/)
  assert.match(page, /class="arrow absent right"/)
  assert.match(page, /… 497 lines like this/)
  assert.doesNotMatch(page, /<script|https?:|url\(|@import/)
})

test('what a role prints is never markup, and never obeyed by a terminal', () => {
  const bad =
    '<script>alert(1)</script> \u001b[31m\u001b]8;;http://evil.example\u0007 \u202eabc "\'><img src=x onerror=alert(1)>\n'
  const evil = [
    ...events.slice(0, 8),
    { at: 55, who: '<b>me</b>', what: 'starts', text: bad },
    { at: 56, who: '<b>me</b>', what: 'prints', text: bad },
    { at: 57, who: '<b>me</b>', what: 'is missed', text: bad, from: bad }
  ] satisfies Happened[]
  const story = storyOf(evil)
  assert.ok(story)
  const page = diagram(story, { ...failed, saw: bad, means: bad, heading: bad })
  assert.doesNotMatch(page, /<script|<img|<b>me|\u202e/)
  assert.match(page, /&lt;script&gt;/)
  for (const text of [page, told(evil)]) assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}|\u202e/u)
})

test('a flood makes no long page', () => {
  const flood = Array.from(
    { length: 50_000 },
    (_, i): Happened => ({ at: 60, who: `role ${i % 7}`, what: 'prints', text: `${i}\n` })
  )
  const story = storyOf([...events.slice(0, 8), ...flood, ...events.slice(-1)])
  assert.ok(story)
  assert.ok(diagram(story, failed).length < 300_000)
})
