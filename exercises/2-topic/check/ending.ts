// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'Two peers that start at the same instant: they still find each other.',
    'A paste of twenty lines: each arrives once, on a line of its own.',
    'A peer that is killed: the others go on, and meet the next one that comes.',
    'A peer that leaves: a newcomer does not wait for it.'
  ],
  byHand: [
    '`pnpm ex 2 all`, then `>2 kill` and `>2 restart`: how long until the two meet again?',
    'Three terminals on one topic. Kill the first of them: do the other two still hear each other?'
  ]
}

export default ending
