// WIRE.md is true: what it says are the bytes, the code writes and reads.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import c from 'compact-encoding'
import Hypercore from 'hypercore'
import type { Encoding } from 'protomux'
import { encodeIds, idOf, Sketch } from '../lib/digest.ts'
import { encodings, hello, type Messages, type Pack, Wire } from '../wire.ts'
import { make, pipe, speak } from './help.ts'

const text = readFileSync(new URL('../WIRE.md', import.meta.url), 'utf8')
const blocks = (kind: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${kind}(?: (\\w+))?\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm'))].map(([, name, body]) => ({
    name: String(name),
    lines: String(body).split('\n')
  }))

/** Bytes as JSON has them in the vectors, and back. */
const toJson = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? `0x${Buffer.from(value).toString('hex')}`
    : Array.isArray(value)
      ? value.map(toJson)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]))
        : value
const fromJson = (json: string): unknown =>
  JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('0x') ? Buffer.from(value.slice(2), 'hex') : value
  )

const HASH = Buffer.alloc(64, 0x99)
const FEEDS = [
  [Buffer.alloc(32, 0x11), 5],
  [Buffer.alloc(32, 0x12), 50_000]
] as const

test('each message, and the handshake, has a vector that the code writes and reads', () => {
  const vectors = blocks('vector')
  assert.deepEqual(new Set(vectors.map(({ name }) => name)), new Set(['hello', ...Object.keys(encodings)]))
  for (const { name, lines } of vectors) {
    const encoding = (name === 'hello' ? hello : encodings[name as keyof Messages]) as Encoding<unknown>
    const [json = '', ...hex] = lines
    assert.equal(Buffer.from(c.encode(encoding, fromJson(json))).toString('hex'), hex.join(''), name)
    assert.deepEqual(toJson(c.decode(encoding, Buffer.from(hex.join(''), 'hex'))), JSON.parse(json), name)
  }
})

test('the messages have the numbers that their headings say', () => {
  const headings = [...text.matchAll(/^### (\d+) · (\w+):/gm)].map(([, number, name]) => [Number(number), name])
  assert.deepEqual(
    headings,
    Object.keys(encodings).map((name, i) => [i, name])
  )
})

test('the proof is the HMAC that it says, and one of the other side is refused', async (t) => {
  const { lines = [] } = blocks('proof')[0] ?? {}
  assert.equal(lines.length, 2)
  for (const line of lines) {
    const [side = '', proof] = line.split(' ')
    assert.equal(createHmac('sha256', 'a gate').update(HASH).update(side).digest('hex'), proof)
  }
  // What the code sends on a connection is made in that way.
  const { multi } = await make(t, { gate: 'a gate' })
  const stream = multi.replicate(true)
  const ours = Hypercore.createProtocolStream(false)
  pipe(stream, ours)
  const { default: Protomux } = await import('protomux')
  const mux = Protomux.from(ours.noiseStream)
  const theirs = new Promise<Uint8Array>((resolve) => {
    const channel = mux.createChannel<{ proof: Uint8Array }>({
      protocol: 'multifeed',
      handshake: hello as never,
      onopen: ({ proof }) => resolve(proof)
    })
    channel?.open({ version: 2, client: 'multifeed', proof: new Uint8Array(0), userData: '', extras: 0 })
  })
  const expected = () =>
    createHmac('sha256', 'a gate')
      .update(ours.noiseStream.handshakeHash as Buffer)
      .update('initiator')
      .digest('hex')
  assert.equal(Buffer.from(await theirs).toString('hex'), expected())
  const second = speak((await make(t, { gate: 'a gate' })).multi)
  await second.closed // it has no gate
  assert.ok(second.wire instanceof Wire)
})

test('the key of the manifest, the ids and the symbols are those that it says', () => {
  const manifest = blocks('vector')
    .map(({ name, lines }) => (name === 'pack' ? (fromJson(String(lines[0])) as Pack).manifest : null))
    .find((manifest) => manifest)
  assert.deepEqual(blocks('key')[0]?.lines, [Hypercore.key(manifest as object).toString('hex')])
  const ids = FEEDS.map(([key, length]) => idOf(HASH, key, length))
  assert.deepEqual(
    ids.map((id) => encodeIds([id]).toString('hex')),
    blocks('ids')[0]?.lines
  )
  const symbols = blocks('symbols')[0]?.lines.join('')
  assert.equal(new Sketch(ids).bytes(0, 8).toString('hex'), symbols)
  assert.deepEqual(new Sketch([]).difference(Buffer.from(String(symbols), 'hex'))?.theirs.length, 2)
})
