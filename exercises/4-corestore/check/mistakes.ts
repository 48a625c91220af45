// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

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
    says: /there are 1 other keys in it/
  },
  {
    name: 'does not say what it does with a short line',
    edits: { 'writer.ts': [["    console.log('appending short data to core2')\n", '']] },
    step: 3,
    says: /did not print/
  },
  {
    name: 'takes five characters for short',
    edits: { 'writer.ts': [['line.length < 5', 'line.length <= 5']] },
    step: 3,
    says: /For “fives” it printed `appending short data to core2`/
  },
  {
    name: 'says the right thing and appends to the wrong core',
    edits: { 'writer.ts': [['await core2.append', 'await core3.append']] },
    step: 4,
    says: /The first core behind the main one has 0 blocks at me/
  },
  {
    name: 'replicates only the main core',
    edits: { 'writer.ts': [['store.replicate(socket)', 'main.replicate(socket)']] },
    step: 4,
    says: /The first core behind the main one has 0 blocks at me/
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
    step: 4,
    says: /one line is one block of one core/
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
    says: /did not print “Block 0 in Core .*Get both cores by their keys/
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
    says: /Nobody had the core yet, and reader\.ts did not say that it waits/
  },
  {
    name: 'follows one core after the other',
    edits: {
      'reader.ts': [['for (const key of otherKeys) print(key)', 'for (const key of otherKeys) await print(key)']]
    },
    step: 5,
    says: /did not print “Block \d+ in Core/
  },
  {
    name: 'prints what is there, and not what is added',
    edits: { 'reader.ts': [['{ live: true }', '{}']] },
    step: 5,
    says: /did not print “Block/
  },
  {
    name: 'keeps the store in a folder that is new every time',
    edits: { 'writer.ts': [["storage('writer')", 'storage(`writer-${process.pid}`)']] },
    step: 6,
    says: /The key of the main core was another one than before\..*the same folder every time/
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
    says: /did not print “Block .*a folder that stays/
  },
  ...credulous('reader.ts', "readKey(process.argv[2], 'the key that the writer prints')", 8),
  {
    name: 'replicates only with the first who comes',
    edits: { 'reader.ts': [["swarm.on('connection'", "swarm.once('connection'"]] },
    step: 7,
    says: /did not print the last block of .*Replicate the store with everybody who comes/
  },
  ...idlers('writer.ts', 1, /did not print `main core key: <64 hex digits>`/),
  ...idlers('reader.ts', 5, /(did not say that it waits|did not print “Block 0)/),
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
    says: /did not print “Block 0 in Core [^ ]+: abc”\. reader\.ts printed “Waiting for the writer/
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
      'reader.ts': [['{ live: true })) {', "{ live: true })) {\n    if (block) throw new Error('not written yet')"]]
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
    says: /did not print “Block 0 in Core/
  }
]

export default mistakes
