// What a stage sees of a role's connections and of what it stores, and of cores of ours.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { texts } from '../src/peers.ts'
import { Stage } from '../src/stage.ts'
import { Story } from '../src/story.ts'

const timeout = 120_000
const TOPIC = Buffer.alloc(32, 7)
const here = fileURLToPath(new URL('.', import.meta.url))

/** A peer of one topic that counts who came; `leave` is what it does on Ctrl-C before it ends. */
const peer = (leave: string) => `
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { writeFileSync } from 'node:fs'
const { WORKSHOP_NETWORK, WORKSHOP_HOST, WORKSHOP_STORAGE } = process.env
const [host, port] = WORKSHOP_NETWORK.split(':')
const options = { bootstrap: [{ host, port: Number(port) }], host: WORKSHOP_HOST, firewalled: false, ephemeral: true }
const swarm = new Hyperswarm({ dht: new DHT(options) })
let came = 0
swarm.on('connection', (socket) => {
  socket.on('error', () => {})
  console.log('came', ++came)
})
process.on('SIGINT', async () => {
  ${leave}
  process.exit(0)
})
const discovery = swarm.join(Buffer.alloc(32, 7))
await discovery.flushed()
process.stdin.on('data', (data) => writeFileSync(WORKSHOP_STORAGE + '/typed', data))
`

test('a role that leaves takes its announcement back and closes its connections', { timeout }, async (t) => {
  const good = await met(t, 'await swarm.destroy()')
  await good.stage.leaves(good.role)
  const announced = await met(t, '')
  await assert.rejects(announced.stage.leaves(announced.role), /it was still announced/)
  const connected = await met(t, 'await discovery.destroy(); await swarm.server.close()')
  await assert.rejects(
    connected.stage.leaves(connected.role, { patience: 200 }),
    /ended without closing its connections/
  )
  const looking = await met(t, 'await swarm.destroy(); await discovery.refresh()')
  await looking.stage.leaves(looking.role) // its look was cut off: no fault of whoever looks again and again
  assert.match(looking.role.errors, /is destroyed/)
})

test('strangers come to a role and are gone at once', { timeout }, async (t) => {
  const { stage, role } = await met(t, 'await swarm.destroy()')
  await stage.tears(role, 5)
  await stage.prints(role, /came 6/, 'that six came')
})

test('a role that waits rests; one that has another thread compute without a pause does not', {
  timeout
}, async (t) => {
  const waiting = await started(t, 'setInterval(() => {}, 100)')
  await waiting.stage.rests(waiting.role)
  const asking = await started(
    t,
    "import { pbkdf2 } from 'node:crypto'\nconst ask = () => pbkdf2('a', 'b', 100_000, 64, 'sha512', ask)\nfor (let i = 0; i < 4; i++) ask()" // so that it gets enough of a machine that has much to do
  )
  await assert.rejects(asking.stage.rests(asking.role), /had nothing to do, and kept a processor busy/)
})

test('a program that computes without a pause is called that', {
  timeout,
  skip: process.platform !== 'linux' && 'only Linux tells what a process has computed'
}, async (t) => {
  const { stage } = await started(t, 'setImmediate(() => {\n  for (;;);\n})')
  const wait = stage.until(
    () => false,
    () => 'I saw nothing.',
    { means: 'Do less.', patience: 1_500 }
  )
  await assert.rejects(wait, /I saw nothing\. peer\.ts was computing without a pause\./)
})

test('who passes on what comes only when there is a pause is seen while it comes', { timeout }, async (t) => {
  const { role, stage } = await started(t, 'process.stdin.pipe(process.stdout)')
  await stage.typesOn(role, (word) => role.output.includes(word), 'Nothing came.')
  const late = await started(
    t,
    "let all = '', timer\nprocess.stdin.on('data', (data) => {\n  all += data\n  clearTimeout(timer)\n  timer = setTimeout(() => console.log(all), 60_000)\n})"
  )
  const typed = late.stage.printsOn(late.role, 'I typed on.', (word) => late.role.type(word), { patience: 500 })
  await assert.rejects(typed, /peer\.ts printed none of them\./)
  const count = late.role.typed.length
  assert.ok(count > 1)
  await setImmediate()
  assert.equal(late.role.typed.length, count)
  assert.deepEqual(late.stage.story.did, ['I started peer.ts.', 'I typed on.'])
})

