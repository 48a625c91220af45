import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { openRoom } from '@workshop/room/make'
import { isTeachersOf, roomOf, shareLine } from '../src/share.ts'

const hash = createHash('sha256').update('the workshop').digest()

test('a correction is the teacher’s when the code of the room says so, and nobody else’s', async () => {
  const teacher = await openRoom('Ana', '192.168.1.5:49800')
  const proof = roomOf(teacher).seal(hash)
  assert.equal(await isTeachersOf(teacher.code)(hash, proof), true)
  const stranger = roomOf(await openRoom('Eve', '192.168.1.6:49800')).seal(hash)
  assert.equal(await isTeachersOf(teacher.code)(hash, stranger), false, 'sealed by somebody else')
  assert.equal(
    await isTeachersOf(teacher.code)(hash, { ...stranger, key: proof.key }),
    false,
    'with the key of the teacher'
  )
  const other = createHash('sha256').update('another workshop').digest()
  assert.equal(await isTeachersOf(teacher.code)(other, proof), false, 'the seal of another correction')
  assert.equal(await isTeachersOf(teacher.code)(hash, { key: '', signature: '' }), false, 'no seal at all')
  assert.equal(
    shareLine(teacher, { port: 49801, sent: () => 0, close: async () => {} }),
    'npx -y http://192.168.1.5:49801/workshop.tgz'
  )
})
