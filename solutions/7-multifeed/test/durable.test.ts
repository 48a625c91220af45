// Stage 6: killed processes, second processes, few file descriptors.
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Multifeed from '../multifeed.ts'
import { LARGEST_PACK } from '../wire.ts'
import { connect, contents, exchange, folder, make, until } from './help.ts'

const timeout = 120_000
const PEER = join(import.meta.dirname, 'peer.ts')

/** Starts a peer, under a limit of open files where one is given. */
function start(t: TestContext, args: string[], files?: number): ChildProcessWithoutNullStreams {
  const node = [process.execPath, '--import', '@workshop/start/typescript', PEER, ...args]
  const child = files
    ? spawn('sh', ['-c', `ulimit -n ${files} && exec "$@"`, 'sh', ...node])
    : spawn(String(node[0]), node.slice(1))
  t.after(() => child.kill('SIGKILL'))
  child.stderr.pipe(process.stderr)
  return child
}

async function printed(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<RegExpExecArray> {
  let output = ''
  for await (const data of child.stdout) {
    output += data
    const found = pattern.exec(output)
    if (found) return found
  }
  throw new Error(`It ended without ${pattern}: ${output}`)
}

const port = async (child: ChildProcessWithoutNullStreams) => String((await printed(child, /port (\d+)/))[1])

test('6 · killed 8 times in the middle of a sync of 100 feeds: nothing is lost, nothing twice', {
  timeout
}, async (t) => {
  const dir = await folder(t)
  const server = start(t, ['serve', join(dir, 'a'), '100'])
  const address = await port(server)
  let kills = 0
  // How long a whole sync takes here, so that the kills fall into it; no verdict hangs on it.
  const begin = performance.now()
  await printed(start(t, ['fetch', join(dir, 'measure'), address]), /synced/)
  const whole = performance.now() - begin
  // A folder whose store was being made when its program was killed cannot be opened any more: device-file 2.3 makes its
  // file, and writes what is in it a moment later.
  const made = new Multifeed(join(dir, 'b'))
  await made.ready()
  await made.close()
  for (let i = 0; i < 8; i++) {
    const child = start(t, ['fetch', join(dir, 'b'), address])
    const ended = once(child, 'exit')
    const timer = setTimeout(() => child.kill('SIGKILL'), randomInt(50, Math.ceil(whole)))
    const [, signal] = await ended
    clearTimeout(timer)
    if (signal === 'SIGKILL') kills++
    // Whatever was written can be opened and read.
    const half = new Multifeed<string>(join(dir, 'b'), { valueEncoding: 'utf-8' })
    await half.ready()
    for (const [key, blocks] of Object.entries(await contents(half))) {
      assert.ok([0, 3].includes(blocks.length), `${key} has ${blocks.length} blocks`)
    }
    await half.close()
  }
  t.diagnostic(`killed in the middle: ${kills} of 8`)
  const last = start(t, ['fetch', join(dir, 'b'), address])
  const left = once(last, 'exit') // until then it has the folder open
  await printed(last, /synced/)
  await left
  server.kill('SIGKILL')
  await once(server, 'exit')
  const [a, b] = ['a', 'b'].map((name) => new Multifeed<string>(join(dir, name), { valueEncoding: 'utf-8' })) as [
    Multifeed<string>,
    Multifeed<string>
  ]
  assert.equal(b.feeds().length, 0) // not ready yet
  await Promise.all([a.ready(), b.ready()])
  assert.equal(b.feeds().length, 100)
  assert.deepEqual(await contents(b), await contents(a))
  await Promise.all([a.close(), b.close()])
})

test('6 · torn in the middle of a feed that is too large for one message: only the rest is fetched', {
  timeout
}, async (t) => {
  const [a, b] = [await make(t), await make(t)]
  const writer = await a.multi.writer()
  const count = 60
  await writer.append(Array.from({ length: count }, (_, i) => `${i} ${'x'.repeat(LARGEST_PACK / 20)}`))
  const streams = connect(a.multi, b.multi)
  const stored = () => b.multi.feeds()[0]?.contiguousLength ?? 0
  await until(() => stored() >= count / 3)
  streams.a.destroy()
  await b.multi.close()
  const again = await make(t, { storage: b.storage })
  await again.multi.ready()
  const [feed] = again.multi.feeds()
  await feed?.ready()
  assert.ok(Number(feed?.contiguousLength) >= count / 3)
  const rest = count - Number(feed?.contiguousLength)
  const { b: second } = await exchange(a.multi, again.multi)
  assert.deepEqual(await contents(again.multi), await contents(a.multi))
  const read = second.noiseStream.rawBytesRead / (LARGEST_PACK / 20)
  assert.ok(read < rest + 1, `${read} blocks came after the tear, and ${rest} were missing`)
})

test('6 · what a multifeed wrote before it was closed is not read from the log at the next start', {
  timeout
}, async (t) => {
  const a = await make(t)
  const writer = await a.multi.writer('mine')
  await writer.append(Array.from({ length: 3000 }, (_, i) => `${i} ${'x'.repeat(1000)}`))
  await a.multi.close()
  const files = (await readdir(join(a.storage, 'db'))).filter((name) => name.endsWith('.log'))
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(a.storage, 'db', name))).size))
  assert.ok(sizes.length > 0 && sizes.every((size) => size < 100_000), `the log has ${sizes} bytes`)
  const again = await make(t, { storage: a.storage })
  const reopened = await again.multi.writer('mine')
  assert.match(await reopened.get(2999), /^2999 x+$/)
})

test('6 · a second process on the folder is told so, and the first lives on', { timeout }, async (t) => {
  const dir = await folder(t)
  const server = start(t, ['serve', dir, '1'])
  const address = await port(server)
  const second = new Multifeed(dir)
  await assert.rejects(second.ready(), /File descriptor could not be locked/)
  await second.close().catch(() => {})
  await printed(start(t, ['fetch', await folder(t), address]), /synced/)
})

test('6 · the process ends by itself when it has synced and closed', { timeout }, async (t) => {
  const server = start(t, ['serve', await folder(t), '3'])
  const child = start(t, ['fetch', await folder(t), await port(server)])
  child.stdout.resume()
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})

test('6 · four times as many feeds as there are file descriptors, on both sides', {
  timeout,
  skip: process.platform === 'win32' && 'Windows has no ulimit'
}, async (t) => {
  const files = 128 // 64 are enough for node and a store
  const dir = await folder(t)
  const server = start(t, ['serve', join(dir, 'a'), String(4 * files)], files)
  const client = start(t, ['fetch', join(dir, 'b'), await port(server)], files)
  client.stdout.resume()
  const [code] = await once(client, 'exit')
  assert.equal(code, 0)
  const b = new Multifeed(join(dir, 'b'))
  await b.ready()
  assert.equal(b.feeds().length, 4 * files)
  await b.close()
  const stored = await readdir(join(dir, 'b'), { recursive: true })
  t.diagnostic(`${stored.length} files for ${4 * files} feeds`)
  assert.ok(stored.length < files)
})
