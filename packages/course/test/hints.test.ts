import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from '../src/hints.ts'

test('an anchor with an ellipsis is a block, one without is a line', () => {
  const text = 'a()\nfor (x) {\n  if (y) {\n    b()\n  }\n}\nc()'
  assert.deepEqual(linesOf(text, ['for (', 'c()']), [1, 6])
  assert.deepEqual(linesOf(text, ['c()', 'for ( …']), [1, 2, 3, 4, 5, 6])
  assert.deepEqual(linesOf(text, ['if ( …']), [2, 3, 4])
  assert.throws(() => linesOf(text, ['()']), /“\(\)” stands in 3 lines/)
})
