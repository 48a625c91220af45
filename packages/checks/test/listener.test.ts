// What roles tell of their libraries, for the picture of a verdict.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { sentence } from '@workshop/picture/sentences'
import { listen } from '../src/listener.ts'

const timeout = 120_000
const [core, key] = ['c0'.repeat(32), 'ab'.repeat(32)]
const [ofWriter, ofReader, ofOurs] = ['01', '02', '03'].map((byte) => byte.repeat(32)) as [string, string, string]

/** A listener, and what programs say to it. */
async function hearing(t: TestContext) {
  const listener = await listen((pid) => ({ 1: 'writer.ts', 2: 'reader.ts' })[pid])
  t.after(() => listener.close())
  const says = async (pid: number, ...lines: (object | string)[]) => {
    const socket = connect(listener.port, '127.0.0.1')
    t.after(() => socket.destroy())
    const at = performance.timeOrigin + performance.now()
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify({ at, ...line })))
    socket.write(`${[JSON.stringify({ program: { pid } }), ...texts].join('\n')}\n`)
    return socket
  }
  const heard = async (count: number): Promise<string[]> => {
    while (listener.heard().length < count) await new Promise(setImmediate)
    return listener.heard().map(sentence)
  }
  return { says, heard, listener }
}

test('roles are known by their process, and each other by their keys', { timeout }, async (t) => {
  const { says, heard } = await hearing(t)
  const connection = { connection: 'one' }
  await says(
    1,
    { what: 'has a key', key: ofWriter },
    { what: 'opens a core', core, key, writable: true, length: 2 },
    { what: 'meets', ...connection, key: ofReader, began: false },
    { what: 'sends a block', core, index: 1, bytes: 3, ...connection },
    { what: 'meets', connection: 'two', key: ofOurs, began: true },
    { what: 'sends a block', core, index: 0, bytes: 3, connection: 'two' }
  )
  await says(
    2,
    { what: 'has a key', key: ofReader },
    { what: 'meets', ...connection, key: ofWriter, began: true },
    { what: 'receives a block', core, index: 1, bytes: 3, ...connection }
  )
  assert.deepEqual((await heard(4)).toSorted(), [
    'reader.ts connects to writer.ts',
    'reader.ts gets block 1 of ababab…abab from writer.ts',
    'writer.ts opens the core ababab…abab, as its writer, with 2 blocks',
    'writer.ts sends block 0 of ababab…abab to the check'
  ])
})

test('nonsense and strangers are not heard', { timeout }, async (t) => {
  const { says, heard, listener } = await hearing(t)
  await says(3, { what: 'appends', core, start: 0, length: 1 })
  const torn = await says(
    1,
    'no json',
    'null',
    '{"at":"x"}',
    { what: 'dances' },
    { what: 'appends', core },
    { what: 'appends', core, start: 4, length: 5 }
  )
  assert.deepEqual(await heard(1), ['writer.ts appends block 4 to its core c0c0c0…c0c0'])
  torn.resetAndDestroy()
  await says(2, { what: 'appends', core, start: 5, length: 6 })
  await heard(2)
  assert.equal(listener.heard().length, 2)
})
