// `pnpm ex` as its user meets it: as a process, in a copy of the workshop, on a local network that only this test knows.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { copyOfWorkshop, freePort, type Run, ex as run } from './help.ts'

const timeout = 120_000
const top = await copyOfWorkshop({ after })
const WORKSHOP_LOCAL_PORT = String(await freePort())

const ex = (t: TestContext, ...args: string[]): Run => run(t, top, { WORKSHOP_LOCAL_PORT }, ...args)

test('the two roles of exercise 1 print what the text says, and pass text both ways', { timeout }, async (t) => {
  const server = ex(t, '1', 'server', '--solution')
  const key = (await server.prints(/^listening on: ([0-9a-f]{64})\n/))[1]
  const client = ex(t, '1', 'client', String(key), '--solution')
  await client.prints(/^Connecting to: [0-9a-f]{64}\ngot connection!\n$/)
  client.child.stdin.write('Hello\n')
  await server.prints(/\nHello\n$/)
  server.child.stdin.write('Hello yourself\n')
  await client.prints(/Hello yourself\n$/)
  server.child.kill('SIGINT')
  assert.equal(await server.code, 0)
  assert.equal(await client.code, 1)
  assert.equal(server.output, `listening on: ${key}\ngot connection!\nHello\n`)
  assert.equal(client.output, `Connecting to: ${key}\ngot connection!\nHello yourself\n`)
  assert.equal(server.errors, '')
})

test('three peers of exercise 2 hear each other', { timeout }, async (t) => {
  const first = ex(t, '2', 'peer', '--solution')
  const topic = String((await first.prints(/joined topic: ([0-9a-f]{64})\n/))[1])
  const others = [ex(t, '2', 'peer', topic, '--solution'), ex(t, '2', 'peer', topic, '--solution')]
  const all = [first, ...others]
  for (const peer of all) await peer.prints(/(\* got a connection from: [0-9a-f]{64} \*[\s\S]*){2}/)
  for (const [i, peer] of all.entries()) {
    peer.child.stdin.write(`I am number ${i}\n`)
    for (const other of all) if (other !== peer) await other.prints(new RegExp(`^[0-9a-f]{64}: I am number ${i}$`, 'm'))
  }
})

test('writer and readers of exercise 3 print what the text says, and a taken folder gets a sentence', {
  timeout
}, async (t) => {
  const writer = ex(t, '3', 'writer', '--solution')
  const key = String((await writer.prints(/^hypercore key: ([0-9a-f]{64})\n/))[1])
  const reader = ex(t, '3', 'reader', key, '--solution')
  await reader.prints(/^Skipping 0 earlier blocks\.\.\.\n$/)
  writer.child.stdin.write('asdasd\n')
  await reader.prints(/^Skipping 0 earlier blocks\.\.\.\nBlock 0: asdasd\n$/)
  await ex(t, '3', 'reader', key, 'second', '--solution').prints(/^Skipping 1 earlier blocks\.\.\.\n$/)
  const again = ex(t, '3', 'writer', '--solution')
  assert.equal(await again.code, 1)
  assert.match(
    again.errors,
    /^Another program has this storage folder open: stop it, or use another folder\.\nThe library’s own words: --verbose\n$/
  )
  assert.doesNotMatch(again.errors, /^ +at /m)
  for (const role of [writer, reader]) {
    role.child.kill('SIGINT')
    assert.equal(await role.code, 0)
    assert.equal(role.errors, '')
  }
  assert.equal(writer.output, `hypercore key: ${key}\n`)
})

test('a role that needs a key takes the last one that was printed here, and says so', { timeout }, async (t) => {
  const own = await copyOfWorkshop(t)
  const started = (...args: string[]) => run(t, own, { WORKSHOP_LOCAL_PORT }, ...args)
  const port = await freePort()
  const none = run(t, own, { WORKSHOP_LOCAL_PORT: String(port) }, '1', 'client', '--solution')
  assert.equal(await none.code, 2)
  assert.match(none.errors, /^client\.ts needs a key, and no program here .* Start server\.ts .*: pnpm ex 1 server\n$/)
  const [refusal] = await once(connect(port, '127.0.0.1'), 'error')
  assert.equal(refusal.code, 'ECONNREFUSED', 'no network starts for that')
  for (let i = 0; i < 2; i++) {
    const server = started('1', 'server', '--solution')
    const key = String((await server.prints(/^listening on: ([0-9a-f]{64})\n/))[1])
    const client = started('1', 'client', '--solution')
    await client.prints(new RegExp(`^Connecting to: ${key}\ngot connection!\n$`))
    const short = `${key.slice(0, 6)}…${key.slice(-4)}`
    assert.equal(client.errors, `You gave no key. This is the last one that server.ts printed here: ${short}\n`)
    client.child.kill('SIGINT')
    server.child.kill('SIGINT')
    assert.equal(await server.code, 0)
  }
})

for (const [call, code, sentence] of [
  ['one', 2, /There is no command “one”\. All commands: pnpm ex help/],
  ['1 client --solution abc', 2, /“abc” has 3 hex digits instead of 64/],
  ['1 client --solution xyz', 2, /“xyz” is not a key/],
  ['2 peer --solution 01', 2, /“01” has 2 hex digits instead of 64\. Give the topic/],
  ['1 server --network mars', 2, /“mars” is not a network/],
  ['1 server --network 127.0.0.1:1', 3, /No network answers at 127\.0\.0\.1:1\./],
  ['1 server --network nobody.invalid:99', 3, /No machine is called “nobody\.invalid”\./],
  ['1 check --step 99', 2, /Exercise 1 has \d steps, no step 99/],
  ['1 check --dir /no/such/folder', 2, /There is no folder \/no\/such\/folder/],
  ['1 check --solution --dir .', 2, /give one of them/]
] as const) {
  test(`pnpm ex ${call}: one sentence, exit code ${code}`, { timeout }, async (t) => {
    const run = ex(t, ...call.split(' '))
    assert.equal(await run.code, code)
    assert.match(run.errors, sentence)
    assert.equal(run.errors.trim().split('\n').length, 1, run.errors)
    assert.equal(run.output, '')
  })
}

