// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

const ONCE_PER_KEY = `const known = new Set<string>()
swarm.on('connection', (socket) => {
  const name = socket.remotePublicKey.toString('hex')
  if (!known.has(name)) core.replicate(socket)
  known.add(name)
})`

const mistakes: Mistake[] = [
  {
    name: 'does not wait for the core to be ready',
    edits: { 'writer.ts': [['await core.ready()\n', '']] },
    step: 1,
    says: /writer\.ts had ended, with exit code 1\. Its error: TypeError: Cannot read properties of null .*wait for `core\.ready\(\)`/
  },
  {
    name: 'prints the public key of the key pair instead of the key of the core',
    edits: { 'writer.ts': [['core.key.toString', 'core.keyPair!.publicKey.toString']] },
    step: 2,
    says: /My copy has 0 of 2; .*It found nobody under the discovery key\..*Print `core\.key`/
  },
  {
    name: 'does not replicate',
    edits: { 'writer.ts': [['(socket) => core.replicate(socket)', "(socket) => socket.on('error', () => {})"]] },
    step: 2,
    says: /My copy has 0 of 2; .*nobody replicated the core on that connection\..*core\.replicate\(socket\)/
  },
  {
    name: 'joins on the key instead of the discovery key',
    edits: { 'writer.ts': [['swarm.join(core.discoveryKey)', 'swarm.join(core.key)']] },
    step: 2,
    says: /My copy has 0 of 2; .*It found nobody under the discovery key\..*core\.discoveryKey/
  },
  {
    name: 'a writer that replicates once with each key',
    edits: { 'writer.ts': [["swarm.on('connection', (socket) => core.replicate(socket))", ONCE_PER_KEY]] },
    step: 2,
    says: /My copy has 0 of 2; .*nobody replicated the core on that connection\..*also when a peer comes back/
  },
  {
    name: 'asks how long the log is before anybody is connected',
    edits: {
      'reader.ts': [
        ['const found = core.findingPeers()\n', ''],
        ['swarm.flush().then(found, found)\n', '']
      ]
    },
    step: 3,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of 2\..*findingPeers/
  },
  {
    name: 'waits only for the swarm, as many guides say',
    edits: {
      'reader.ts': [
        ['const found = core.findingPeers()\n', ''],
        ['swarm.flush().then(found, found)', 'await swarm.flush()']
      ]
    },
    step: 3,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of 2\./
  },
  {
    name: 'opens the log by its discovery key',
    edits: { 'reader.ts': [["?? 'reader'), key)", "?? 'reader'), Hypercore.discoveryKey(key))"]] },
    step: 3,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of 2\./
  },
  {
    name: 'fetches all that is old before it prints what is new',
    edits: {
      'reader.ts': [
        ['for await (const block', 'await core.download({ start: 0, end: next }).done()\nfor await (const block']
      ]
    },
    step: 4,
    says: /reader\.ts printed 1 of \d+; “Block 2: news 0” is missing\..*Do not wait for the blocks that you skip/
  },
  {
    name: 'prints one block for each append event',
    edits: {
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          "core.on('append', async () => console.log(`Block ${next}: ${await core.get(next++)}`))"
        ]
      ]
    },
    step: 4,
    says: /printed .*fewer `append` events than blocks/
  },
  {
    name: 'counts from 0 after the skipped ones',
    edits: { 'reader.ts': [['`Block ${next++}: ${block}`', '`Block ${next++ - 2}: ${block}`']] },
    step: 4,
    says: / printed “Block \d+: (news 0|in the same moment)” instead of “Block \d+: \1”/
  },
  {
    name: 'forgets live, so that the stream ends',
    edits: { 'reader.ts': [['{ live: true, start: next }', '{ start: next }']] },
    step: 4,
    says: /“Block \d+: .*” is missing\..*live read stream/
  },
  {
    name: 'appends whatever comes as one block',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          "process.stdin.on('data', (data) => core.append(data))"
        ]
      ]
    },
    step: 4,
    says: /one line is one block, unchanged, however many come at once/
  },
  {
    name: 'keeps the log in a folder that is new every time',
    edits: { 'writer.ts': [["storage('writer')", 'storage(`writer-${process.pid}`)']] },
    step: 5,
    says: /Its core had another key than before\..*A core lives in its folder/
  },
  {
    name: 'begins anew at every start',
    edits: { 'writer.ts': [["storage('writer')", "storage('writer'), { overwrite: true }"]] },
    step: 5,
    says: /Its core had another key than before/
  },
  {
    name: 'keeps the copy in a folder that is new every time',
    edits: { 'reader.ts': [["process.argv[3] ?? 'reader'", 'process.argv[3] ?? `reader-${process.pid}`']] },
    step: 6,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of \d+\..*folder that stays/
  },
  {
    name: 'never says that it has stopped looking for peers',
    edits: { 'reader.ts': [['swarm.flush().then(found, found)', 'swarm.flush()']] },
    step: 3,
    says: /a reader\.ts without a writer did not print `Skipping <N> earlier blocks\.\.\.`.*Nobody had this log yet/
  },
  {
    name: 'fetches only the blocks that it prints',
    edits: {
      'reader.ts': [
        [
          'core.download({ start: 0, end: -1 }) // all of them, and later ones too: for others, and for the time when the writer is away\n',
          ''
        ]
      ]
    },
    step: 7,
    says: /(My copy has \d+ of \d+ blocks|It did not fetch that block)\..*core\.download/
  },
  {
    name: 'a reader that replicates once with each key',
    edits: { 'reader.ts': [["swarm.on('connection', (socket) => core.replicate(socket))", ONCE_PER_KEY]] },
    step: 7,
    says: /did not print `Block \d+: a new truth`\..*also with one that comes back/
  },
  ...credulous('reader.ts', "readKey(process.argv[2], 'the key that the writer prints')", 8),
  {
    name: 'waits for a block for a third of a second, and takes the next one',
    edits: {
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          'for (; ; next++) {\n  const block = await core.get(next, { timeout: 300 }).catch(() => null)\n  if (block) console.log(`Block ${next}: ${block}`)\n}'
        ]
      ]
    },
    step: 4,
    says: /reader\.ts printed .*(is missing|was due).*waits for as long as nobody writes/
  },
  {
    name: 'hides that the folder is taken',
    edits: { 'writer.ts': [['await core.ready()\n', 'await core.ready().catch(() => process.exit(0))\n']] },
    step: 8,
    says: /a second writer\.ts ended with exit code 0/
  },
  {
    name: 'reads what is typed only when somebody is there',
    edits: {
      'writer.ts': [
        [
          'for await (const line of',
          "await new Promise((resolve) => swarm.once('connection', resolve))\nfor await (const line of"
        ]
      ]
    },
    step: 2,
    says: /Nobody was there to copy the line, and it did not reach the disk\..*whether anybody is there/
  },
  {
    name: 'appends every four seconds',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          'const kept: Buffer[] = []\nsetInterval(() => kept.length > 0 && core.append(kept.splice(0)), 4_000)\nfor await (const line of lines()) kept.push(Buffer.from(line))'
        ]
      ]
    },
    step: 2,
    says: /did not reach the disk.*as soon as it is typed/
  },
  {
    name: 'a writer that replicates only with the first who comes',
    edits: { 'writer.ts': [["swarm.on('connection'", "swarm.once('connection'"]] },
    step: 2,
    says: /My copy has 0 of 2; .*nobody replicated the core.*for every connection/
  },
  {
    name: 'stores JSON instead of the line',
    edits: {
      'writer.ts': [
        ["new Hypercore(storage('writer'))", "new Hypercore<string>(storage('writer'), { valueEncoding: 'json' })"],
        ['core.append(Buffer.from(line))', 'core.append(line)']
      ]
    },
    step: 2,
    says: /My copy has “"w.*” instead of “w.*one line is one block, unchanged/
  },
  {
    name: 'takes the blanks off a line',
    edits: { 'writer.ts': [['Buffer.from(line)', 'Buffer.from(line.trim())']] },
    step: 4,
    says: /My copy has “(blanks at both ends|a)” instead of “ +\1 +”\.|an empty line where “ +” was due/
  },
  {
    name: 'leaves empty lines out',
    edits: { 'writer.ts': [['await core.append(Buffer', 'if (line) await core.append(Buffer']] },
    step: 4,
    says: /My copy has “.*” where an empty line was due/
  },
  {
    name: 'makes text of pieces that end in the middle of a character',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          "let rest = ''\nfor await (const piece of process.stdin) {\n  const texts = (rest + piece).split('\\n')\n  rest = texts.pop() ?? ''\n  await core.append(texts.map((text) => Buffer.from(text)))\n}"
        ]
      ]
    },
    step: 4,
    says: /My copy has “gr.*” instead of “größer 漢字 😀”/
  },
  {
    name: 'prints a number first and asks afterwards',
    edits: {
      'reader.ts': [
        ["import DHT from 'hyperdht'\n", "import DHT from 'hyperdht'\nconsole.log('Skipping 0 earlier blocks...')\n"],
        ['console.log(`Skipping ${next} earlier blocks...`)\n', '']
      ]
    },
    step: 3,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of 2\./
  },
  {
    name: 'stops looking for peers when it knows the length',
    edits: {
      'reader.ts': [
        ['keepLooking(swarm.join(core.discoveryKey))', 'const discovery = swarm.join(core.discoveryKey)'],
        ['await core.update()\n', 'await core.update()\nawait discovery.destroy()\n'],
        ['goodbye, keepLooking, network', 'goodbye, network']
      ]
    },
    step: 4,
    says: /a reader\.ts without a writer printed 1 of \d+; “Block 0: .*” is missing\..*go on looking for peers/
  },
  {
    name: 'asks for the length again and again, without a pause',
    edits: {
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          'for (;;) {\n  if (next < core.length) console.log(`Block ${next}: ${await core.get(next++)}`)\n  else await new Promise((resolve) => setImmediate(resolve))\n}'
        ]
      ]
    },
    step: 4,
    says: /had nothing to do, and kept a processor busy/
  },
  {
    name: 'starts a loop of its own at each append event',
    edits: {
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          "core.on('append', async () => {\n  while (next < core.length) {\n    const block = await core.get(next)\n    console.log(`Block ${next++}: ${block}`)\n  }\n})\ncore.emit('append')"
        ]
      ]
    },
    step: 4,
    says: /printed “Block .*fewer `append` events than blocks/
  },
  {
    name: 'adds a listener to the core for each connection',
    edits: {
      'reader.ts': [
        [
          '(socket) => core.replicate(socket)',
          "(socket) => {\n  core.replicate(socket)\n  core.on('close', () => socket.destroy())\n}"
        ]
      ]
    },
    step: 4,
    says: /was warned by Node: 11 listeners for `close` on one object/
  },
  {
    name: 'a writer that closes its core and stays in the swarm',
    edits: { 'writer.ts': [['  await swarm.destroy()\n', '']] },
    step: 5,
    says: /writer\.ts ended, but it was still announced.*Leave the swarm in `goodbye`/
  },
  {
    name: 'a reader that leaves without a goodbye',
    edits: { 'reader.ts': [['goodbye(() => swarm.destroy())', 'goodbye(() => {})']] },
    step: 6,
    says: /ended, but it was still announced.*Leave the swarm in `goodbye`/
  },
  {
    name: 'a reader that closes the core under its stream',
    edits: {
      'reader.ts': [
        ['goodbye(() => swarm.destroy())', 'goodbye(async () => {\n  await swarm.destroy()\n  await core.close()\n})']
      ]
    },
    step: 6,
    says: /ended with exit code 1\..*fails when the core is closed/
  },
  {
    name: 'asks for the length only when the copy is empty',
    edits: { 'reader.ts': [['await core.update()', 'if (core.length === 0) await core.update()']] },
    step: 6,
    says: /printed “Skipping \d+ earlier blocks\.\.\.” instead of \d+\..*at every start/
  },
  {
    name: 'a reader that replicates only with the first who comes',
    edits: { 'reader.ts': [["swarm.on('connection'", "swarm.once('connection'"]] },
    step: 4,
    says: /did not learn from that peer how long the log is\..*for every connection/
  },
  {
    name: 'a reader that hides that the folder is taken',
    edits: { 'reader.ts': [['await core.ready()\n', 'await core.ready().catch(() => process.exit(0))\n']] },
    step: 8,
    says: /a second reader\.ts ended with exit code 0/
  },
  {
    name: 'counts what it has stored when nobody is there',
    edits: {
      'reader.ts': [
        ['let next = core.length', 'let next = swarm.connections.size > 0 ? core.length : core.contiguousLength']
      ]
    },
    step: 6,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of \d+\..*even where blocks are missing/
  },
  {
    name: 'fetches at a restart what it knows of before it prints what is new',
    edits: {
      'reader.ts': [
        ['await core.ready()\n', 'await core.ready()\nconst known = core.length\n'],
        [
          'core.download({ start: 0, end: -1 })',
          'await core.download({ start: 0, end: known }).done()\ncore.download()'
        ]
      ]
    },
    step: 6,
    says: /reader\.ts printed 1 of 2; “Block \d+: and one more” is missing\..*Do not wait for the blocks that you skip/
  },
  {
    name: 'a reader that others find when its copy is whole',
    edits: {
      'reader.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          'keepLooking(swarm.join(core.discoveryKey, { server: false, client: true }))'
        ],
        [
          'core.download({ start: 0, end: -1 })',
          'core.download({ start: 0, end: next }).done().then(() => keepLooking(swarm.join(core.discoveryKey)))'
        ]
      ]
    },
    step: 7,
    says: /“Skipping 0 earlier blocks\.\.\.” instead of \d+\..*announces you/
  },
  {
    name: 'deletes its blocks when it leaves',
    edits: {
      'reader.ts': [
        ['goodbye(() => swarm.destroy())', 'goodbye(() => swarm.destroy().then(() => core.clear(0, next)))']
      ]
    },
    step: 7,
    says: /It asked me once more for block \d+, which it had before\./
  },
  {
    name: 'has a folder for each key',
    edits: { 'reader.ts': [["storage(process.argv[3] ?? 'reader')", "storage(key.toString('hex'))"]] },
    step: 8,
    says: /a second reader\.ts .*`core\.ready\(\)` throws/
  },
  ...idlers('writer.ts', 1, /did not print `hypercore key: <64 hex digits>`/),
  ...idlers('reader.ts', 3, /did not print `Skipping <N> earlier blocks\.\.\.`/),
  {
    name: 'a writer that only prints what the text says it should',
    edits: { 'writer.ts': printer(`hypercore key: ${'ab'.repeat(32)}`) },
    step: 2,
    says: /it did not reach the disk\..*never asked the local network for anything/
  },
  {
    name: 'a reader that only prints what the text says it should',
    edits: { 'reader.ts': printer('Skipping 2 earlier blocks...', 'Block 2: news number 2') },
    step: 3,
    says: /printed “Skipping 2 earlier blocks\.\.\.” instead of 0\./
  },
  {
    name: 'is the program of another exercise',
    edits: { 'writer.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 1,
    says: /did not print `hypercore key: <64 hex digits>`\. writer\.ts printed “joined topic:/
  },
  {
    name: 'a writer that reads what is typed and does not append it',
    edits: { 'writer.ts': [['await core.append(Buffer.from(line))', 'console.log(line)']] },
    step: 2,
    says: /it did not reach the disk\..*Append each line/
  },
  {
    name: 'a writer that throws at its second line',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          "for await (const line of lines()) {\n  if (core.length > 0) throw new Error('one is enough')\n  await core.append(Buffer.from(line))\n}"
        ]
      ]
    },
    step: 2,
    says: /writer\.ts had ended, with exit code 1\. Its error: one is enough \(writer\.ts:21\)/
  },
  {
    name: 'a reader that has one source at a time',
    edits: {
      'reader.ts': [
        [
          "swarm.on('connection', (socket) => core.replicate(socket))",
          "swarm.on('connection', (socket) => {\n  for (const other of swarm.connections) if (other !== socket) other.destroy()\n  core.replicate(socket)\n})"
        ]
      ]
    },
    step: 4,
    says: /closed the connection to somebody who stayed, when others came/
  },
  {
    name: 'a writer that is announced under its key, too',
    edits: {
      'writer.ts': [
        [
          'keepLooking(swarm.join(core.discoveryKey))',
          'keepLooking(swarm.join(core.discoveryKey))\nkeepLooking(swarm.join(core.key))'
        ]
      ]
    },
    step: 2,
    says: /The network was asked for the public key: now strangers know it/
  },
  {
    name: 'a writer that is found, and looks for nobody',
    edits: {
      'writer.ts': [
        ['goodbye, keepLooking, lines, network', 'goodbye, lines, network'],
        ['keepLooking(swarm.join(core.discoveryKey))', 'swarm.join(core.discoveryKey, { client: false })']
      ]
    },
    step: 5,
    says: /met neither reader\.ts nor my copy, which had each other\..*has to look for others, too/
  },
  {
    name: 'a reader that gives each block a second',
    edits: {
      'reader.ts': [
        [
          'for await (const block of core.createReadStream({ live: true, start: next })) {\n  console.log(`Block ${next++}: ${block}`)\n}',
          "for (;;) {\n  while (next === core.length) await new Promise((resolve) => core.once('append', resolve))\n  const block = await core.get(next, { timeout: 1_000 }).catch(() => undefined)\n  if (block) console.log(`Block ${next}: ${block}`)\n  next++\n}"
        ]
      ]
    },
    step: 7,
    says: /“Block 3: and this too”, which was not due.*waits for as long as nobody writes/
  },
  {
    name: 'a reader that waits a second for the length',
    edits: {
      'reader.ts': [
        [
          'await core.update()',
          'setTimeout(found, 1_000)\nawait Promise.race([core.update(), new Promise((resolve) => setTimeout(resolve, 1_000))])'
        ]
      ]
    },
    step: 4,
    says: /printed “Skipping 0 earlier blocks\.\.\.” instead of 1/
  },
  {
    name: 'a reader that knows the singular',
    edits: {
      'reader.ts': [
        [
          'console.log(`Skipping ${next} earlier blocks...`)',
          "console.log(`Skipping ${next} earlier block${next === 1 ? '' : 's'}...`)"
        ]
      ]
    },
    step: 4,
    says: /did not print `Skipping <N> earlier blocks\.\.\.`\..*printed “Skipping 1 earlier block\.\.\.”/
  },
  {
    name: 'a writer that asks for lines before it is ready to read them',
    edits: {
      'writer.ts': [
        [
          "const core = new Hypercore(storage('writer'))",
          "const typed = lines()\nconst core = new Hypercore(storage('writer'))"
        ],
        ['of lines())', 'of typed)']
      ]
    },
    step: 5,
    says: /“before it was ready” was due.*begin to read them, not before/
  },
  {
    name: 'readers that all have one identity',
    edits: {
      'reader.ts': [['{ dht: new DHT(network()) }', '{ dht: new DHT(network()), seed: core.discoveryKey }']]
    },
    step: 7,
    says: /a second reader\.ts of that log printed “Skipping 0 earlier blocks.*two that have one public key never meet/
  },
  {
    name: 'a reader that fetches what it skips, and else what it prints',
    edits: { 'reader.ts': [['{ start: 0, end: -1 }', '{ start: 0, end: next }']] },
    step: 7,
    says: /It did not fetch that block\..*also while one of them is missing/
  },
  {
    name: 'a writer that first connects to all whom it finds',
    edits: { 'writer.ts': [['for await (', 'await swarm.flush()\nfor await (']] },
    step: 5,
    says: /The line did not reach the disk.*waits for everybody who was found/
  },
  {
    name: 'a writer that appends what was typed when there is a pause',
    edits: {
      'writer.ts': [
        [
          'for await (const line of lines()) await core.append(Buffer.from(line))',
          'let typed: Buffer[] = []\nlet timer: NodeJS.Timeout | undefined\nconst save = () => core.append(typed.splice(0))\nfor await (const line of lines()) {\n  typed.push(Buffer.from(line))\n  clearTimeout(timer)\n  timer = setTimeout(save, 2_000)\n}\ntyped = []'
        ]
      ]
    },
    step: 2,
    says: /My copy .*waits for a pause|keeps it for later/
  },
  {
    name: 'a writer that leaves when every peer has all blocks',
    edits: {
      'writer.ts': [
        [
          '  await swarm.destroy()\n',
          '  while (core.peers.some((peer) => peer.remoteContiguousLength < core.length))\n    await new Promise((resolve) => setTimeout(resolve, 50))\n  await swarm.destroy()\n'
        ]
      ]
    },
    step: 5,
    says: /writer\.ts was still running\..*need not want all of it/
  },
  {
    name: 'a reader that waits for the swarm before it asks how long the log is',
    edits: { 'reader.ts': [['swarm.flush().then(found, found)', 'await swarm.flush()\nfound()']] },
    step: 3,
    says: /“Skipping 0 earlier blocks\.\.\.” instead of 2\..*while `update` waits/
  },
  {
    name: 'a reader that follows the log from where it ends when all others have been tried',
    edits: {
      'reader.ts': [
        [
          'console.log(`Skipping ${next} earlier blocks...`)\n',
          'console.log(`Skipping ${next} earlier blocks...`)\nawait swarm.flush()\nnext = core.length\n'
        ]
      ]
    },
    step: 4,
    says: /a reader\.ts for writer\.ts printed 1 of \d+; “Block \d+: in the same moment” is missing.*take a live read stream from the number that you printed on/
  }
]

export default mistakes
