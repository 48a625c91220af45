import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import c from 'compact-encoding'
import Hypercore, { type ReplicationStream } from 'hypercore'
import type { Encoding } from 'protomux'
import Protomux from 'protomux'
import { BareWire, encodings, type Hello, hello, type Messages, MultifeedError, VERSION } from '../src/index.ts'

const timeout = 60_000
const NO_BYTES = new Uint8Array(0)

/** Two ends of a stream in memory, which are gone with the test. */
function streams(t: TestContext): [ReplicationStream, ReplicationStream] {
  const [one, two] = [Hypercore.createProtocolStream(true), Hypercore.createProtocolStream(false)]
  for (const stream of [one, two]) {
    stream.on('error', () => {})
    t.after(() => stream.destroy())
  }
  return [one, two]
}

function muxes(t: TestContext): [Protomux, Protomux] {
  const [one, two] = streams(t)
  one.pipe(two).pipe(one)
  return [Protomux.from(one.noiseStream), Protomux.from(two.noiseStream)]
}

/** As a learner may have it after step 2: it compares the names, and catches nothing. */
class Plain extends BareWire {
  admit({ client }: Hello): void {
    if (client !== this.options.client) throw new MultifeedError('ERR_CLIENT_MISMATCH', 'They have another name.')
  }

  proof(): Uint8Array {
    return NO_BYTES
  }

  safe<Value>(encoding: Encoding<Value>): Encoding<Value> {
    return encoding
  }

  guard(run: () => void): void {
    run()
  }
}

class Guarded extends Plain {
  override guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.close(MultifeedError.thrown(error))
    }
  }
}

interface Side {
  Kind?: typeof Plain
  client?: string
  userData?: unknown
  id?: Uint8Array
  isShared?: boolean
  ready?: Promise<void>
  /** The messages that nobody reads here. */
  deafTo?: keyof Messages
}

/** A wire that keeps what it hears; `opened` gives their user data, `closed` the code with which it ended. */
function side(mux: Protomux, { Kind = Plain, deafTo, ...options }: Side = {}) {
  const heard: [name: string, value: unknown][] = []
  const awaited: { name: string; resolve(): void }[] = []
  const hear = (name: string) => (value: unknown) => {
    heard.push([name, value])
    for (const one of awaited) if (one.name === name) one.resolve()
  }
  const names = Object.keys(encodings).filter((name) => name !== deafTo)
  let open: (userData: unknown) => void = () => {}
  let close: (code: string | undefined) => void = () => {}
  const opened = new Promise<unknown>((resolve) => {
    open = resolve
  })
  const closed = new Promise<string | undefined>((resolve) => {
    close = resolve
  })
  const wire = new Kind(
    mux,
    {
      client: 'test',
      ready: Promise.resolve(),
      ...options,
      onopen: open,
      onclose: (error) => close(error?.code),
      on: Object.fromEntries(names.map((name) => [name, hear(name)]))
    },
    { hello, encodings }
  )
  const comes = (name: keyof Messages) => new Promise<void>((resolve) => awaited.push({ name, resolve }))
  return { wire, heard, opened, closed, comes }
}

const manifest = {
  version: 1,
  hash: 'blake2b',
  quorum: 1,
  allowPatch: false,
  signers: [{ signature: 'ed25519', namespace: Buffer.alloc(32, 4), publicKey: Buffer.alloc(32, 5) }],
  prologue: null,
  linked: null,
  userData: null
}
const said: { [Name in keyof Messages]: Messages[Name][] } = {
  offer: [[], [{ key: Buffer.alloc(32, 1), length: 5 }]],
  growth: [[{ index: 1, length: 300 }]],
  request: [[{ index: 0, start: 252 }]],
  pack: [
    { index: 1, start: 253, blocks: [Buffer.from('hi'), Buffer.from('')], signature: Buffer.from(''), manifest: null },
    { index: 1, start: 255, blocks: [Buffer.from('!')], signature: Buffer.alloc(4, 3), manifest: manifest as never }
  ],
  have: [3]
}

test('what one side says is what the other hears, in the same order', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  const [a, b] = [side(one, { userData: { name: 'ana' } }), side(two)]
  assert.deepEqual(await b.opened, { name: 'ana' })
  assert.equal(await a.opened, undefined)
  const all = Object.entries(said).flatMap(([name, values]) => values.map((value) => [name, value] as const))
  const last = b.comes('have')
  for (const [name, value] of all) a.wire.send(name as keyof Messages, value as never)
  await last
  assert.deepEqual(b.heard, all)
})

