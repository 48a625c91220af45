import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustBehave } from '../src/behaviour.ts'
import { Random } from '../src/corpus.ts'
import { delivered, deliveredText, type Standing, shown } from '../src/promises.ts'
import { Role } from '../src/role.ts'
import { Stage } from '../src/stage.ts'

test('what came is what was given, once each and in order', () => {
  assert.equal(delivered(['a', 'b'], ['a', 'b'], 'It received'), undefined)
  assert.deepEqual(delivered(['a', 'b'], ['a'], 'It received'), { yet: 'It received 1 of 2; “b” is missing.' })
  assert.deepEqual(delivered(['a', 'b'], ['b'], 'It received'), { broken: 'It received “b” where “a” was due.' })
  assert.deepEqual(delivered(['a', 'b'], ['a', 'a'], 'It received'), {
    broken: 'It received “a” again, where “b” was due.'
  })
  assert.deepEqual(delivered(['a', ''], ['a', '', 'a'], 'It received'), {
    broken: 'It received “a” more often than it should.'
  })
  assert.deepEqual(delivered(['a'], ['a', 'x'], 'It received'), { broken: 'It received “x”, which nobody wrote.' })
  assert.deepEqual(delivered(['a'], ['A'], 'It received'), { broken: 'It received “A” instead of “a”.' })
  assert.deepEqual(delivered([' a '], ['a'], 'It received'), { broken: 'It received “a” instead of “ a ”.' })
  assert.deepEqual(delivered(['z'.repeat(200)], ['z'.repeat(150)], 'It received'), {
    broken: `It received 150 characters that begin “${'z'.repeat(99)}…” instead of 200.`
  })
  assert.deepEqual(delivered(['same', 'same'], ['same'], 'It received'), {
    yet: 'It received 1 of 2; “same” is missing, which was said more than once.'
  })
})

test('bytes may be cut anywhere, with or without their line ends, but not changed', () => {
  const given = ['one', '', 'zwei ü', 'one']
  assert.equal(deliveredText(given, 'one\n\nzwei ü\none\n', 'It received'), undefined)
  assert.equal(deliveredText(given, 'onezwei üone', 'It received'), undefined)
  assert.deepEqual(deliveredText(given, 'one\nzw', 'It received'), {
    yet: 'It received only “onezw”; “zwei ü” is missing.'
  })
  assert.deepEqual(deliveredText(given, '', 'It received'), { yet: 'It received nothing; “one” is missing.' })
  assert.deepEqual(deliveredText(given, 'one\nzwei ü\none\none\n', 'It received'), {
    broken: 'It received “one”, which nobody wrote.'
  })
  assert.match(JSON.stringify(deliveredText(given, 'one\nzwei \ufffd', 'It received')), /broken.*“zwei ü” was due/)
})

test('a step can hold the promises in its middle, and a broken one names the step that it belongs to', async () => {
  const stage = new Stage({ dir: '.' })
  let standing: Standing
  stage.promise({ name: 'a promise', step: 1, means: 'Keep it.', look: () => standing })
  stage.now = { step: 2, titles: ['it is kept', 'something else'] }
  await stage.keepPromises()
  standing = { broken: 'It was broken.' }
  await assert.rejects(stage.keepPromises(), {
    message: 'It was broken.',
    means: 'Keep it. That is what step 1 is about: it is kept.'
  })
  standing = { broken: 'It came twice.', means: 'Send it once.' }
  await assert.rejects(stage.keepPromises(), {
    message: 'It came twice.',
    means: 'Send it once. That is what step 1 is about: it is kept.'
  })
  await stage.close()
})

test('of two promises that are broken the one that was declared first is told', async () => {
  const stage = new Stage({ dir: '.' })
  let isBroken = false
  const cause = () => (isBroken ? { broken: 'It printed rubbish.' } : undefined)
  const effect = () => {
    isBroken = true // after the first was looked at
    return { broken: 'It printed too much.' }
  }
  stage.promise({ name: 'the cause', step: 1, means: 'Print no rubbish.', look: cause })
  stage.promise({ name: 'the effect', step: 2, means: 'Print all.', look: effect })
  await assert.rejects(stage.keepPromises(), { message: 'It printed rubbish.' })
  await stage.close()
})

