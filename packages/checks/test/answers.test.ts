import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { together, withEdited } from '../src/answers.ts'

test('variants that change different places of the solution are one answer, the others are answers of their own', async (t) => {
  const top = await mkdtemp(join(tmpdir(), 'answers-'))
  t.after(() => rm(top, { recursive: true, force: true }))
  const solution = join(top, 'solutions', '1-x')
  await mkdir(solution, { recursive: true })
  await writeFile(join(solution, 'a.ts'), 'one two three')
  await writeFile(join(solution, 'b.ts'), 'b')
  const dir = join(top, 'exercises', '1-x')
  const all = together(dir, [
    { name: 'first', edits: { 'a.ts': [['one', '1']] } },
    { name: 'two places', edits: { 'a.ts': [['three', '3']], 'b.ts': 'other' } },
    { name: 'overlaps', edits: { 'a.ts': [['ne tw', '']] } },
    { name: 'whole', edits: { 'a.ts': 'whole', 'c.ts': 'new' }, extra: true },
    { name: 'beside whole', edits: { 'b.ts': 'own' } }
  ])
  assert.deepEqual(
    all.map(({ name, extra }) => [name, extra ?? false]),
    [
      ['first + two places', false],
      ['overlaps + beside whole', false],
      ['whole', true]
    ]
  )
  const [both] = all
  assert.deepEqual(both?.edits, {
    'a.ts': [
      ['one', '1'],
      ['three', '3']
    ],
    'b.ts': 'other'
  })
})

test('an edit that does not find its place in the solution once is an error of the author', async (t) => {
  const top = await mkdtemp(join(tmpdir(), 'answers-'))
  t.after(() => rm(top, { recursive: true, force: true }))
  const solution = join(top, 'solutions', '1-x')
  await mkdir(solution, { recursive: true })
  await writeFile(join(solution, 'a.ts'), 'same same')
  const edited = (find: string) =>
    withEdited(join(top, 'exercises', '1-x'), { name: 'v', edits: { 'a.ts': [[find, '']] } }, async () => {})
  await assert.rejects(edited('same'), /must find its place in a\.ts once: same/)
  await assert.rejects(edited('other'), /must find its place in a\.ts once: other/)
})
