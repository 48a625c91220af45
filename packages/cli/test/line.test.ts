// The command line: what is typed, and what it means.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { exercises } from '@workshop/course'
import { userDir } from '../src/caller.ts'
import { UsageError } from '../src/command.ts'
import { commands } from '../src/commands.ts'
import { candidates } from '../src/completion.ts'
import { help, overview } from '../src/help.ts'
import { parse } from '../src/parse.ts'
import { exerciseAt } from '../src/words.ts'
import { root } from './help.ts'

delete process.env.npm_config_npm_version // who runs the tests is not who types a command

const [first, second] = exercises()
const typed = commands.filter(({ group, name }) => group && name !== '')

for (const [words, expected] of [
  ['', { name: '', exercise: undefined }],
  ['2', { name: '', exercise: 2 }],
  ['exercises/2-topic/', { name: '', exercise: 2 }],
  ['2 check --step 3 --json', { name: 'check', exercise: 2, options: { step: 3, json: true } }],
  ['2-topic check --step=3', { name: 'check', exercise: 2, options: { step: 3, json: false } }],
  ['1 diff client', { name: 'diff', exercise: 1, words: ['client'] }],
  ['1 client abc -x --port 7', { name: 'ROLE', exercise: 1, words: ['client', 'abc', '-x', '--port', '7'] }],
  ['1 client.ts --solution -- --solution', { name: 'ROLE', exercise: 1, words: ['client', '--solution'] }],
  ['--help', { name: 'help', exercise: undefined, words: [] }],
  ['-h', { name: 'help', exercise: undefined, words: [] }],
  ['help', { name: 'help', exercise: undefined, words: [] }],
  ['help check', { name: 'help', exercise: undefined, words: ['check'] }],
  ['check --help', { name: 'help', exercise: undefined, words: ['check'] }],
  ['3 --help', { name: 'help', exercise: 3, words: [] }],
  ['3 check -h', { name: 'help', exercise: 3, words: ['check'] }],
  ['3 check --step --help', { name: 'help', exercise: 3, words: ['check'] }],
  ['3 help check', { name: 'help', exercise: 3, words: ['check'] }],
  ['help 3 check', { name: 'help', exercise: 3, words: ['check'] }],
  ['3 writer --help', { name: 'help', exercise: 3, words: ['writer'] }],
  ['--version', { name: 'version', exercise: undefined }],
  ['3 check --version', { name: 'version', exercise: undefined }]
] as const) {
  test(`pnpm ex ${words}`, () => {
    const { command, exercise, words: left, options } = parse(words.split(' ').filter(Boolean))
    assert.equal(command.name, expected.name)
    assert.equal(exercise?.number, expected.exercise)
    if ('words' in expected) assert.deepEqual(left, expected.words)
    for (const [name, value] of Object.entries('options' in expected ? expected.options : {}))
      assert.equal(options[name], value)
  })
}

for (const [words, sentence] of [
  ['9 writer', /There is no exercise 9\. Exercises have the numbers 1 to \d+\. To see them all: pnpm ex/],
  ['one', /There is no command “one”\. All commands: pnpm ex help/],
  ['check', /Which exercise\? Type its number, as in “pnpm ex 1 check”, or go into its folder/],
  ['1 sever', /Exercise 1 has no role “sever”.* Did you mean “pnpm ex 1 server”\? Its roles: client, server\./],
  ['1 check --sulution', /There is no option --sulution here\. Did you mean --solution\? Usage: pnpm ex 1 check /],
  ['1 check --step two', /“two” is not the number of a step/],
  ['1 check --step', /--step needs a value: --step N\. Usage: /],
  ['1 check --json=yes', /--json takes no value\. Usage: /],
  ['2 doctor', /doctor is not about one exercise\. Leave the number out: pnpm ex doctor/],
  ['1 check again', /Unexpected “again”\. Usage: /]
] as const) {
  test(`pnpm ex ${words}: a sentence`, () => {
    assert.throws(
      () => parse(words.split(' ')),
      (error) => error instanceof UsageError && sentence.test(error.message)
    )
  })
}

test('without a number, a command is about the exercise where the user is', () => {
  for (const word of ['check', 'watch', 'hint', 'diff', 'reset', 'snapshots', 'peer']) {
    assert.equal(parse([word], second).exercise, second)
    assert.equal(parse(['2', word]).exercise?.number, 2)
  }
  assert.equal(parse(['1', 'check'], second).exercise?.number, 1)
  assert.equal(parse([], second).command.of, 'workshop')
  assert.throws(() => parse(['check']), /Which exercise\?/)
  assert.throws(() => parse(['chek']), /Did you mean “pnpm ex 1 check”\?/)
  assert.throws(() => parse(['pear'], second), /no role “pear”.* Did you mean “pnpm ex 2 peer”\?/)
})

test('where the user is: in the folder of an exercise, of its solution, below them, or elsewhere', () => {
  assert.equal(exerciseAt(join(root, 'exercises', '1-dht', 'starter'))?.number, 1)
  assert.equal(exerciseAt(join(root, 'solutions', '1-dht'))?.number, 1)
  assert.equal(exerciseAt(join(root, 'exercises', '1-dht-other')), undefined)
  assert.equal(exerciseAt(root), undefined)
  assert.equal(userDir({ npm_lifecycle_event: 'ex', INIT_CWD: '/there' }), '/there')
  assert.equal(userDir({ npm_lifecycle_event: 'test', INIT_CWD: '/there' }), process.cwd())
})

