// Wrong answers, each the solution with one thing changed, and what the learner must read. The first six are faults of
// a chat as it is often published.
import { another, idlers, type Mistake, printer } from '@workshop/checks'

const mistakes: Mistake[] = [
  {
    name: 'takes a name for granted when a message comes',
    edits: {
      'chat.ts': [
        ['nicknames.get(who) ?? `peer ${who.slice(0, 6)}`', 'named(nicknames.get(who))'],
        [
          '/** A text of at most',
          'function named(name: string | undefined): string {\n  return (name as string).slice(0)\n}\n\n/** A text of at most'
        ]
      ]
    },
    step: 4,
    says: /Its error: TypeError: Cannot read properties of undefined.*(while its author has no name yet|before its author has a name|Answer `message`)/
  },
  {
    name: 'opens no core of those whom it knows when it starts',
    edits: {
      'chat.ts': [['for await (const { key, value } of peerCoreKeys.createReadStream()) follow(key, value)\n', '']]
    },
    step: 8,
    says: /calls them nothing.*Open all cores in it when it starts/
  },
  {
    name: 'is somebody else at every start',
    edits: { 'chat.ts': [['new Hyperswarm({ keyPair, dht', 'new Hyperswarm({ dht']] },
    step: 3,
    says: /the connection has the key .*Give the swarm the key pair that it belongs to/
  },
  {
    name: 'makes a new key pair at every start',
    edits: {
      'chat.ts': [["await store.createKeyPair('swarm')", 'DHT.keyPair()']]
    },
    step: 8,
    says: /(calls its own user|Ben meets somebody with another public key).*store\.createKeyPair/
  },
  {
    name: 'believes whoever hands out a key',
    edits: { 'chat.ts': [[" || state.peer !== who || nickname === ''", " || nickname === ''"]] },
    step: 7,
    says: /Its page calls (Mallory|Mickey) “ben the (first|only|false)”.*only when its `peer` is the public key of the connection/
  },
  {
    name: 'parses what comes without a thought',
    edits: { 'chat.ts': [["    throw new Error('That is not JSON.')", '    return JSON.parse(String(data))']] },
    step: 6,
    says: /Its error: SyntaxError.*Read what comes inside a `try`/
  },
  {
    name: 'lets messages be of any length',
    edits: {
      'chat.ts': [
        ['    .slice(0, 4 * longest)\n', ''],
        ["[...visible].slice(0, longest).join('')", 'visible']
      ]
    },
    step: 6,
    says: /shows a line of 10000000 characters|does not show “after the nonsense”/
  },
  {
    name: 'shows codes as they come',
    edits: { 'chat.ts': [[".replaceAll(/[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]/gu, ' ')", '']] },
    step: 6,
    says: /shows a line with the control character U\+00.*in a terminal they move the cursor/
  },
  {
    name: 'takes any answer for a key',
    edits: {
      'chat.ts': [
        [
          'if (key?.length === 32) follow(remotePublicKey, Buffer.from(key))',
          'setImmediate(() => follow(remotePublicKey, key as Buffer))'
        ]
      ]
    },
    step: 6,
    says: /Its error: .*An answer is a key only when it has 32 bytes/
  },
  {
    name: 'reads a block without a thought',
    edits: {
      'chat.ts': [
        [
          '    } catch {\n      // The block is not JSON, or we are leaving: the name stays as it was.\n    }',
          '    } finally {\n      newest = Math.max(newest, -1)\n    }'
        ]
      ]
    },
    step: 6,
    says: /Its error: (HypercoreError: DECODING_ERROR|TypeError).*What a core holds was written by somebody else/
  },
  {
    name: 'gives itself a new name at every start',
    edits: { 'chat.ts': [['if (profile.length === 0) await', 'await']] },
    step: 8,
    says: /calls its own user “User \d+” instead of “.*only while the core is empty/
  },
  {
    name: 'forgets to say the new name to its own page',
    edits: {
      'chat.ts': [
        [
          "  await profile.append({ nickname, peer: me })\n  ownNickname = nickname\n  view.nickname('local', nickname)",
          '  await profile.append({ nickname, peer: me })'
        ]
      ]
    },
    step: 5,
    says: /calls its own user “User \d+” instead of “big ben”/
  },
  {
    name: 'reads a name once and never again',
    edits: { 'chat.ts': [["  core.on('append', readLatest)\n", '']] },
    step: 5,
    says: /calls them .* instead of “ben/
  },
  {
    name: 'does not replicate',
    edits: { 'chat.ts': [['  store.replicate(socket)\n', '']] },
    step: 3,
    says: /His copy stayed empty\..*store\.replicate\(socket\)/
  },
  {
    name: 'answers getKey with text in hex',
    edits: {
      'chat.ts': [
        ["respond('getKey', () => profile.key)", "respond('getKey', () => Buffer.from(profile.key.toString('hex')))"]
      ]
    },
    step: 3,
    says: /The answer had 64 bytes instead of the 32 of a key/
  },
  {
    name: 'keeps only the last connection',
    edits: { 'chat.ts': [['  rpcs.add(rpc)\n', '  rpcs.clear()\n  rpcs.add(rpc)\n']] },
    step: 4,
    says: /Ben (did not receive|received) “/
  },
  {
    name: 'hears nothing more of a core that once held no nickname',
    edits: {
      'chat.ts': [
        [
          '      // The block is not JSON, or we are leaving: the name stays as it was.',
          "      core.off('append', readLatest)"
        ]
      ]
    },
    step: 6,
    says: /The page of chat\.ts \(ana\) calls them .* instead of “mended/
  },
  {
    name: 'sends to one after the other, in the order in which they came',
    edits: {
      'chat.ts': [
        [
          "  await Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE })))",
          "  for (const rpc of rpcs) await rpc.request('message', data).catch(() => {})"
        ]
      ]
    },
    step: 4,
    says: /Emil did not receive “.*a peer that never answers must not keep it from the others/
  },
  {
    name: 'sends to one after the other, and so to nobody behind one that never answers',
    edits: {
      'chat.ts': [
        [
          "  await Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE })))",
          "  for (const rpc of [...rpcs].reverse()) await rpc.request('message', data)"
        ]
      ]
    },
    step: 4,
    says: /Ben did not receive “.*a peer that never answers must not keep it from the others/
  },
  {
    name: 'shows its own line only when everybody has answered',
    edits: {
      'chat.ts': [
        ["  view.message('local', ownNickname, text)\n", ''],
        [
          "rpc.request('message', data, { timeout: PATIENCE })))\n",
          "rpc.request('message', data, { timeout: PATIENCE })))\n  view.message('local', ownNickname, text)\n"
        ]
      ]
    },
    step: 4,
    says: /does not show “.*Show your own line at once/
  },
  {
    name: 'sends everything twice',
    edits: { 'chat.ts': [['[...rpcs].map((rpc) =>', '[...rpcs, ...rpcs].map((rpc) =>']] },
    step: 4,
    says: /Ben received “.*” (?:again, )?where “?.*was due|more often than it should/
  },
  {
    name: 'counts how many ever came',
    edits: {
      'chat.ts': [
        ["swarm.on('update', () => view.peers(swarm.connections.size))\n", ''],
        ['  rpcs.add(rpc)\n', '  rpcs.add(rpc)\n  view.peers(rpcs.size)\n']
      ]
    },
    step: 2,
    says: /counts 2 peers instead of 1/
  },
  {
    name: 'has one topic for all its rooms',
    edits: { 'chat.ts': [['enter(randomBytes(32))', 'enter(keyPair.publicKey)']] },
    step: 2,
    says: /Two rooms have the same topic/
  },
  {
    name: 'keeps the keys in memory',
    edits: {
      'chat.ts': [['await peerCoreKeys.put(remotePublicKey, coreKey)', 'await peerCoreKeys.get(remotePublicKey)']]
    },
    step: 8,
    says: /It asked them for their key again\..*not in the hyperbee|calls them nothing instead of “zoe”/
  },
  {
    name: 'asks everybody for the key each time',
    edits: {
      'chat.ts': [['    if (await peerCoreKeys.get(remotePublicKey)) return // known: followed since the start\n', '']]
    },
    step: 8,
    says: /It asked them for their key again/
  },
  {
    name: 'knows only from its start whom it must not ask for the key',
    edits: {
      'chat.ts': [
        [
          'for await (const { key, value } of peerCoreKeys.createReadStream()) follow(key, value)\n',
          'const known = new Set<string>()\nfor await (const { key, value } of peerCoreKeys.createReadStream()) {\n  known.add(String(key))\n  follow(key, value)\n}\n'
        ],
        [
          'await peerCoreKeys.get(remotePublicKey)) return // known',
          'known.has(String(remotePublicKey))) return // known'
        ]
      ]
    },
    step: 8,
    says: /It asked them for their key again/
  },
  {
    name: 'forgets the name of somebody who leaves',
    edits: {
      'chat.ts': [
        [
          "rpc.once('close', () => rpcs.delete(rpc))",
          "rpc.once('close', () => rpcs.delete(rpc) && nicknames.delete(who))"
        ]
      ]
    },
    step: 8,
    says: /Their line is not shown as one of “zoe”.*stays when they leave/
  },
  {
    name: 'shows new lines under the first name',
    edits: {
      'chat.ts': [
        ['      nicknames.set(who, nickname)\n', '      if (!nicknames.has(who)) nicknames.set(who, nickname)\n']
      ]
    },
    step: 5,
    says: /His new line is shown as one of “ben”/
  },
  {
    name: 'takes no name that somebody has',
    edits: {
      'chat.ts': [
        [
          '  await profile.append({ nickname, peer: me })\n  ownNickname',
          "  if ([...nicknames.values()].includes(nickname)) throw new Error('That name is taken.')\n  await profile.append({ nickname, peer: me })\n  ownNickname"
        ]
      ]
    },
    step: 5,
    says: /calls its own user .*instead of “big ben”\. It says: “That name is taken\.”.*Two people may have the same name/
  },
  {
    name: 'introduces itself again at each start',
    edits: {
      'chat.ts': [
        [
          'let { nickname: ownNickname } = await profile.get(profile.length - 1)\n',
          'let { nickname: ownNickname } = await profile.get(profile.length - 1)\nif (profile.length > 1) await profile.append({ nickname: ownNickname, peer: me })\n'
        ]
      ]
    },
    step: 8,
    says: /Its own core has \d+ blocks now; it had/
  },
  {
    name: 'only announces itself in a room that it has created',
    edits: {
      'chat.ts': [
        ['create: () => enter(randomBytes(32))', 'create: () => enter(randomBytes(32), false)'],
        ['async function enter(topic: Buffer)', 'async function enter(topic: Buffer, client = true)'],
        ['swarm.join(topic)', 'swarm.join(topic, { client })']
      ]
    },
    step: 2,
    says: /did not meet somebody who only announces themselves/
  },
  {
    name: 'shares only its own core',
    edits: { 'chat.ts': [['  store.replicate(socket)\n', '  profile.replicate(socket)\n']] },
    step: 5,
    says: /calls them nothing.* instead of “ben”/
  },
  {
    name: 'leaves without a goodbye',
    edits: {
      'chat.ts': [['goodbye(async () => {\n  await swarm.destroy()\n  await store.close()\n})', 'goodbye(() => {})']]
    },
    step: 10,
    says: /ended by the signal|still announced|Ben is still connected to it|exit code/
  },
  {
    name: 'joins whatever it is given',
    edits: {
      'chat.ts': [
        ["  if (!/^[0-9a-f]{64}$/i.test(topic)) throw new Error('That is no topic: a topic has 64 hex digits.')\n", '']
      ]
    },
    step: 11,
    says: /the page shows no error|it is at “loading”/
  },
  {
    name: 'has no word for a folder in use',
    edits: { 'chat.ts': [['await store.ready().catch(', 'await Promise.resolve().catch(']] },
    step: 11,
    says: /it gave no sentence.*Another program has this storage folder open/
  },
  {
    name: 'shows whom it knows from before, and never looks again',
    edits: {
      'chat.ts': [
        ['follow(key, value)', 'follow(key, value, false)'],
        ['coreKey: Buffer): void', 'coreKey: Buffer, isLive = true): void'],
        ["core.on('append', readLatest)", "if (isLive) core.on('append', readLatest)"]
      ]
    },
    step: 9,
    says: /calls them “ben.*” instead of “ben the renamed”.*Open all cores in it when it starts/
  },
  ...idlers('chat.ts', 1, /did not print the address of its page/),
  {
    name: 'only prints what the text says it should',
    edits: { 'chat.ts': printer('page: http://127.0.0.1:1/', '* you are User 714') },
    step: 1,
    says: /There is no page at the address that chat\.ts \(ana\) printed/
  },
  {
    name: 'is the program of another exercise',
    edits: { 'chat.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 1,
    says: /had ended, with exit code 2.*did not print the address of its page/
  },
  {
    name: 'throws when somebody comes',
    edits: {
      'chat.ts': [
        [
          '  store.replicate(socket)\n',
          "  store.replicate(socket)\n  if (rpcs.size === 0) throw new Error('not written yet')\n"
        ]
      ]
    },
    step: 2,
    says: /had ended, with exit code 1\. Its error: not written yet \(chat\.ts:\d+\)/
  },
  {
    name: 'counts a name in bytes',
    edits: {
      'chat.ts': [
        [
          "  if (nickname === '') throw",
          "  if (nickname === '' || Buffer.byteLength(nickname) > LONGEST_NICKNAME) throw"
        ]
      ]
    },
    step: 6,
    says: /calls its own user .*Count characters, not bytes/
  },
  {
    name: 'looks at each core for the first peer alone that named it',
    edits: {
      'chat.ts': [
        ['const nicknames =', 'const followed = new Set<string>()\nconst nicknames ='],
        [
          "  const core = store.get<Profile>({ key: coreKey, valueEncoding: 'json' })\n  let newest = -1\n",
          "  peerCoreKeys.put(remotePublicKey, coreKey)\n  if (followed.has(coreKey.toString('hex'))) return\n  followed.add(coreKey.toString('hex'))\n  const core = store.get<Profile>({ key: coreKey, valueEncoding: 'json' })\n  let newest = -1\n"
        ]
      ]
    },
    step: 7,
    says: /calls them nothing.* instead of “ben the .*(Mallory had handed out the key of his core too|Take a nickname from a block)/
  },
  {
    name: 'lets a name have one character more',
    edits: { 'chat.ts': [['const LONGEST_NICKNAME = 32', 'const LONGEST_NICKNAME = 33']] },
    step: 6,
    says: /Its page shows a nickname of 33 characters.*What a core holds was written by somebody else/
  },
  {
    name: 'cuts the names of others, and not its own',
    edits: { 'chat.ts': [['const nickname = clean(wanted, LONGEST_NICKNAME)', 'const nickname = wanted.trim()']] },
    step: 6,
    says: /shows its own user with a name of 33 characters.*Your own too/
  },
  {
    name: 'takes the longest message for one that is too long',
    edits: { 'chat.ts': [['const LONGEST_MESSAGE = 2_000', 'const LONGEST_MESSAGE = 1_999']] },
    step: 6,
    says: /does not show all of a message with 2000 characters.*Count characters/
  },
  {
    name: 'gives the name in a block to the one whom the block names',
    edits: {
      'chat.ts': [
        [" || state.peer !== who || nickname === ''", " || nickname === ''"],
        [
          '      nicknames.set(who, nickname)\n      view.nickname(who, nickname)',
          '      nicknames.set(state.peer, nickname)\n      view.nickname(state.peer, nickname)'
        ]
      ]
    },
    step: 7,
    says: /Its terminal calls somebody “ben the false”, as Mickey’s block says/
  },
  {
    name: 'believes the name in a message',
    edits: {
      'chat.ts': [
        [
          '    const text = clean(read(data).message, LONGEST_MESSAGE)\n',
          '    const { message, nickname } = read(data) as { message?: unknown; nickname?: string }\n    const text = clean(message, LONGEST_MESSAGE)\n'
        ],
        ['nicknames.get(who) ?? `peer', 'nickname ?? nicknames.get(who) ?? `peer']
      ]
    },
    step: 7,
    says: /Its page calls (Mallory|Mickey) “ben the (first|only)”/
  },
  {
    name: 'believes after a restart whoever handed out a key before',
    edits: {
      'chat.ts': [
        [
          '    if (key?.length === 32) follow',
          '    if (key?.length === 32) await peerCoreKeys.put(remotePublicKey, Buffer.from(key))\n    if (key?.length === 32) follow'
        ],
        ['createReadStream()) follow(key, value)', 'createReadStream()) follow(key, value, true)'],
        ['coreKey: Buffer): void', 'coreKey: Buffer, isKnown = false): void'],
        ['state.peer !== who ||', '(state.peer !== who && !isKnown) ||']
      ]
    },
    step: 7,
    says: /(ts page calls (Mallory|Mickey) “ben the (only|false)”|calls somebody “ben the false”)/
  },
  {
    name: 'keeps the keys by nickname',
    edits: {
      'chat.ts': [
        [
          'await peerCoreKeys.put(remotePublicKey, coreKey)',
          'await peerCoreKeys.put(Buffer.from(nickname), Buffer.concat([remotePublicKey, coreKey]))'
        ],
        ['follow(key, value)', 'follow(value.subarray(0, 32), value.subarray(32))'],
        ['of peerCoreKeys.createReadStream()) follow', 'of peerCoreKeys.createReadStream()) if (key) follow']
      ]
    },
    step: 8,
    says: /It asked them for their key again\..*not in the hyperbee|calls them nothing instead of “zoe”/
  },
  {
    name: 'listens for messages only when it has been told a key',
    edits: {
      'chat.ts': [
        ["  rpc.respond('message', (data) => {", "  const hear = () => rpc.respond('message', (data) => {"],
        ['Buffer.from(key))\n', 'Buffer.from(key))\n    hear()\n'],
        ['(remotePublicKey)) return //', '(remotePublicKey)) return hear() //']
      ]
    },
    step: 5,
    says: /does not show “it is me”.*before you ask anything/
  },
  {
    name: 'waits for the answer of one peer before it asks the next',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nlet asking: Promise<unknown> = Promise.resolve()\n'
        ],
        [
          "    const key = await rpc.request('getKey', null, { timeout: PATIENCE })\n",
          "    const asked = asking.then(() => rpc.request('getKey'))\n    asking = asked.catch(() => {})\n    const key = await asked\n"
        ]
      ]
    },
    step: 5,
    says: /Nora was not asked for her key.*Ask each peer by itself/
  },
  {
    name: 'closes the store alone',
    edits: { 'chat.ts': [['  await swarm.destroy()\n  await store.close()', '  await store.close()']] },
    step: 10,
    says: /still announced|Ben is still connected|exit code/
  },
  {
    name: 'never says that it is on the way',
    edits: { 'chat.ts': [['  view.loading()\n', '']] },
    step: 2,
    says: /did not print “\* joining…”.*Call `view\.loading\(\)` first/
  },
  {
    name: 'shows the first line of somebody without a name later than the next ones',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nconst waited = new Set<string>()\n'
        ],
        ["rpc.respond('message', (data) => {", "rpc.respond('message', async (data) => {"],
        [
          "throw new Error('That is no message.')\n",
          "throw new Error('That is no message.')\n    if (!nicknames.has(who) && !waited.has(who)) {\n      waited.add(who)\n      await new Promise((resolve) => setTimeout(resolve, 300))\n    }\n"
        ]
      ]
    },
    step: 4,
    says: /Its page shows “nobodyknowsme\d,t.*” where “nobodyknowsme\d,one.*” was due.*one that waits is overtaken/
  },
  {
    name: 'sends again to those who answer with an error',
    edits: {
      'chat.ts': [
        [
          "[...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE }))",
          "[...rpcs].map((rpc) => rpc.request('message', data).catch(() => rpc.request('message', data)))"
        ]
      ]
    },
    step: 4,
    says: /Somebody in the room who answers with an error received “.*” again.*has heard it/
  },
  {
    name: 'asks each peer for its key once in its life',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nconst asked = new Set<string>()\n'
        ],
        [
          "    const key = await rpc.request('getKey'",
          "    if (asked.has(who)) return\n    asked.add(who)\n    const key = await rpc.request('getKey'"
        ]
      ]
    },
    step: 5,
    says: /Milo is called nothing since he came back.*on each connection/
  },
  {
    name: 'takes out the older half of the control characters',
    edits: { 'chat.ts': [['[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]/gu', '[\\u0000-\\u001f\\u007f]/gu']] },
    step: 6,
    says: /with the control character U\+00[89]/
  },
  {
    name: 'shows a line of which nothing is left',
    edits: {
      'chat.ts': [
        [
          "    if (text === '') throw",
          "    if (typeof read(data).message !== 'string' || String(read(data).message).trim() === '') throw"
        ]
      ]
    },
    step: 6,
    says: /shows a line with nothing in it.*What is empty then is not shown/
  },
  {
    name: 'cuts the lines of others, and not its own',
    edits: {
      'chat.ts': [
        ['const text = clean(message, LONGEST_MESSAGE)', 'const text = clean(message, Number.POSITIVE_INFINITY)']
      ]
    },
    step: 6,
    says: /shows a line of its own of 5000 characters.*All of that goes for your own lines too/
  },
  {
    name: 'sends more of its own line than it shows',
    edits: {
      'chat.ts': [
        ['JSON.stringify({ message: text })', 'JSON.stringify({ message: clean(message, Number.POSITIVE_INFINITY) })']
      ]
    },
    step: 6,
    says: /Ben received a message of 5000 characters.*All of that goes for your own lines too/
  },
  {
    name: 'believes a core for ever when its first block was right',
    edits: {
      'chat.ts': [
        ['  let newest = -1\n', '  let newest = -1\n  let isProven = false\n'],
        [
          "if (index <= newest || state.peer !== who || nickname === '') return\n",
          "if (index <= newest || (!isProven && state.peer !== who) || nickname === '') return\n      isProven = true\n"
        ]
      ]
    },
    step: 7,
    says: /“ben the false”.*only when its `peer` is the public key of the connection/
  },
  {
    name: 'takes the longest core that names somebody for theirs',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nconst longest = new Map<string, number>()\n'
        ],
        [
          " || state.peer !== who || nickname === '') return\n",
          " || nickname === '' || index <= (longest.get(state.peer) ?? -1)) return\n      longest.set(state.peer, index)\n"
        ],
        [
          '      nicknames.set(who, nickname)\n      view.nickname(who, nickname)',
          '      nicknames.set(state.peer, nickname)\n      view.nickname(state.peer, nickname)'
        ]
      ]
    },
    step: 7,
    says: /“ben the false”.*only when its `peer` is the public key of the connection/
  },
  {
    name: 'stores the keys when it says goodbye',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nconst unsaved: [Buffer, Buffer][] = []\n'
        ],
        ['await peerCoreKeys.put(remotePublicKey, coreKey)', 'unsaved.push([remotePublicKey, coreKey])'],
        [
          '  await swarm.destroy()\n  await store.close()',
          '  await swarm.destroy()\n  for (const [who, key] of unsaved) await peerCoreKeys.put(who, key)\n  await store.close()'
        ]
      ]
    },
    step: 8,
    says: /It asked them for their key again\..*not in the hyperbee|calls them nothing instead of “zoe”/
  },
  {
    name: 'keeps no core open of those who leave',
    edits: {
      'chat.ts': [
        [
          'const rpcs = new Set<ProtomuxRPC>()\n',
          'const rpcs = new Set<ProtomuxRPC>()\nconst followed = new Map<string, { close(): Promise<void> }>()\n'
        ],
        [
          "  rpc.once('close', () => rpcs.delete(rpc))\n",
          "  rpc.once('close', () => rpcs.delete(rpc))\n  rpc.once('close', () => followed.get(who)?.close().catch(() => {}))\n"
        ],
        [
          '    if (await peerCoreKeys.get(remotePublicKey)) return // known: followed since the start\n',
          '    const known = await peerCoreKeys.get(remotePublicKey)\n    if (known) return follow(remotePublicKey, known.value)\n'
        ],
        ["  core.on('append', readLatest)\n", "  core.on('append', readLatest)\n  followed.set(who, core)\n"]
      ]
    },
    step: 9,
    says: /calls them “carl” instead of “carl the distant”.*keep the cores of all whom you know open/
  },
  {
    name: 'does not look at a name that comes while it reads another',
    edits: {
      'chat.ts': [
        [
          '  const readLatest = async () => {\n',
          '  let isReading = false\n  const readLatest = async () => {\n    if (isReading) return\n    isReading = true\n'
        ],
        [
          '      // The block is not JSON, or we are leaving: the name stays as it was.\n    }\n',
          '      // The block is not JSON, or we are leaving: the name stays as it was.\n    } finally {\n      isReading = false\n    }\n'
        ]
      ]
    },
    step: 5,
    says: /calls them .* instead of “(big ben|benjamin|Björn).*also when one comes while you still read/
  },
  {
    name: 'counts those who speak to it',
    edits: {
      'chat.ts': [
        ["swarm.on('update', () => view.peers(swarm.connections.size))\n", ''],
        [
          "  rpc.once('close'",
          "  rpc.once('open', () => view.peers([...rpcs].filter(({ opened }) => opened).length))\n  rpc.once('close'"
        ]
      ]
    },
    step: 2,
    says: /counts 0 peers instead of 2.*at each `update` event/
  },
  {
    name: 'lets each line wait for the name by itself',
    edits: {
      'chat.ts': [
        ["rpc.respond('message', (data) => {", "rpc.respond('message', async (data) => {"],
        [
          "throw new Error('That is no message.')\n",
          "throw new Error('That is no message.')\n    for (let i = 0; i < 2 && !nicknames.has(who); i++) await new Promise((resolve) => setTimeout(resolve, 200))\n"
        ]
      ]
    },
    step: 6,
    says: /another order.*one that waits is overtaken/
  },
  {
    name: 'counts its own messages in bytes',
    edits: {
      'chat.ts': [
        [
          "  if (text === '') return\n",
          "  if (text === '') return\n  if (Buffer.byteLength(text) > LONGEST_MESSAGE) throw new Error('A message has at most 2000 characters.')\n"
        ]
      ]
    },
    step: 6,
    says: /does not show all of its own message with 2000 characters.*Count characters, not bytes/
  },
  {
    name: 'cuts its own name when it is chosen, and not when it is read again',
    edits: {
      'chat.ts': [
        ['await profile.append({ nickname, peer: me })', 'await profile.append({ nickname: wanted, peer: me })']
      ]
    },
    step: 8,
    says: /shows its own user with a name of 100 characters.*also when it is read from your core again/
  },
  {
    name: 'does not announce itself in the room in which it starts',
    edits: {
      'chat.ts': [['swarm.join(topic)', 'swarm.join(topic, { server: topic !== firstTopic })']]
    },
    step: 8,
    says: /did not announce itself in its room.*Call `swarm\.join\(topic\)` without options/
  },
  {
    name: 'listens for Ctrl-C in a room only',
    edits: {
      'chat.ts': [
        ['goodbye(async () => {\n  await swarm.destroy()\n  await store.close()\n})\n', ''],
        [
          '  isInRoom = true\n',
          '  isInRoom = true\n  goodbye(async () => {\n    await swarm.destroy()\n    await store.close()\n  })\n'
        ]
      ]
    },
    step: 10,
    says: /chat\.ts \(gustav\) ended by the signal SIGINT.*Nothing in it listened for Ctrl-C by then/
  },
  {
    name: 'has one room for each run',
    edits: {
      'chat.ts': [
        ['let isInRoom = false\n', 'let isInRoom = false\nconst ownTopic = randomBytes(32)\n'],
        ['enter(randomBytes(32))', 'enter(ownTopic)'],
        ["  if (isInRoom) throw new Error('You are in a room already.')\n", '']
      ]
    },
    step: 2,
    says: /Two rooms have the same topic.*a topic of its own/
  },
  {
    name: 'says only in its own room that it is on the way',
    edits: {
      'chat.ts': [
        ['create: () => enter(randomBytes(32))', 'create: () => enter(randomBytes(32), true)'],
        ['async function enter(topic: Buffer)', 'async function enter(topic: Buffer, isOwn = false)'],
        ['  view.loading()\n', '  if (isOwn) view.loading()\n']
      ]
    },
    step: 2,
    says: /did not print “\* joining…”.*Call `view\.loading\(\)` first/
  },
  {
    name: 'speaks only when somebody is there',
    edits: {
      'chat.ts': [
        [
          "  view.message('local', ownNickname, text)\n",
          "  if (rpcs.size === 0) throw new Error('Nobody is here.')\n  view.message('local', ownNickname, text)\n"
        ]
      ]
    },
    step: 4,
    says: /does not show “nobody hears this”.*“Nobody is here\.”/
  },
  {
    name: 'keeps for others what nobody has heard',
    edits: {
      'chat.ts': [
        ['let isInRoom = false\n', 'let isInRoom = false\nconst unheard: Buffer[] = []\n'],
        [
          '  // A peer that leaves meanwhile',
          '  if (rpcs.size === 0) unheard.push(data)\n  // A peer that leaves meanwhile'
        ],
        [
          '  rpcs.add(rpc)\n',
          "  rpcs.add(rpc)\n  for (const data of unheard) rpc.request('message', data).catch(() => {})\n"
        ]
      ]
    },
    step: 4,
    says: /received more than was said since then.*gone when nobody is there/
  },
  {
    name: 'waits for somebody who speaks no protocol',
    edits: {
      'chat.ts': [
        [
          '  // A peer that leaves meanwhile',
          '  await Promise.all([...rpcs].map((rpc) => rpc.fullyOpened()))\n  // A peer that leaves meanwhile'
        ]
      ]
    },
    step: 4,
    says: /did not receive “for everybody .*while four others did not answer/
  },
  {
    name: 'shows its own lines under its first name',
    edits: {
      'chat.ts': [
        ['let isInRoom = false\n', "let isInRoom = false\nlet firstNickname = ''\n"],
        [
          "  view.message('local', ownNickname",
          "  firstNickname ||= ownNickname\n  view.message('local', firstNickname"
        ]
      ]
    },
    step: 5,
    says: /a line of its own as one of “User \d+”, and not of “Анна”.*your own too/
  },
  {
    name: 'takes a new name only in a room',
    edits: {
      'chat.ts': [
        [
          "  if (nickname === '') throw",
          "  if (!isInRoom) throw new Error('You are in no room.')\n  if (nickname === '') throw"
        ]
      ]
    },
    step: 5,
    says: /calls its own user .* instead of “hugo”\. It says: “You are in no room\.”/
  },
  {
    name: 'calls a stranger by the name that came last',
    edits: {
      'chat.ts': [['?? `peer ${who.slice(0, 6)}`', "?? [...nicknames.values()].at(-1) ?? 'somebody'"]]
    },
    step: 6,
    says: /A line of a stranger is shown as one of “.*under a label that is nobody’s name/
  },
  {
    name: 'takes a name from a block that names nobody',
    edits: { 'chat.ts': [['state.peer !== who ||', '(state.peer !== undefined && state.peer !== who) ||']] },
    step: 7,
    says: /“ben the false”.*only when its `peer` is the public key of the connection/
  },
  {
    name: 'gives its key only to strangers',
    edits: {
      'chat.ts': [
        ["  rpc.respond('getKey', () => profile.key)\n", ''],
        [
          "    const key = await rpc.request('getKey'",
          "    rpc.respond('getKey', () => profile.key)\n    const key = await rpc.request('getKey'"
        ]
      ]
    },
    step: 8,
    says: /Ben did not receive its key again.*also when you know the other one already/
  },
  {
    name: 'waits for all answers before it leaves',
    edits: {
      'chat.ts': [
        ['let isInRoom = false\n', 'let isInRoom = false\nconst asked = new Set<Promise<unknown>>()\n'],
        [
          "    const key = await rpc.request('getKey', null, { timeout: PATIENCE })\n",
          "    const asking = rpc.request('getKey')\n    asked.add(asking)\n    const key = await asking.finally(() => asked.delete(asking))\n"
        ],
        ['goodbye(async () => {\n', 'goodbye(async () => {\n  await Promise.allSettled(asked)\n']
      ]
    },
    step: 10,
    says: /chat\.ts \(greta\) was still running.*Wait there for nobody’s answer/
  },
  {
    name: 'waits until the time for an answer is over before it leaves',
    edits: {
      'chat.ts': [
        ['let isInRoom = false\n', 'let isInRoom = false\nlet sent: Promise<unknown> | undefined\n'],
        [
          "  await Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE })))\n",
          "  sent = Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: 5_000 })))\n  await sent\n"
        ],
        ['goodbye(async () => {\n', 'goodbye(async () => {\n  await sent\n']
      ]
    },
    step: 10,
    says: /was still running\..*wait there for nobody’s answer/i
  },
  {
    name: 'takes a mistyped topic for a room that it is in',
    edits: {
      'chat.ts': [
        ["  if (isInRoom) throw new Error('You are in a room already.')\n  isInRoom = true\n", '  isInRoom = true\n'],
        [
          '  if (!/^[0-9a-f]{64}$/i.test(topic)) throw',
          "  if (isInRoom) throw new Error('You are in a room already.')\n  isInRoom = true\n  if (!/^[0-9a-f]{64}$/i.test(topic)) throw"
        ]
      ]
    },
    step: 11,
    says: /not in a room where nobody was\. It says: “You are in a room already\.”.*can type another one/
  },
  {
    name: 'waits in the room of another until somebody is there',
    edits: {
      'chat.ts': [
        ["enter(Buffer.from(topic, 'hex'))", "enter(Buffer.from(topic, 'hex'), true)"],
        ['async function enter(topic: Buffer)', 'async function enter(topic: Buffer, isGuest = false)'],
        [
          '  keepLooking(discovery)\n',
          "  keepLooking(discovery)\n  if (isGuest && swarm.connections.size === 0) await new Promise((resolve) => swarm.once('connection', resolve))\n"
        ]
      ]
    },
    step: 11,
    says: /not in a room where nobody was\..*The room may be empty/
  },
  {
    name: 'looks once in the room of another',
    edits: {
      'chat.ts': [
        ["enter(Buffer.from(topic, 'hex'))", "enter(Buffer.from(topic, 'hex'), true)"],
        ['async function enter(topic: Buffer)', 'async function enter(topic: Buffer, isGuest = false)'],
        ['  keepLooking(discovery)\n', '  if (!isGuest) keepLooking(discovery)\n']
      ]
    },
    step: 11,
    says: /did not meet somebody who only announces themselves.*Then `keepLooking/
  },
  {
    name: 'reads as many digits as a topic has',
    edits: {
      'chat.ts': [
        ["readKey(positionals[0], 'the topic of a room')", "Buffer.from(positionals[0], 'hex')"],
        [
          'const folder = values',
          "if (firstTopic && firstTopic.length !== 32) exitWith(2, 'That is no topic of a room.')\n\nconst folder = values"
        ]
      ]
    },
    step: 11,
    says: /For “aaaaaa…aaaaa?” it was still running.*readKey/
  }
]

export default mistakes
