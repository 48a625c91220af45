import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { compiler, hasTypeScript, needsCompiler, typescript } from '../src/index.ts'

test('a file with types runs, and an error in it names its line', (t) => {
  const dir = folder(t, {
    'peer.ts':
      "import { name } from './name.ts'\ntype Peer = { name: string }\nconst peer: Peer = { name }\nconsole.log(peer.name)\nthrow new Error('here' as string)\n",
    'name.ts': "export const name: string = 'Ana'\n"
  })
  // A program of ours has them from within Node; one that is started by hand, and `pnpm ex`, from module hooks.
  for (const node of [typescript, ['--import', import.meta.resolve('@workshop/start/typescript')]]) {
    const { stdout, stderr } = run(node, join(dir, 'peer.ts'))
    assert.equal(stdout, 'Ana\n')
    assert.match(stderr, /peer\.ts:5\b/)
    assert.match(stderr, /Error: here/)
  }
})

test('a file that is no TypeScript is told with its line', (t) => {
  const dir = folder(t, { 'peer.ts': 'const a = 1\nconst b: = 2\n' })
  const { status, stderr } = run(typescript, join(dir, 'peer.ts'))
  assert.equal(status, 1)
  assert.match(stderr, /peer\.ts:2\n(?:.*\n)?const b: = 2\n/)
  assert.match(stderr, /SyntaxError \[ERR_INVALID_TYPESCRIPT_SYNTAX\]: Unexpected token/)
})

test('a newer Node runs without anything before the file', () => {
  assert.equal(typescript.length, hasTypeScript ? 0 : 3)
})

test('what is more than JavaScript with types needs a compiler, and runs with it', (t) => {
  const plain = folder(t, {
    'a.ts': "import { b } from './b.ts'\nconsole.log(b)\n",
    'b.ts': 'export const b: number = 1\n'
  })
  const broken = folder(t, { 'a.ts': 'const a: = 1\n' })
  const answers = [
    folder(t, { 'a.ts': 'enum Kind { one = 1 }\nconsole.log(Kind.one)\n' }),
    folder(t, { 'a.ts': "import { b } from './b.js'\nconsole.log(b)\n", 'b.ts': 'export const b: number = 1\n' }),
    folder(t, { 'a.ts': "import { b } from './b'\nconsole.log(b)\n", 'b.ts': 'export const b: number = 1\n' }),
    folder(t, { 'a.ts': 'class A { constructor(readonly n: number) {} }\nconsole.log(new A(1).n)\n' })
  ]
  assert.equal(needsCompiler(plain), false)
  assert.equal(needsCompiler(broken), false)
  for (const dir of answers) {
    assert.equal(needsCompiler(dir), true)
    assert.equal(run(compiler, join(dir, 'a.ts')).stdout, '1\n')
  }
})

function folder(t: TestContext, files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'p2p-start-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

function run(node: readonly string[], file: string) {
  return spawnSync(process.execPath, [...node, file], { encoding: 'utf8' })
}
