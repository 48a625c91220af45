// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'Restarts of the writer and of the reader: the same keys, and nothing twice.',
    'One connection that carries all cores.',
    'A reader with nothing but the main key: it finds the other logs by itself.',
    'Blocks that come from a peer that is not the writer.'
  ],
  byHand: [
    '`pnpm ex 4 all`, type short and long lines, then `>1 kill` and `>2 restart`: are both logs still there?',
    '`>1 restart`, and type another line: does it arrive, and only once?'
  ]
}

export default ending
