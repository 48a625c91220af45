// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'A peer that sends nonsense: it neither ends the chat nor fills it.',
    'A peer that takes the name of another.',
    'A restart: you are the same person, and know the others.',
    'A name that changed while you were away: it arrives, whoever brings it.'
  ],
  byHand: [
    '`pnpm ex 6 all`, then `>2 kill`, `/nick eva` in the first one, and `>2 restart`: what does the second one call you?',
    'Open the page of one program, stop that program, and start it again: the page comes back by itself.'
  ]
}

export default ending