test('the list and the page of an exercise', { timeout }, async (t) => {
  const list = ex(t)
  assert.equal(await list.code, 0)
  assert.match(list.output, /^ +→ 1 {2}Connect two peers by key +you are here\n +· 2 {2}Connect many peers by topic\n/)
  const page = ex(t, '1')
  assert.equal(await page.code, 0)
  for (const part of ['1 · Connect two peers by key', 'pnpm ex 1 client', 'the server announces a key and listens']) {
    assert.ok(page.output.includes(part), part)
  }
})

test('a reader of the output that has seen enough ends it without a word', { timeout }, async (t) => {
  const list = ex(t)
  list.child.stdout.destroy()
  assert.equal(await list.code, 0)
  assert.equal(list.errors, '')
})

test('arguments that are not ours reach the role, and its exit code and output pass through', {
  timeout
}, async (t) => {
  const dir = join(top, 'exercises', '1-dht')
  const file = join(dir, `echo${process.pid}.ts`)
  t.after(() => rm(file))
  await writeFile(file, 'process.stdout.write(JSON.stringify(process.argv.slice(2)))\nprocess.exitCode = 42\n')
  const run = ex(
    t,
    '1',
    `echo${process.pid}`,
    'a b',
    '--port',
    '7',
    '--network',
    'public',
    '-ab',
    '--',
    '--help',
    '--solution'
  )
  assert.equal(await run.code, 42)
  assert.deepEqual(JSON.parse(run.output), ['a b', '--port', '7', '-ab', '--help', '--solution'])
  assert.equal(run.errors, '')
})

test('what a role throws: what it means and their line; the stack when it was their code, or with --verbose', {
  timeout
}, async (t) => {
  const run = async (code: string, ...args: string[]) => {
    const file = join(top, 'exercises', '1-dht', `throws${process.pid}.ts`)
    t.after(() => rm(file, { force: true }))
    await writeFile(file, code)
    const role = ex(t, '1', `throws${process.pid}`, ...args)
    assert.equal(await role.code, 1)
    return role.errors
  }
  const own = await run("const key = JSON.parse('null')\n\nkey.toString()\n")
  assert.match(own, /^TypeError: .* \(throws\d+\.ts:3\)\.\n\nTypeError.*\n +at /)
  const wrongKey = "import DHT from 'hyperdht'\nnew DHT({ bootstrap: [] }).connect('no key')\n"
  assert.match(
    await run(wrongKey),
    /^That is not a key: .* \(throws\d+\.ts:2\)\.\nThe library’s own words: --verbose\n$/
  )
  assert.match(await run(wrongKey, '--verbose'), /^That is not a key: .*\n\nError: Invalid Hypercore key\n +at /)
})

test('a role that is not written yet says where to read', { timeout }, async (t) => {
  const server = ex(t, '1', 'server')
  await server.complains(
    /^server\.ts is not written yet: exercises.1-dht.README\.md says what to write\. Ctrl-C ends it\.\n/
  )
  assert.equal(server.output, '')
})

test('a role that forgets network() is told so by name', { timeout }, async (t) => {
  const file = join(top, 'exercises', '1-dht', `lost${process.pid}.ts`)
  t.after(() => rm(file))
  await writeFile(file, "import DHT from 'hyperdht'\nnew DHT({ bootstrap: [] })\n")
  await ex(t, '1', `lost${process.pid}`).complains(/lost\d+\.ts never calls network\(\)/)
})

test('check --dir judges a folder anywhere; --json prints one object for each step; the exit code is the verdict', {
  timeout
}, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'p2p-hand-in-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const file of ['server.ts', 'client.ts']) await cp(join(top, 'solutions', '1-dht', file), join(dir, file))
  const right = ex(t, '1', 'check', '--dir', dir, '--json')
  assert.equal(await right.code, 0)
  const steps = right.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.ok(steps.length >= 7)
  for (const [i, step] of steps.entries()) {
    assert.equal(step.step, i + 1)
    assert.equal(step.state, 'passed')
  }
  const wrong = ex(t, '1', 'check', '--json')
  assert.equal(await wrong.code, 1)
  const [first] = wrong.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(first.state, 'failed')
  assert.equal(first.fault, 'your code')
  for (const part of ['did', 'saw', 'means']) assert.ok(first[part].length > 10, part)
})

test('check --dir takes what an answer may do without from the exercise', { timeout }, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'p2p-hand-in-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const starter = join(top, 'exercises', '7-multifeed', 'starter')
  await cp(join(starter, 'chat.ts'), join(dir, 'chat.ts'))
  const without = ex(t, '7', 'check', '--dir', dir)
  assert.equal(await without.code, 2)
  assert.match(without.errors, /has no multifeed\.ts\./)
  await cp(join(starter, 'multifeed.ts'), join(dir, 'multifeed.ts')) // which imports link.ts and wire.ts
  const run = ex(t, '7', 'check', '--dir', dir)
  assert.equal(await run.code, 1)
  assert.match(run.output, /writer\(\) is not written yet/)
})
