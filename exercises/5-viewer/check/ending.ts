// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'Entries of another shape in the log: they are skipped, and what follows is shown.',
    'A torn connection: both streams end, and the next peer is served.',
    'A viewer alone, without any network: it shows its copy.',
    'A second viewer that can ask only the first one.'
  ],
  byHand: [
    '`pnpm ex 5 all`, type some lines, then `>1 kill` and `>2 restart`: the viewer shows the log without its author.',
    '`>1 restart`, and type another line: does the viewer print it?'
  ]
}

export default ending
