// Where a story sends who reads it.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { placeOf } from '../src/place.ts'

/** The place for some advice in an answer of these lines. */
async function placeIn(t: TestContext, lines: string[], means: string, saw = 'It printed nothing.') {
  const dir = await mkdtemp(join(tmpdir(), 'place-'))
  t.after(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'echo.ts'), lines.join('\n'))
  const { where } = await placeOf(
    { step: 2, title: '', state: 'failed', saw, means },
    join(import.meta.dirname, 'exercise'),
    dir
  )
  return where
}

const ANSWER = [
  "import { join } from 'node:path'",
  '// join the swarm',
  'swarm.join(topic)',
  'core.append(a)',
  'core.append(b)'
]

test('a story points to the one line with the code that its advice names', async (t) => {
  assert.equal(await placeIn(t, ANSWER, 'Announce yourself: `swarm.join` does both.'), 'echo.ts:3')
})

test('a story points nowhere when several lines have that code, or none', async (t) => {
  assert.equal(await placeIn(t, ANSWER, 'One line is one block: `core.append(line)`.'), undefined)
  assert.equal(await placeIn(t, ANSWER, 'Keep what comes: `rest += piece`.'), undefined)
  assert.equal(await placeIn(t, ANSWER, 'Join first.'), undefined)
})

test('a story points to what is not written yet, and to nothing where it names a line itself', async (t) => {
  const lines = [...ANSWER, '// TODO 2: print the key']
  assert.equal(await placeIn(t, lines, 'Announce yourself: `swarm.join`.'), 'echo.ts:6')
  assert.equal(await placeIn(t, lines, '`swarm.join`', 'Its error is in echo.ts:4.'), undefined)
})