test('of the handshake of another version nothing but the version is read', () => {
  const version = VERSION + 1
  const bytes = Buffer.concat([c.encode(c.uint, version), Buffer.from('what it means nobody knows')])
  assert.deepEqual(c.decode(hello, bytes), { version, client: '', proof: NO_BYTES, userData: '', extras: 0 })
  const ours = { version: VERSION, client: 'test', proof: Buffer.alloc(32, 1), userData: '{}', extras: 1 }
  assert.deepEqual(c.decode(hello, Buffer.from(c.encode(hello, ours))), ours)
})

test('who is not admitted is refused with the code, and both sides read the handshake', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  const sides = [side(one, { client: 'ana' }), side(two, { client: 'ben' })]
  for (const { closed } of sides) assert.equal(await closed, 'ERR_CLIENT_MISMATCH')
})

test('a connection carries one multifeed of an id, and may carry another', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  const id = Buffer.from('b')
  const [a, b] = [side(one), side(one, { id })]
  assert.throws(() => side(one), { code: 'ERR_DUPLICATE_STREAM' })
  assert.throws(() => side(one, { id }), { code: 'ERR_DUPLICATE_STREAM' })
  const others = [side(two), side(two, { id })]
  for (const { opened } of [a, b, ...others]) await opened
  a.wire.close()
  await others[0]?.closed
  const last = others[1]?.comes('have')
  b.wire.send('have', 1)
  await last
})

test('a connection of the program is left open', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  const [a, b] = [side(one, { isShared: true }), side(two, { isShared: true })]
  await Promise.all([a.opened, b.opened])
  a.wire.close()
  assert.equal(await b.closed, undefined)
  const again = [side(one), side(two)]
  for (const { opened } of again) await opened
})

test('a message that nobody reads ends the stream with a code', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  const [a, b] = [side(one), side(two, { Kind: Guarded, deafTo: 'have' })]
  await Promise.all([a.opened, b.opened])
  a.wire.send('have', 1)
  assert.equal(await b.closed, 'ERR_PROTOCOL')
  await a.closed
})

test('user data that is no JSON is not sent, and none is believed', { timeout }, async (t) => {
  const [one, two] = muxes(t)
  assert.throws(() => side(one, { userData: 1n }), TypeError)
  const channel = Protomux.from(one).createChannel<Hello>({ protocol: 'multifeed', handshake: hello })
  channel?.open({ version: VERSION, client: 'test', proof: NO_BYTES, userData: '{', extras: 0 })
  assert.equal(await side(two, { Kind: Guarded }).closed, 'ERR_PROTOCOL')
})

test('who has no multifeed is told apart from who has left', { timeout }, async (t) => {
  const [one] = muxes(t)
  assert.equal(await side(one).closed, 'ERR_NO_MULTIFEED')
  const [left] = muxes(t)
  const { closed } = side(left)
  left.stream.destroy()
  assert.equal(await closed, undefined)
})

test('a storage that cannot be opened closes the stream', { timeout }, async (t) => {
  const [one] = muxes(t)
  const { closed } = side(one, { ready: Promise.reject(new Error('another program has it')) })
  assert.equal(await closed, 'ERR_CLOSED')
})

test('a peer that does not end its part of a connection loses it', { timeout }, async (t) => {
  const [stream, theirs] = streams(t)
  stream.on('data', (data) => theirs.write(data)) // it takes the end, and does not answer it
  theirs.on('data', (data) => stream.write(data))
  const [ours, peer] = [side(Protomux.from(stream.noiseStream)), side(Protomux.from(theirs.noiseStream))]
  await Promise.all([ours.opened, peer.opened])
  t.mock.timers.enable({ apis: ['setTimeout'] })
  ours.wire.close()
  for (let turns = 0; !stream.noiseStream.destroyed && turns < 5000; turns++) {
    t.mock.timers.tick(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(stream.noiseStream.destroyed, true)
})

test('an error of ours stays as it is, and any other is a handler’s', () => {
  const ours = new MultifeedError('ERR_BAD_PACK', 'It does not hold.', { usVersion: 2 })
  assert.equal(MultifeedError.thrown(ours), ours)
  assert.equal((ours as unknown as { usVersion: number }).usVersion, 2)
  const cause = new TypeError('of a listener')
  const { code, message, cause: kept } = MultifeedError.thrown(cause)
  assert.deepEqual([code, message, kept], ['ERR_HANDLER', 'A listener threw: of a listener', cause])
})