test('lines that are typed one by one come one by one', { timeout }, async (t) => {
  const { role, stage } = await started(
    t,
    "process.stdin.on('data', (data) => console.log(JSON.stringify(String(data))))"
  )
  const lines = ['', '   ', 'exit']
  await role.typeEach(lines)
  assert.deepEqual(role.typed, lines)
  await stage.prints(role, /"exit/, 'the last one')
  assert.deepEqual(role.lines.slice(1), ['"\\n"', '"   \\n"', '"exit\\n"'])
  assert.ok(
    stage.story.did.includes('I typed an empty line, a line of blanks, “exit” into peer.ts, one after the other.')
  )
})

test('a role that is stopped does nothing, and is ended with the others', {
  timeout,
  skip: process.platform !== 'linux' && 'only Linux tells that a process is stopped'
}, async (t) => {
  const { role, stage } = await started(t, 'setInterval(() => {}, 10)')
  role.freeze()
  const isStopped = () => /\) T /.test(readFileSync(`/proc/${role.child.pid}/stat`, 'utf8'))
  await stage.until(isStopped, 'It was not stopped.')
  await stage.close()
  assert.equal(role.ended?.signal, 'SIGKILL')
})

test('a role that another step started must still run, and is told of when something is done with it', {
  timeout
}, async (t) => {
  const { stage, role } = await started(
    t,
    "process.stdin.once('data', () => process.exit(4))\nsetInterval(() => {}, 1000)"
  )
  stage.beginStory() // that of the next step
  await stage.keepPromises()
  role.type('enough')
  assert.ok(stage.story.roles.has(role))
  stage.beginStory()
  const saw = () => 'Nothing came.'
  await assert.rejects(
    stage.until(() => false, saw, { means: 'Send it.' }),
    /had ended, with exit code 4\..*Nothing came\./
  )
  // What is awaited of ours, and so without advice, is none of its business.
  await assert.rejects(
    stage.until(() => false, saw),
    (error: Error) => /had ended, with exit code 4/.test(error.message) && !/Nothing came/.test(error.message)
  )
  await assert.rejects(stage.keepPromises(), /had ended, with exit code 4/)
})

test('a role that ended is not told with the advice for another one that runs the same file', {
  timeout
}, async (t) => {
  const { stage, role } = await started(
    t,
    "process.stdin.once('data', () => process.exit(4))\nsetInterval(() => {}, 1000)"
  )
  const other = await stage.start(role.file, [], 'another one')
  other.type('enough')
  await assert.rejects(stage.prints(role, /never/, 'a word', { means: 'Print it.' }), {
    message: /^another one had ended, with exit code 4/,
    means: /^Only Ctrl-C may end it/
  })
})

test('what a role has stored is counted in bytes, without what is ours', { timeout }, async (t) => {
  const { stage, role } = await met(t, '')
  const before = await stage.stored()
  const ours = await stage.store()
  await ours.cores.get({ name: 'log' }).append(Buffer.alloc(1_000))
  role.type('x'.repeat(99))
  await stage.until(
    async () => (await stage.stored()) === before + 100,
    () => 'It was not stored.'
  )
})

test('what a role asks the network for is known, and counts once for all nodes', { timeout }, async (t) => {
  const { stage, role } = await met(t, '')
  for (const act of ['looks up', 'announces'] as const) assert.equal((await stage.asked(role, act, TOPIC)).length, 1)
  assert.deepEqual(await stage.asked(role, 'looks up', Buffer.alloc(32, 8)), [])
})

test('a role that is elsewhere has a storage of its own', { timeout }, async (t) => {
  const { stage } = await started(t, 'setInterval(() => {}, 1000)\nconsole.log(process.env.WORKSHOP_STORAGE)')
  const elsewhere = await stage.start('peer.ts', [], 'another one', { isElsewhere: true })
  const [folder] = await stage.prints(elsewhere, /\S+/, 'its storage')
  assert.equal(folder, join(await stage.folder(), 'elsewhere'))
})

