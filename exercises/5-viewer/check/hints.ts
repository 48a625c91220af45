// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'You print what was typed. How do you know that it is in the log?',
    look: 'Print what `core.createReadStream({ live: true })` gives, not what `lines()` gives. The value encoding `json` makes entries of objects.',
    lines: { 'chat.ts': ["valueEncoding: 'json'", 'for await (const entry …', 'async function write …'] }
  },
  {
    ask: 'A log can hold anything that its writer liked. What do you print?',
    look: 'Look at `entry?.type` first: an entry may also be a number, a text or null.',
    lines: { 'chat.ts': ['entry?.type'] }
  },
  {
    ask: 'Which of the two keys may a stranger see?',
    look: "hypercore's README: `core.discoveryKey`. It is the hash of the key: who has it can find you, and cannot read.",
    lines: { 'chat.ts': ["'public key:'", "'discovery key:'", 'keepLooking('] }
  },
  {
    ask: 'Each stream of a pair must know whether it speaks first. Who tells you?',
    look: "hyperswarm's README: the second argument of `connection` is the peer info, and its `client` is true when you connected.",
    lines: { 'chat.ts': ["swarm.on('connection', (socket, peer) => { …"] }
  },
  {
    ask: 'What is old, what is new, and is there one stream that has both?',
    look: '`core.createReadStream({ live: true })` begins at block 0 and does not end.',
    lines: { 'viewer.ts': ["swarm.on('connection', (socket, peer) => { …", 'for await (const entry …'] }
  },
  {
    ask: 'One of two piped streams breaks. What happens to the other?',
    look: "pump's README: it destroys all streams when one of them closes, and listens for their errors.",
    lines: { 'chat.ts': ['pump(socket'] }
  },
  {
    ask: 'Nobody is there. What can you show?',
    look: 'The copy is in its folder: read before, and without, any peer. And leave on Ctrl-C.',
    lines: { 'viewer.ts': ['new Hypercore<', 'goodbye(', 'for await (const entry …'] }
  },
  {
    ask: 'Who can find a viewer?',
    look: '`swarm.join(topic)` announces you too, unless you say otherwise; then your copy is as good as the log.',
    lines: { 'viewer.ts': ['core.replicate(', 'keepLooking('] }
  },
  {
    ask: 'Who looks at the key before a core is opened with it?',
    look: '`readKey` of @workshop/utils.',
    lines: { 'viewer.ts': ['readKey('] }
  }
]

export default hints
