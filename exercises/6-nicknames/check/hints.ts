// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'What do others know of you before you say anything, and where is it stored?',
    look: "corestore's README: `store.get({ name, valueEncoding })`, `store.createKeyPair(name)`. Append only while the core is empty.",
    lines: {
      'chat.ts': [
        'new Corestore(',
        "createKeyPair('swarm')",
        "name: 'local'",
        'await profile.ready()',
        'profile.length === 0',
        "view.nickname('local', ownNickname)"
      ]
    }
  },
  {
    ask: 'Joining a room takes a moment. What does the page show meanwhile?',
    look: '`view.loading()`, `swarm.join`, `discovery.flushed()`, `view.room(…)`. The event `update` of hyperswarm says that the connections have changed.',
    lines: { 'chat.ts': ['new Hyperswarm(', "swarm.on('update'", 'async function enter …', 'function join …'] }
  },
  {
    ask: 'Two protocols share one socket. What do you call for each of them, and how often?',
    look: "protomux-rpc's README: `new ProtomuxRPC(socket)` once for each connection, `rpc.respond(method, handler)`. `store.replicate(socket)` beside it.",
    lines: { 'chat.ts': ['store.replicate(socket)', 'new ProtomuxRPC(', "rpc.respond('getKey'"] }
  },
  {
    ask: 'You send to five peers, and the second never answers. Who hears you?',
    look: '`Promise.allSettled` over all RPCs, and a set of those that are open. A line may come before its author has a name.',
    lines: {
      'chat.ts': ['rpcs.add(rpc)', "rpc.once('close'", "rpc.respond('message', (data) => { …", 'async function send …']
    }
  },
  {
    ask: 'A name is stored in a core. What do you need to open it, whom do you ask, and when do you look again?',
    look: "`rpc.request('getKey')`, `store.get({ key, valueEncoding: 'json' })`, and the event `append` of the core.",
    lines: { 'chat.ts': ["rpc.request('getKey'", 'key?.length === 32', 'function follow …', 'async function rename …'] }
  },
  {
    ask: 'Somebody sends you 10 MB, a number, or a code that clears the terminal. Which of your lines sees it first?',
    look: 'Read everything that comes in one place, inside a `try`. Cut it, and take control characters out: `\\p{Cc}` in a regular expression with the flag `u`. Throw only an `Error`.',
    lines: { 'chat.ts': ['function clean …', 'function read …', "rpc.respond('message', (data) => { …"] }
  },
  {
    ask: "Mallory hands you the key of Ana's core. What does it prove?",
    look: 'Compare `peer` in the block with the public key of the connection that gave you the key.',
    lines: { 'chat.ts': ['state.peer !== who'] }
  },
  {
    ask: 'You come back. How do you remember whom you met, and how do they recognize you?',
    look: "hyperbee's README: `put`, `get`, `createReadStream`. The swarm takes a `keyPair`; the store makes the same one each time.",
    lines: {
      'chat.ts': [
        "createKeyPair('swarm')",
        'new Hyperbee(',
        'peerCoreKeys.createReadStream',
        'peerCoreKeys.get(',
        'peerCoreKeys.put('
      ]
    }
  },
  {
    ask: 'A friend was renamed while you were away, and is away now. Who can tell you?',
    look: 'Everybody who has the core: they pass it on when they replicate their store. Do you open it before somebody comes?',
    lines: { 'chat.ts': ['peerCoreKeys.createReadStream', 'store.replicate(socket)', "core.on('append'"] }
  },
  {
    ask: 'What would the others see if you just stopped?',
    look: '`goodbye` of @workshop/utils: first the swarm, so that the others know; then the store.',
    lines: { 'chat.ts': ['goodbye(async () => { …'] }
  },
  {
    ask: 'Two people share a machine and one folder. Which line notices it?',
    look: '`store.ready()` rejects. `exitWith` prints a sentence. For the topic there is `readKey` on the command line, and a test of your own in `join`.',
    lines: { 'chat.ts': ['await store.ready().catch((error) => { …', 'readKey(positionals', 'function join …'] }
  }
]

export default hints
