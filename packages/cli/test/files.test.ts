// Nothing of a learner's is ever lost: trees before and after, in a copy of the workshop.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { copyOfWorkshop, ex, root } from './help.ts'

const timeout = 120_000

test('who comes first finds the files of the starters, and what was deleted is there again', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await run(t, top)
  assert.deepEqual(mine(dir), tree(join(dir, 'starter')))
  await writeFile(join(dir, 'server.ts'), 'mine\n')
  await rm(join(dir, 'client.ts'))
  await run(t, top)
  assert.equal(read(dir, 'server.ts'), 'mine\n')
  assert.equal(read(dir, 'client.ts'), read(join(dir, 'starter'), 'client.ts'))
})

test('reset and undo, twice each, end where they began', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await run(t, top)
  const starter = mine(dir)
  await work(dir, 'first')
  const first = mine(dir)
  await run(t, top, '1', 'reset')
  assert.deepEqual(mine(dir), starter)
  await work(dir, 'second')
  const second = mine(dir)
  await run(t, top, '1', 'reset')
  assert.deepEqual(mine(dir), starter)
  await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), second)
  await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), first)
  const none = ex(t, top, {}, '1', 'undo')
  assert.equal(await none.code, 2)
  assert.match(none.errors, /nothing to take back/)
  assert.deepEqual(mine(dir), first)
})

test('an undo can be taken back too, with what was written after the reset', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await work(dir, 'before')
  const before = mine(dir)
  await run(t, top, '1', 'reset')
  await work(dir, 'written after the reset')
  const after = mine(dir)
  const said = await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), before)
  const [, command = ''] = /pnpm ex (1 restore \d+)/.exec(said) ?? []
  await run(t, top, ...command.split(' '))
  assert.deepEqual(mine(dir), after)
  await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), before)
})

test('what no person wrote stays where it is: a store, a link, a folder of libraries', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await work(dir, 'mine')
  await mkdir(join(dir, 'store', 'db'), { recursive: true })
  await writeFile(join(dir, 'store', 'db', '000004.sst'), 'data')
  await mkdir(join(dir, 'lib', 'node_modules'), { recursive: true })
  await writeFile(join(dir, 'lib', 'node_modules', 'index.js'), 'code')
  await symlink('..', join(dir, 'lib', 'loop'))
  await run(t, top, '1', 'reset')
  assert.ok(existsSync(join(dir, 'store', 'db', '000004.sst')))
  assert.ok(existsSync(join(dir, 'lib', 'node_modules', 'index.js')))
  assert.ok(existsSync(join(dir, 'lib', 'loop')))
  assert.equal(existsSync(join(dir, 'helper.ts')), false)
})

test('catch-up puts our answer in place, says what is next, and can be taken back', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await work(dir, 'mine')
  const before = mine(dir)
  assert.match(await run(t, top, '1', 'catch-up'), /Go on: pnpm ex 2/)
  for (const file of ['client.ts', 'server.ts']) {
    assert.equal(read(dir, file), read(join(top, 'solutions', '1-dht'), file))
  }
  assert.equal(existsSync(join(dir, 'helper.ts')), false)
  await run(t, top, '1', 'catch-up')
  await run(t, top, '1', 'undo')
  await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), before)
})

test('each check keeps a snapshot, the same files only one, and they are bounded', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await run(t, top)
  await work(dir, 'kept')
  await ex(t, top, {}, '1', 'check', '--step', '1').code
  await ex(t, top, {}, '1', 'check', '--step', '1').code
  const list = await run(t, top, 'snapshots')
  assert.match(list, /^ {2}1-dht +1 {3}\d{4}-\d\d-\d\d \d\d:\d\d {2,}check {3}as it is now\n\n/)
  for (let i = 0; i < 3; i++) {
    await work(dir, `kept ${i}`)
    await run(t, top, '1', 'reset')
    await run(t, top, '1', 'undo')
  }
  const folder = join(top, '.workshop', 'snapshots', '1-dht')
  const [newest] = readdirSync(folder)
    .flatMap((name) => /^\d+/.exec(name)?.map(Number) ?? [])
    .sort((a, b) => b - a)
  for (let i = Number(newest) + 1; i <= 80; i++) {
    await mkdir(join(folder, `${i}-check`))
    await writeFile(join(folder, `${i}-check`, 'server.ts'), `version ${i}`)
  }
  await work(dir, 'one more')
  await run(t, top, '1', 'reset')
  assert.equal(readdirSync(folder).filter((name) => /^\d+-/.test(name)).length, 51, '50, and the new one')
  await run(t, top, '1', 'undo')
  assert.match(read(dir, 'server.ts'), /one more/)
})

