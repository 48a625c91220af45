// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const LOOKS_ON = 'It looks for others for as long as it runs, which the text allows.'
const ABOUT = 'The text asks for 0.3 to 1 seconds, and a clock is not that exact.'

const equivalents: Equivalent[] = [
  {
    file: 'peer.ts',
    was: "'the topic that the first peer prints'",
    now: '""',
    reason: 'The sentence for a wrong call may have any words.'
  },
  {
    file: 'peer.ts',
    line: 18,
    was: "''",
    now: '"Stryker was here!"',
    reason: 'It is never used: `split` gives one piece at least.'
  },
  { file: 'peer.ts', was: '300', now: '301', reason: ABOUT },
  { file: 'peer.ts', was: '700', now: '701', reason: ABOUT },
  {
    file: 'peer.ts',
    was: 'Math.random() * 700',
    now: 'Math.random() / 700',
    reason: 'Each is announced before it waits, so the second look of one finds the other, in step or not.'
  },
  { file: 'peer.ts', line: 38, was: 'await', now: '', reason: 'The next look waits for some time anyway.' },
  {
    file: 'peer.ts',
    line: 38,
    was: '!swarm.destroyed',
    now: 'true',
    reason: 'A program that leaves ends a moment later.'
  },
  {
    file: 'peer.ts',
    was: '!swarm.destroyed && swarm.connections.size === 0',
    now: '!swarm.destroyed ¦¦ swarm.connections.size === 0',
    reason: LOOKS_ON
  },
  { file: 'peer.ts', was: 'swarm.connections.size === 0', now: 'true', reason: LOOKS_ON }
]

export default equivalents
