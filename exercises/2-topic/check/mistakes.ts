// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

const LOOK_AGAIN = `
// Two peers that join at the same instant miss each other, and hyperswarm looks again only after ten minutes. So look
// again: once when both have surely announced themselves, and then until somebody is there.
do {
  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))
  if (!swarm.destroyed) await discovery.refresh()
} while (!swarm.destroyed && swarm.connections.size === 0)
`

const mistakes: Mistake[] = [
  {
    name: 'forgets network() and looks for the public network',
    edits: { 'peer.ts': [['{ dht: new DHT(network()) }', '']] },
    step: 1,
    says: /(peer\.ts|another one) never asked the local network for anything\./
  },
  {
    name: 'only prints what the text says it should, without any network',
    edits: { 'peer.ts': printer(`joined topic: ${'ab'.repeat(32)}`) },
    step: 1,
    says: /I looked up who is announced under that topic\. .*never asked the local network/
  },
  {
    name: 'prints another topic than the one it joins',
    edits: { 'peer.ts': [['swarm.join(topic)', 'swarm.join(randomBytes(32))']] },
    step: 1,
    says: /Nobody was\..*Join the very topic that you print/
  },
  {
    name: 'looks for others, but does not announce itself',
    edits: { 'peer.ts': [['swarm.join(topic)', 'swarm.join(topic, { server: false })']] },
    step: 1,
    says: /Nobody was\./
  },
  {
    name: 'throws before it joins',
    edits: { 'peer.ts': [['swarm.join(topic)', "swarm.join('my room')"]] },
    step: 1,
    says: /exit code 1\. Its error: That is not a topic: a topic is a buffer of exactly 32 bytes/
  },
  {
    name: 'makes a new topic although it is given one',
    edits: { 'peer.ts': [['given === undefined ? randomBytes(32)', 'true ? randomBytes(32)']] },
    step: 2,
    says: /It joined another topic/
  },
  {
    name: 'prints the topic as it was typed',
    edits: {
      'peer.ts': [
        [
          "console.log('joined topic:', topic.toString('hex'))",
          "console.log('joined topic:', given ?? topic.toString('hex'))"
        ]
      ]
    },
    step: 2,
    says: /peer\.ts printed its topic in capitals\..*not what was typed/
  },
  {
    name: 'looks for others only once',
    edits: { 'peer.ts': [[LOOK_AGAIN, '']] },
    step: 3,
    says: /nobody was connected yet\..*discovery\.refresh\(\)/
  },
  {
    name: 'looks for others twice, and never again',
    edits: { 'peer.ts': [['} while (!swarm.destroyed && swarm.connections.size === 0)', '} while (false)']] },
    step: 3,
    says: /nobody was connected yet\..*discovery\.refresh\(\)/
  },
  {
    name: 'announces itself, but does not look for others',
    edits: { 'peer.ts': [['swarm.join(topic)', 'swarm.join(topic, { client: false })']] },
    step: 3,
    says: /My .* peer and peer\.ts did not meet.*looks for others/
  },
  {
    name: 'looks again only while it is alone',
    edits: {
      'peer.ts': [
        [
          LOOK_AGAIN,
          '\nwhile (swarm.connections.size === 0 && !swarm.destroyed) {\n  await new Promise((resolve) => setTimeout(resolve, 500))\n  await discovery.refresh()\n}\n'
        ]
      ]
    },
    step: 3,
    says: /looked for others once\..*Look again once/
  },
  {
    name: 'takes its announcement back when it looks again',
    edits: { 'peer.ts': [['discovery.refresh()', 'discovery.refresh({ server: false, client: true })']] },
    step: 3,
    says: /My fifth peer and peer\.ts did not meet.*keeps you announced/
  },
  {
    name: 'prints its own key for that of the peer',
    edits: { 'peer.ts': [["socket.remotePublicKey.toString('hex')", "socket.publicKey.toString('hex')"]] },
    step: 3,
    says: /did not print `\* got a connection from: .*socket\.remotePublicKey/
  },
  {
    name: 'keeps only its last peer',
    edits: { 'peer.ts': [['for (const socket of swarm.connections) socket', '[...swarm.connections].at(-1)?']] },
    step: 4,
    says: /My .* peer received nothing.*every socket in `swarm\.connections`/
  },
  {
    name: 'prints what comes in without the name of the sender',
    edits: { 'peer.ts': [['console.log(`${name}: ${line}`)', 'console.log(line)']] },
    step: 4,
    says: /After the key of my .* peer, peer\.ts printed 0 of 1/
  },
  {
    name: 'takes a piece for a line',
    edits: {
      'peer.ts': [
        [
          'for (const line of lines) console.log(`${name}: ${line}`)',
          'console.log(`${name}: ${String(data).trimEnd()}`)'
        ]
      ]
    },
    step: 5,
    says: /After the key of my .* peer, peer\.ts printed .*What comes in is a piece, not a line/
  },
  {
    name: 'prints lines without the blanks at their ends',
    edits: { 'peer.ts': [['console.log(`${name}: ${line}`)', 'console.log(`${name}: ${line.trim()}`)']] },
    step: 5,
    says: /After the key of my first peer, peer\.ts printed .*Blanks of it are gone\./
  },
  {
    name: 'takes the end of a piece for the end of a line',
    edits: { 'peer.ts': [["rest = lines.pop() ?? ''", "if (lines.at(-1) === '') lines.pop()"]] },
    step: 5,
    says: /After the key of my .* peer, peer\.ts printed .*a part of one/
  },
  {
    name: 'has one rest for all its peers',
    edits: {
      'peer.ts': [
        ["  let rest = ''\n", ''],
        ["swarm.on('connection'", "let rest = ''\nswarm.on('connection'"]
      ]
    },
    step: 5,
    says: /After the key of my .* peer, peer\.ts printed .*of this peer alone/
  },
  {
    name: 'throws away the beginning of a long line',
    edits: {
      'peer.ts': [["rest = lines.pop() ?? ''", "rest = lines.pop() ?? ''\n    if (rest.length > 65_536) rest = ''"]]
    },
    step: 5,
    says: /After the key of my first peer, peer\.ts printed .*however long/
  },
  {
    name: 'decodes the pieces of all its peers together',
    edits: {
      'peer.ts': [
        ['import { goodbye', "import { StringDecoder } from 'node:string_decoder'\nimport { goodbye"],
        ["swarm.on('connection'", "const decoder = new StringDecoder('utf8')\nswarm.on('connection'"],
        ["  socket.setEncoding('utf8') // a piece may end in the middle of a character\n", ''],
        ['${rest}${data}', '${rest}${decoder.write(data)}']
      ]
    },
    step: 5,
    says: /After the key of my .* peer, peer\.ts printed .*decode the pieces of each peer by themselves/
  },
  {
    name: 'prints no empty lines',
    edits: { 'peer.ts': [['for (const line of lines) console', 'for (const line of lines) if (line) console']] },
    step: 5,
    says: /an empty line (was due|is missing).*even for an empty one/
  },
  {
    name: 'makes a text of each piece by itself',
    edits: { 'peer.ts': [["  socket.setEncoding('utf8') // a piece may end in the middle of a character\n", '']] },
    step: 5,
    says: /After the key of my second peer, peer\.ts printed/
  },
  {
    name: 'sends the first kilobyte of a piece',
    edits: { 'peer.ts': [['socket.write(data)', 'socket.write(data.subarray(0, 1024))']] },
    step: 5,
    says: /My .* peer received .* was due/
  },
  {
    name: 'prints no text again',
    edits: {
      'peer.ts': [
        ["  let rest = ''\n", "  let rest = ''\n  const seen = new Set<string>()\n"],
        [
          'for (const line of lines) console.log(`${name}: ${line}`)',
          'for (const line of lines) if (!seen.has(line) && seen.add(line)) console.log(`${name}: ${line}`)'
        ]
      ]
    },
    step: 4,
    says: /After the key of my .* peer, peer\.ts printed 1 of 2/
  },
  {
    name: 'has the same topic at each start',
    edits: { 'peer.ts': [['given === undefined ? randomBytes(32)', 'given === undefined ? Buffer.alloc(32, 7)']] },
    step: 1,
    says: /Both have the same topic/
  },
  {
    name: 'says that it has joined before it is announced',
    edits: { 'peer.ts': [['await discovery.flushed()\n', '']] },
    step: 1,
    says: /said that it had joined before it was announced/
  },
  {
    name: 'knows each peer only once',
    edits: {
      'peer.ts': [
        [
          "swarm.on('connection', (socket) => {\n  const name = socket.remotePublicKey.toString('hex')\n",
          "const known = new Set<string>()\nswarm.on('connection', (socket) => {\n  socket.on('error', () => {})\n  const name = socket.remotePublicKey.toString('hex')\n  if (known.has(name)) return\n  known.add(name)\n"
        ]
      ]
    },
    step: 6,
    says: /did not print `\* got a connection from: .*` again/
  },
  {
    name: 'leaves the topic, and keeps its connections',
    edits: { 'peer.ts': [['goodbye(() => swarm.destroy())', 'goodbye(() => swarm.leave(topic))']] },
    step: 7,
    says: /still announced.*It took back only a part of what it had announced/
  },
  {
    name: 'sends to all peers once for each of them',
    edits: {
      'peer.ts': [
        [
          "  socket.on('error'",
          "  process.stdin.on('data', (data) => {\n    for (const socket of swarm.connections) socket.write(data)\n  })\n  socket.on('error'"
        ],
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of swarm.connections) socket.write(data)\n})\n\ngoodbye",
          'goodbye'
        ]
      ]
    },
    step: 5,
    says: /My .* peer received .* was due|which nobody wrote/
  },
  {
    name: 'waits for the slowest peer',
    edits: {
      'peer.ts': [
        [
          "process.stdin.on('data', (data) => {",
          'const speak = async () => {\n  for await (const data of process.stdin)'
        ],
        [
          'for (const socket of swarm.connections) socket.write(data)\n})',
          "for (const socket of swarm.connections)\n      if (!socket.write(data)) await new Promise((resolve) => socket.once('drain', () => resolve(true)))\n}\nspeak()"
        ]
      ]
    },
    step: 6,
    says: /My .* peer received .*wait for none/
  },
  {
    name: 'has no error listener',
    edits: { 'peer.ts': [["  socket.on('error', () => {}) // a peer that vanishes is no reason to end\n", '']] },
    step: 6,
    says: /peer\.ts had ended, with exit code 1\. Its error: The other side broke the connection; without an `error` listener/
  },
  {
    name: 'has no goodbye',
    edits: { 'peer.ts': [['goodbye(() => swarm.destroy())', '']] },
    step: 7,
    says: /ended by the signal SIGINT/
  },
  {
    name: 'exits on Ctrl-C without leaving the topic',
    edits: { 'peer.ts': [['goodbye(() => swarm.destroy())', "process.on('SIGINT', () => process.exit(0))"]] },
    step: 7,
    says: /it was still announced/
  },
  {
    name: 'sets its goodbye only when somebody has come',
    edits: {
      'peer.ts': [
        ['goodbye(() => swarm.destroy())\n\n', ''],
        [LOOK_AGAIN, `${LOOK_AGAIN}\ngoodbye(() => swarm.destroy())\n`]
      ]
    },
    step: 7,
    says: /ended by the signal SIGINT/
  },
  ...credulous('peer.ts', "readKey(given, 'the topic that the first peer prints')", 8),
  {
    name: 'decodes what has the length of a topic by itself',
    edits: {
      'peer.ts': [['readKey(given,', "given.length === 64 ? Buffer.from(given, 'hex') : readKey(given,"]]
    },
    step: 8,
    says: /For “abab.*zz” it was still running|For “abab.*zz” it gave no sentence/
  },
  {
    name: 'takes a topic with blanks around it',
    edits: { 'peer.ts': [['readKey(given,', 'readKey(given.trim(),']] },
    step: 8,
    says: /it was still running.*as it was typed/
  },
  {
    name: 'takes an empty argument for none',
    edits: { 'peer.ts': [['given === undefined ?', '!given ?']] },
    step: 8,
    says: /it was still running.*even an empty one/
  },
  ...idlers('peer.ts', 1, /did not print `joined topic: <64 hex digits>`/),
  {
    name: 'is the program of another exercise',
    edits: { 'peer.ts': another(import.meta.dirname, '1-dht/server.ts') },
    step: 1,
    says: /did not print `joined topic: <64 hex digits>`\..* printed “listening on:/
  },
  {
    name: 'throws at the first thing that it hears',
    edits: { 'peer.ts': [['`${rest}${data}`', 'JSON.parse(String(data))']] },
    step: 4,
    says: /peer\.ts had ended, with exit code 1\. Its error: SyntaxError: .*peer\.ts:\d+/
  },
  {
    name: 'sends lines with line ends of its own',
    edits: {
      'peer.ts': [
        ['goodbye, network', 'goodbye, lines, network'],
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of swarm.connections) socket.write(data)\n})\n",
          'send()\nasync function send(): Promise<void> {\n  for await (const line of lines()) for (const socket of swarm.connections) socket.write(`${line}\\n`)\n}\n'
        ]
      ]
    },
    step: 5,
    says: /My .* peer received .* behind .* instead of “.*\\r.*with its line ends/
  },
  {
    name: 'throws away what goes beyond a million characters',
    edits: {
      'peer.ts': [
        [
          "rest = lines.pop() ?? ''",
          "rest = lines.pop() ?? ''\n    if (lines.length === 0 && rest.length > 1_000_000) rest = ''"
        ]
      ]
    },
    step: 5,
    says: /After the key of my first peer, peer\.ts printed .*however long/
  },
  {
    name: 'greets all its peers again when one comes',
    edits: {
      'peer.ts': [
        [
          '  console.log(`* got a connection from: ${name} *`)\n',
          "  for (const { remotePublicKey } of swarm.connections)\n    console.log(`* got a connection from: ${remotePublicKey.toString('hex')} *`)\n"
        ]
      ]
    },
    step: 3,
    says: /peer\.ts greeted .* times, for 1\..*for each `connection`/
  },
  {
    name: 'removes two from its own list when the connection to one breaks',
    edits: {
      'peer.ts': [
        ['import DHT from', 'import DHT, { type Connection } from'],
        [
          "swarm.on('connection', (socket) => {\n",
          "const sockets: Connection[] = []\nswarm.on('connection', (socket) => {\n  sockets.push(socket)\n  const remove = () => sockets.splice(sockets.indexOf(socket), 1)\n  socket.on('error', remove).on('close', remove)\n"
        ],
        ['of swarm.connections) socket.write', 'of sockets) socket.write']
      ]
    },
    step: 6,
    says: /My .* peer received/
  },
  {
    name: 'ends when something is typed and nobody is there',
    edits: {
      'peer.ts': [
        [
          '  for (const socket of swarm.connections) socket.write(data)',
          "  if (swarm.connections.size === 0) throw new Error('Nobody is here')\n  for (const socket of swarm.connections) socket.write(data)"
        ]
      ]
    },
    step: 7,
    says: /another one (had )?ended,? with exit code 1\. Its error: .*Nobody is here/
  },
  {
    name: 'looks until somebody is found, connected or not',
    edits: { 'peer.ts': [['swarm.connections.size === 0', 'swarm.peers.size === 0']] },
    step: 3,
    says: /then stopped, and nobody was connected yet/
  },
  {
    name: 'closes the connection to a peer that is slow',
    edits: {
      'peer.ts': [
        [
          'for (const socket of swarm.connections) socket.write(data)',
          'for (const socket of swarm.connections) if (!socket.write(data)) socket.destroy()'
        ]
      ]
    },
    step: 5,
    says: /closed the connection to .*, who stayed\..*says only that the other side is slow/
  },
  {
    name: 'sends what was typed when there is a pause',
    edits: {
      'peer.ts': [
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of swarm.connections) socket.write(data)\n})",
          "let typed: Buffer[] = []\nlet timer: NodeJS.Timeout | undefined\nprocess.stdin.on('data', (data) => {\n  typed.push(data)\n  clearTimeout(timer)\n  timer = setTimeout(() => {\n    for (const socket of swarm.connections) socket.write(Buffer.concat(typed))\n    typed = []\n  }, 2_000)\n})"
        ]
      ]
    },
    step: 4,
    says: /My first peer received .*waits for a pause/
  },
  {
    name: 'waits until all have a piece before it sends the next one',
    edits: {
      'peer.ts': [
        [
          "process.stdin.on('data', (data) => {\n  for (const socket of swarm.connections) socket.write(data)\n})",
          'async function type() {\n  for await (const data of process.stdin) {\n    for (const socket of swarm.connections) socket.write(data)\n    await Promise.all([...swarm.connections].map((socket) => socket.flush()))\n  }\n}\ntype()'
        ]
      ]
    },
    step: 6,
    says: /I stopped a peer\.ts on a laptop.*peer received.*Write to every socket at once, and wait for none/
  }
]

export default mistakes
