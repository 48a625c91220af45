// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'A writer that restarts: the same key, the same blocks, and the next index.',
    'A reader that restarts while the writer is away: it still has its blocks.',
    'A second reader while the writer is away: it gets the blocks from the first one.',
    'Fifty lines at once, and a storage folder that another program has open.'
  ],
  byHand: [
    '`pnpm ex 3 all`, type some lines, then `>1 kill` and `>2 restart`: what does the reader know without its writer?',
    '`>1 restart`, and type another line. Which index does it get?'
  ]
}

export default ending
