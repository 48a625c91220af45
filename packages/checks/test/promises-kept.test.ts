import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mustBehave } from '../src/behaviour.ts'
import { Random } from '../src/corpus.ts'
import { History } from '../src/history.ts'
import { delivered, deliveredText, type Standing, shown, toAll } from '../src/promises.ts'
import { Role, shorten } from '../src/role.ts'
import { Stage } from '../src/stage.ts'

test('what came is what was given, once each and in order', () => {
  const standing = (given: string[], came: string[]) => delivered(given, came, 'It received')
  assert.equal(standing(['a', 'b'], ['a', 'b']), undefined)
  assert.deepEqual(standing(['a', 'b'], ['a']), {
    yet: 'It received 1 of 2; “b” is missing.',
    how: 'missing',
    lost: { line: 'b', hint: '' }
  })
  assert.deepEqual(standing(['a', 'b'], ['b']), {
    broken: 'It received “b” where “a” was due.',
    how: 'left out',
    lost: { line: 'a', hint: '' }
  })
  assert.deepEqual(standing(['a', 'b'], ['b', 'a']), {
    broken: 'It received “b” where “a” was due. That came later: in another order.',
    how: 'order'
  })
  assert.deepEqual(standing(['a', 'b'], ['a', 'a']), {
    broken: 'It received “a” again, where “b” was due.',
    how: 'again'
  })
  assert.deepEqual(standing(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'a', 'b', 'c']), {
    broken: 'It received “a” again, where “d” was due. It began again with the first.',
    how: 'again'
  })
  assert.deepEqual(standing(['a', ''], ['a', '', 'a']), {
    broken: 'It received “a” more often than it should.',
    how: 'again'
  })
  assert.deepEqual(standing(['a'], ['a', 'x']), {
    broken: 'It received “x”, which was not due.',
    how: 'extra',
    odd: 'x'
  })
  assert.deepEqual(standing(['same', 'same'], ['same']), {
    yet: 'It received 1 of 2; “same” is missing, which was said more than once.',
    how: 'missing',
    lost: { line: 'same', hint: 'The same text had come before.' },
    means: 'What was said before may be said again, and counts each time: do not compare it with what came before.'
  })
  assert.deepEqual(standing(['a', 'b', 'c', '', 'd'], ['a', 'b', 'c', 'd']), {
    broken: 'It received “d” where an empty line was due. None before it was empty.',
    how: 'left out',
    lost: { line: '', hint: 'None before it was empty.' }
  })
})

test('how a line came otherwise than it should is told in words', () => {
  const told = (given: string[], came: string[]) => {
    const standing = delivered(given, came, 'It received')
    return standing && 'broken' in standing ? `${standing.how}: ${standing.broken.replace('It received ', '')}` : ''
  }
  assert.equal(told(['a'], ['A']), 'changed: “A” instead of “a”.')
  assert.equal(told([' a '], ['a']), 'blanks: “a” instead of “ a ”. Blanks of it are gone.')
  assert.equal(
    told(['z'.repeat(200)], ['z'.repeat(150)]),
    `cut: 150 characters that begin “${'z'.repeat(99)}…” instead of 200. Only its first 150 of 200 characters came.`
  )
  assert.equal(told(['abc'], ['c']), 'cut: “c” instead of “abc”. Its first 2 of 3 characters are missing.')
  assert.equal(told(['abc'], ['a', 'bc']), 'split: “a” instead of “abc”. One line came as two.')
  assert.equal(told(['a', 'b'], ['ab']), 'joined: “ab” instead of “a”. Two lines came as one.')
  assert.equal(
    told(['abc'], ['the resabc']),
    'joined: “the resabc” instead of “abc”. “the res” stands in front of it, and is no part of it.'
  )
  assert.equal(told(['a"'], ['"a\\""']), 'quoted: “"a\\""” instead of “a"”. It came as JSON, in quotation marks.')
  assert.match(told(['e\u0301'], ['\u00e9']), /^changed: .* They look alike, and are not the same characters/)
  assert.match(told(['ü'], ['Ã¼']), /^decoded: .*Each byte was taken for a character/)
  assert.match(told(['längst 漢'], ['\ufffd\ufffd']), /^changed/, 'more of it is gone than one character')
  assert.match(told(['ü'], ['\ufffd\ufffd']), /^decoded: .*Each “�” was a part of a character/)
  assert.match(
    told(['Block 1: one', 'Block 2: two'], ['Block 1: two']),
    /^order: .* instead of “Block 1: one”\. What follows the colon belongs to “Block 2: two”\.$/
  )
  assert.match(
    told([`${'x'.repeat(90)}abc`], [`${'x'.repeat(90)}abd`]),
    /They differ from character 93 on: “d” instead of “c”\.$/
  )
})

