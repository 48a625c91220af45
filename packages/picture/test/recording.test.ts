import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { clip } from '@workshop/picture/clip'
import { type Happened, KINDS, type Kind, LONGEST, readEvent, VERSION } from '@workshop/picture/events'
import { heading, line, RecordingError, readRecording } from '@workshop/picture/recording'

const example = { text: 'hello', number: 7, truth: true, ranges: [[0, 3]] }

/** An event of each kind, with all its fields. */
const events = Object.entries(KINDS).map(([what, { fields }], i) => {
  const told = Object.entries(fields).map(([name, field]) => [
    name,
    example[field.replace('?', '') as keyof typeof example]
  ])
  return { at: i, who: 'writer', what, ...Object.fromEntries(told) } as Happened
})

test('an event of every kind is the same after it was written and read', () => {
  assert.equal(new Set(events.map(({ what }) => what)).size, Object.keys(KINDS).length)
  assert.deepEqual(readRecording(heading() + events.map(line).join('')), events)
})

test('what a kind needs has to be there, and what may be missing may be missing', () => {
  for (const event of events) {
    for (const [name, field] of Object.entries(KINDS[event.what as Kind].fields)) {
      const { [name]: _, ...rest } = event as unknown as Record<string, unknown>
      assert.equal(readEvent(rest) !== undefined, field.endsWith('?'), `${event.what} without ${name}`)
      assert.equal(
        readEvent({ ...event, [name]: { no: 'such thing' } }),
        undefined,
        `${event.what} with a wrong ${name}`
      )
    }
  }
})

test('of what somebody else wrote only what the vocabulary knows is taken, and no more than fits', () => {
  const event = { at: 1, who: 'peer', what: 'prints', text: 'x'.repeat(LONGEST + 1), html: '<script>' }
  assert.deepEqual(readEvent(event), { at: 1, who: 'peer', what: 'prints', text: 'x'.repeat(LONGEST) })
  for (const none of [null, 7, 'prints', [], {}, { ...event, at: 'now' }, { ...event, what: 'toString' }]) {
    assert.equal(readEvent(none), undefined, JSON.stringify(none))
  }
})

test('a recording that is damaged or of another version is refused in a sentence that says where', () => {
  const [first, second] = events.slice(0, 2).map(line) as [string, string]
  const refused: [string, RegExp][] = [
    ['', /no recording of the picture/],
    ['hello\n', /no recording of the picture/],
    [`{"p2p-workshop picture":${VERSION + 1}}\n`, new RegExp(`version ${VERSION + 1} .* plays version ${VERSION}`)],
    [heading() + first.slice(0, -5), /line 2 has no end/],
    [`${heading()}${first}{"at":1}\n`, /line 3 is no event/],
    [`${heading()}${first}nonsense\n${second}`, /line 3 is no event/],
    [heading() + second + first, /line 3 is older/]
  ]
  for (const [text, message] of refused)
    assert.throws(() => readRecording(text), { name: RecordingError.name, message })
  assert.deepEqual(readRecording(heading()), [])
})

test('the clip in the README is that of the recording beside it, and runs nothing', () => {
  const docs = new URL('../../../docs/', import.meta.url)
  const events = readRecording(readFileSync(new URL('missed-meeting.jsonl', docs), 'utf8'))
  const made = clip(events)
  assert.equal(made, readFileSync(new URL('missed-meeting.svg', docs), 'utf8'), 'packages/cli/recordings makes both')
  for (const [sentence] of made.matchAll(/<text class="says[^<]*/g)) assert.match(sentence, /\d\. \w.*\.$/)
  const hostile = events.map((event) =>
    JSON.parse(JSON.stringify(event).replaceAll('"peer 2"', '"<script>alert(1)</script>"'))
  )
  assert.doesNotMatch(clip(hostile), /<script|href=|url\(/)
})
