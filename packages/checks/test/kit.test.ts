import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { type Happened, is } from '@workshop/picture/events'
import { typescript } from '@workshop/start'
import { judge, type Verdict } from '../src/judge.ts'
import { Launcher, run } from '../src/launcher.ts'
import { report } from '../src/report.ts'
import { Role } from '../src/role.ts'
import { Stage } from '../src/stage.ts'

const timeout = 180_000 // ms: on a loaded machine a verdict waits longer, up to 90 s for one fact
const exercise = fileURLToPath(new URL('exercise', import.meta.url))
const answer = fileURLToPath(new URL('answer', import.meta.url))
const checks = fileURLToPath(new URL('..', import.meta.url))

test('a right answer passes every step', { timeout }, async () => {
  const verdict = await judge({ exercise, dir: answer })
  assert.deepEqual(states(verdict), ['passed', 'passed', 'passed'])
})

test('a wrong answer fails by your code, with a story; the steps behind it are not run', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('ready')\nprocess.stdin.resume()\n")
  const verdict = await judge({ exercise, dir })
  assert.deepEqual(states(verdict), ['passed', 'failed', 'not run'])
  assert.deepEqual(verdict.results[1], {
    step: 2,
    title: 'it echoes',
    state: 'failed',
    fault: 'your code',
    did: 'I started echo.ts. I typed “hello” into echo.ts.',
    saw: 'echo.ts did not print “hello”. echo.ts printed “ready”. echo.ts never asked the local network for anything.',
    means: 'Print what you read.',
    file: 'echo.ts'
  })
})

test('a step alone brings about what it needs, and tells it', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('ready')\nprocess.stdin.resume()\n")
  const verdict = await judge({ exercise, dir, from: 2, to: 2 })
  assert.deepEqual(states(verdict), ['not run', 'failed', 'not run'])
  assert.match(String(verdict.results[1]?.did), /^I started echo\.ts\./)
  const { what, who, ...missed } = verdict.events.at(-1) as Happened<'is missed'>
  assert.deepEqual([what, who, missed.text], ['is missed', 'echo.ts', 'echo.ts did not print “hello”.'])
  assert.ok(Number(missed.since) < missed.at)
  assert.deepEqual(
    verdict.events.filter(is('begins a step')).map(({ step }) => step),
    [2]
  )
  assert.deepEqual(states(await judge({ exercise, dir: answer, from: 3, to: 3 })), ['not run', 'not run', 'passed'])
})

test('a program that threw is told first, with the line of the learner', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('starting')\nthrow new Error('no more ' + 'of this')\n")
  const { results } = await judge({ exercise, dir })
  assert.match(
    String(results[0]?.saw),
    /^echo\.ts had ended, with exit code 1\. Its error: no more of this \(echo\.ts:2\)\. That line is: `throw new Error/
  )
})

test('what was not seen of a role is told of that role, although another one began since', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('ready')\nprocess.stdin.resume()\n")
  const stage = new Stage({ dir })
  t.after(() => stage.close())
  const role = await stage.start('echo.ts')
  await stage.prints(role, /ready/, 'ready')
  stage.beginStory()
  await stage.start('echo.ts', [], 'another one')
  const missing = stage.until(
    () => false,
    () => 'echo.ts is silent.',
    { patience: 50, file: 'echo.ts' }
  )
  await assert.rejects(missing, /: echo\.ts is silent\. echo\.ts printed “ready”\. (?!.*another one)/)
})

test('a look that never comes back is given up', { timeout }, async (t) => {
  const stage = new Stage({ dir: answer })
  t.after(() => stage.close())
  await stage.network() // keeps this process alive meanwhile, as in a check
  await assert.rejects(
    stage.until(
      () => new Promise<boolean>(() => {}),
      () => 'I saw nothing.',
      { patience: 50 }
    ),
    { message: 'I saw nothing.' }
  )
})

test('what is awaited for long is told to who waits for the verdict', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('ready')\nprocess.stdin.resume()\n")
  const told: string[] = []
  await judge({ exercise, dir, onwait: (saw) => told.push(saw) })
  assert.match(String(told.at(-1)), /^echo\.ts did not print “hello”/)
})

test('a machine on which node starts slowly gets more patience', {
  timeout,
  skip: process.platform === 'win32' && 'the slow node is a shell script'
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'checks-'))
  const [slowNode, started] = [join(folder, 'node'), join(folder, 'started')]
  await writeFile(slowNode, `#!/bin/sh\nsleep 0.4\ntouch ${started}\n`, { mode: 0o755 })
  const { execPath } = process
  const stage = new Stage({ dir: answer })
  t.after(async () => {
    process.execPath = execPath
    await stage.close()
    await rm(folder, { recursive: true })
  })
  process.execPath = slowNode
  // Each look computes: on a machine where nobody has anything to do nobody is waited for.
  const looks = () => {
    const end = performance.now() + 5
    while (performance.now() < end);
    return existsSync(started)
  }
  // The fact comes after the usual patience, with the end of the control.
  assert.ok(await stage.until(looks, () => 'I saw nothing.', { patience: 1_000 }))
})

