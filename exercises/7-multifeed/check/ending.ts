// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'A peer that does not fit: you refuse it, once, and the others do not notice.',
    'A program that is killed in the middle of an exchange: it goes on where it was.',
    'Hostile peers: you close their streams, and the others go on.',
    'Feeds that reach you through a friend, while their author is away.'
  ],
  byHand: [
    '`pnpm ex 7 all`, then `>2 kill`, type into the first one, and `>2 restart`: does the second one read what it missed?',
    'Three people, two of whom never meet: does each of them read what all have said?'
  ]
}

export default ending
