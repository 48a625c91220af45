import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { root } from '../src/course.ts'
import { isAuthors } from '../src/exercise.ts'

const timeout = 120_000

test('what git does not look at in an exercise is what the command takes for the learner’s', { timeout }, () => {
  const tracked = execFileSync('git', ['ls-files', 'exercises'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const path of tracked) assert.ok(isAuthors(String(path.split('/')[2])), path)
  for (const [path, isIgnored] of [
    ['server.ts', true],
    ['notes/ideas.md', true],
    ['starter/server.ts', false],
    ['mistakes.ts', true],
    ['mine.test.ts', true],
    ['check/people.ts', false],
    ['check/variants/new/server.ts', false]
  ] as const) {
    const full = `exercises/1-dht/${path}`
    let ignored = true
    try {
      execFileSync('git', ['check-ignore', '--no-index', '-q', full], { cwd: root })
    } catch {
      ignored = false
    }
    assert.equal(ignored, isIgnored, full)
    assert.equal(isAuthors(String(path.split('/')[0])), !isIgnored, full)
  }
})
