// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

const PUMP = 'pump(socket, core.replicate(peer.client), socket)'
const TYPE =
  "  if (entry?.type !== 'chat-message') continue // a log may hold anything that its writer liked to append\n"

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
    edits: {
      'chat.ts': [
        [
          "core.append({ type: 'chat-message', nickname, text, timestamp: new Date().toISOString() })",
          "core.append(JSON.stringify({ type: 'chat-message', nickname, text, timestamp: new Date().toISOString() }) as never)"
        ]
      ]
    },
    step: 1,
    says: /did not print “<timestamp> nickname/
  },
  {
    name: 'prints entries of every shape',
    edits: { 'chat.ts': [[TYPE, '']] },
    step: 2,
    says: /It printed “<undefined> undefined: undefined”, which is no chat message/
  },
  {
    name: 'keeps the log in a folder that is new every time',
    edits: { 'chat.ts': [["storage('chat')", 'storage(`chat-${process.pid}`)']] },
    step: 2,
    says: /did not print “<2026-01-31T00:00:00\.000Z> ours: the last one”/
  },
  {
    name: 'does not print the discovery key',
    edits: { 'chat.ts': [["console.log('discovery key:', core.discoveryKey.toString('hex'))\n", '']] },
    step: 3,
    says: /no two keys of which one is the discovery key of the other/
  },
  {
    name: 'joins on the public key',
    edits: { 'chat.ts': [['swarm.join(core.discoveryKey)', 'swarm.join(core.key)']] },
    step: 3,
    says: /Nobody was announced under the discovery key\..*whoever has the key can read/
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
    says: /announced under the public key too/
  },
  {
    name: 'both sides say that they are the initiator',
    edits: { 'chat.ts': [['core.replicate(peer.client)', 'core.replicate(true)']] },
    step: 4,
    says: /My copy that came to you stayed empty\..*true on the side that connected/
  },
  {
    name: 'no side says that it is the initiator',
    edits: { 'chat.ts': [['core.replicate(peer.client)', 'core.replicate(false)']] },
    step: 4,
    says: /My copy that you came to stayed empty/
  },
  {
    name: 'does not replicate',
    edits: { 'chat.ts': [[PUMP, "socket.on('error', () => {})"]] },
    step: 4,
    says: /My copy that you came to stayed empty/
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
    says: /did not print “<.*> ours: and another”/
  },
  {
    name: 'a viewer that shows the log once, and again at every entry',
    edits: {
      'viewer.ts': [
        [
          'for await (const entry of core.createReadStream({ live: true })) {',
          "core.on('append', show)\nasync function show() {\n for await (const entry of core.createReadStream()) {"
        ],
        ['${entry.nickname}: ${entry.text}`)\n}', '${entry.nickname}: ${entry.text}`)\n}\n}']
      ]
    },
    step: 5,
    says: /It printed “<.*>.*” \d+ times|gives every entry once/
  },
  {
    name: 'pipes by hand, and lets the error of the socket end the program',
    edits: {
      'chat.ts': [[PUMP, 'socket.pipe(core.replicate(peer.client)).pipe(socket as never)']]
    },
    step: 4,
    says: /chat\.ts had ended, with exit code 1\. Its error|stayed empty/
  },
  {
    name: 'a viewer whose copy is new every time',
    edits: { 'viewer.ts': [["process.argv[3] ?? 'viewer'", 'process.argv[3] ?? `viewer-${process.pid}`']] },
    step: 7,
    says: /did not print .*a folder that stays/
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
    says: /did not print .*do not wait for a peer/
  },
  {
    name: 'a viewer that does not let itself be found',
    edits: {
      'viewer.ts': [
        ['keepLooking(swarm.join(core.discoveryKey))', 'keepLooking(swarm.join(core.discoveryKey, { server: false }))']
      ]
    },
    step: 8,
    says: /My copy has 0 of \d+ entries/
  },
  ...credulous('viewer.ts', "readKey(process.argv[2], 'the public key that the chat prints')", 9),
  {
    name: 'adds a listener to the core for each connection',
    edits: { 'chat.ts': [[PUMP, `core.on('append', () => socket.resume())\n  ${PUMP}`]] },
    step: 6,
    says: /adds a listener for every connection and never takes it away/
  },
  ...idlers('chat.ts', 1, /did not print “<timestamp> nickname: hello from the keyboard”/),
  ...idlers('viewer.ts', 5, /did not print `\(New peer connected!\)`/),
  {
    name: 'a chat that only prints what the text says it should',
    edits: { 'chat.ts': printer('<2026-01-31T12:00:00.000Z> ana: hello from the keyboard') },
    step: 1,
    says: /I pasted 50 lines.*did not print “<timestamp> nickname: pasted 49”/
  },
  {
    name: 'a viewer that only prints what the text says it should',
    edits: { 'viewer.ts': printer('(New peer connected!)') },
    step: 5,
    says: /did not print “<.*> ours: and another”\. viewer\.ts printed “\(New peer connected!\)”/
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
      'viewer.ts': [['  if (entry?.type', "  if (entry) throw new Error('not written yet')\n  if (entry?.type"]]
    },
    step: 5,
    says: /viewer\.ts had ended, with exit code 1\. Its error: not written yet \(viewer\.ts:29\)/
  }
]

export default mistakes