test('what the first line that is missing has, and none before it had, is told', () => {
  const hint = (given: string[]) => {
    const standing = delivered(given, given.slice(0, -1), 'It received')
    return standing && 'yet' in standing ? standing.yet.replace(/^.*? is missing\. ?/, '') : ''
  }
  assert.equal(hint(['a', 'b', 'c', '']), 'None before it was empty.')
  assert.equal(hint(['a', 'b', 'c', ' d']), 'None before it had blanks at its ends.')
  assert.equal(hint(['a', 'b', 'c', 'x'.repeat(70_000)]), 'None before it was that long.')
  assert.equal(hint(['a', 'b', 'c', 'ü']), 'None before it had a character of several bytes.')
  assert.equal(hint(['a', 'b', 'c', 'null']), 'None before it could be read as JSON.')
  assert.equal(hint(['Block 0: a', 'Block 1: b', 'Block 2: c', 'Block 3: ']), 'None before it was empty.')
  assert.equal(hint(['ü', 'a', 'b', 'ö']), '', 'it is not the first of its kind')
  assert.equal(hint(['a', '']), '', 'one line before it says nothing')
})

test('bytes may be cut anywhere, but not changed, and neither may their line ends', () => {
  const given = ['one', '', 'zwei ü', 'one']
  const standing = (came: string, due = given) => deliveredText(due, came, 'It received')
  assert.equal(standing('one\n\nzwei ü\none\n'), undefined)
  assert.equal(standing('one\n\nzwei ü\none'), undefined, 'the last line may not have ended yet')
  assert.deepEqual(standing('onezwei üone'), {
    broken: 'It received no line end behind “one” instead of “\\n\\n”.',
    how: 'line ends'
  })
  assert.deepEqual(standing('one\n\nzwei\n ü\none\n'), {
    broken: 'It received “\\n” behind “zwei” instead of no line end.',
    how: 'line ends'
  })
  assert.deepEqual(standing('a\n', ['a\r']), {
    broken: 'It received “\\n” behind “a” instead of “\\r\\n”.',
    how: 'line ends'
  })
  assert.deepEqual(standing('a\n', ['a', '', '']), { yet: 'It received all but the last line ends.', how: 'line ends' })
  assert.deepEqual(standing('one\nzw'), {
    yet: 'It received only “onezw”; “zwei ü” is missing. Only 2 of its 6 characters came.',
    how: 'cut'
  })
  assert.deepEqual(standing(''), { yet: 'It received nothing; “one” is missing.', how: 'nothing' })
  assert.deepEqual(standing('one\nzwei ü\none\none\n'), {
    broken: 'It received “one” once more, which nobody wrote.',
    how: 'again'
  })
  assert.match(JSON.stringify(standing('one\nzwei \ufffd')), /broken.*“zwei ü” was due.*part of a character/)
  assert.deepEqual(standing('one\nthree', ['one', 'two', 'three']), {
    broken: 'It received “three” where “two” was due, behind “one”.',
    how: 'left out'
  })
  assert.match(JSON.stringify(standing('abcx', ['abcdef', 'x'])), /Only the first 3 of its 6 characters came/)
  assert.match(JSON.stringify(standing('b\na', ['a', 'b'])), /“ba” where “a” was due\. That came later/)
  assert.match(JSON.stringify(standing('ab', ['a b'])), /“b” where “a b” was due, behind “a”\. Blanks of it are gone/)
})

test('a word that was given to somebody else is told of, wherever it stands in what came', () => {
  const [own, foreign] = [new Random('a').word(), new Random('b').word()]
  const standing = (came: string) => deliveredText(['null', own], came, 'It received')
  assert.deepEqual(standing(`null${own}null${foreign}`), {
    broken: `It received “null${foreign}”, which nobody wrote to it.`,
    how: 'extra',
    odd: foreign
  })
  assert.deepEqual(standing(`null${foreign}${own}`), {
    broken: `It received “${foreign}${own}” where “${own}” was due, behind “null”.`,
    how: 'extra',
    odd: foreign
  })
})

