// What the command remembers and shows of a learner's own files, in a copy of the workshop.
import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { diff } from '../src/diff.ts'
import { copyOfWorkshop, ex, type Run, root } from './help.ts'

const timeout = 120_000

test('hints come rung by rung, for the step that failed, and the rest is offered when all is right', {
  timeout
}, async (t) => {
  const top = await copyOfWorkshop(t)
  const hint = () => outputOf(ex(t, top, {}, '1', 'hint'))
  await answer(top, '1-dht')
  await edit(join(top, 'exercises', '1-dht', 'server.ts'), "socket.on('error', () => {})", '')
  assert.equal(await ex(t, top, {}, '1', 'check').code, 1)
  assert.match(await hint(), /^6 · a client that is killed.*\n.*What does Node do with an `error` event/)
  assert.match(await hint(), /^6 · .*\n.*Node's documentation/)
  const lines = await hint()
  assert.match(lines, /solutions\/1-dht\/server\.ts\n +13 +socket\.on\('error'/)
  assert.doesNotMatch(lines, /listen/)
  await answer(top, '1-dht')
  assert.equal(await ex(t, top, {}, '1', 'check').code, 0)
  const unread = await hint()
  assert.match(unread, /^All steps pass\. The hints that you did not need/)
  assert.match(unread, /two clients at once/)
  assert.doesNotMatch(unread, /a client that is killed/)
  assert.match(await hint(), /you have read all hints/)
})

test('the library’s own words stand behind --verbose, in a verdict too', { timeout }, async (t) => {
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
  const verbose = ex(t, top, {}, '1', 'check', '--verbose')
  assert.equal(await verbose.code, 1)
  assert.match(verbose.output, /Error: Invalid Hypercore key\n +at /)
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

test('a watched exercise is judged at each save, from the step on that failed', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const server = join(top, 'exercises', '1-dht', 'server.ts')
  await answer(top, '1-dht')
  await edit(server, "socket.on('error', () => {})", '')
  const watching = ex(t, top, {}, '1', 'check', '--watch')
  await watching.prints(/5 of 8[\s\S]*✗ 6[\s\S]*Waiting for you to save/)
  await edit(server, "socket.on('data'", "socket.on('error', () => {})\n  socket.on('data'")
  await watching.prints(/8 of 8[\s\S]*On to the next one: pnpm ex 2/)
  watching.child.stdin.write('h\n')
  await watching.prints(/The hints that you did not need/)
  watching.child.stdin.write('n\n')
  await watching.prints(/Watching 2-topic[\s\S]*0 of 8[\s\S]*Waiting for you to save/)
  watching.child.stdin.write('d\n')
  await watching.prints(/Press d again to see it/)
  watching.child.stdin.write('d\n')
  await watching.prints(/\+\+\+ solutions\/2-topic\/peer\.ts/)
  watching.child.stdin.write('q\n')
  assert.equal(await watching.code, 0)
  const progress = JSON.parse(await readFile(join(top, '.workshop', 'progress.json'), 'utf8'))
  assert.equal(progress['1-dht'].last.passed, 8)
  assert.equal(progress['2-topic'].last.failed, 1)
})

test('what passed before and is broken now is seen by a watch too', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const client = join(top, 'exercises', '1-dht', 'client.ts')
  await answer(top, '1-dht')
  await edit(client, "if (error.code === 'PEER_NOT_FOUND')", 'if (error) return\n  if (!error)')
  const watching = ex(t, top, {}, '1', 'check', '--watch')
  await watching.prints(/7 of 8[\s\S]*✗ 8/)
  await edit(client, 'if (error) return\n', '')
  await edit(client, "socket.on('open', () => console.log('got connection!'))", '')
  await watching.prints(/1 of 8[\s\S]*✗ 2/)
})

test('a save in the middle of a run begins it anew', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const server = join(top, 'exercises', '1-dht', 'server.ts')
  const watching = ex(t, top, {}, '1', 'check', '--watch')
  await watching.prints(/Watching 1-dht/)
  for (const file of ['client.ts', 'server.ts']) {
    await cp(join(top, 'solutions', '1-dht', file), join(top, 'exercises', '1-dht', file))
  }
  await watching.prints(/8 of 8/)
  assert.equal(watching.output.split(' of 8').length - 1, 1, 'the run that was left gave no verdict')
  await writeFile(server, 'process.exit(7)\n')
  await watching.prints(/0 of 8[\s\S]*with exit code 7/)
})

async function outputOf(run: Run): Promise<string> {
  assert.equal(await run.code, 0, run.errors)
  return run.output
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