test('a promise that is broken when the others are kept is told', async () => {
  const stage = new Stage({ dir: '.' })
  let isOver = false
  stage.promise({
    name: 'no more',
    step: 1,
    means: '',
    look: () => (isOver ? { broken: 'Too much came.' } : undefined)
  })
  const last = () => {
    isOver = true // after the first was looked at
    return undefined
  }
  stage.promise({ name: 'the last', step: 1, means: '', look: last })
  await assert.rejects(stage.keepPromises(), { message: 'Too much came.' })
  await stage.close()
})

test('a promise is awaited longer once somebody may have to meet again', async () => {
  const stage = new Stage({ dir: '.' })
  const waited: number[] = []
  let isKept = false
  stage.onwait = (_saw, patience) => {
    waited.push(patience)
    isKept = true
  }
  stage.promise({ name: 'it comes', step: 1, means: '', look: () => (isKept ? undefined : { yet: 'It is missing.' }) })
  await stage.keepPromises()
  stage.history.add('my peer', 'loses', { how: 'goodbye' })
  isKept = false
  await stage.keepPromises()
  assert.deepEqual(waited, [5_000, 10_000])
})

test('a program may run through before the step that keeps it alive, and may not fail', async () => {
  const ended = (code: number, mayRunThrough: boolean) =>
    Object.assign(Object.create(Role.prototype), {
      file: 'peer.ts',
      errors: '',
      mayEnd: false,
      mayRunThrough,
      ended: { code },
      account: () => 'It ended.'
    }) as Role
  const judged = (role: Role) => mustBehave([role], async () => [])
  await judged(ended(0, true))
  await assert.rejects(judged(ended(1, true)), /It ended\./)
  await assert.rejects(judged(ended(0, false)), /It ended\./)
})

test('what a role has to print may have labels around it, and must not be there twice', () => {
  const word = new Random('a').word()
  const given = ['a line', word, 'a line']
  assert.equal(shown(given, `ready\nthey say: a  line\n\n${word}\u001b[2m\na line\n`, 'It printed'), undefined)
  assert.deepEqual(shown(given, `a line\n${word}\n`, 'It printed'), {
    yet: 'It printed 2 of 3 lines; “a line” is missing.'
  })
  assert.deepEqual(shown(given, `a line\n${word}\n${word}\na line\n`, 'It printed'), {
    broken: `It printed “${word}” more often than it should.`
  })
  assert.deepEqual(shown(['4 2', 'an é'], '4\n2 an é\n', 'It printed'), {
    yet: 'It printed “4 2” with a line end inside, which nobody wrote.'
  })
  assert.equal(shown(['4 2', 'an é'], '4\n2 4 2 an é\n', 'It printed'), undefined, 'a short text stands anywhere')
  assert.deepEqual(shown(['a', 'é'], '\ufffd\ufffd\n', 'It printed'), {
    yet: 'It printed 0 of 2 lines; “a” is missing.'
  })
  assert.deepEqual(shown(['an é'], 'an \ufffd\ufffd\n', 'It printed'), {
    broken: 'It printed “�” where a character of “an é” was due, whose bytes came in two pieces.'
  })
})

test('the same seed draws the same lines, another one others', () => {
  const draw = (seed: string) => new Random(seed).lines()
  assert.deepEqual(draw('a'), draw('a'))
  assert.notDeepEqual(draw('a'), draw('b'))
  assert.deepEqual([...draw('a')].sort().slice(0, 10), [...draw('b')].sort().slice(0, 10), 'all that hurts is in both')
  assert.ok(draw('a').every((line) => !/[\r\n]/.test(line)))
  assert.equal(new Set(draw('a')).size, draw('a').length - 2, 'two lines come twice')
})

test('a torn text is whole again when it is joined, and each piece ends inside a character', () => {
  const pieces = new Random('a').torn('für 漢字 😀!')
  assert.equal(Buffer.concat(pieces).toString(), 'für 漢字 😀!')
  for (const piece of pieces.slice(0, -1)) assert.match(piece.toString(), /\ufffd$/)
  assert.ok(pieces.length > 3)
})
