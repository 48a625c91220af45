import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { copyOfWorkshop, ex } from './help.ts'

const timeout = 120_000

test('a new exercise begins with the files of another one, without what a learner wrote there', {
  timeout
}, async (t) => {
  const top = await copyOfWorkshop(t)
  await writeFile(join(top, 'exercises', '1-dht', 'mine.ts'), 'console.log(1)\n')
  const run = ex(t, top, {}, 'new', '8-mesh', '--from', '1')
  assert.equal(await run.code, 0, run.errors)
  const [exercise, solution] = ['exercises', 'solutions'].map((room) => join(top, room, '8-mesh')) as [string, string]
  for (const file of ['README.md', 'starter/server.ts', 'check/steps.ts', 'check/mistakes.ts']) {
    assert.ok(existsSync(join(exercise, file)), file)
  }
  assert.ok(!existsSync(join(exercise, 'mine.ts')) && !existsSync(join(exercise, 'node_modules')))
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
  assert.match(read(exercise, 'README.md'), /^# 8 · [\s\S]*pnpm ex 8 server/)
  assert.doesNotMatch(read(exercise, 'README.md'), /pnpm ex 1\b|1-dht/)
  assert.match(read(exercise, 'package.json'), /"exercise-8-mesh"[\s\S]*"solution-8-mesh"/)
  assert.match(read(solution, 'package.json'), /"solution-8-mesh"/)
})