test('each command and each option is in its help, and each command in the list', () => {
  const list = help(undefined, undefined)
  for (const { name, options = {} } of typed) {
    assert.match(list, new RegExp(`^  (N |\\[N\\] )?${name}\\b`, 'm'))
    const all = help(first, name)
    for (const option of Object.keys(options)) assert.match(all, new RegExp(`^  --${option}\\b`, 'm'))
  }
  assert.match(help(first, undefined), /^ {2}1 server +run your server\.ts/m)
  assert.match(help(first, 'server'), /^Usage: pnpm ex 1 server \[WORDS …\]/)
  assert.throws(() => help(undefined, 'nope'), /There is no command “nope”/)
})

test('the README lists the commands as the help does', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  for (const { heading, rows } of overview(3)) {
    const width = Math.max(...rows.map(([call]) => call.length)) + 3
    const block = rows.map(([call, about]) => `pnpm ex ${call}`.padEnd(width + 8) + about).join('\n')
    assert.ok(readme.includes(`\`\`\`\n${block}\n\`\`\`\n`), `Under “${heading}” the README should have:\n${block}`)
  }
})

test('a command of a message can be pasted: pnpm, or npx where pnpm is not there', () => {
  const said = (env: NodeJS.ProcessEnv) => {
    const script = "const { ex } = await import('./src/caller.ts'); console.log(ex(3, 'check'))"
    const options = { cwd: join(root, 'packages', 'cli'), encoding: 'utf8', env: { ...process.env, ...env } } as const
    const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script]
    return spawnSync(process.execPath, args, options).stdout.trim()
  }
  assert.equal(said({ npm_config_npm_version: undefined }), 'pnpm ex 3 check')
  assert.equal(said({ npm_config_npm_version: '11.0.0' }), 'npx -y pnpm@12 ex 3 check')
})

test('a command of a message can be pasted on a laptop that has only Node, from the folder where its user is', () => {
  const said = (cwd: string, program: string) =>
    spawnSync(process.execPath, [program, '1'], { cwd, encoding: 'utf8', env: { ...process.env, INIT_CWD: undefined } })
      .stdout
  assert.match(said(root, 'ex'), / node ex 1 check$/m)
  assert.match(said(join(root, 'exercises'), '../ex'), / node \.\.\/ex 1 check$/m)
})

test('what may follow some words', () => {
  const words = (typed: string, here = undefined as typeof second) =>
    candidates(typed.split(' ').filter(Boolean), here).map(({ word }) => word)
  for (const word of ['1', 'doctor', 'help']) assert.ok(words('').includes(word), word)
  assert.ok(!words('').includes('check'), 'there is no exercise yet')
  for (const word of ['check', 'peer', 'doctor', '1']) assert.ok(words('', second).includes(word), word)
  for (const word of ['check', 'server', 'snapshots']) assert.ok(words('1').includes(word), word)
  assert.ok(!words('1').includes('doctor'))
  assert.deepEqual(words('1 check --step'), [])
  assert.deepEqual(words('1 server --network'), ['local', 'public'])
  assert.deepEqual(words('network --host 10.0.0.1'), ['--port'])
  assert.ok(words('1 diff').includes('client'))
  assert.ok(!words('1 diff client').includes('client'))
  assert.ok(words('completion').includes('fish'))
})

test('in every folder of the workshop `pnpm ex` is ours, and no editor of that name', () => {
  const files = execFileSync('git', ['ls-files', '*package.json'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const file of files) {
    const { scripts } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { scripts?: Record<string, string> }
    // A template becomes a package at the place of an exercise.
    const dir = file.includes('/template/') ? 'exercises/0-template' : dirname(file)
    const [program, launcher = ''] = scripts?.ex?.split(' ') ?? []
    assert.equal(program, 'node', file)
    assert.equal(resolve(root, dir, launcher), join(root, 'packages', 'cli', 'ex.js'), file)
  }
})

const hasPnpm = spawnSync('pnpm', ['--version'], { shell: process.platform === 'win32' }).stdout?.toString() >= '12'
test('pnpm runs it in the folder of an exercise', {
  skip: hasPnpm ? false : 'no pnpm 12 here',
  timeout: 120_000
}, () => {
  const { stdout, status } = spawnSync('pnpm', ['ex', 'peer', '--help'], {
    cwd: join(root, 'exercises', '2-topic', 'starter'),
    encoding: 'utf8',
    env: { ...process.env, npm_config_npm_version: undefined },
    shell: process.platform === 'win32'
  })
  assert.equal(status, 0)
  assert.match(stdout, /^Usage: pnpm ex 2 peer /)
})

test('before anything is installed, it says which command installs', async (t) => {
  const top = await mkdtemp(join(tmpdir(), 'p2p-bare-'))
  t.after(() => rm(top, { recursive: true }))
  const cli = join(top, 'packages', 'cli')
  await mkdir(cli, { recursive: true })
  for (const file of ['ex.js', 'package.json']) await cp(join(root, 'packages', 'cli', file), join(cli, file))
  const { stderr, status } = spawnSync(process.execPath, [join(cli, 'ex.js'), '1', 'server'], { encoding: 'utf8' })
  assert.equal(status, 3)
  assert.match(stderr, /^The libraries of the workshop are not installed yet\.\n.*: npx -y pnpm@12 ex 1 server\n$/)
})
