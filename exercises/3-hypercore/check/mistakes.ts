// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, credulous, idlers, type Mistake, printer } from '@workshop/checks'

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
    says: /My copy has 0 of 1 blocks/
  },
  {
    name: 'does not replicate',
    edits: { 'writer.ts': [['(socket) => core.replicate(socket)', "(socket) => socket.on('error', () => {})"]] },
    step: 2,
    says: /My copy has 0 of 1 blocks\..*core\.replicate\(socket\)/
  },
  {
    name: 'joins on the key instead of the discovery key',
    edits: { 'writer.ts': [['swarm.join(core.discoveryKey)', 'swarm.join(core.key)']] },
    step: 2,
    says: /My copy has 0 of 1 blocks\..*core\.discoveryKey/
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
    says: /It printed “Skipping 0 earlier blocks\.\.\.”, and not 2\..*findingPeers/
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
    says: /It printed “Skipping 0 earlier blocks\.\.\.”, and not 2\./
  },
  {
    name: 'opens the log by its discovery key',
    edits: { 'reader.ts': [["?? 'reader'), key)", "?? 'reader'), Hypercore.discoveryKey(key))"]] },
    step: 3,
    says: /It printed “Skipping 0 earlier blocks\.\.\.”, and not 2\./
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
    says: /I appended 50 blocks at once\..*`append` events are fewer than blocks/
  },
  {
    name: 'counts from 0 after the skipped ones',
    edits: { 'reader.ts': [['`Block ${next++}: ${block}`', '`Block ${next++ - 2}: ${block}`']] },
    step: 4,
    says: /did not print “Block 51: news number 51”/
  },
  {
    name: 'forgets live, so that the stream ends',
    edits: { 'reader.ts': [['{ live: true, start: next }', '{ start: next }']] },
    step: 4,
    says: /did not print “Block 51: news number 51”/
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
    says: /One line is one block, however many come at once/
  },
  {
    name: 'keeps the log in a folder that is new every time',
    edits: { 'writer.ts': [["storage('writer')", 'storage(`writer-${process.pid}`)']] },
    step: 5,
    says: /The key of its core was another one than before\..*A core lives in its folder/
  },
  {
    name: 'begins anew at every start',
    edits: { 'writer.ts': [["storage('writer')", "storage('writer'), { overwrite: true }"]] },
    step: 5,
    says: /The key of its core was another one than before|after the restart|My copy has/
  },
  {
    name: 'keeps the copy in a folder that is new every time',
    edits: { 'reader.ts': [["process.argv[3] ?? 'reader'", 'process.argv[3] ?? `reader-${process.pid}`']] },
    step: 6,
    says: /It printed “Skipping 0 earlier blocks\.\.\.”, and not \d+\..*folder that stays/
  },
  {
    name: 'never says that it has stopped looking for peers',
    edits: { 'reader.ts': [['swarm.flush().then(found, found)', 'swarm.flush()']] },
    step: 6,
    says: /did not print `Skipping <N> earlier blocks\.\.\.`/
  },
  {
    name: 'fetches only the blocks that it prints',
    edits: {
      'reader.ts': [
        [
          'core.download({ start: 0, end: -1 }) // all of them, also later ones: for others, and for when the writer is away\n',
          ''
        ]
      ]
    },
    step: 7,
    says: /My copy has 0 of \d+ blocks\..*core\.download/
  },
  ...credulous('reader.ts', "readKey(process.argv[2], 'the key that the writer prints')", 8),
  {
    name: 'hides that the folder is taken',
    edits: { 'writer.ts': [['await core.ready()\n', 'await core.ready().catch(() => process.exit(0))\n']] },
    step: 8,
    says: /The second writer\.ts ended with exit code 0/
  },
  ...idlers('writer.ts', 1, /did not print `hypercore key: <64 hex digits>`/),
  ...idlers('reader.ts', 3, /did not print `Skipping <N> earlier blocks\.\.\.`/),
  {
    name: 'a writer that only prints what the text says it should',
    edits: { 'writer.ts': printer(`hypercore key: ${'ab'.repeat(32)}`) },
    step: 2,
    says: /My copy has 0 of 1 blocks\..*never asked the local network for anything/
  },
  {
    name: 'a reader that only prints what the text says it should',
    edits: { 'reader.ts': printer('Skipping 2 earlier blocks...', 'Block 2: news number 2') },
    step: 4,
    says: /did not print “Block 51: news number 51”\. reader\.ts printed “Skipping 2 earlier/
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
    says: /My copy has 0 of 1 blocks\..*append each line/
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
    step: 4,
    says: /writer\.ts had ended, with exit code 1\. Its error: one is enough \(writer\.ts:21\)/
  }
]

export default mistakes
