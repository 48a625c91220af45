import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodeError, codeIn, codeOf, isSealed, keyPairOf, seal, secretsOf, showCode } from '../src/code.ts'

const pair = keyPairOf(Buffer.alloc(32, 1))

test('a code follows from the teacher’s key, and is read as it is shown, however it is typed', async () => {
  const code = await codeOf(pair.publicKey)
  assert.match(code, /^[2-9a-hjkm-z]{12}$/)
  assert.equal(await codeOf(pair.publicKey), code)
  assert.notEqual(await codeOf(keyPairOf(Buffer.alloc(32, 2)).publicKey), code)
  const shown = showCode(code)
  assert.match(shown, /^\w{4}-\w{4}-\w{4}$/)
  for (const typed of [shown, code, shown.toUpperCase(), shown.replaceAll('-', ' ')]) assert.equal(codeIn(typed), code)
  assert.equal(codeIn('k7op-3xfm-9d2h'), codeIn('k70p-3xfm-9d2h'))
})

test('a code that cannot be one: a sentence says which part', () => {
  const says = (word: string) => {
    try {
      codeIn(word)
    } catch (error) {
      if (error instanceof CodeError) return error.message
    }
    return undefined
  }
  assert.match(says('k7qp-3x1m-9d2h') ?? '', /“3x1m” cannot be a part of a code: codes have no “1”/)
  assert.match(says('k7qp-3xfm-9d2') ?? '', /“k7qp-3xfm-9d2” has 11 letters and digits, and a code has 12/)
  assert.match(says('k7qp-3xfm-9d2é') ?? '', /codes have no “é”/)
  assert.match(says('') ?? '', /has 0 letters/)
  assert.ok(String(says('x'.repeat(1000))).length < 200)
})

test('what follows from a code says nothing about it, and differs in all parts from that of another', async () => {
  const [one, other] = await Promise.all([secretsOf('k7qp3xfm9d2h'), secretsOf('k7qp3xfm9d2j')])
  const all = [one, other].flatMap(({ gate, teacherTopic, learnersTopic }) => [gate, teacherTopic, learnersTopic])
  assert.equal(new Set(all.map((secret) => secret.toString('hex'))).size, 6)
})

test('a seal fits one feed and one teacher', () => {
  const [feed, other] = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)]
  const proof = seal(feed, pair)
  assert.equal(isSealed(feed, proof, pair.publicKey), true)
  assert.equal(isSealed(other, proof, pair.publicKey), false)
  assert.equal(isSealed(feed, proof, keyPairOf(Buffer.alloc(32, 5)).publicKey), false)
})
