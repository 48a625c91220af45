// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

const ONCE_PER_KEY = `const seen = new Set<string>()
swarm.on('connection', (socket, { publicKey }) => {
  if (!seen.has(publicKey.toString('hex'))) store.replicate(socket)
  seen.add(publicKey.toString('hex'))
})`

const mistakes: Mistake[] = [
  {
    name: 'does not wait until the cores are ready',
    edits: {
      'writer.ts': [
        ['await Promise.all([main.ready(), core2.ready(), core3.ready()])\n', ''],
        ['if (main.length === 0) await', 'if (main.length === 0) void']
      ]
    },
    step: 1,
    says: /writer\.ts had ended, with exit code 1\. Its error: TypeError.*Wait until all three cores are ready/
  },
  {
    name: 'has one secret on every machine',
    edits: {
      'writer.ts': [
        [
          "new Corestore(storage('writer'))",
          "new Corestore(storage('writer'), { primaryKey: Buffer.alloc(32, 7), unsafe: true })"
        ]
      ]
    },
    step: 1,
    says: /Both have the same main core key.*secret of its own/
  },
  {
    name: 'tells the other keys only when somebody comes',
    edits: {
      'writer.ts': [
        [
          "if (main.length === 0) await main.append({ otherKeys: [core2, core3].map(({ key }) => key.toString('hex')) })\n",
          ''
        ],
        [
          '(socket) => store.replicate(socket)',
          "(socket) => {\n  store.replicate(socket)\n  if (main.length === 0) main.append({ otherKeys: [core2, core3].map(({ key }) => key.toString('hex')) })\n}"
        ]
      ]
    },
    step: 2,
    says: /Then I looked into its folder\. The main core had 0 blocks\..*print the key only then/
  },
  {
    name: 'tells only one of the other keys',
    edits: { 'writer.ts': [['[core2, core3].map', '[core2].map']] },
    step: 2,
    says: /Block 0 was “.*” instead of `\{ otherKeys \}` with the keys of the two other cores/
  },
  {
    name: 'does not say what it does with a short line',
    edits: { 'writer.ts': [["    console.log('appending short data to core2')\n", '']] },
    step: 3,
    says: /For “.*” it printed “appending long data to core3” where “appending short data to core2” was due/
  },
  {
    name: 'takes five characters for short',
    edits: { 'writer.ts': [['line.length < 5', 'line.length <= 5']] },
    step: 3,
    says: /For “.*” it printed “appending short data to core2”.*neither bytes nor what people count/
  },
  {
    name: 'says the right thing and appends to the wrong core',
    edits: { 'writer.ts': [['await core2.append', 'await core3.append']] },
    step: 4,
    says: /My copy of core2 has 0 of \d+; “as” is missing/
  },
  {
    name: 'replicates only the main core',
    edits: { 'writer.ts': [['store.replicate(socket)', 'main.replicate(socket)']] },
    step: 4,
    says: /My copy of core2 has 0 of \d+; .*carries all cores/
  },
  {
    name: 'joins on the key instead of the discovery key',
    edits: { 'writer.ts': [['swarm.join(main.discoveryKey)', 'swarm.join(main.key)']] },
    step: 4,
    says: /My copy of the main core stayed empty\..*discovery key of the main core/
  },
  {
    name: 'appends whatever comes as one block',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) {',
          "process.stdin.on('data', async (data) => {\n  const line = data.toString().trim()"
        ],
        ['    await core3.append(Buffer.from(line))\n  }\n}', '    await core3.append(Buffer.from(line))\n  }\n})']
      ]
    },
    step: 3,
    says: /For \d+ lines it printed \d+ of \d+;/
  },
  {
    name: 'opens the other cores by their names',
    edits: {
      'reader.ts': [
        ['for (const key of otherKeys) print(key)', 'for (const key of otherKeys) if (key) print(key)'],
        ['store.get(key)', 'store.get({ name: key })']
      ]
    },
    step: 5,
    says: /reader\.ts printed 0 of 1; “Block 0 in Core .*: abc” is missing\..*Get both cores by their keys/
  },
  {
    name: 'takes the newest block of the main core for block 0',
    edits: {
      'reader.ts': [
        [
          'const { otherKeys } = await main.get(0)',
          'await main.get(0)\nconst { otherKeys } = await main.get(main.length - 1)'
        ]
      ]
    },
    step: 5,
    says: /reader\.ts printed 0 of 1; “Block 0 in Core .*: abc” is missing/
  },
  {
    name: 'fails when the writer is not there yet',
    edits: { 'reader.ts': [['await main.get(0)', 'await main.get(0, { wait: false }) as { otherKeys: string[] }']] },
    step: 5,
    says: /reader\.ts had ended, with exit code 1\. Its error: TypeError/
  },
  {
    name: 'waits without a word',
    edits: { 'reader.ts': [["if (!(await main.has(0))) console.log('Waiting for the writer...')\n", '']] },
    step: 5,
    says: /Nobody gave it block 0 yet, and (a patient )?reader\.ts did not print `Waiting for the writer\.\.\.`/
  },
  {
    name: 'follows one core after the other',
    edits: {
      'reader.ts': [['for (const key of otherKeys) print(key)', 'for (const key of otherKeys) await print(key)']]
    },
    step: 5,
    says: /reader\.ts printed 0 of 2; “Block 0 in Core .*: written later” is missing/
  },
  {
    name: 'prints what is there, and not what is added',
    edits: { 'reader.ts': [['{ live: true }', '{}']] },
    step: 5,
    says: /“Block 0 in Core .*” is missing/
  },
  {
    name: 'keeps the store in a folder that is new every time',
    edits: { 'writer.ts': [["storage('writer')", 'storage(`writer-${process.pid}`)']] },
    step: 6,
    says: /The main core had another key than before\..*the same folder every time/
  },
  {
    name: 'tells the other keys at every start',
    edits: { 'writer.ts': [['if (main.length === 0) await', 'await']] },
    step: 6,
    says: /The main core now had \d+ blocks\..*only when the main core is empty/
  },
  {
    name: 'keeps the copies in a folder that is new every time',
    edits: { 'reader.ts': [["process.argv[3] ?? 'reader'", 'process.argv[3] ?? `reader-${process.pid}`']] },
    step: 6,
    says: /reader\.ts had block 0, and still printed that it waits\..*a folder that stays/
  },
  ...credulous('reader.ts', "readKey(process.argv[2], 'the key that the writer prints')", 8),
  {
    name: 'replicates only with the first who comes',
    edits: { 'reader.ts': [["swarm.on('connection'", "swarm.once('connection'"]] },
    step: 5,
    says: /reader\.ts (had ended, with exit code 1|did not replicate with me any more)/
  },
  {
    name: 'measures a line in bytes',
    edits: { 'writer.ts': [['line.length < 5', 'Buffer.byteLength(line) < 5']] },
    step: 3,
    says: /For “äöüß” it printed “appending long data to core3” where “appending short data to core2” was due.*neither bytes nor what people count/
  },
  {
    name: 'leaves empty lines out',
    edits: { 'writer.ts': [['  if (line.length < 5) {', "  if (line === '') continue\n  if (line.length < 5) {"]] },
    step: 3,
    says: /For an empty line it printed .*even for an empty one/
  },
  {
    name: 'appends only when somebody is there',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) {',
          'for await (const line of lines()) {\n  const isAlone = swarm.connections.size === 0\n  if (isAlone) console.log(`appending ${line.length < 5 ? "short data to core2" : "long data to core3"}`)\n  if (isAlone) continue'
        ]
      ]
    },
    step: 3,
    says: /Nobody was there to copy the lines, and they did not reach the disk/
  },
  {
    name: 'appends every four seconds',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) {',
          'const [short, long]: Buffer[][] = [[], []]\nsetInterval(async () => {\n  if (short.length > 0) await core2.append(short.splice(0))\n  if (long.length > 0) await core3.append(long.splice(0))\n}, 4_000)\nfor await (const line of lines()) {'
        ],
        ['await core2.append(Buffer.from(line))', 'short.push(Buffer.from(line))'],
        ['await core3.append(Buffer.from(line))', 'long.push(Buffer.from(line))']
      ]
    },
    step: 3,
    says: /did not reach the disk.*as soon as it is typed/
  },
  {
    name: 'gives each block to `console.log` in its first of several strings',
    edits: {
      'reader.ts': [['`Block ${index++} in Core ${key}: ${block}`', '`Block %d in Core ${key}: ${block}`, index++']]
    },
    step: 5,
    says: /printed “Block \d+ in Core .*: 100% .*Give `console\.log` one string/
  },
  {
    name: 'opens one core under two names of its own',
    edits: { 'writer.ts': [["store.get({ name: 'core3' })", "store.get({ name: 'core2' })"]] },
    step: 2,
    says: /Block 0 was “.*” instead of `\{ otherKeys \}` with the keys of the two other cores/
  },
  {
    name: 'a writer that replicates only with the first who comes',
    edits: { 'writer.ts': [["swarm.on('connection'", "swarm.once('connection'"]] },
    step: 4,
    says: /I closed these copies, came back.*stayed empty/
  },
  {
    name: 'a writer that replicates with each peer once, however often it comes',
    edits: { 'writer.ts': [["swarm.on('connection', (socket) => store.replicate(socket))", ONCE_PER_KEY]] },
    step: 4,
    says: /came back as the same peer.*stayed empty.*also of a peer that was there before/
  },
  {
    name: 'makes text of pieces that end in the middle of a character',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) {',
          "async function* pieces() {\n  let rest = ''\n  for await (const piece of process.stdin) {\n    const all = (rest + piece).split('\\n')\n    rest = all.pop() ?? ''\n    yield* all\n  }\n}\nfor await (const line of pieces()) {"
        ],
        ['goodbye, keepLooking, lines, network', 'goodbye, keepLooking, network']
      ]
    },
    step: 4,
    says: /My copy of core3 has “gr.*” instead of “größer 漢字 😀”/
  },
  {
    name: 'takes the blanks off a line',
    edits: {
      'writer.ts': [['    await core3.append(Buffer.from(line))', '    await core3.append(Buffer.from(line.trim()))']]
    },
    step: 4,
    says: /My copy of core3 has “(?:blanks at both ends|a)”/
  },
  {
    name: 'counts the blocks of both cores together',
    edits: {
      'reader.ts': [
        ['  let index = 0\n', ''],
        ['async function print', 'let index = 0\nasync function print'],
        ['for (const key of otherKeys) print(key)', 'setImmediate(() => otherKeys.forEach(print))']
      ]
    },
    step: 5,
    says: /reader\.ts printed “Block 1 in Core .*” instead of “Block 0 in Core .*: written later”/
  },
  {
    name: 'waits until both cores have something',
    edits: {
      'reader.ts': [
        [
          'for (const key of otherKeys) print(key)',
          'await Promise.all(otherKeys.map((key) => store.get(key).get(0)))\nfor (const key of otherKeys) print(key)'
        ]
      ]
    },
    step: 5,
    says: /reader\.ts printed 0 of 1; “Block 0 in Core .*: abc” is missing/
  },
  {
    name: 'looks again and again for block 0, without a pause',
    edits: {
      'reader.ts': [
        [
          'const { otherKeys } = await main.get(0)',
          'while (main.length === 0) await new Promise((resolve) => setImmediate(resolve))\nconst { otherKeys } = await main.get(0)'
        ]
      ]
    },
    step: 5,
    says: /had nothing to do, and kept a processor busy/
  },
  {
    name: 'asks its disk for block 0 again and again',
    edits: {
      'reader.ts': [
        [
          'const { otherKeys } = await main.get(0)',
          'while (!(await main.has(0))) await new Promise((resolve) => setImmediate(resolve))\nconst { otherKeys } = await main.get(0)'
        ]
      ]
    },
    step: 5,
    says: /had nothing to do, and kept a processor busy/
  },
  {
    name: 'a reader that replicates with each peer once, however often it comes',
    edits: { 'reader.ts': [["swarm.on('connection', (socket) => store.replicate(socket))", ONCE_PER_KEY]] },
    step: 5,
    says: /came back as the same peer.*reader\.ts did not replicate with me any more.*every connection/
  },
  {
    name: 'adds a listener to a core for each connection',
    edits: {
      'reader.ts': [
        [
          '(socket) => store.replicate(socket)',
          "(socket) => {\n  store.replicate(socket)\n  main.on('close', () => socket.destroy())\n}"
        ]
      ]
    },
    step: 5,
    says: /was warned by Node: 11 listeners for `close` on one object/
  },
  {
    name: 'a writer that only lets the others come',
    edits: {
      'writer.ts': [['swarm.join(main.discoveryKey)', 'swarm.join(main.discoveryKey, { server: true, client: false })']]
    },
    step: 6,
    says: /writer\.ts did not come to my copies.*as server and as client/
  },
  {
    name: 'a writer that hears Ctrl-C only when somebody has come',
    edits: {
      'writer.ts': [
        ['goodbye(async () => {', "swarm.once('connection', () => goodbye(async () => {"],
        ['  await store.close()\n})', '  await store.close()\n}))']
      ]
    },
    step: 6,
    says: /a writer\.ts on another machine ended by the signal SIGINT/
  },
  {
    name: 'a reader that learns the other keys once for its folder',
    edits: {
      'reader.ts': [
        ["if (!(await main.has(0))) console.log('Waiting for the writer...')\n", ''],
        [
          'const { otherKeys } = await main.get(0)',
          "const known = store.get<{ otherKeys: string[] }>({ name: 'known', valueEncoding: 'json' })\nawait known.ready()\nif (known.length === 0) console.log('Waiting for the writer...')\nif (known.length === 0) await known.append(await main.get(0))\nconst { otherKeys } = await known.get(0)"
        ]
      ]
    },
    step: 6,
    says: /It printed “Block \d+ in Core .*”, which belongs to the key that its folder was for before/
  },
  {
    name: 'a writer that closes its store and stays in the swarm',
    edits: { 'writer.ts': [['  await swarm.destroy()\n', '']] },
    step: 6,
    says: /writer\.ts ended, but it was still announced.*Leave the swarm in `goodbye`/
  },
  {
    name: 'a reader that leaves without a goodbye',
    edits: { 'reader.ts': [['goodbye(() => swarm.destroy())', 'goodbye(() => {})']] },
    step: 6,
    says: /ended, but it was still announced.*Leave the swarm in `goodbye`/
  },
  {
    name: 'a reader that hears Ctrl-C only when the writer has come',
    edits: {
      'reader.ts': [
        ['goodbye(() => swarm.destroy()) // what is stored is safe at any time\n', ''],
        [
          'for (const key of otherKeys) print(key)\n',
          'goodbye(() => swarm.destroy())\nfor (const key of otherKeys) print(key)\n'
        ]
      ]
    },
    step: 6,
    says: /a reader\.ts of another key ended by the signal SIGINT.*before you wait/
  },
  {
    name: 'says that it waits although it has all',
    edits: { 'reader.ts': [['if (!(await main.has(0))) console', 'console']] },
    step: 6,
    says: /reader\.ts had block 0, and still printed that it waits/
  },
  {
    name: 'a reader that nobody can find',
    edits: {
      'reader.ts': [['swarm.join(main.discoveryKey)', 'swarm.join(main.discoveryKey, { server: false, client: true })']]
    },
    step: 7,
    says: /a second reader\.ts printed 0 of \d+; .*announce yourself/
  },
  {
    name: 'counts characters as people do',
    edits: { 'writer.ts': [['line.length < 5', '[...line].length < 5']] },
    step: 3,
    says: /For “👍👍👍” it printed “appending short data to core2” where “appending long data to core3” was due/
  },
  {
    name: 'cuts very long lines',
    edits: { 'writer.ts': [['core3.append(Buffer.from(line))', 'core3.append(Buffer.from(line.slice(0, 20_000)))']] },
    step: 4,
    says: /My copy of core3 has .*20000/
  },
  {
    name: 'says that it waits only when it knows of no block',
    edits: { 'reader.ts': [['if (!(await main.has(0)))', 'if (main.length === 0)']] },
    step: 6,
    says: /the same reader\.ts did not print `Waiting for the writer\.\.\.`.*may know the length/
  },
  {
    name: 'fetches all that it knows of before it prints',
    edits: {
      'reader.ts': [
        [
          '  let index = 0\n',
          '  await core.ready()\n  await core.download({ start: 0, end: core.length }).done()\n  let index = 0\n'
        ]
      ]
    },
    step: 6,
    says: /reader\.ts printed 0 of \d+; “Block 0 in Core .*” is missing.*a later one may be missing/
  },
  {
    name: 'prints what it has, and then only what is added',
    edits: {
      'reader.ts': [
        [
          '  let index = 0\n',
          '  await core.ready()\n  let index = 0\n  for (; await core.has(index); index++) console.log(`Block ${index} in Core ${key}: ${await core.get(index)}`)\n  index = core.length\n'
        ],
        ['{ live: true }', '{ live: true, start: index }']
      ]
    },
    step: 7,
    says: /“Block \d+ in Core .*: behind”, which was not due\..*a later one may be missing/
  },
  ...idlers('writer.ts', 1, /did not print `main core key: <64 hex digits>`/),
  ...idlers('reader.ts', 5, /(did not print `Waiting for the writer\.\.\.`|“Block 0 in Core .*: abc” is missing)/),
  {
    name: 'a writer that only prints what the text says it should',
    edits: { 'writer.ts': printer(`main core key: ${'ab'.repeat(32)}`, 'appending long data to core3') },
    step: 2,
    says: /Then I looked into its folder\. There was no store/
  },
  {
    name: 'a reader that only prints what the text says it should',
    edits: { 'reader.ts': printer('Waiting for the writer...', `Block 0 in Core ${'ab'.repeat(32)}: abc`) },
    step: 5,
    says: /reader\.ts printed “Block 0 in Core .*”, and nobody told it the key of that core/
  },
  {
    name: 'is the program of another exercise',
    edits: { 'writer.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 1,
    says: /did not print `main core key: <64 hex digits>`\. writer\.ts printed “joined topic:/
  },
  {
    name: 'a reader that throws when a block comes',
    edits: {
      'reader.ts': [
        [
          '{ live: true })) {',
          "{ live: true })) {\n    if (block) queueMicrotask(() => { throw new Error('not written yet') })"
        ]
      ]
    },
    step: 5,
    says: /reader\.ts had ended, with exit code 1\. Its error: not written yet \(reader\.ts:26\)/
  },
  {
    name: 'a reader that reads only one of the cores',
    edits: {
      'reader.ts': [['for (const key of otherKeys) print(key)', 'for (const key of otherKeys.slice(1)) print(key)']]
    },
    step: 5,
    says: /“Block 0 in Core .*: abc” is missing/
  },
  {
    name: 'a writer that is announced under its key, too',
    edits: {
      'writer.ts': [
        [
          'keepLooking(swarm.join(main.discoveryKey))',
          'keepLooking(swarm.join(main.discoveryKey))\nkeepLooking(swarm.join(main.key))'
        ]
      ]
    },
    step: 4,
    says: /The network was asked for the public key: now strangers know it/
  },
  {
    name: 'a reader that prints what there is, and listens then',
    edits: {
      'reader.ts': [
        [
          'let index = 0\n  for await (const block of core.createReadStream({ live: true })) {\n    console.log(`Block ${index++} in Core ${key}: ${block}`)\n  }',
          "await core.ready()\n  let next = 0\n  let isPrinting = false\n  const printTo = async (end: () => number) => {\n    if (isPrinting) return\n    isPrinting = true\n    for (; next < end(); next++) console.log(`Block ${next} in Core ${key}: ${await core.get(next)}`)\n    isPrinting = false\n  }\n  const { length } = core\n  await printTo(() => length)\n  core.on('append', () => printTo(() => core.length))"
        ]
      ]
    },
    step: 7,
    says: /is missing\..*A core may grow while you wait/
  },
  {
    name: 'a reader that opens both cores again when the main one grows',
    edits: {
      'reader.ts': [
        [
          'for (const key of otherKeys) print(key)',
          "for (const key of otherKeys) print(key)\nmain.on('append', () => {\n  for (const key of otherKeys) print(key)\n})"
        ]
      ]
    },
    step: 7,
    says: /more often than it should\..*Begin one live read stream/
  },
  {
    name: 'a reader that follows both cores when it has printed what is in both',
    edits: {
      'reader.ts': [
        [
          'for (const key of otherKeys) print(key)\n',
          'const histories = otherKeys.map(async (key) => {\n  const core = store.get(key)\n  await core.ready()\n  const { length } = core\n  for (let i = 0; i < length; i++) console.log(`Block ${i} in Core ${key}: ${await core.get(i)}`)\n  return { key, length }\n})\nfor (const { key, length } of await Promise.all(histories)) print(key, length)\n'
        ],
        ['async function print(key: string)', 'async function print(key: string, index: number)'],
        ['  let index = 0\n', ''],
        ['createReadStream({ live: true })', 'createReadStream({ live: true, start: index })']
      ]
    },
    step: 7,
    says: /is missing\..*a later one may be missing/
  },
  {
    name: 'a writer that asks for lines before it is ready to read them',
    edits: {
      'writer.ts': [
        [
          "const store = new Corestore(storage('writer'))",
          "const typed = lines()\nconst store = new Corestore(storage('writer'))"
        ],
        ['of lines())', 'of typed)']
      ]
    },
    step: 6,
    says: /did not print `appending …` for what was typed before it was ready.*begin to read them, not before/
  },
  {
    name: 'a writer that leaves when every peer has all blocks',
    edits: {
      'writer.ts': [
        [
          '  await swarm.destroy()\n',
          '  const lags = (core: typeof core2 | typeof main) =>\n    core.peers.some((peer) => peer.remoteContiguousLength < core.length)\n  while ([main, core2, core3].some(lags)) await new Promise((resolve) => setTimeout(resolve, 50))\n  await swarm.destroy()\n'
        ]
      ]
    },
    step: 6,
    says: /writer\.ts was still running\..*need not want all of it/
  },
  {
    name: 'a reader that prints when nothing more comes for a while',
    edits: {
      'reader.ts': [
        [
          'console.log(`Block ${index++} in Core ${key}: ${block}`)',
          'later(`Block ${index++} in Core ${key}: ${block}`)'
        ],
        [
          'async function print(',
          'var waiting: string[] | undefined\nvar timer: NodeJS.Timeout | undefined\n\nfunction later(line: string) {\n  waiting ??= []\n  waiting.push(line)\n  clearTimeout(timer)\n  timer = setTimeout(() => console.log(waiting?.splice(0).join("\\n")), 2_000)\n}\n\nasync function print('
        ]
      ]
    },
    step: 5,
    says: /reader\.ts printed none of them/
  }
]

export default mistakes
