import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { typescript } from '@workshop/start'
import { explain } from '../src/errors.ts'

test("the library's errors are explained, and the learner's line is found", () => {
  const stack = `node:events:495
      throw er; // Unhandled 'error' event
      ^

Error: connection reset by peer
    at UDXStream._onclose (/w/node_modules/udx-native/lib/stream.js:123:4)
    at file:///w/exercises/1-dht/server.ts:12:7 {
  code: 'ECONNRESET'
}`
  assert.deepEqual(explain(stack, '/w/exercises/1-dht'), {
    original: 'connection reset by peer',
    isTheirs: false,
    sentence:
      'The other side broke the connection; without an `error` listener on the socket, or with one that throws, that ends the program.',
    where: 'server.ts:12'
  })
  assert.equal(explain('all is well', '/w'), undefined)
})

test('an error that native code made is told too, although it has no stack', () => {
  const stderr = `<anonymous_script>:0\n\n\n[Error: connection reset by peer] { code: 'ECONNRESET' }\n\nNode.js v20.20.2\n`
  const { original, sentence } = explain(stderr, '/w') ?? {}
  assert.equal(original, 'connection reset by peer')
  assert.match(String(sentence), /^The other side broke the connection/)
})

test('of a file that cannot be read it is told what is wrong, and in which line', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'p2p-errors-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await writeFile(join(dir, 'echo.ts'), 'const a: number = 1\nconst b: = 2\n')
  const { stderr } = spawnSync(process.execPath, [...typescript, join(dir, 'echo.ts')], { encoding: 'utf8' })
  const { sentence, where } = explain(stderr, dir) ?? {}
  assert.equal(sentence, 'The file cannot be read as TypeScript: Unexpected token `=`')
  assert.equal(where, 'echo.ts:2')
})

test('an error that quotes a line break is told to its end', () => {
  const text = `SyntaxError: Unexpected token 'h', "hello\n" is not valid JSON\n    at JSON.parse (<anonymous>)`
  assert.equal(explain(text, '/w')?.original, `SyntaxError: Unexpected token 'h', "hello " is not valid JSON`)
})

for (const [said, sentence] of [
  [
    'Error: While lock file: /w/LOCK: File descriptor could not be locked',
    /Another program has this storage folder open/
  ],
  [
    "DHTError: PEER_NOT_FOUND: Peer not found\n    at x (/l/dht.js:1:1) {\n  code: 'PEER_NOT_FOUND'",
    /Nobody listens on this key/
  ],
  ['Error: Noise handshake failed\n    at x (/l/index.js:1:1)', /A connection ended before it should/],
  ['Error: ID must be 32-bytes long', /a key has 32 bytes, written as 64 hex digits/],
  ["Error: connection timed out\n    at x (/l/stream.js:1:1) {\n  code: 'ETIMEDOUT'", /The other side vanished/],
  ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'hyperbee' imported from /w/a.ts", /“hyperbee” is not here/],
  ["Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/w/b.ts' imported from /w/a.ts", /“b\.ts” is not here/],
  ['HypercoreError: SESSION_NOT_WRITABLE: Session is not writable', /Only its writer can append/]
] as const) {
  test(`a learner reads what “${said.split('\n')[0]}” means`, () => {
    assert.match(String(explain(said, '/w')?.sentence), sentence)
  })
}

test("what the learner's own code says is not taken for a library's words", () => {
  const thrown = 'Error: PEER_NOT_FOUND, or so I think\n    at file:///w/client.ts:3:9'
  assert.deepEqual(explain(thrown, '/w'), {
    original: 'PEER_NOT_FOUND, or so I think',
    isTheirs: true,
    where: 'client.ts:3'
  })
})
