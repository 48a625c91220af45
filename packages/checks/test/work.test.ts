// Who has work to do, and who rests.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Work } from '../src/work.ts'

/** The id of a program that has begun to do this. */
async function program(t: TestContext, does: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', `console.log('begun'); ${does}`], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return Number(child.pid)
}

test('a program that computes is at work all the time, one that waits is not', {
  skip: !existsSync('/proc/self/stat') && 'nobody tells here what a program does',
  timeout: 120_000
}, async (t) => {
  const [computes, waits] = await Promise.all([program(t, 'for (;;);'), program(t, 'setInterval(() => {}, 1_000_000)')])
  const begun = performance.now()
  const [busy, resting] = [new Work(() => [computes]), new Work(() => [waits])]
  while (busy.done < resting.done + 300) {
    await delay(50)
    for (const work of [busy, resting]) work.look(0)
  }
  const passed = performance.now() - begun
  assert.ok(busy.done <= passed, `${busy.done} of ${passed} ms`)
})
