// What is said when all steps pass.
import type { Ending } from '@workshop/checks'

const ending: Ending = {
  withstands: [
    'Two clients at once: each gets what the server types.',
    'A client that is killed: the server and the other clients go on.',
    'A server that leaves: its key is gone from the network at once, and nobody waits for it.',
    'A key that leads nowhere: the client says so, and ends.'
  ],
  byHand: [
    '`pnpm ex 1 all`, then `>2 kill`: does the server go on? After `>2 restart`, say hello again.',
    'Stop the server, and start a client with its key. How long does it take to give up?'
  ]
}

export default ending
