// The views of the chat, and messages that no page would send.
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { typescript } from '@workshop/start'
import { PageClient } from '../src/client.ts'
import { readMessage } from '../src/messages.ts'

const timeout = 120_000
const PATIENCE = 60_000 // ms
const CHAT = join(import.meta.dirname, 'chat.ts')

/** A program with a view and no peers: it shows what it is asked for, and refuses the topic `bad`. */
async function start(t: TestContext, port = 0, folder: string[] = []) {
  const child = spawn(process.execPath, [...typescript, CHAT, String(port), ...folder])
  t.after(() => child.kill('SIGKILL'))
  const program = { child, output: '', errors: '' }
  child.stdout.on('data', (data) => {
    program.output += data
  })
  child.stderr.on('data', (data) => {
    program.errors += data
  })
  const address = await until(child, () => /page: (\S+)/.exec(program.output)?.[1] ?? (child.exitCode !== null && ''))
  return { ...program, program, address, port: Number(address && new URL(address).port) }
}

/** Waits until a program has printed enough, or has ended, to see a fact. */
async function until<T>(child: ChildProcessWithoutNullStreams, look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const fact = look()
    if (fact !== undefined && fact !== false) return fact
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
  }
}

/** Waits for a fact of a page, with an end: the process of a failed test must end too. */
async function seen(look: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!look()) {
    if (Date.now() > end) throw new Error(`It never came to this: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function get(port: number, headers: Record<string, string>, path = '/'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (data) => {
        body += data
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

test('the page is served as HTML, CSS and JavaScript without types', { timeout }, async (t) => {
  const { port } = await start(t)
  const host = `127.0.0.1:${port}`
  assert.match((await get(port, { host })).body, /<title>Chat/)
  assert.match((await get(port, { host }, '/page.css')).body, /color-scheme/)
  const script = (await get(port, { host }, '/page.js')).body
  assert.doesNotMatch(script, /import type|: string/)
  for (const path of ['/page.ts', '/../package.json', '/%2e%2e/package.json', '/etc/passwd']) {
    assert.equal((await get(port, { host }, path)).status, 404)
  }
})

test('malformed messages of a page are answered with a sentence, and the program lives on', { timeout }, async (t) => {
  const { address } = await start(t)
  const page = await PageClient.open(address)
  const malformed = [
    '',
    'no json',
    'null',
    '42',
    '[]',
    '{}',
    '{"type":42}',
    '{"type":"constructor"}',
    '{"type":"join"}',
    '{"type":"join","topic":42}',
    '{"type":"join","__proto__":{"topic":"x"}}',
    '{"type":"message","text":{"toString":1}}',
    '{"type":"rename","nickname":null}'
  ]
  for (const data of malformed) page.tellRaw(data)
  await seen(() => page.errors.length === malformed.length)
  for (const error of page.errors) assert.match(error, /^That message|^The message/)
  page.tell({ type: 'message', text: 'still here' })
  await seen(() => page.lines.length === 1)
})

test('a message of 10 MB ends the connection of its page, and no other', { timeout }, async (t) => {
  const { address } = await start(t)
  const [big, other] = [await PageClient.open(address), await PageClient.open(address)]
  big.tell({ type: 'message', text: 'x'.repeat(10_000_000) })
  await seen(() => big.closed)
  other.tell({ type: 'message', text: 'still here' })
  await seen(() => other.lines.length === 1)
})

test('what an action throws is shown to the page that asked, and to no other', { timeout }, async (t) => {
  const { address } = await start(t)
  const [asks, other] = [await PageClient.open(address), await PageClient.open(address)]
  asks.tell({ type: 'join', topic: 'bad' })
  await seen(() => asks.errors.length === 1)
  other.tell({ type: 'message', text: 'after that' })
  await seen(() => other.lines.length === 1)
  assert.deepEqual([asks.errors, other.errors], [['There is no such room.'], []])
})

test('a page that comes later is told how things stand, with the names of now', { timeout }, async (t) => {
  const { address } = await start(t)
  const first = await PageClient.open(address)
  first.tell({ type: 'join', topic: 'ab'.repeat(32) })
  for (let i = 0; i < 600; i++) first.tell({ type: 'message', text: `line ${i}` })
  first.tell({ type: 'rename', nickname: 'ana' })
  await seen(() => first.nicknames.get('local') === 'ana' && first.lines.length === 600)
  const later = await PageClient.open(address)
  await seen(() => later.lines.length === 500)
  assert.deepEqual([later.room, later.topic], ['chat', 'ab'.repeat(32)])
  assert.deepEqual(later.lines[0], { who: 'local', nickname: 'ana', text: 'line 100' })
})

test('a chat that tells what is no text is shown with its word', { timeout }, async (t) => {
  const { address } = await start(t)
  const client = await PageClient.open(address)
  client.tell({ type: 'message', text: 'nothing' })
  await seen(() => client.lines.length === 1)
  assert.deepEqual(client.lines[0], { who: 'local', nickname: 'undefined', text: 'undefined' })
})

test('a port that another program has gets a sentence and exit code 3', { timeout }, async (t) => {
  const { port } = await start(t)
  const second = await start(t, port)
  assert.equal(second.child.exitCode, 3)
  assert.match(second.program.errors, new RegExp(`^Port ${port} cannot be used: another program has it\\.`))
})

test('a program with the same folder has the same address each time, unless somebody has it', {
  timeout
}, async (t) => {
  const folder = [join(tmpdir(), `chat-of-${process.pid}`)]
  const first = await start(t, 0, folder)
  const second = await start(t, 0, folder)
  assert.notEqual(second.address, first.address)
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  assert.equal((await start(t, 0, folder)).address, first.address)
})

test('the terminal is a view too: lines are messages, and commands begin with a slash', { timeout }, async (t) => {
  const { child, program, address } = await start(t)
  const page = await PageClient.open(address)
  child.stdin.write(`/create\nhello\n\n/nick  ana \n/join bad\n/dance\n/join ${'cd'.repeat(32)}\n`)
  await until(child, () => program.output.includes(`topic: ${'cd'.repeat(32)}`))
  assert.equal(
    program.output,
    [
      `page: ${address}`,
      '* joining…',
      `topic: ${'ab'.repeat(32)}`,
      '<me> hello',
      '* you are ana',
      '* There is no such room.',
      '* There is no /dance; there are: /create, /join TOPIC, /nick NAME.',
      '* joining…',
      `topic: ${'cd'.repeat(32)}\n`
    ].join('\n')
  )
  await seen(() => page.topic === 'cd'.repeat(32))
  assert.deepEqual(
    page.lines.map(({ nickname, text }) => [nickname, text]),
    [['ana', 'hello']]
  )
})

test('a message that somebody never answers does not hold up the next line of the terminal', { timeout }, async (t) => {
  const { child, program } = await start(t)
  child.stdin.write('/create\nwait\nnext\n')
  await until(child, () => program.output.includes('<me> next'))
  assert.match(program.output, /<me> wait\n<me> next\n/)
})

test('a message of a page is read as what it is', () => {
  assert.deepEqual(readMessage('{"type":"rename","nickname":"ana","more":1}'), { type: 'rename', nickname: 'ana' })
  assert.throws(() => readMessage('{"type":"message"}'), /no text in “text”/)
})