test('nobody answers a role that is offline', { timeout }, async (t) => {
  const { stage } = await started(t, 'setInterval(() => {}, 1000)\nconsole.log(process.env.WORKSHOP_NETWORK)')
  const offline = await stage.start('peer.ts', [], 'another one', { isOffline: true })
  const [address] = await stage.prints(offline, /\S+/, 'its network')
  const { host, ports } = await stage.network()
  assert.ok(ports.every((port) => address !== `${host}:${port}`))
  assert.doesNotMatch(offline.account(), /never asked the local network/)
})

test('scenes that are made side by side are told in the order in which they were asked for, each once', async (t) => {
  const stage = new Stage({ dir: here })
  t.after(() => stage.close())
  const table = stage.scene(async () => stage.did('I laid a table.'))
  const dinner = stage.scene(async () => {
    await table()
    await setImmediate()
    stage.did('I cooked.')
  })
  const guests = stage.scene(async () => {
    await table()
    stage.did('Guests came.')
  })
  await Promise.all([dinner(), guests()])
  stage.did('We ate.')
  assert.deepEqual(stage.story.did, ['I laid a table.', 'I cooked.', 'Guests came.', 'We ate.'])
  stage.beginStory()
  await guests()
  assert.deepEqual(stage.story.did, ['I laid a table.', 'Guests came.'])
})

test('stores made at once are several; one that left comes back, and its copies have its blocks', {
  timeout
}, async (t) => {
  const stage = new Stage({ dir: here })
  t.after(() => stage.close())
  const [ours, theirs] = await Promise.all([stage.store(), stage.store()])
  const log = ours.cores.get({ name: 'log' })
  await log.append([Buffer.from('one\n'), Buffer.from('')])
  const copy = theirs.cores.get(log.key)
  await copy.ready()
  copy.download({ start: 0, end: -1 })
  const read = texts(copy)
  assert.deepEqual(await read(), [])
  await theirs.join(log.discoveryKey)
  await ours.join(log.discoveryKey)
  const has = (length: number) =>
    stage.until(
      async () => (await Promise.all([read(), read()]))[1]?.length === length,
      () => ''
    )
  await has(2)
  await ours.leave()
  await log.append(Buffer.from('two'))
  await ours.join(log.discoveryKey)
  await has(3)
  assert.deepEqual(await read(), ['one', '', 'two'])
})

test('what was done over and over is told with what came first and last', () => {
  const story = new Story()
  const said = ['“a”', '“$& of two”', '“”', '“d”'].map((text) => `I wrote ${text} in the page.`)
  for (const sentence of ['I came.', 'I came.', ...said.slice(0, 3), 'I left.', ...said, 'I left.'])
    story.tell(sentence)
  assert.deepEqual(story.did, [
    ...['I came.', 'I came.', ...said.slice(0, 3), 'I left.'],
    'I wrote “a”, 2 others, and “d” in the page.',
    'I left.'
  ])
})

test('a scene that was begun ahead is told by the step that awaits it, and fails that one', async (t) => {
  const stage = new Stage({ dir: here })
  t.after(() => stage.close())
  const scene = stage.scene(async () => {
    stage.did('I came.')
    await setImmediate()
    stage.expect(false, 'Nobody was there.', 'Be there.')
  })
  stage.ahead(scene)
  await setImmediate()
  assert.deepEqual(stage.story.did, [])
  stage.beginStory()
  await assert.rejects(scene(), /Nobody was there/)
  assert.deepEqual(stage.story.did, ['I came.'])
})

/** A stage with a role that a swarm of ours is connected to. */
async function met(t: TestContext, leave: string) {
  const { stage, role } = await started(t, peer(leave))
  const swarm = await stage.swarm()
  swarm.join(TOPIC)
  await stage.until(
    () => swarm.connections.size === 1,
    () => 'They did not meet.'
  )
  return { stage, role }
}

/** A stage with a role of this code, which has printed that it is ready. */
async function started(t: TestContext, code: string) {
  const dir = await mkdtemp(join(tmpdir(), 'peer-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await symlink(join(here, '..', 'node_modules'), join(dir, 'node_modules'), 'junction')
  await writeFile(join(dir, 'peer.ts'), `${code}\nconsole.log('ready')\n`)
  const stage = new Stage({ dir })
  t.after(() => stage.close())
  const role = await stage.start('peer.ts')
  await stage.prints(role, /ready/, 'ready')
  return { stage, role }
}
