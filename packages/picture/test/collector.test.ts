import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Collector } from '@workshop/picture/collector'
import { type Happened, is } from '@workshop/picture/events'
import { look } from '@workshop/picture/view'

const NODE = { host: '127.0.0.1', port: 7001 }

/** A collector with one node, and who connects to it. */
async function collector(t: TestContext) {
  const collector = new Collector()
  collector.nodes = [NODE]
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    collector.attend(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const enter = async () => {
    const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    sockets.add(socket.on('error', () => {}))
    await once(socket, 'connect')
    return socket
  }
  t.after(() => {
    collector.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  /** A program as its tap would speak for it. */
  const program = async (role: string) => {
    const socket = await enter()
    let heard = ''
    socket.setEncoding('utf8').on('data', (text) => {
      heard += text
    })
    socket.write(`${JSON.stringify({ program: { role, pid: 1, text: `${role}.ts` } })}\n`)
    const tell = (what: string, told: object = {}, at = performance.timeOrigin + performance.now()) =>
      socket.write(`${JSON.stringify({ at, what, ...told })}\n`)
    return { socket, tell, heard: () => heard }
  }

  /** Somebody who looks; `sees` waits for an event. */
  const viewer = async () => {
    const socket = await enter()
    const events: Happened[] = []
    look(socket, (more) => events.push(...more))
    const sees = (fits: (event: Happened) => boolean) => until(() => events.find(fits), 'event', events)
    await sees(is('is a node'))
    return { socket, events, sees }
  }
  return { collector, program, viewer }
}

async function until<T>(look: () => T | undefined | false, what: string, seen: unknown = ''): Promise<T> {
  for (let i = 0; i < 6_000; i++) {
    const found = look()
    if (found) return found
    await delay(5)
  }
  throw new Error(`no ${what}: ${JSON.stringify(seen)}`)
}

const prints = (text: string) => (event: Happened) => event.what === 'prints' && event.text === text

test('nobody is asked for anything while nobody looks, and all are when somebody does', async (t) => {
  const { program, viewer } = await collector(t)
  const writer = await program('writer')
  writer.tell('prints', { text: 'to nobody' })
  const { socket, sees, events } = await viewer()
  await sees(is('starts'))
  writer.tell('prints', { text: 'to somebody' })
  await sees(prints('to somebody'))
  assert.ok(!events.some(prints('to nobody')))
  assert.match(writer.heard(), /^look \d+\n$/)
  socket.destroy()
  await until(() => writer.heard().endsWith('stop\n'), 'stop')
})

test('programs of one role have names of their own, and a name is free again when its program has gone', async (t) => {
  const { program, viewer } = await collector(t)
  const { sees, events } = await viewer()
  const names = () => events.filter(is('starts')).map(({ who }) => who)
  const first = await program('peer')
  await until(() => names().length === 1, 'first')
  await program('peer')
  await until(() => names().length === 2, 'second')
  first.socket.destroy()
  await sees(({ who, what }) => who === 'peer' && what === 'ends')
  await program('peer')
  await until(() => names().length === 3, 'third')
  assert.deepEqual(names(), ['peer', 'peer 2', 'peer'])
})

test('events come in the order in which they happened, with names for keys and addresses', async (t) => {
  const { collector: it, program, viewer } = await collector(t)
  const { sees, events } = await viewer()
  const [ana, ben] = [await program('ana'), await program('ben')]
  await until(() => events.filter(is('starts')).length === 2, 'programs')
  it.asked({ host: '127.0.0.1', port: 9, act: 'looks up', target: 'ab', node: NODE.port }) // before anybody says that this is ben
  const now = performance.timeOrigin + performance.now()
  ben.tell('has a key', { key: 'bb' }, now + 1)
  ben.tell('has an address', { host: '127.0.0.1', port: 9 }, now + 2)
  ben.tell('prints', { text: 'second' }, now + 20)
  ana.tell('prints', { text: 'first' }, now + 10)
  ana.tell('meets', { connection: 'c', key: 'bb', began: true }, now + 30)
  ana.tell('sends', { connection: 'c', bytes: 5 }, now + 40)
  await sees(is('sends'))
  const told = events.filter(({ what }) => ['prints', 'meets', 'sends', 'looks up'].includes(what))
  assert.deepEqual(
    told.map(({ at: _, ...event }) => event),
    [
      { who: 'ben', what: 'looks up', target: 'ab', node: 'node 1' },
      { who: 'ana', what: 'prints', text: 'first' },
      { who: 'ben', what: 'prints', text: 'second' },
      { who: 'ana', what: 'meets', connection: 'c', key: 'bb', began: true, with: 'ben' },
      { who: 'ana', what: 'sends', connection: 'c', bytes: 5, with: 'ben' }
    ]
  )
  const times = events.map(({ at }) => at)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b)
  )
})

test('a program that is gone without a word has lost its connections: killed', async (t) => {
  const { program, viewer } = await collector(t)
  const { sees } = await viewer()
  const [ana, ben] = [await program('ana'), await program('ben')]
  for (const one of [ana, ben]) one.tell('meets', { connection: 'c', key: 'aa' })
  ben.tell('loses', { connection: 'c', how: 'goodbye' })
  ben.tell('ends', { text: '0' })
  await sees(({ who, what }) => who === 'ben' && what === 'ends')
  ana.socket.destroy()
  const lost = await sees(({ who, what }) => who === 'ana' && what === 'loses')
  assert.equal(is('loses')(lost) && lost.how, 'killed')
  await sees((event) => event.who === 'ana' && event.what === 'ends' && event.text === '')
})

test('nonsense and a flood end nothing, cost the others nothing, and the picture says that it leaves something out', async (t) => {
  const { program, viewer } = await collector(t)
  const { sees } = await viewer()
  const [good, bad] = [await program('good'), await program('bad')]
  const nonsense = [
    '{',
    'null',
    '7',
    '"look"',
    '{"at":"x"}',
    '{"at":1,"what":"nothing"}',
    '\u0000',
    '[]',
    '{"program":{}}'
  ]
  for (const line of nonsense) bad.socket.write(`${line}\n`)
  bad.socket.write('x'.repeat(300_000)) // a line without an end
  bad.socket.write('\n')
  const flood = `${JSON.stringify({ at: 0, what: 'prints', text: '<b>' })}\n`.repeat(1_000)
  for (let i = 0; i < 40; i++) bad.socket.write(flood)
  good.tell('prints', { text: 'still here' })
  await sees(prints('still here'))
  const out = await sees((event) => event.who === 'bad' && event.what === 'leaves out')
  assert.ok(is('leaves out')(out) && out.events > nonsense.length)
  bad.tell('prints', { text: 'calm again' })
  await sees(prints('calm again'))
})

test('somebody who looks and does not read is let go, and the others go on', async (t) => {
  const { collector: it, program, viewer } = await collector(t)
  const lazy = new Duplex({ read() {}, write() {} }) // never done with what is written to it
  it.attend(lazy as Socket)
  lazy.push('look\n')
  const { sees } = await viewer()
  const writer = await program('writer')
  await sees(is('starts'))
  const text = 'x'.repeat(1_900)
  await until(() => {
    for (let i = 0; i < 20; i++) writer.tell('prints', { text })
    return lazy.destroyed
  }, 'end')
  writer.tell('prints', { text: 'done' })
  await sees(prints('done'))
})
