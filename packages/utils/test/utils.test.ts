import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { typescript } from '@workshop/start'

const utils = new URL('../src/index.ts', import.meta.url).href

/** Runs a program that has the names of utils in reach; the network is one that nobody runs. */
function program(code: string, env: NodeJS.ProcessEnv = {}) {
  const text = `const { exitWith, goodbye, keepLooking, lines, network, readKey, storage } = await import('${utils}'); ${code}`
  return {
    args: [...typescript, '--input-type=module', '-e', text],
    options: { env: { ...process.env, WORKSHOP_NETWORK: '127.0.0.1:1', ...env }, encoding: 'utf8' as const }
  }
}

function run(code: string, env?: NodeJS.ProcessEnv) {
  const { args, options } = program(code, env)
  return spawnSync(process.execPath, args, options)
}

const KEY = '0123456789abcdef'.repeat(4)
const Z32 = 'yrtwk3jjixgq67abci4gkpgx94aw15nfqi4ypyjpz7xs6yhkp6zo'

test('a key may be typed as hex or as z-base-32', () => {
  const { stdout } =
    run(`for (const text of ['${KEY}', '${KEY.toUpperCase()}']) console.log(readKey(text, 'a key').toString('hex'))
    console.log(String(readKey('${Z32}', 'a key').length))`)
  assert.equal(stdout, `${KEY}\n${KEY}\n32\n`)
})

test('on a terminal a sentence breaks between words, also on one that was never given a size', () => {
  for (const [columns, printed] of [
    [0, 'one two three\nfour\n'],
    [10, 'one two\nthree\nfour\n'],
    [80, 'one two three\nfour\n']
  ] as const) {
    const { status, stderr } = run(`Object.assign(process.stderr, { isTTY: true, columns: ${columns} })
      exitWith(2, 'one two three\\nfour')`)
    assert.equal(stderr, printed)
    assert.equal(status, 2)
  }
})

for (const [what, text] of [
  ['nothing', 'undefined'],
  ['an empty word', "''"],
  ['ten hex digits', "'0123456789'"],
  ['64 letters that are not hex', "'z'.repeat(64)"],
  ['a word', "'hello'"],
  ['a megabyte', "'f'.repeat(1e6)"]
]) {
  test(`${what} for a key: one sentence, exit code 2, no stack trace`, () => {
    const { status, stdout, stderr } = run(`readKey(${text}, 'the key that the server prints')`)
    assert.equal(status, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /the key that the server prints/)
    assert.equal(stderr.trim().split('\n').length, 1)
    assert.ok(stderr.length < 300)
  })
}

test('network() stays on loopback for a network of this machine, and leaves a LAN and the public network to hyperdht', () => {
  const options = (network: string) =>
    JSON.parse(run('console.log(JSON.stringify(network()))', { WORKSHOP_NETWORK: network }).stdout)
  assert.deepEqual(options('public'), {})
  assert.deepEqual(options('192.168.1.7:4000'), { bootstrap: [{ host: '192.168.1.7', port: 4000 }] })
  assert.deepEqual(options('127.0.0.1:4000'), {
    bootstrap: [{ host: '127.0.0.1', port: 4000 }],
    host: '127.0.0.1',
    firewalled: false,
    ephemeral: true
  })
})

test('a network that is none: one sentence and exit code 2', () => {
  const { status, stderr } = run('network()', { WORKSHOP_NETWORK: 'mars' })
  assert.equal(status, 2)
  assert.match(stderr, /“mars” is not a network/)
})

test('goodbye waits for what it is given, then exits with code 0; a second Ctrl-C does not wait', async (t) => {
  const says = async (code: string, signals: number) => {
    const { args, options } = program(`${code}; setInterval(() => {}, 1e6); console.log('up')`)
    const child = spawn(process.execPath, args, { env: options.env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      // One signal for each line: it has said that it is ready for it.
      for (const _ of text.matchAll(/\n/g)) if (signals-- > 0) child.kill('SIGINT')
    })
    const [status] = await once(child, 'close')
    return { status, output }
  }
  const waits = "goodbye(async () => { await new Promise((done) => setTimeout(done, 20)); console.log('left') })"
  assert.deepEqual(await says(waits, 1), { status: 0, output: 'up\nleft\n' })
  const hangs = "goodbye(() => { console.log('leaving'); return new Promise(() => {}) })"
  assert.deepEqual(await says(hangs, 2), { status: 130, output: 'up\nleaving\n' })
})

test('storage is a folder that stays, one for each name', (t) => {
  const base = mkdtempSync(join(tmpdir(), 'p2p-utils-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const print = "console.log(storage('writer')); console.log(storage('reader-2'))"
  const first = run(print, { WORKSHOP_STORAGE: base }).stdout
  assert.equal(first, `${join(base, 'writer')}\n${join(base, 'reader-2')}\n`)
  assert.equal(run(print, { WORKSHOP_STORAGE: base }).stdout, first)
  assert.ok(statSync(join(base, 'writer')).isDirectory())
})

test('storage refuses a name that leads elsewhere, and says when the disk does not let it', (t) => {
  for (const name of ['../up', '/etc', '', 'a b', 'x'.repeat(65)]) {
    const { status, stderr } = run(`storage(${JSON.stringify(name)})`)
    assert.equal(status, 2, name)
    assert.match(stderr, /is not a name for a storage folder/)
  }
  const file = join(mkdtempSync(join(tmpdir(), 'p2p-utils-')), 'file')
  t.after(() => rmSync(join(file, '..'), { recursive: true, force: true }))
  writeFileSync(file, '')
  const { status, stderr } = run("storage('writer')", { WORKSHOP_STORAGE: file })
  assert.equal(status, 3)
  assert.match(stderr, /^The storage folder .* cannot be made: /)
})

test('lines are the same from a pipe in pieces and from a paste, whatever is in them', () => {
  const { args, options } = program('for await (const line of lines()) console.log(JSON.stringify(line))')
  const long = 'ü🌍'.repeat(20_000)
  const { stdout } = spawnSync(process.execPath, args, {
    ...options,
    input: `one\r\ntwo\n\n${long}\nthe end`,
    maxBuffer: 1e7
  })
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    ['one', 'two', '', long, 'the end']
  )
})
