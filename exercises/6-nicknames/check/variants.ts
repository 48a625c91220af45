// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'tells instead of asking: a message needs no answer',
    edits: {
      'chat.ts': [
        [
          "await Promise.allSettled([...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE })))",
          "for (const rpc of rpcs) if (!rpc.closed) rpc.event('message', data)"
        ],
        ["    if (text === '') throw new Error('That is no message.')\n", "    if (text === '') return null\n"],
        ['nicknames.get(who) ?? `peer ${who.slice(0, 6)}`', "nicknames.get(who) ?? 'somebody'"]
      ]
    }
  },
  {
    name: 'follows a core with a live stream of bytes',
    edits: {
      'chat.ts': [
        [
          "    } catch {\n      // The block is not JSON, or we are leaving: the name stays as it was.\n    }\n  }\n  core.on('append', readLatest)\n  readLatest()\n",
          '    } catch {\n      // no JSON, or the store is closed\n    }\n  }\n  readLatest()\n'
        ],
        [
          '      const index = core.length - 1\n      if (index <= newest) return\n      const state = await core.get(index)\n',
          '      for await (const block of core.createReadStream({ live: true })) {\n      const index = newest + 1\n      const state = profileIn(block)\n'
        ],
        [
          "      if (index <= newest || state.peer !== who || nickname === '') return\n",
          "      if (state?.peer !== who || nickname === '') continue\n"
        ],
        ['      view.nickname(who, nickname)\n    }', '      view.nickname(who, nickname)\n      }\n    }'],
        ["store.get<Profile>({ key: coreKey, valueEncoding: 'json' })", 'store.get({ key: coreKey })'],
        [
          'function follow(',
          'function profileIn(block: Buffer): Profile | undefined {\n  try {\n    return read(block) as Profile\n  } catch {\n    return undefined\n  }\n}\n\nfunction follow('
        ]
      ]
    }
  },
  {
    name: 'keeps keys as text in hex, and refuses a name that does not fit',
    edits: {
      'chat.ts': [
        [
          "new Hyperbee(store.get({ name: 'peerCoreKeys' }))",
          "new Hyperbee<string, string>(store.get({ name: 'peerCoreKeys' }), {\n  keyEncoding: 'utf-8',\n  valueEncoding: 'utf-8'\n})"
        ],
        [
          'createReadStream()) follow(key, value)',
          "createReadStream()) {\n  follow(Buffer.from(key, 'hex'), Buffer.from(value, 'hex'))\n}"
        ],
        ['peerCoreKeys.get(remotePublicKey)', 'peerCoreKeys.get(who)'],
        ['await peerCoreKeys.put(remotePublicKey, coreKey)', "await peerCoreKeys.put(who, coreKey.toString('hex'))"],
        [
          "  const nickname = clean(wanted, LONGEST_NICKNAME)\n  if (nickname === '') throw new Error('A nickname has at least one character.')",
          "  const nickname = wanted.trim()\n  if (!/^[^\\p{Cc}]{1,32}$/u.test(nickname)) throw new Error('A nickname has 1 to 32 characters, all of them visible.')"
        ]
      ]
    }
  },
  {
    name: 'reads its own name from its core too, and blocks hold one thing more',
    edits: {
      'chat.ts': [
        [
          "  await profile.append({ nickname, peer: me })\n  ownNickname = nickname\n  view.nickname('local', nickname)",
          '  await profile.append({ nickname, peer: me })'
        ],
        [
          "swarm.on('update'",
          "profile.on('append', async () => {\n  ownNickname = (await profile.get(profile.length - 1)).nickname\n  view.nickname('local', ownNickname)\n})\nswarm.on('update'"
        ],
        [
          '{ nickname: `User ${Math.floor(1000 * Math.random())}`, peer: me }',
          '{ peer: me, nickname: `User ${Math.floor(1000 * Math.random())}`, since: Date.now() } as Profile'
        ],
        ['  await swarm.destroy()\n  await store.close()', '  await Promise.all([swarm.destroy(), store.close()])']
      ]
    }
  },
  {
    name: 'has one map of peers, and shows where it has cut a text',
    edits: {
      'chat.ts': [
        [
          "  return [...visible].slice(0, longest).join('')",
          "  const characters = [...visible]\n  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : visible"
        ],
        [
          'const nicknames = new Map<string, string>() // of the others\nconst rpcs = new Set<ProtomuxRPC>()\n',
          'const peers = new Map<string, { nickname?: string; rpc?: ProtomuxRPC }>()\n'
        ],
        [
          "  rpcs.add(rpc)\n  rpc.once('close', () => rpcs.delete(rpc))\n",
          "  update(who, { rpc })\n  socket.once('close', () => {\n    const peer = peers.get(who)\n    if (peer?.rpc === rpc) delete peer.rpc\n  })\n"
        ],
        ['nicknames.get(who) ?? `peer ${who.slice(0, 6)}`', "peers.get(who)?.nickname ?? '???'"],
        [
          "[...rpcs].map((rpc) => rpc.request('message', data, { timeout: PATIENCE }))",
          "[...peers.values()].map(({ rpc }) => rpc?.request('message', data))"
        ],
        ['      nicknames.set(who, nickname)\n', '      update(who, { nickname })\n'],
        [
          '/** A text of at most',
          'function update(who: string, peer: { nickname?: string; rpc?: ProtomuxRPC }): void {\n  peers.set(who, { ...peers.get(who), ...peer })\n}\n\n/** A text of at most'
        ]
      ]
    }
  }
]

export default variants