test('a disk that refuses loses nothing: first it is kept, then it is replaced', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await work(dir, 'mine')
  const before = mine(dir)
  await writeFile(join(top, '.workshop'), 'a file where a folder should be')
  const reset = ex(t, top, {}, '1', 'reset')
  assert.equal(await reset.code, 3)
  assert.doesNotMatch(reset.errors, /^ +at /m)
  assert.deepEqual(mine(dir), before)
})

test('an update of the workshop never touches what a learner has written, nor asks about it', {
  timeout
}, async (t) => {
  const upstream = await mkdtemp(join(tmpdir(), 'p2p-upstream-'))
  const clone = `${upstream}-clone`
  t.after(() => rm(upstream, { recursive: true, force: true }))
  t.after(() => rm(clone, { recursive: true, force: true }))
  const git = (cwd: string, ...args: string[]) => {
    const who = ['-c', 'user.name=author', '-c', 'user.email=author@example.org']
    return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const copy = await copyOfWorkshop(t)
  await cp(copy, upstream, { recursive: true, filter: (path) => !path.includes('node_modules') })
  await writeFile(join(upstream, '.gitignore'), readFileSync(join(root, '.gitignore')))
  git(upstream, 'init', '-q')
  git(upstream, 'add', '.')
  git(upstream, 'commit', '-qm', 'first')
  git(tmpdir(), 'clone', '-q', upstream, clone)

  const dir = join(clone, 'exercises', '1-dht')
  const starter = join(dir, 'starter')
  for (const file of ['client.ts', 'server.ts']) await writeFile(join(dir, file), readFileSync(join(starter, file)))
  await work(dir, 'mine')
  const before = mine(dir)
  assert.equal(git(clone, 'status', '--porcelain'), '', 'what a learner writes is nothing to git')
  await appendFile(join(upstream, 'exercises', '1-dht', 'starter', 'server.ts'), '// a better starter\n')
  await appendFile(join(upstream, 'exercises', '1-dht', 'README.md'), '\nA better text.\n')
  git(upstream, 'commit', '-qam', 'second')
  git(clone, 'pull', '-q')
  assert.deepEqual(mine(dir), before)
  assert.match(read(starter, 'server.ts'), /a better starter/)
})

test('what several terminals write at the same instant is all there', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  const script = `const { remember } = await import('./src/desk.ts')
    const name = process.argv[1]
    for (let i = 0; i < 20; i++) {
      remember({ name: 'all' }, ({ rungs }) => ({ rungs: { ...rungs, [name + i]: 1 } }))
      remember({ name }, () => ({ done: String(i) }))
    }`
  const terminals = ['a', 'b', 'c', 'd'].map(async (name) => {
    const args = [
      '--import',
      import.meta.resolve('@workshop/start/typescript'),
      '--input-type=module',
      '-e',
      script,
      name
    ]
    const child = spawn(process.execPath, args, { cwd: join(top, 'packages', 'cli'), stdio: 'inherit' })
    t.after(() => child.kill())
    assert.equal((await once(child, 'close'))[0], 0)
  })
  await Promise.all(terminals)
  const { all, ...others } = JSON.parse(readFileSync(join(top, '.workshop', 'progress.json'), 'utf8'))
  assert.equal(Object.keys(all.rungs).length, 4 * 20)
  assert.deepEqual(Object.values(others), Array(4).fill({ done: '19' }))
})

test('terminals that replace the files of one exercise at the same instant do it one after the other', {
  timeout
}, async (t) => {
  const top = await copyOfWorkshop(t)
  const dir = join(top, 'exercises', '1-dht')
  await work(dir, 'mine')
  const before = mine(dir)
  const commands = ['reset', 'catch-up', 'reset', 'catch-up', 'reset', 'catch-up']
  await Promise.all(commands.map((command) => run(t, top, '1', command)))
  const folders = [join(dir, 'starter'), join(top, 'solutions', '1-dht')]
  const whole = folders.map((from) => ['client.ts', 'server.ts'].map((file) => read(from, file)))
  const now = ['client.ts', 'server.ts'].map((file) => read(dir, file))
  assert.ok(
    whole.some((files) => files.join() === now.join()),
    'the files of one of them, and not a mixture'
  )
  for (const _ of commands) await run(t, top, '1', 'undo')
  assert.deepEqual(mine(dir), before)
})