test('of several to whom something is promised the first that does not get it is told, and who does', () => {
  const [yet, broken]: Standing[] = [{ yet: 'The first has nothing.' }, { broken: 'The second has rubbish.' }]
  assert.equal(toAll([['My first peer', undefined]]), undefined)
  assert.deepEqual(toAll([['My first peer', yet]]), yet)
  assert.deepEqual(
    toAll([
      ['My first peer', yet],
      ['My second peer', broken]
    ]),
    broken
  )
  const well = ['third', 'fourth', 'fifth', 'last'].map((nth): [string, Standing] => [`My ${nth} peer`, undefined])
  assert.deepEqual(toAll([['My first peer', yet], ...well.slice(0, 2)]), {
    yet: 'The first has nothing. All is well with my third peer and my fourth peer.'
  })
  assert.deepEqual(toAll([['My first peer', yet], ...well]), {
    yet: 'The first has nothing. All is well with my third peer, my fourth peer and 2 others.'
  })
})

test('where what came and was not due is from is told', () => {
  const history = new History()
  const [sent, typed] = [new Random('a').word(), new Random('b').word()]
  history.add('My second client', 'sends', { text: `hello\n${sent}\n` })
  history.add('server.ts', 'is typed into', { text: `twice ${typed}\n` })
  assert.equal(history.giverOf(`${sent} and more`), `“${sent}” is what my second client sent.`)
  assert.equal(history.giverOf(`twice ${typed}`), `“${typed}” was typed into server.ts.`)
  assert.equal(history.giverOf('hello'), '', 'anybody may say that')
  assert.equal(history.giverOf(new Random('c').word()), '')
})

test('what nobody can see in a line of a story is written out', () => {
  assert.equal(shorten('a\u009bb\u200bc\u00a0d'), 'a\\u009bb\\u200bc\\u00a0d')
  assert.equal(shorten('a\tb 👩‍👩‍👧‍👦'), 'a\tb 👩‍👩‍👧‍👦')
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
  assert.equal(shown(given, `ready\nthey say: a line\n\n${word}\u001b[2m\na line\n`, 'It printed'), undefined)
  assert.deepEqual(shown(given, `a line\n${word}\n`, 'It printed'), {
    yet: 'It printed 2 of 3 lines; “a line” is missing. The same text had come before.',
    how: 'missing'
  })
  assert.deepEqual(shown(given, `a line\n${word}\n${word}\na line\n`, 'It printed'), {
    broken: `It printed “${word}” more often than it should.`,
    how: 'again'
  })
  assert.deepEqual(shown(['42', 'an é'], '4\n2 an é\n', 'It printed'), {
    yet: 'It printed “42” with a line end inside, which nobody wrote.',
    how: 'split'
  })
  for (const printed of ['they say: a', 'a ', ' a']) {
    assert.deepEqual(shown([' a '], `so far\n${printed}\n`, 'It printed'), {
      yet: 'It printed “ a ” without all of its blanks, or with others.',
      how: 'blanks'
    })
  }
  assert.equal(shown(['42', 'an é'], '4\n2 42\nan é\n', 'It printed'), undefined, 'a short text stands anywhere')
  assert.deepEqual(shown(['42', '', 'an é'], '42an é\n', 'It printed'), {
    yet: 'It printed “an é” in one line with what was due before it.',
    how: 'joined'
  })
  assert.deepEqual(shown(['a', 'é'], '\ufffd\ufffd\n', 'It printed'), {
    yet: 'It printed 0 of 2 lines; “a” is missing.',
    how: 'nothing'
  })
  assert.deepEqual(shown(['an é'], 'an \ufffd\ufffd\n', 'It printed'), {
    yet: 'It printed “�” where a character of “an é” was due, whose bytes came in two pieces.',
    how: 'decoded'
  })
  assert.deepEqual(shown(['an é'], '\ufffd of another one\n', 'It printed'), {
    yet: 'It printed 0 of 1 lines; “an é” is missing.',
    how: 'nothing'
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
