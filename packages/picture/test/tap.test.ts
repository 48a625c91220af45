import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CHANNEL, failures, swallow, tap, wrap } from '@workshop/picture/tap'

test('what goes wrong in the telling is counted, and the program never notices', () => {
  class Library {
    name = 'it'
    greet(who: string) {
      if (who === '') throw new TypeError('nobody')
      return `${this.name} greets ${who}`
    }
  }
  const seen: unknown[] = []
  wrap(Library.prototype, 'greet', (_, args, result) => {
    seen.push([...args, result])
    throw new Error('a tap that is broken')
  })
  const library = new Library()
  assert.equal(library.greet('Ana'), 'it greets Ana')
  assert.throws(() => library.greet(''), { name: 'TypeError', message: 'nobody' })
  assert.deepEqual(seen, [['Ana', 'it greets Ana']])
  assert.deepEqual([failures.events, failures.text], [1, 'Error: a tap that is broken'])
  assert.deepEqual(Object.keys(Library.prototype), [], 'as a method is, it is not enumerable')
  assert.equal(library.greet.name, 'greet')
  swallow(() => wrap(Library.prototype, 'gone', () => {}))
  assert.match(failures.text, /has no gone/)
  failures.events = 0 // the next test has the same process
})

test('it says who it is, and nothing else until somebody looks; then what happens, until nobody does', async (t) => {
  const { socket, lines, order } = await connected(t)
  tap({ role: 'tester', text: 'tester.ts' })
  channel(CHANNEL).publish(socket)
  const [first] = await until(() => lines().length > 0 && lines())
  assert.deepEqual(first, { program: { role: 'tester', text: 'tester.ts', pid: process.pid } })

  // The library is loaded now, by nobody but this test.
  const { default: Hypercore } = await import('hypercore')
  const { mkdtemp, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const folder = await mkdtemp(join(tmpdir(), 'p2p-tap-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const core = new Hypercore(folder)
  t.after(() => core.close())
  await core.ready()
  await core.append([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')])
  await core.clear(1)
  assert.equal(lines().length, 1, 'nobody looks')

  const told = (what: string) => lines().filter((line) => line.what === what)
  order('look 1\n')
  const holds = await until(() => told('holds')[0])
  assert.deepEqual([holds.length, holds.ranges], [3, [[0, 1], [2, 3]]]) // biome-ignore format: a pair each
  const name = core.discoveryKey.toString('hex')
  assert.deepEqual(
    told('opens a core').map(({ at: _, ...event }) => event),
    [{ what: 'opens a core', core: name, key: core.key.toString('hex'), writable: true, length: 3 }]
  )
  await core.append(Buffer.from('d'))
  await core.clear(0, 2)
  await until(() => told('clears blocks')[0])
  assert.deepEqual(
    told('appends').map(({ start, length }) => [start, length]),
    [[3, 4]]
  )
  assert.deepEqual(
    told('clears blocks').map(({ start, end }) => [start, end]),
    [[0, 2]]
  )

  // More than was asked for is left out, however slow the disk is, and how things stand is told again.
  for (let i = 0; i < 100; i++) await core.append(Buffer.from('x'))
  await until(() => told('leaves out')[0])
  await until(() => told('holds').at(-1)?.length === 104)
  assert.ok(told('appends').length < 101)

  order('stop\n')
  await delay(0)
  const { length } = await until(() => told('holds'))
  await core.close() // what would be told
  assert.equal(told('closes a core').length, 0)
  assert.equal(told('holds').length, length)
  assert.deepEqual(told('fails to tell'), [])
})

type Line = Record<string, unknown> & { what?: string }

/** A connection to somebody who listens, what it has heard so far, and how it says something. */
async function connected(t: TestContext) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const [theirs] = await once(server, 'connection')
  t.after(() => {
    socket.destroy()
    server.close()
  })
  let text = ''
  theirs.setEncoding('utf8').on('data', (data: string) => {
    text += data
  })
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line): Line => JSON.parse(line))
  return { socket, lines, order: (line: string) => theirs.write(line) }
}

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let i = 0; i < 6_000; i++) {
    const found = look()
    if (found) return found
    await delay(5)
  }
  throw new Error('It did not come.')
}
