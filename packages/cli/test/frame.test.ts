// What the watch shows, on screens of several sizes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Result } from '@workshop/checks/judge'
import { exercises } from '@workshop/course'
import { frame, type Scene, scrollable } from '../src/frame.ts'
import { fit, say } from '../src/terminal.ts'
import { text } from '../src/text.ts'

const SMALL = { columns: 60, rows: 24 }
const SIZES = [SMALL, { columns: 80, rows: 24 }, { columns: 100, rows: 40 }, { columns: 200, rows: 60 }]
const STORY = {
  fault: 'your code',
  did: 'I started peer.ts. I joined its topic with two peers of mine, and sent twenty lines at once from the first one.',
  saw: `peer.ts did not print \`* got a connection from: ${'ab'.repeat(32)} *\`. It printed nothing at all in five seconds.`,
  means: 'What comes in is a piece, not a line: split it at the line ends, and print `<hex>: <text>` for each of them.',
  where: 'peer.ts:17'
} as const

/** An exercise of some steps where one has failed. */
function failedAt(step: number, of: number, more: Partial<Scene> = {}): Scene {
  const results = Array.from({ length: of }, (_, i): Result => {
    const title = `what step ${i + 1} is about, in a title that is as long as the rules allow it to be`
    if (i + 1 < step) return { step: i + 1, title, state: 'passed' }
    return i + 1 === step ? { step, title, state: 'failed', ...STORY } : { step: i + 1, title, state: 'not run' }
  })
  const keys = ['h hint', 'd diff', 'r run', 'a again', 't text', 'l list', 'x reset', 'n next', 'q quit']
  return {
    heading: '2 · Connect many peers by topic',
    results,
    status: 'Waiting.',
    keys,
    scrolled: 0,
    isVerbose: false,
    ...more
  }
}

const shown = (scene: Scene, size = SMALL) => frame(scene, size).map((line) => stripVTControlCharacters(line))

for (const size of SIZES) {
  test(`title, step, status and keys fit into ${size.columns} × ${size.rows}, at each step`, () => {
    for (let step = 1; step <= 9; step++) {
      const lines = shown(failedAt(step, 9), size)
      assert.equal(lines.length, size.rows)
      for (const line of lines) assert.ok(line.length <= size.columns, line)
      const screen = lines.join('\n')
      assert.match(lines[0] ?? '', new RegExp(`^2 · Connect many peers by topic +${step - 1} of 9$`))
      assert.match(screen, new RegExp(`^ {2}✗ ${step}  what step ${step} `, 'm'))
      assert.match(screen.replaceAll(/\s+/g, ' '), /split it at the line ends.* \(peer\.ts:17\)/)
      for (const key of ['h hint', 'x reset', 'q quit']) assert.ok(screen.includes(key), key)
    }
  })
}

test('what has passed is folded first, then what was not looked at, and only where it must be', () => {
  const small = shown(failedAt(5, 9)).join('\n')
  assert.match(small, /✓ 1 to 4 {2}passed\n/)
  assert.match(small, /· 6 to 9 {2}not looked at yet\n/)
  const large = shown(failedAt(5, 9), { columns: 100, rows: 40 }).join('\n')
  assert.equal(large.match(/✓/g)?.length, 4)
  assert.equal(large.match(/·\s\d/g)?.length, 4)
})

test('a wide terminal uses its width', () => {
  const lines = shown(failedAt(1, 3), { columns: 160, rows: 24 })
  assert.ok(lines.some((line) => line.length > 100))
})

test('a page covers the steps, is scrolled to its end, and code that is too long is broken', () => {
  const lines = Array.from({ length: 50 }, (_, i) => `${i + 1} ${'x'.repeat(70)}`)
  const scene = failedAt(1, 3, { page: () => lines })
  const begin = shown(scene)
  assert.equal(begin.length, 24)
  assert.match(begin[2] ?? '', /^1 x{58}$/)
  assert.match(begin[3] ?? '', /^x{12}$/)
  assert.ok(begin.some((line) => /more lines: ↓$/.test(line)))
  const end = shown({ ...scene, scrolled: scrollable(scene, SMALL) })
  assert.ok(end.some((line) => line.startsWith('50 x')))
  assert.ok(!end.some((line) => /more lines/.test(line)))
})

test('a sentence is broken between words, and a command in it stays in one line where it fits', () => {
  const printed = (text: string, isTTY: boolean) => {
    const lines: string[] = []
    say(text, { isTTY, columns: 40, write: (line: string) => lines.push(line) } as unknown as NodeJS.WriteStream)
    return lines.join('')
  }
  const sentence = 'There is no command “chek”. Did you mean “pnpm ex 1 check”? All commands: pnpm ex help'
  assert.equal(
    printed(sentence, true),
    'There is no command “chek”. Did you mean\n“pnpm ex 1 check”? All commands:\npnpm ex help\n'
  )
  assert.equal(
    printed('Both:\n\n  pnpm ex 1 undo   Go on: npx -y pnpm@12 ex 2', true),
    'Both:\n\n  pnpm ex 1 undo   Go on:\n  npx -y pnpm@12 ex 2\n'
  )
  assert.equal(printed(sentence, false), `${sentence}\n`, 'a pipe gets it as it is')
})

test('what is said when all steps pass is wrapped, and scrolled where it must be', () => {
  const ending = (columns: number) => fit('What your program now withstands. '.repeat(60), '  ', '  ', columns)
  const scene = failedAt(9, 8, { ending })
  const begin = shown(scene).join('\n')
  assert.match(begin, /✓ 1 to 8 {2}passed\n\n {2}What your program/)
  assert.match(begin, /more lines: ↓/)
  const end = shown({ ...scene, scrolled: scrollable(scene, SMALL) })
  for (const line of end) assert.ok(line.length <= 60)
  assert.doesNotMatch(end.join('\n'), /more lines/)
})

test('a status that is too long is cut, and the keys stay', () => {
  const lines = shown(failedAt(2, 9, { status: 'So far nothing was seen. '.repeat(30) }))
  assert.equal(lines.length, 24)
  assert.ok(lines.some((line) => line.endsWith('…')))
  assert.ok(lines.at(-1)?.includes('q quit'))
})

test('the text of each exercise fits into 60 columns, but for code', () => {
  for (const exercise of exercises()) {
    for (const line of text(exercise, 60).map((line) => stripVTControlCharacters(line)))
      assert.ok(line.length <= 60 || line.startsWith('    '), `${exercise.name}: ${line}`)
  }
})