test('a role that has had little processor time yet, and wants more, is waited for', {
  timeout,
  skip: process.platform !== 'linux' && 'only Linux tells what a process has computed'
}, async (t) => {
  const computed = 'Object.values(process.cpuUsage()).reduce((user, system) => user + system)'
  const dir = await answerOf(t, `while (${computed} < 1_000_000);\nconsole.log('ready')\n`)
  const stage = new Stage({ dir })
  t.after(() => stage.close())
  await stage.prints(await stage.start('echo.ts'), /ready/, 'ready', { patience: 300 })
})

test('colours, tabs and blanks make no difference', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('\\x1b[32m \\tready\\x1b[0m  ')\nprocess.stdin.pipe(process.stdout)\n")
  assert.equal((await judge({ exercise, dir })).results[0]?.state, 'passed')
})

test('a program that throws is quoted with its line', { timeout }, async (t) => {
  const dir = await answerOf(t, "\nconst nothing = JSON.parse('null')\nnothing.print()\n")
  const { results } = await judge({ exercise, dir })
  assert.match(String(results[0]?.saw), /had ended, with exit code 1\. Its error: TypeError: .* \(echo\.ts:3\)\./)
})

test('a fault of the check itself is not blamed on the learner', { timeout }, async (t) => {
  const dir = await answerOf(t, "console.log('ready, with a trap')\nprocess.stdin.pipe(process.stdout)\n")
  const verdict = await judge({ exercise, dir })
  assert.equal(verdict.fault, 'our check')
  assert.match(String(verdict.results[1]?.saw), /the check fell into the trap/)
})

test('a fault of the machine is not blamed on the learner', { timeout }, async (t) => {
  const { TMPDIR } = process.env
  process.env.TMPDIR = join(tmpdir(), 'there', 'is', 'no', 'such', 'folder')
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  const verdict = await judge({ exercise, dir: answer })
  assert.equal(verdict.fault, 'this machine')
  assert.match(String(verdict.results[0]?.saw), /No folder could be made/)
})

