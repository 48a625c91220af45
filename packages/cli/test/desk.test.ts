// What the command remembers and shows of a learner's own files, in a copy of the workshop.
import assert from 'node:assert/strict'
import { cp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { diff } from '../src/diff.ts'
import { lengthOf } from '../src/frame.ts'
import { link } from '../src/link.ts'
import { copyOfWorkshop, ex, type Run, root } from './help.ts'

const timeout = 120_000

test('a learner is told why it fails, how to go on, that it passes, and what was there before', {
  timeout
}, async (t) => {
  const top = await copyOfWorkshop(t)
  const client = join(top, 'exercises', '1-dht', 'client.ts')
  const ours = await readFile(join(top, 'solutions', '1-dht', 'client.ts'), 'utf8')
  const hint = () => outputOf(ex(t, top, {}, '1', 'hint'))
  await answer(top, '1-dht')
  await writeFile(client, ours.replace('if (error.code', 'if (error) return\n  if (error.code'))
  const watching = ex(t, top, { npm_config_npm_version: '11.0.0' }, '1', 'check', '--watch')

  await t.test('hints come rung by rung, for the step that failed', async () => {
    await watching.prints(/7 of 8[\s\S]*✗ 8[\s\S]*Waiting for you to save/)
    assert.match(await hint(), /^8 · a key that leads nowhere.*\n.*How does a user learn that the key is valid/)
    assert.match(await hint(), /^8 · .*\n.*has a `code`/)
    const lines = await hint()
    assert.match(lines, /solutions\/1-dht\/client\.ts\n[\s\S]*\n +13 +socket\.on\('error'/)
    assert.doesNotMatch(lines, /got connection/)
  })

  await t.test(
    'at a save the step that failed comes first, then what passed before, and may be broken now',
    async () => {
      await save(client, ours.replace('process.stdout.write(data)', 'data.length'))
      await watching.prints(/3 of 8[\s\S]*✗ 4/)
    }
  )

  await t.test(
    'a verdict that passes says what the program withstands, what to try, and the extra credits',
    async () => {
      await save(client, ours)
      await watching.prints(/8 of 8[\s\S]*On to the next one: .*\n/)
      const [, end = ''] = watching.output.split(/^ {2}✓ 8 .*\n/m)
      assert.match(end, /Your program now withstands:\n {2}- Two clients at once/)
      assert.match(end, /Try by hand:\n {2}- npx -y pnpm@12 ex 1 all, then >2 kill/)
      assert.match(
        end,
        /Extra credits, in the README.*:\n {2}- The same key after a restart\n {2}- Only clients that you know get in/
      )
      assert.match(end, /On to the next one: npx -y pnpm@12 ex 2\n/)
    }
  )

  await t.test('when all is right, the hints that nobody needed are offered', async () => {
    const unread = await hint()
    assert.match(unread, /^All steps pass\. The hints that you did not need/)
    assert.match(unread, /two clients at once/)
    assert.doesNotMatch(unread, /a key that leads nowhere/)
    watching.child.stdin.write('h\n')
    await watching.prints(/you have read all hints/)
  })

  await t.test('keys go on to the next exercise, and show our answer to who asks twice', async () => {
    watching.child.stdin.write('n\n')
    await watching.prints(/Watching 2-topic[\s\S]*0 of 8[\s\S]*Waiting for you to save/)
    watching.child.stdin.write('d\n')
    await watching.prints(/Press d again to see it/)
    watching.child.stdin.write('d\n')
    await watching.prints(/\+\+\+ solutions\/2-topic\/peer\.ts/)
    watching.child.stdin.write('q\n')
    assert.equal(await watching.code, 0)
  })

  await t.test('snapshots say how many steps passed, and what differs between two of them', async () => {
    const list = await outputOf(ex(t, top, {}, '1', 'snapshots'))
    assert.match(list, /^ +1 .* 7 of 8 +check\n +2 .* 3 of 8 +check\n +3 .* 8 of 8 +check +as it is now\n/)
    assert.equal(
      (await outputOf(ex(t, top, {}, '3', 'snapshots'))).split('\n')[0],
      'There is no snapshot yet: each check keeps one of your files.'
    )
    const between = await outputOf(ex(t, top, {}, '1', 'snapshots', '1', '3'))
    assert.match(between, /^--- snapshot 1: client\.ts\n\+\+\+ snapshot 3: client\.ts\n/)
    assert.match(between, /^- .*return$/m)
    assert.match(await outputOf(ex(t, top, {}, '1', 'snapshots', '1')), /^\+\+\+ your files: client\.ts$/m)
    assert.match(
      await outputOf(ex(t, top, {}, '1', 'snapshots', '3')),
      /no difference between snapshot 3 and your files/
    )
    await outputOf(ex(t, top, {}, '1', 'restore', '1'))
    assert.match(await readFile(client, 'utf8'), /if \(error\) return/)
    const none = ex(t, top, {}, '1', 'snapshots', '99')
    assert.equal(await none.code, 2)
    assert.match(none.errors, /Exercise 1 has no snapshot 99/)
  })

  await t.test('progress is what the verdicts said, and a later regress shows', async () => {
    const progress = async () => JSON.parse(await outputOf(ex(t, top, {}, 'progress', '--json')))
    const [done, second] = await progress()
    assert.equal(done.state, 'done')
    assert.equal(done.passed, done.of)
    assert.equal(second.step, 1)
    assert.equal(second.isNext, true)
    await ex(t, top, {}, '1', 'reset').code
    assert.equal(await ex(t, top, {}, '1', 'check').code, 1)
    const [broken] = await progress()
    assert.equal(broken.state, 'broken')
    assert.equal(broken.step, 1)
    assert.equal(broken.isNext, true)
    assert.ok(Date.parse(broken.done) > 0)
    // The state stands under the title where the line would be too long.
    assert.match(
      await outputOf(ex(t, top, {}, 'progress')),
      /✗ 1 {2}Connect two peers by key\s+░{10} {2}passed before; now step 1 fails/
    )
    await writeFile(join(top, '.workshop', 'progress.json'), '{ broken')
    const [unknown] = await progress()
    assert.equal(unknown.state, 'new')
    assert.equal(unknown.isNext, true)
  })
})

test('the library’s own words stand behind --verbose, and what happened behind --trace and --picture', {
  timeout
}, async (t) => {
  const top = await copyOfWorkshop(t)
  await ex(t, top, {}).code // the starter is laid out
  await edit(
    join(top, 'exercises', '1-dht', 'server.ts'),
    'const dht = new DHT(network())',
    "const dht = new DHT(network())\ndht.connect('no key')"
  )
  const brief = ex(t, top, {}, '1', 'check')
  assert.equal(await brief.code, 1)
  assert.match(brief.output.replaceAll(/\s+/g, ' '), /Its error: That is not a key: .* \(server\.ts:6\)\./)
  assert.doesNotMatch(brief.output, /Invalid Hypercore key/)
  const verbose = ex(t, top, {}, '1', 'check', '--verbose', '--trace', '--picture')
  assert.equal(await verbose.code, 1)
  assert.match(verbose.output, /Error: Invalid Hypercore key\n +at /)
  // What happened is told as text, and lies in a file that a browser opens.
  assert.match(verbose.output, / s {4}server\.ts starts\n[\s\S]* ✗ server\.ts had ended, with exit code 1\./)
  const [, address] = /The picture of step 1: (file:\S+)/.exec(verbose.output) ?? []
  const page = await readFile(new URL(String(address)), 'utf8')
  assert.match(page, /<h1>.*Step 1: the server announces a key and listens/)
  assert.match(page, /class="note complains/)
})

test('before it passes, a look at our answer is asked for, once', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const first = ex(t, top, {}, '1', 'diff')
  assert.equal(await first.code, 1)
  assert.match(first.errors, /--peek\n$/)
  assert.equal(first.output, '')
  const peek = await outputOf(ex(t, top, {}, '1', 'diff', '--peek', 'client'))
  assert.match(peek, /^--- exercises\/1-dht\/client\.ts\n\+\+\+ solutions\/1-dht\/client\.ts\n/)
  assert.match(peek, /\n\+const socket = dht\.connect\(key\)\n/)
  assert.match(await outputOf(ex(t, top, {}, '1', 'diff')), /\n-\/\/ TODO 7/)
})

test('with a step a diff shows what belongs to it', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const part = await outputOf(ex(t, top, {}, '1', 'diff', '--peek', '--step', '8'))
  assert.match(part, /\+socket\.on\('error', \(error\) => \{/)
  assert.doesNotMatch(part, /createServer/)
  await answer(top, '1-dht')
  assert.match(await outputOf(ex(t, top, {}, '1', 'diff')), /^Yours and ours do not differ/)
})

test('a step of a diff shows nothing that only a later step explains', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const part = (step: number) => outputOf(ex(t, top, {}, '2', 'diff', '--peek', '--step', String(step)))
  const first = await part(1)
  assert.match(first, /^\+await discovery\.flushed\(\)$/m)
  assert.match(first, /^-\/\/ TODO 1/m)
  for (const later of [/refresh/, /on\('data'/, /on\('error'/, /goodbye/, /TODO [2-9]/])
    assert.doesNotMatch(first, later)
  assert.match(await part(3), /^\+ {2}if \(!swarm\.destroyed\) await discovery\.refresh\(\)$/m)
  const wrong = ex(t, top, {}, '2', 'diff', '--peek', '--step', '99')
  assert.equal(await wrong.code, 2)
})

test('a hint for a step that is not the next one', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const hint = (...more: string[]) => outputOf(ex(t, top, {}, '1', 'hint', ...more))
  assert.match(
    await hint('--step', '6'),
    /^6 · a client that is killed[\s\S]*1 of 3\. More: pnpm ex 1 hint --step 6\n$/
  )
  assert.match(await hint('--step', '6'), /2 of 3/)
  await hint('--step', '1')
  const readme = join('exercises', '1-dht', 'node_modules', 'hyperdht', 'README.md')
  assert.ok((await hint('--step', '1')).split('\n').includes(`  ${readme}`), 'a README that is there without a network')
  assert.match(await hint(), /^1 · the server announces[\s\S]*That is the last hint/)
})

test('a file is a link where the terminal knows links, and takes the columns of its name', () => {
  const path = join(root, 'docs', 'a b.md')
  assert.equal(link(path, false), join('docs', 'a b.md'))
  assert.match(link(path, true), /file:\/\/\/.*a%20b\.md/)
  assert.equal(lengthOf(link(path, true)), join('docs', 'a b.md').length)
})

test('where there is room, yours and ours stand side by side', async () => {
  const exercise = {
    number: 1,
    name: '1-dht',
    dir: join(root, 'exercises', '1-dht', 'starter'),
    solution: join(root, 'solutions', '1-dht')
  }
  const wide = await diff(exercise, { files: ['client.ts'], columns: 160 })
  const lines = wide.split('\n').map((line) => stripVTControlCharacters(line))
  for (const line of lines) assert.ok(line.length <= 160 && line.indexOf(' │ ') === 78, line)
  assert.ok(
    lines.some((line) => /^\/\/ TODO 3.* │ socket\.on\('open'/.test(line)),
    wide
  )
})

test('a save in the middle of a run begins it anew', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const server = join(top, 'exercises', '1-dht', 'server.ts')
  // What prints nothing is waited for.
  await writeFile(server, 'setInterval(() => {}, 1000)\n')
  const watching = ex(t, top, {}, '1', 'check', '--watch')
  await watching.prints(/Watching 1-dht/)
  await save(server, 'process.exit(7)\n')
  await watching.prints(/0 of 8[\s\S]*with exit code 7/)
  assert.equal(watching.output.split(' of 8').length - 1, 1, 'the run that was left gave no verdict')
})

async function outputOf(run: Run): Promise<string> {
  assert.equal(await run.code, 0, run.errors)
  return run.output
}

/** Writes a file at once, as an editor does: of one that is emptied and then written a watch may see both. */
async function save(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

/** Makes our answer the learner's. */
async function answer(top: string, name: string): Promise<void> {
  const filter = (path: string) => !/node_modules|package\.json|tsconfig|bench|test\b/.test(path.slice(top.length))
  await cp(join(top, 'solutions', name), join(top, 'exercises', name), { recursive: true, filter })
}

async function edit(path: string, find: string, replace: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  assert.ok(text.includes(find), `no ${find} in ${path}`)
  await writeFile(path, text.replace(find, replace))
}
