// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

const PUMP = 'pump(socket, core.replicate(peer.client), socket)'
const WRITE = 'await core.append(Buffer.from(JSON.stringify(message)))'
const READ =
  "const isMessage = type === 'chat-message' && [nickname, text, timestamp].every((field) => typeof field === 'string')"
const CAUGHT = `  try {
    const { type, nickname, text, timestamp } = JSON.parse(String(block))
    ${READ}
    return isMessage ? { type, nickname, text, timestamp } : undefined
  } catch {
    return undefined // no JSON, or null
  }`
const LEAVE = 'goodbye(() => swarm.destroy()) // what is stored is safe at any time\n'

const BY_HAND = `const replication = core.replicate(peer.client)
  socket.on('error', () => {}).on('data', (data) => replication.write(data))
  replication.on('error', () => {}).on('data', (data) => socket.write(data))`
const LINES_BY_HAND = `const { stdin } = process
  let rest = ''
  stdin.on('data', (data) => {
    const texts = (rest + data).split('\\n')
    rest = texts.pop() ?? ''
    for (const text of texts) append(text)
  })
  async function append(text: string) {`

const mistakes: Mistake[] = [
  {
    name: 'prints what was typed, not what the log says',
    edits: {
      'chat.ts': [
        [
          'for await (const text of lines()) {',
          'for await (const text of lines()) {\n    console.log(text)\n    continue'
        ]
      ]
    },
    step: 1,
    says: /did not print “<timestamp> nickname: hello from the keyboard”/
  },
  {
    name: 'forgets live, so that the log ends before it has begun',
    edits: { 'chat.ts': [['{ live: true }', '{}']] },
    step: 1,
    says: /did not print “<timestamp> nickname: hello from the keyboard”.*live read stream/
  },
  {
    name: 'encodes twice',
    edits: { 'chat.ts': [['JSON.stringify(message)', 'JSON.stringify(JSON.stringify(message))']] },
    step: 1,
    says: /did not print “<timestamp> nickname/
  },
  {
    name: 'prints entries of every shape',
    edits: { 'chat.ts': [[READ, 'const isMessage = true']] },
    step: 2,
    says: /chat\.ts printed “<.*> (undefined|stray): .*”, which is not a chat message/
  },
  {
    name: 'keeps the log in a folder that is new every time',
    edits: { 'chat.ts': [["storage('chat')", 'storage(`chat-${process.pid}`)']] },
    step: 2,
    says: /printed nothing of what its log held when it was started.*a folder that stays/
  },
  {
    name: 'does not print the discovery key',
    edits: { 'chat.ts': [["console.log('discovery key:', core.discoveryKey.toString('hex'))\n", '']] },
    step: 3,
    says: /did not print two keys of which one is the discovery key of the other/
  },
  {
    name: 'joins on the public key',
    edits: { 'chat.ts': [['swarm.join(core.discoveryKey)', 'swarm.join(core.key)']] },
    step: 3,
    says: /Nobody was announced under the discovery key\..*Join on the discovery key/
  },
  {
    name: 'joins on both keys',
    edits: {
      'chat.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          'swarm.join(core.key)\nkeepLooking(swarm.join(core.discoveryKey))'
        ]
      ]
    },
    step: 3,
    says: /The network was asked for the public key: now strangers know it/
  },
  {
    name: 'both sides say that they are the initiator',
    edits: { 'chat.ts': [['core.replicate(peer.client)', 'core.replicate(true)']] },
    step: 4,
    says: /My copy that came to you held 0 of \d+.*true on the side that connected/
  },
  {
    name: 'only lets the others come',
    edits: {
      'chat.ts': [
        ['keepLooking(swarm.join(core.discoveryKey))', 'swarm.join(core.discoveryKey, { server: true, client: false })']
      ]
    },
    step: 4,
    says: /My copy that you came to held 0 of .* The two never met\..*those who were there before you/
  },
  {
    name: 'no side says that it is the initiator',
    edits: { 'chat.ts': [['core.replicate(peer.client)', 'core.replicate(false)']] },
    step: 4,
    says: /My copy that you came to held 0 of/
  },
  {
    name: 'does not replicate',
    edits: { 'chat.ts': [[PUMP, "socket.on('error', () => {})"]] },
    step: 4,
    says: /My copy that you came to held 0 of/
  },
  {
    name: 'a viewer that says nothing of its peers',
    edits: { 'viewer.ts': [["  console.log('(New peer connected!)')\n", '']] },
    step: 5,
    says: /did not print `\(New peer connected!\)`/
  },
  {
    name: 'a viewer that shows only what is new',
    edits: {
      'viewer.ts': [
        ['core.createReadStream({ live: true })', 'core.createReadStream({ live: true, start: core.length + 5 })']
      ]
    },
    step: 5,
    says: /viewer\.ts printed 0 of 2; “<.*> ours: an old message” is missing.*all that a live read stream of the copy gives/
  },
  {
    name: 'a viewer that shows the log once, and again at every entry',
    edits: {
      'viewer.ts': [
        [
          'for await (const block of core.createReadStream({ live: true })) {',
          "core.on('append', show)\nasync function show() {\n for await (const block of core.createReadStream()) {"
        ],
        ['${message.nickname}: ${message.text}`)\n}', '${message.nickname}: ${message.text}`)\n}\n}']
      ]
    },
    step: 5,
    says: /more often than it should|again, where .* was due/
  },
  {
    name: 'a viewer that reads what is new at each `append`, also while it still reads',
    edits: {
      'viewer.ts': [
        [
          'for await (const block of core.createReadStream({ live: true })) {',
          "let next = 0\ncore.on('append', show)\nawait show()\nasync function show() {\n const end = core.length\n for await (const block of core.createReadStream({ start: next, end })) {"
        ],
        ['${message.nickname}: ${message.text}`)\n}', '${message.nickname}: ${message.text}`)\n}\n next = end\n}']
      ]
    },
    step: 5,
    says: /again, where .* was due.*two readers at once/
  },
  {
    name: 'a viewer that prints its copy, and then what comes behind where the log ends by now',
    edits: {
      'viewer.ts': [
        [
          'for await (const block of core.createReadStream({ live: true })) {',
          'await show(core.createReadStream())\nawait show(core.createReadStream({ live: true, start: core.length }))\nasync function show(blocks: AsyncIterable<Buffer>) {\n for await (const block of blocks) {'
        ],
        ['${message.nickname}: ${message.text}`)\n}', '${message.nickname}: ${message.text}`)\n}\n}']
      ]
    },
    step: 7,
    says: /while it was away” is missing.*A peer says how long the log is before its blocks come/
  },
  {
    name: 'pipes by hand, and lets the error of the socket end the program',
    edits: {
      'chat.ts': [[PUMP, 'socket.pipe(core.replicate(peer.client)).pipe(socket as never)']]
    },
    step: 4,
    says: /chat\.ts had ended, with exit code 1\. Its error|held 0 of/
  },
  {
    name: 'a viewer whose copy is new every time',
    edits: { 'viewer.ts': [["process.argv[3] ?? 'viewer'", 'process.argv[3] ?? `viewer-${process.pid}`']] },
    step: 7,
    says: /viewer\.ts printed 0 of the \d+ messages of its copy\..*a folder that stays/
  },
  {
    name: 'a viewer that waits for a peer before it shows anything',
    edits: {
      'viewer.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          "keepLooking(swarm.join(core.discoveryKey))\nawait new Promise((resolve) => swarm.once('connection', resolve))"
        ]
      ]
    },
    step: 7,
    says: /viewer\.ts printed 0 of the \d+ messages of its copy\..*do not wait for a peer/
  },
  {
    name: 'a viewer that does not let itself be found',
    edits: {
      'viewer.ts': [
        ['keepLooking(swarm.join(core.discoveryKey))', 'keepLooking(swarm.join(core.discoveryKey, { server: false }))']
      ]
    },
    step: 8,
    says: /a lonely viewer\.ts met nobody, and was not announced\..*A viewer announces itself/
  },
  ...credulous('viewer.ts', "readKey(process.argv[2], 'the public key that the chat prints')", 9),
  {
    name: 'adds a listener to the core for each connection',
    edits: { 'chat.ts': [[PUMP, `core.on('append', () => socket.resume())\n  ${PUMP}`]] },
    step: 6,
    says: /chat\.ts was warned by Node: 11 listeners for `append`/
  },
  ...idlers('chat.ts', 1, /did not print “<timestamp> nickname: hello from the keyboard”/),
  {
    name: 'a viewer that greets at its start, and nobody who comes',
    edits: {
      'viewer.ts': [
        ["  console.log('(New peer connected!)')\n", ''],
        ["swarm.on('connection'", "console.log('(New peer connected!)')\nswarm.on('connection'"]
      ]
    },
    step: 6,
    says: /did not print `\(New peer connected!\)` for a peer that connected/
  },
  {
    name: 'a viewer that greets only who replicates',
    edits: {
      'viewer.ts': [
        ["  console.log('(New peer connected!)')\n", ''],
        [
          "swarm.on('connection'",
          "core.on('peer-add', () => console.log('(New peer connected!)'))\nswarm.on('connection'"
        ]
      ]
    },
    step: 6,
    says: /did not print `\(New peer connected!\)` for a peer that connected and said nothing.*or that says nothing/
  },
  {
    name: 'a viewer that greets when nobody is there',
    edits: { 'viewer.ts': [['keepLooking(', "console.log('(New peer connected!)')\nkeepLooking("]] },
    step: 5,
    says: /It printed `\(New peer connected!\)` \d+ times/
  },
  {
    name: 'shows no message twice that is said twice in a row',
    edits: {
      'viewer.ts': [
        ['for await (const block', "let last = ''\nfor await (const block"],
        ['if (message) console', 'if (message && message.text !== last) console'],
        ['${message.text}`)\n', '${message.text}`)\n  last = message?.text ?? last\n']
      ]
    },
    step: 5,
    says: /viewer\.ts printed/
  },
  ...idlers('viewer.ts', 5, /did not print `\(New peer connected!\)`/),
  {
    name: 'a chat that only prints what the text says it should',
    edits: { 'chat.ts': printer('<2026-01-31T12:00:00.000Z> Änne: hello from the keyboard') },
    step: 1,
    says: /“<2026-01-31T12:00:00\.000Z> Änne: hello from the keyboard”: that is not the time of this line/
  },
  {
    name: 'a viewer that only prints what the text says it should',
    edits: { 'viewer.ts': printer('(New peer connected!)') },
    step: 5,
    says: /viewer\.ts printed 0 of 2; “<.*> ours: an old message” is missing\. viewer\.ts printed “\(New peer connected!\)”/
  },
  {
    name: 'is the program of another exercise',
    edits: { 'chat.ts': another(import.meta.dirname, '3-hypercore/writer.ts') },
    step: 1,
    says: /did not print “<timestamp> nickname: hello from the keyboard”\. chat\.ts printed “hypercore key:/
  },
  {
    name: 'a viewer that throws when an entry comes',
    edits: {
      'viewer.ts': [['  if (message)', "  if (message) throw new Error('not written yet')\n  if (message)"]]
    },
    step: 5,
    says: /viewer\.ts(?: for chat\.ts)? had ended, with exit code 1\. Its error: not written yet \(viewer\.ts:30\)/
  },
  {
    name: 'cuts characters whose bytes come in two pieces',
    edits: {
      'chat.ts': [
        ['for await (const text of lines()) {', LINES_BY_HAND],
        ['import { goodbye, keepLooking, lines, network', 'import { goodbye, keepLooking, network']
      ]
    },
    step: 1,
    says: /“Änne: Gr.*Grüße, 漢字 and 😀” was due|instead of “Änne: Grüße, 漢字 and 😀”/
  },
  {
    name: 'skips empty lines',
    edits: { 'chat.ts': [[WRITE, `if (text) ${WRITE}`]] },
    step: 1,
    says: /where “Änne: ” was due|instead of “Änne: ”|“Änne:” was due/
  },
  {
    name: 'says each text once',
    edits: {
      'chat.ts': [
        [
          'async function write(): Promise<void> {\n',
          'async function write(): Promise<void> {\n  const said = new Set<string>()\n'
        ],
        [WRITE, `if (!said.has(text)) ${WRITE}\n    said.add(text)`]
      ]
    },
    step: 1,
    says: /was due|is missing/
  },
  {
    name: 'gives all lines the time of the start',
    edits: {
      'chat.ts': [
        [
          "const nickname = process.argv[2] ?? 'somebody'\n",
          "const nickname = process.argv[2] ?? 'somebody'\nconst timestamp = new Date().toISOString()\n"
        ],
        ['text, timestamp: new Date().toISOString() }\n', 'text, timestamp }\n']
      ]
    },
    step: 1,
    says: /that is not the time of this line/
  },
  {
    name: 'puts its own nickname before each message',
    edits: { 'chat.ts': [['${message.nickname}: ', '${nickname}: ']] },
    step: 2,
    says: /printed “<.*> Änne: .*” instead of “<.*> (100 %s|nobody): .*Print the nickname that the entry has/
  },
  {
    name: 'looks at the type alone',
    edits: { 'chat.ts': [[READ, "const isMessage = type === 'chat-message'"]] },
    step: 2,
    says: /chat\.ts printed “<.*>.*”, which is not a chat message/
  },
  {
    name: 'takes every block for JSON',
    edits: { 'chat.ts': [[CAUGHT, CAUGHT.replace('  try {\n', '').replace(/ {2}} catch[\s\S]*/, '')]] },
    step: 2,
    says: /Its error: TypeError.*Read each block inside a `try`/
  },
  {
    name: 'reads JSON from a live stream, which a null ends',
    edits: {
      'chat.ts': [
        ["new Hypercore(storage('chat')) //", "new Hypercore(storage('chat'), { valueEncoding: 'json' }) //"],
        ['Buffer.from(JSON.stringify(message))', 'message as never'],
        ['read(block)', 'read(Buffer.from(JSON.stringify(block)))']
      ]
    },
    step: 2,
    says: /chat\.ts printed nothing that lies behind the entry null\..*with `json` a `null` ends a stream/
  },
  {
    name: 'replicates with the first peer only',
    edits: { 'chat.ts': [[PUMP, `if (swarm.connections.size === 1) ${PUMP}\n  else socket.on('error', () => {})`]] },
    step: 4,
    says: /My copy that (you came to|came to you) held 0 of/
  },
  {
    name: 'a viewer that stops at an entry of another shape',
    edits: { 'viewer.ts': [['  if (message)', '  if (!message) break\n  if (message)']] },
    step: 5,
    says: /viewer\.ts printed nothing that lies behind the entry null\..*put the `try` inside the loop/
  },
  {
    name: 'a viewer that takes no time for one that is no date',
    edits: { 'viewer.ts': [['  if (message)', '  if (message && Date.parse(message.timestamp))']] },
    step: 5,
    says: /did not print “<tomorrow> nobody: .*”, which is a chat message/
  },
  {
    name: 'a viewer that gives the text to `console.log` as a second argument',
    edits: { 'viewer.ts': [['${message.nickname}: ${message.text}`)', '${message.nickname}: %s`, message.text)']] },
    step: 5,
    says: /did not print “<.*> 100 %s: %d of undefined”.*it replaces `%s`/
  },
  {
    name: 'a viewer that greets each peer once, however often it comes',
    edits: {
      'viewer.ts': [
        ["swarm.on('connection'", "const known = new Set<string>()\nswarm.on('connection'"],
        [
          "  console.log('(New peer connected!)')",
          "  const who = socket.remotePublicKey.toString('hex')\n  if (!known.has(who)) console.log('(New peer connected!)')\n  known.add(who)"
        ]
      ]
    },
    step: 6,
    says: /did not print `\(New peer connected!\)` for those who came later/
  },
  {
    name: 'a viewer that prints its own time',
    edits: { 'viewer.ts': [['<${message.timestamp}>', '<${new Date().toISOString()}>']] },
    step: 5,
    says: /viewer\.ts printed “<.*> ours: an old message” instead of “<.*> ours: an old message”/
  },
  {
    name: 'a viewer that joins on the public key too',
    edits: {
      'viewer.ts': [['keepLooking(swarm.join(', 'swarm.join(core.key)\nkeepLooking(swarm.join(']]
    },
    step: 5,
    says: /The network was asked for the public key.*That is what step 3 is about/
  },
  {
    name: 'a viewer that greets each peer twice',
    edits: {
      'viewer.ts': [
        ["console.log('(New peer connected!)')", "console.log('(New peer connected!)\\n(New peer connected!)')"]
      ]
    },
    step: 5,
    says: /It printed `\(New peer connected!\)` 2 times, and there was 1 connection/
  },
  {
    name: 'hands the data over by hand, and leaves the streams open',
    edits: { 'chat.ts': [[PUMP, BY_HAND]] },
    step: 6,
    says: /chat\.ts kept the connection over which I sent rubbish.*`pump` destroys all its streams/
  },
  {
    name: 'a viewer that hands the data over by hand, and leaves the streams open',
    edits: { 'viewer.ts': [[PUMP, BY_HAND]] },
    step: 6,
    says: /viewer\.ts kept the connection over which I sent rubbish/
  },
  {
    name: 'a viewer that ends with its connection',
    edits: { 'viewer.ts': [[PUMP, `${PUMP.slice(0, -1)}, (error) => {\n    if (error) throw error\n  })`]] },
    step: 6,
    says: /viewer\.ts had ended, with exit code 1/
  },
  {
    name: 'a viewer that serves its first peer only',
    edits: { 'viewer.ts': [[PUMP, `if (swarm.connections.size === 1) ${PUMP}\n  else socket.on('error', () => {})`]] },
    step: 6,
    says: /viewer\.ts said nothing to a peer that came while others were connected/
  },
  {
    name: 'takes its announcement back and keeps its connections',
    edits: { 'chat.ts': [[LEAVE, 'goodbye(() => swarm.leave(core.discoveryKey))\n']] },
    step: 6,
    says: /(still announced|of my connections).*Leave the swarm in `goodbye`/
  },
  {
    name: 'a viewer that does not wait for its goodbye',
    edits: { 'viewer.ts': [[LEAVE, 'goodbye(() => void swarm.destroy())\n']] },
    step: 6,
    says: /viewer\.ts ended, but it was still announced/
  },
  {
    name: 'a viewer without a goodbye',
    edits: { 'viewer.ts': [[LEAVE, '']] },
    step: 6,
    says: /viewer\.ts ended by the signal SIGINT/
  },
  {
    name: 'a viewer that looks for more without a pause',
    edits: {
      'viewer.ts': [
        [
          'for await (const block of core.createReadStream({ live: true })) {\n',
          'for (let i = 0; ; ) {\n  if (!(await core.has(i))) {\n    await new Promise(setImmediate)\n    core.get(i).catch(() => {})\n    continue\n  }\n  const block = await core.get(i++)\n'
        ]
      ]
    },
    step: 7,
    says: /viewer\.ts had nothing to do, and kept a processor busy/
  },
  {
    name: 'a viewer that has one source at a time',
    edits: {
      'viewer.ts': [
        [
          '  pump(socket, core.replicate(peer.client), socket)\n',
          '  for (const other of swarm.connections) if (other !== socket) other.destroy()\n  pump(socket, core.replicate(peer.client), socket)\n'
        ]
      ]
    },
    step: 6,
    says: /closed its connection to my log when others came/
  },
  {
    name: 'joins when the first message is said',
    edits: {
      'chat.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          "if (core.length === 0) core.once('append', () => keepLooking(swarm.join(core.discoveryKey)))\nelse keepLooking(swarm.join(core.discoveryKey))"
        ]
      ]
    },
    step: 3,
    says: /an empty chat\.ts was not announced under its discovery key.*a viewer may come before the first line/
  },
  {
    name: 'reads its log to the end, and then what comes behind where it ends by now',
    edits: {
      'chat.ts': [
        [
          'for await (const block of core.createReadStream({ live: true })) {',
          'await show(core.createReadStream())\nawait show(core.createReadStream({ live: true, start: core.length }))\nasync function show(blocks: AsyncIterable<Buffer>) {\n for await (const block of blocks) {'
        ],
        ['${message.nickname}: ${message.text}`)\n}', '${message.nickname}: ${message.text}`)\n}\n}']
      ]
    },
    step: 4,
    says: /chat\.ts printed .*typed while it starts/
  },
  {
    name: 'takes every type that begins as it should',
    edits: { 'chat.ts': [[READ, READ.replace("type === 'chat-message'", "String(type).startsWith('chat-message')")]] },
    step: 2,
    says: /chat\.ts printed “<.*> stray: stray”, which is not a chat message/
  },
  {
    name: 'takes an empty text for none',
    edits: { 'chat.ts': [['  if (message)', '  if (message?.nickname && message.timestamp)']] },
    step: 2,
    says: /did not print “<> nobody: .*”, which is a chat message: its timestamp is the string “”/
  },
  {
    name: 'listens for Ctrl-C when something has been said',
    edits: { 'chat.ts': [[LEAVE, `core.once('append', () => ${LEAVE.split(' //')[0]})\n`]] },
    step: 6,
    says: /an empty chat\.ts ended by the signal SIGINT/
  },
  {
    name: 'a viewer that listens for Ctrl-C when somebody has come',
    edits: { 'viewer.ts': [[LEAVE, `swarm.once('connection', () => ${LEAVE.split(' //')[0]})\n`]] },
    step: 6,
    says: /a lonely viewer\.ts ended by the signal SIGINT/
  },
  {
    name: 'a viewer that waits for the network before it shows anything',
    edits: {
      'viewer.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          'keepLooking(swarm.join(core.discoveryKey))\nawait swarm.flush()'
        ]
      ]
    },
    step: 7,
    says: /offline\. viewer\.ts printed 0 of the \d+ messages of its copy\..*or for the network/
  },
  {
    name: 'a viewer that announces itself when somebody has come',
    edits: {
      'viewer.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          "const discovery = swarm.join(core.discoveryKey, { server: false })\nkeepLooking(discovery)\nswarm.once('connection', () => void discovery.refresh({ server: true, client: true }))"
        ]
      ]
    },
    step: 8,
    says: /a lonely viewer\.ts met nobody, and was not announced.*from its start/
  },
  {
    name: 'a viewer that only lets the others come when it has a copy',
    edits: {
      'viewer.ts': [['swarm.join(core.discoveryKey)', 'swarm.join(core.discoveryKey, { client: core.length === 0 })']]
    },
    step: 8,
    says: /viewer\.ts was started again, and did not go to somebody who was announced/
  },
  {
    name: 'a chat that appends what was typed when there is a pause',
    edits: {
      'chat.ts': [
        [
          '    await core.append(Buffer.from(JSON.stringify(message)))\n',
          '    typed.push(Buffer.from(JSON.stringify(message)))\n    clearTimeout(timer)\n    timer = setTimeout(() => core.append(typed.splice(0)), 2_000)\n'
        ],
        ['write()\n', 'const typed: Buffer[] = []\nlet timer: NodeJS.Timeout | undefined\nwrite()\n']
      ]
    },
    step: 1,
    says: /chat\.ts printed .*waits for a pause/
  },
  {
    name: 'decodes all blocks as one text',
    edits: {
      'chat.ts': [
        ['JSON.parse(String(block))', 'JSON.parse(decoder.decode(block, { stream: true }))'],
        ['await core.ready()\n', 'await core.ready()\nconst decoder = new TextDecoder()\n']
      ]
    },
    step: 2,
    says: /did not print “.*”, which lies behind bytes that end inside a character/
  }
]

export default mistakes
