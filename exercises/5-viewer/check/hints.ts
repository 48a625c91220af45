// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'You print what was typed. How do you know that it is in the log?',
    look: 'Print what `core.createReadStream({ live: true })` gives, not what `lines()` gives. It gives blocks of bytes: `JSON.parse(String(block))` makes an object of one.',
    lines: { 'chat.ts': ['for await (const block …', 'async function write …'] }
  },
  {
    ask: 'A log can hold whatever its writer put in. What do you print?',
    look: 'Read each block inside a `try`: it may not be JSON. Then look at the type and at the three strings: it may be a number, `null` or half a message.',
    lines: { 'chat.ts': ['function read …'] }
  },
  {
    ask: 'Which of the two keys may a stranger see?',
    look: "hypercore's README: `core.discoveryKey`. It is the hash of the key: anyone who has it can find you, but cannot read.",
    lines: { 'chat.ts': ["'public key:'", "'discovery key:'", 'keepLooking('] }
  },
  {
    ask: 'Each stream of a pair must know whether it speaks first. Who tells you?',
    look: "hyperswarm's README: the second argument of `connection` is the peer info, and its `client` is true when you connected.",
    lines: { 'chat.ts': ["swarm.on('connection', (socket, peer) => { …"] }
  },
  {
    ask: 'Some blocks are old, some are yet to come. Is there one stream that has both?',
    look: '`core.createReadStream({ live: true })` begins at block 0 and does not end.',
    lines: { 'viewer.ts': ["swarm.on('connection', (socket, peer) => { …", 'for await (const block …'] }
  },
  {
    ask: 'One of two piped streams breaks. What happens to the other?',
    look: "pump's README: it destroys all streams when one of them closes, and listens for their errors. For Ctrl-C: `goodbye` of @workshop/utils.",
    lines: { 'chat.ts': ['pump(socket', 'goodbye('], 'viewer.ts': ['pump(socket', 'goodbye('] }
  },
  {
    ask: 'Nobody is there. What can you show?',
    look: 'The copy is in its folder. Read it without waiting for a peer.',
    lines: { 'viewer.ts': ['new Hypercore(', 'for await (const block …'] }
  },
  {
    ask: 'Who can find a viewer?',
    look: '`swarm.join(topic)` announces you too, unless you say otherwise. Then your copy is as good as the log.',
    lines: { 'viewer.ts': ['core.replicate(', 'keepLooking('] }
  },
  {
    ask: 'What reads the key before a core is opened with it?',
    look: '`readKey` of @workshop/utils.',
    lines: { 'viewer.ts': ['readKey('] }
  }
]

export default hints