test('a check that is killed leaves no process and no folder behind, even of a role that does not listen', {
  timeout
}, async (t) => {
  const dir = await answerOf(
    t,
    "import { writeSync } from 'node:fs'\nwriteSync(1, `ready ${process.pid} ${process.cwd()}\\n`)\nfor (;;);\n"
  )
  const script = `
    const { Stage } = await import('${new URL('../src/stage.ts', import.meta.url).href}')
    const stage = new Stage({ dir: '${dir}' })
    const role = await stage.start('echo.ts')
    console.log((await stage.prints(role, /ready (.*)\\n/, 'ready'))[1])`
  const runner = spawn(process.execPath, [...typescript, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.after(() => runner.kill('SIGKILL'))
  const [line] = (await once(createInterface(runner.stdout), 'line')) as [string]
  const [, pid, folder] = /^(\d+) (.*)$/.exec(line) ?? []
  assert.ok(isAlive(Number(pid)) && existsSync(String(folder)))
  runner.kill('SIGKILL')
  while (isAlive(Number(pid)) || existsSync(String(folder))) await delay(20)
})

test('a check survives what a library throws behind the close of its store, and nothing else', {
  timeout
}, async () => {
  for (const [thrown, end] of [
    ['RocksDB session is closed', 0],
    ['something else', 1]
  ] as const) {
    const script = `
      const { Stage } = await import('${new URL('../src/stage.ts', import.meta.url).href}')
      const stage = new Stage({ dir: '${answer}' })
      await stage.store()
      await stage.close()
      Promise.reject(new Error('${thrown}')) // as a function does that nobody awaits`
    const checking = spawn(process.execPath, [...typescript, '--input-type=module', '-e', script], { stdio: 'ignore' })
    assert.deepEqual(await once(checking, 'exit'), [end, null])
  }
})

test('a role that is killed before it has begun leaves no error behind', { timeout }, async () => {
  const launcher = new Launcher({ node: typescript, cwd: answer, env: process.env, package: checks, spares: 2 })
  const role = launcher.start(join(answer, 'echo.ts'), [], {})
  role.kill('SIGKILL') // it is told what to run, and cannot read that any more
  launcher.close()
  await once(role, 'close')
})

test('the report of a verdict', () => {
  const verdict: Verdict = {
    exercise: '3-hypercore',
    seed: 'abcdef',
    events: [],
    passed: 1,
    fault: 'your code',
    results: [
      { step: 1, title: 'the writer prints the key of its core', state: 'passed' },
      {
        step: 2,
        title: 'the blocks survive a restart',
        state: 'failed',
        fault: 'your code',
        did: 'I typed “alpha” into writer.ts, stopped it with Ctrl-C and started it again.',
        saw: 'Its core was empty, and its key was another one.',
        means: 'A core lives in its folder: give Hypercore the same folder every time.'
      },
      { step: 3, title: 'a second reader gets the blocks while the writer is away', state: 'not run' }
    ]
  }
  const text = stripVTControlCharacters(
    report(verdict, '3 · Hypercore: one writer, many readers', 'Once more: pnpm ex 3 check')
  )
  assert.equal(
    text,
    `3 · Hypercore: one writer, many readers                                   1 of 3

  ✓ 1  the writer prints the key of its core
  ✗ 2  the blocks survive a restart
       I typed “alpha” into writer.ts, stopped it with Ctrl-C and started it
       again.
       Its core was empty, and its key was another one.
       → A core lives in its folder: give Hypercore the same folder every time.
  · 3  a second reader gets the blocks while the writer is away

  Once more: pnpm ex 3 check`
  )
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
})

for (const hasSignals of [true, false]) {
  test(`Ctrl-C reaches a role ${hasSignals ? 'as a signal' : 'where there are no signals'}`, { timeout }, async (t) => {
    const dir = await answerOf(
      t,
      "process.on('SIGINT', () => {\n  console.log('goodbye')\n  process.exit(0)\n})\nconsole.log('ready')\nprocess.stdin.resume()\n"
    )
    const stage = new Stage({ dir })
    t.after(() => stage.close())
    const role = new Role({
      child: run(typescript, [join(dir, 'echo.ts')], { cwd: dir, env: process.env, hasSignals }),
      dir,
      file: 'echo.ts',
      shown: 'echo.ts',
      name: 'echo.ts',
      host: '127.0.0.1',
      history: stage.history,
      did: () => {},
      spokeToNetwork: () => true,
      onkilled: async () => {}
    })
    t.after(() => role.end())
    await stage.prints(role, /ready/, 'ready')
    await role.interrupt()
    assert.deepEqual(await stage.ends(role), { code: 0, signal: null })
    assert.match(role.output, /goodbye/)
  })
}

const states = ({ results }: Verdict) => results.map(({ state }) => state)

async function answerOf(t: TestContext, code: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'p2p-kit-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await writeFile(join(dir, 'echo.ts'), code)
  return dir
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
