// `pnpm ex` as its user meets it: as a process, on a local network that only this test knows.
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from '../src/course.ts'

const timeout = 120_000
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const WORKSHOP_LOCAL_PORT = String(await freePort())
const WORKSHOP_STORAGE = await mkdtemp(join(tmpdir(), 'p2p-ex-'))
after(() => rm(WORKSHOP_STORAGE, { recursive: true, force: true }))

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
  assert.match(again.errors, /could not be locked\n→ Another program has this storage folder open/)
  assert.doesNotMatch(again.errors, /^ +at /m)
  for (const role of [writer, reader]) {
    role.child.kill('SIGINT')
    assert.equal(await role.code, 0)
    assert.equal(role.errors, '')
  }
  assert.equal(writer.output, `hypercore key: ${key}\n`)
})

test('writer and reader of exercise 4 print what the text says', { timeout }, async (t) => {
  const writer = ex(t, '4', 'writer', '--solution')
  const key = String((await writer.prints(/^main core key: ([0-9a-f]{64})\n$/))[1])
  const reader = ex(t, '4', 'reader', key, '--solution')
  writer.child.stdin.write('asdasd\n')
  await writer.prints(/\nappending long data to core3\n$/)
  await reader.prints(/\nBlock 0 in Core [0-9a-f]{64}: asdasd\n$/)
  writer.child.stdin.write('as\n')
  await writer.prints(/\nappending short data to core2\n$/)
  await reader.prints(/\nBlock 0 in Core [0-9a-f]{64}: as\n$/)
  for (const role of [reader, writer]) {
    role.child.kill('SIGINT')
    assert.equal(await role.code, 0)
    assert.equal(role.errors, '')
  }
})

test('chat and viewer of exercise 5 print what the text says', { timeout }, async (t) => {
  const chat = ex(t, '5', 'chat', 'ana', '--solution')
  const key = String((await chat.prints(/^public key: ([0-9a-f]{64})\ndiscovery key: [0-9a-f]{64}\n$/))[1])
  const viewer = ex(t, '5', 'viewer', key, '--solution')
  await viewer.prints(/^\(New peer connected!\)\n$/)
  chat.child.stdin.write('hello 🌍\n')
  await chat.prints(/\n<\d{4}-.*Z> ana: hello 🌍\n$/)
  await viewer.prints(/\n<\d{4}-.*Z> ana: hello 🌍\n$/)
  for (const role of [viewer, chat]) {
    role.child.kill('SIGINT')
    assert.equal(await role.code, 0)
    assert.equal(role.errors, '')
  }
})

for (const [call, code, sentence] of [
  ['9 writer', 2, /There is no exercise 9; they go from 1 to \d+\. To see them all: pnpm ex/],
  ['one', 2, /“one” is no exercise: first its number/],
  ['1 sever', 2, /Exercise 1 has no “sever”\. Did you mean “server”\? It has: client, server, check\./],
  ['1 client', 2, /Something is missing: the key that the server prints/],
  ['1 client abc', 2, /“abc” has 3 hex digits instead of 64/],
  ['1 client --solution xyz', 2, /“xyz” is not a key/],
  ['2 peer 01', 2, /“01” has 2 hex digits instead of 64\. Give the topic/],
  ['1 server --network mars', 2, /“mars” is no network/],
  ['1 server --network 127.0.0.1:1', 3, /No network answers at 127\.0\.0\.1:1\./],
  ['1 check --sulution', 2, /There is no option --sulution here\. Did you mean --solution\?/],
  ['1 check --step 99', 2, /Exercise 1 has \d steps, no step 99/],
  ['1 check --step two', 2, /“two” is no step/],
  ['1 check --dir /no/such/folder', 2, /There is no folder \/no\/such\/folder/],
  ['1 check --solution --dir .', 2, /give one/],
  ['1 check again', 2, /“again” is too much here/]
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
  assert.match(list.output, /^ +1 {2}Connect two peers by key\n +2 {2}Connect many peers by topic\n/)
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
  const dir = join(root, 'exercises', '1-dht')
  const file = join(dir, `echo${process.pid}.ts`)
  t.after(() => rm(file))
  await writeFile(file, 'process.stdout.write(JSON.stringify(process.argv.slice(2)))\nprocess.exitCode = 42\n')
  const run = ex(t, '1', `echo${process.pid}`, 'a b', '--port', '7', '--network', 'public', '--', '-x')
  assert.equal(await run.code, 42)
  assert.deepEqual(JSON.parse(run.output), ['a b', '--port', '7', '--', '-x'])
  assert.equal(run.errors, '')
})

test('what a role throws: the line of the learner first, and the stack only when it was their code', {
  timeout
}, async (t) => {
  const run = async (code: string) => {
    const file = join(root, 'exercises', '1-dht', `throws${process.pid}.ts`)
    t.after(() => rm(file, { force: true }))
    await writeFile(file, code)
    const role = ex(t, '1', `throws${process.pid}`)
    assert.equal(await role.code, 1)
    return role.errors
  }
  const own = await run("const key = JSON.parse('null')\n\nkey.toString()\n")
  assert.match(own, /^throws\d+\.ts:3: TypeError: .*\n\nTypeError.*\n +at /)
  const library = await run("import DHT from 'hyperdht'\nnew DHT({ bootstrap: [] }).connect('no key')\n")
  assert.match(library, /^throws\d+\.ts:2: Invalid Hypercore key\n→ That is not a key/)
  assert.doesNotMatch(library, / at /)
})

test('a role that forgets network() is told so by name', { timeout }, async (t) => {
  const file = join(root, 'exercises', '1-dht', `lost${process.pid}.ts`)
  t.after(() => rm(file))
  await writeFile(file, "import DHT from 'hyperdht'\nnew DHT({ bootstrap: [] })\n")
  await ex(t, '1', `lost${process.pid}`).complains(/lost\d+\.ts never calls network\(\)/)
})

test('check --json prints one object for each step, and the exit code is the verdict', { timeout }, async (t) => {
  const right = ex(t, '1', 'check', '--solution', '--json')
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

test('check --dir judges a folder anywhere on the disk', { timeout }, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'p2p-hand-in-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const file of ['server.ts', 'client.ts']) await cp(join(root, 'solutions', '1-dht', file), join(dir, file))
  assert.equal(await ex(t, '1', 'check', '--dir', dir).code, 0)
})

interface Run {
  child: ChildProcessWithoutNullStreams
  output: string
  errors: string
  /** Resolves when it has ended. */
  code: Promise<number | null>
  /** Waits for what it prints on stdout; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  complains(pattern: RegExp): Promise<RegExpExecArray>
}

function ex(t: TestContext, ...args: string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: root,
    env: { ...process.env, WORKSHOP_LOCAL_PORT, WORKSHOP_STORAGE, NO_COLOR: '1' }
  })
  t.after(() => child.kill('SIGKILL'))
  const waiting = new Set<() => void>()
  let ended = false
  const wait = (text: () => string, pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text())
        if (!match && !ended) return
        waiting.delete(look)
        if (match) resolve(match)
        else reject(new Error(`ended without ${pattern}: ${run.output}${run.errors}`))
      }
      waiting.add(look)
      look()
    })
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  const run: Run = {
    child,
    output: '',
    errors: '',
    code: once(child, 'close').then(([code]) => code),
    prints: (pattern) => wait(() => run.output, pattern),
    complains: (pattern) => wait(() => run.errors, pattern)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.output += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.errors += text
    wake()
  })
  child.on('close', () => {
    ended = true
    wake()
  })
  return run
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
