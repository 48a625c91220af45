// What the texts promise of the stack, shown on the pinned versions.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Corestore from 'corestore'
import { forge } from '../src/peers.ts'

const timeout = 120_000

test('a reader cannot append', { timeout }, async (t) => {
  const { writer, reader } = await setup(t)
  const log = writer.get({ name: 'log' })
  await log.append(Buffer.from('true'))
  const copy = reader.get(log.key)
  await copy.ready()
  assert.equal(copy.writable, false)
  await assert.rejects(copy.append(Buffer.from('mine')), { code: 'SESSION_NOT_WRITABLE' })
})

test('a forged block is refused', { timeout }, async (t) => {
  const { writer, reader } = await setup(t)
  const log = writer.get({ name: 'log' })
  await log.append(Buffer.from('true'))
  const lies = forge(log, 'false')
  const copy = reader.get(log.key)
  await copy.ready()
  const refused = once(copy, 'verification-error')
  copy.get(0).catch(() => {}) // cancelled when the store closes
  connect(writer, reader)
  const [error] = await refused
  assert.match(String(error), /INVALID_CHECKSUM/)
  assert.ok(lies() > 0)
  assert.equal(await copy.has(0), false)
})

test('a core whose key one does not know cannot be had, whatever its name', { timeout }, async (t) => {
  const { writer, reader } = await setup(t)
  const [known, hidden] = [writer.get({ name: 'known' }), writer.get({ name: 'hidden' })]
  await known.append(Buffer.from('for all'))
  await hidden.append(Buffer.from('for nobody'))
  connect(writer, reader)
  const same = reader.get({ name: 'hidden' })
  await same.ready()
  assert.equal((await reader.get(known.key).get(0)).toString(), 'for all')
  assert.equal(same.length, 0)
  assert.equal(same.writable, true)
  assert.equal(hidden.peers.length, 0)
})

function connect(a: Corestore, b: Corestore): void {
  const stream = a.replicate(true)
  stream.pipe(b.replicate(false)).pipe(stream)
  stream.on('error', () => {}) // one side closes it when it is lied to
}

async function setup(t: TestContext): Promise<{ writer: Corestore; reader: Corestore }> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-promises-'))
  const writer = new Corestore(join(folder, 'writer'))
  const reader = new Corestore(join(folder, 'reader'))
  t.after(async () => {
    await Promise.all([writer.close(), reader.close()])
    await rm(folder, { recursive: true, force: true })
  })
  return { writer, reader }
}
