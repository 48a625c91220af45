// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'A peer that sends nonsense: it neither ends the chat nor fills it.',
    'A peer that takes the name of another.',
    'A restart: it is the same person, who knows the others.',
    'A name that was changed while you were away, whoever brings it.'
  ],
  byHand: [
    '`pnpm ex 6 all`, then `>2 kill`, `/nick eva` in the first one, and `>2 restart`: what does the second one call you?',
    'Open the page of one, stop that program, and start it again: the page is there again by itself.'
  ]
}

export default ending