test('without our answers a workshop works, and says where it needs them', { timeout }, async (t) => {
  const top = await copyOfWorkshop(t)
  await rm(join(top, 'solutions'), { recursive: true })
  assert.match(await run(t, top, '1'), /the server announces a key and listens/)
  assert.match(await run(t, top, '1', 'hint'), /1 of 3/)
  const check = ex(t, top, {}, '1', 'check')
  assert.equal(await check.code, 1, check.errors)
  for (const words of [
    ['catch-up'],
    ['diff'],
    ['server', '--solution'],
    ['check', '--solution'],
    ['all', '--solution']
  ]) {
    const refused = ex(t, top, {}, '1', ...words)
    assert.equal(await refused.code, 2)
    assert.match(refused.errors, /^Our answer to exercise 1 is not here: there is no folder solutions.1-dht\.\n$/)
  }
  await takeLibraryFromRooms(top)
  for (const words of [['teach'], ['teach', '--rehearse', '1'], ['join', '127.0.0.1', 'k7qp-3xfm-9d2h']]) {
    const refused = ex(t, top, {}, ...words)
    assert.equal(await refused.code, 2, refused.errors)
    assert.match(
      refused.errors,
      /^A room is built on our answer to exercise 7\. Put the folder solutions.7-multifeed back/
    )
  }
})

test('an install without our answers needs none of them', () => {
  const places = ['packages', 'exercises'].flatMap((place) =>
    readdirSync(join(root, place)).map((name) => [place, name])
  )
  for (const place of places) {
    if (!existsSync(join(root, ...place, 'package.json'))) continue
    const { dependencies, devDependencies } = JSON.parse(read(join(root, ...place), 'package.json'))
    const needed = Object.keys({ ...dependencies, ...devDependencies })
    const answers = needed.filter((name) => name.startsWith('solution-'))
    assert.deepEqual(answers, [], `${place.join('/')} names it under optionalDependencies`)
  }
})

/** Lets the rooms of a copy find what they found before, but for our answer to exercise 7. */
async function takeLibraryFromRooms(top: string): Promise<void> {
  const from = join(root, 'packages', 'room')
  const [to, found] = [join(top, 'packages', 'room'), join(top, 'packages', 'cli', 'node_modules', '@workshop', 'room')]
  await rm(found)
  await symlink(to, found, 'junction') // Node runs no TypeScript that lies in a node_modules itself
  await cp(from, to, { recursive: true, filter: (path) => path !== join(from, 'node_modules') })
  await mkdir(join(to, 'node_modules'))
  for (const name of readdirSync(join(from, 'node_modules')).filter((name) => !name.startsWith('solution-')))
    await symlink(join(from, 'node_modules', name), join(to, 'node_modules', name), 'junction')
}

/** Runs the command, which must go well, and gives what it printed. */
async function run(t: TestContext, top: string, ...args: string[]): Promise<string> {
  const command = ex(t, top, {}, ...args)
  assert.equal(await command.code, 0, command.errors)
  return command.output
}

/** A learner's day: a changed file, a new module, a folder, bytes that are no text of UTF-8. */
async function work(dir: string, what: string): Promise<void> {
  await writeFile(join(dir, 'server.ts'), `// ${what} ü 🌍\n`)
  await writeFile(join(dir, 'helper.ts'), `export const what = '${what}'\n`)
  await mkdir(join(dir, 'notes'), { recursive: true })
  await writeFile(join(dir, 'notes', 'raw.txt'), Buffer.from([0, 255, 10, 13, 128, what.length]))
}

const read = (dir: string, file: string) => readFileSync(join(dir, file), 'utf8')

/** The learner's part of an exercise's folder. */
function mine(dir: string): Record<string, string> {
  const authors = /^(README\.md|package\.json|tsconfig\.json|check|starter|node_modules|\.turbo)/
  return Object.fromEntries(Object.entries(tree(dir)).filter(([path]) => !authors.test(path)))
}

/** All files below a folder with their bytes in hex. */
function tree(dir: string, from = dir): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(dir, { withFileTypes: true }).map((entry) => {
      const path = join(dir, entry.name)
      if (entry.isDirectory()) return tree(path, from)
      return entry.isFile() ? { [relative(from, path)]: readFileSync(path).toString('hex') } : {}
    })
  )
}
