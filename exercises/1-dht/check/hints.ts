// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'Which of the two keys of a pair may everybody see, and which one must you have to answer to it?',
    look: "hyperdht's README, “Creating P2P servers”: `DHT.keyPair`, `createServer`, `server.listen`. Print only when `listen` has resolved: before that nobody can find you.",
    lines: {
      'server.ts': ['DHT.keyPair()', 'dht.createServer(', "'got connection!'", 'server.listen(', "'listening on:'"]
    }
  },
  {
    ask: '`dht.connect` gives you a socket at once. How do you learn that the other side is really there?',
    look: "hyperdht's README, “Connecting to P2P servers”: the event `open` of the socket. `key` is a buffer: `key.toString('hex')` prints it.",
    lines: { 'client.ts': ["'Connecting to:'", 'dht.connect(', "socket.on('open'"] }
  },
  {
    ask: 'You have two streams on each side, one from the keyboard and one from the peer. Which stream do you write to which?',
    look: "Node's documentation of `process.stdin`, and the event `data` of a stream. The socket has `write`.",
    lines: { 'client.ts': ["process.stdin.on('data'"], 'server.ts': ["socket.on('data'"] }
  },
  {
    ask: 'What did you do in step 3, and on which side?',
    look: "The same two events on the other side. The server's socket is the argument of the function that you gave to `createServer`.",
    lines: { 'server.ts': ["process.stdin.on('data', …"], 'client.ts': ["socket.on('data'"] }
  },
  {
    ask: 'When a second client comes, what happens to the variable that held the first?',
    look: '`createServer` calls your function once for each client. Keep the sockets in a `Set`; the event `close` says when one has gone.',
    lines: {
      'server.ts': [
        'clients.add(socket)',
        'new Set<Connection>()',
        "socket.on('close'",
        'for (const socket of clients)'
      ]
    }
  },
  {
    ask: 'What does Node do with an `error` event that nobody listens for?',
    look: "Node's documentation of EventEmitter, “Error events”. Every socket that you get needs a listener.",
    lines: { 'server.ts': ["socket.on('error'"] }
  },
  {
    ask: 'You leave without a word. Who still believes that you are there?',
    look: '`goodbye` of @workshop/utils (packages/utils/src/goodbye.ts), and `dht.destroy()`, which takes the announcement back.',
    lines: { 'server.ts': ['goodbye(() =>'] }
  },
  {
    ask: 'How does a user learn that the key is valid, but nobody listens on it?',
    look: "The `error` of the client's socket has a `code`. `exitWith` of @workshop/utils prints a sentence and ends the program.",
    lines: { 'client.ts': ["socket.on('error', (error) => { …", 'readKey('] }
  }
]

export default hints
