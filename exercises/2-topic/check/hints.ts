// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'A topic is 32 bytes. Where do they come from when nobody gives you any?',
    look: "Node's `randomBytes(32)`; hyperswarm's README: `swarm.join(topic)` gives a discovery, and `discovery.flushed()` resolves when you are announced.",
    lines: {
      'peer.ts': ['randomBytes(32)', 'new Hyperswarm(', 'swarm.join(topic)', 'discovery.flushed()', "'joined topic:'"]
    }
  },
  {
    ask: 'What is in `process.argv[2]`, and what is it when nothing was typed?',
    look: '`readKey(text, what)` of @workshop/utils makes 32 bytes of 64 hex digits, and refuses what is no topic with a sentence.',
    lines: { 'peer.ts': ['process.argv[2]', 'readKey(given'] }
  },
  {
    ask: 'You looked, and nobody was there. Then somebody came. Who looks now?',
    look: "hyperswarm's README: `discovery.refresh()`. Call it again until `swarm.connections` is not empty, after a random wait each time.",
    lines: { 'peer.ts': ["swarm.on('connection'", 'socket.remotePublicKey', '* got a connection', 'do { …'] }
  },
  {
    ask: 'To whom do you write, and how does the reader know who wrote?',
    look: '`swarm.connections` holds all sockets. `socket.remotePublicKey` says which peer is at the other end.',
    lines: { 'peer.ts': ['for (const line of lines)', "process.stdin.on('data', …"] }
  },
  {
    ask: 'Somebody pastes two lines at once, then a very long one. How many `data` events come, and what is in each?',
    look: 'A stream has pieces, not lines: split what comes in at the line ends, and keep the last part until the rest of it comes. Do you add a listener more than once?',
    lines: { 'peer.ts': ["socket.setEncoding('utf8')", "let rest = ''", "socket.on('data', …"] }
  },
  {
    ask: 'What ends your program when a peer is killed?',
    look: 'The event `error` of the socket that broke.',
    lines: { 'peer.ts': ["socket.on('error'"] }
  },
  {
    ask: 'Other nodes remember that you are announced under your topic. Who tells them that you have left?',
    look: '`swarm.destroy()` in `goodbye`. Call `goodbye` before you wait for anything.',
    lines: { 'peer.ts': ['goodbye(() =>'] }
  },
  {
    ask: 'What checks the argument before it becomes a topic?',
    look: '`readKey` takes 64 hex digits, and refuses what is no topic. Give it the argument as it was typed.',
    lines: { 'peer.ts': ['readKey(given'] }
  }
]

export default hints
