// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'asks for one feed after the other',
    edits: {
      'link.ts': [['const ASKED = 64 ', 'const ASKED = 1 ']]
    }
  },
  {
    name: 'offers no feed that is empty',
    edits: {
      'link.ts': [['(this.#offered.get(feed)?.length ?? -1)', '(this.#offered.get(feed)?.length ?? 0)']]
    }
  },
  {
    name: 'keeps its index as JSON',
    edits: {
      'multifeed.ts': [
        ['  readonly #index: Hypercore\n', '  readonly #index: Hypercore<{ key: string; name: string | null }[]>\n'],
        ["this.#store.get({ name: 'index' })", "this.#store.get({ name: 'index', valueEncoding: 'json' })"],
        [
          'c.decode(entries, block).filter(',
          "block.map(({ key, name }) => ({ key: Buffer.from(key, 'hex'), name })).filter("
        ],
        [
          'await readBlocks(this.#index, 0, this.#index.length)',
          'await Promise.all(Array.from({ length: this.#index.length }, (_, i) => this.#index.get(i)))'
        ],
        [
          'this.#index.append(Buffer.from(c.encode(entries, this.#unsaved.splice(0))))',
          'this.#index.append([this.#unsaved.splice(0).map(({ key, name }) => ({ key: idOf(key), name }))])'
        ]
      ]
    }
  },
  {
    name: 'opens all feeds at the start',
    edits: {
      'multifeed.ts': [
        [
          '    const infos = await this.#root.storage.getInfos(ids, { auth: false })\n    for (const [i, { key, name }] of known.entries()) {\n      const { head, hints } = infos[i] ?? {}\n      this.#remember(key, name ?? undefined, hints?.contiguousLength, head?.length, head?.fork)\n    }\n',
          '    for (const { key, name } of known) {\n      const core = this.#store.get({ key, active: false })\n      await core.ready()\n      this.#remember(key, name ?? undefined, core.contiguousLength, core.length, core.fork)\n      await core.close()\n    }\n'
        ]
      ]
    }
  },
  {
    name: 'tells what changed in the next microtask',
    edits: {
      'link.ts': [
        [
          '      if (this.#toTell.size === 0) setImmediate(() => this.#flush())\n      this.#toTell.add(feed)\n',
          '      if (this.#toTell.size === 0) queueMicrotask(() => this.#flush())\n      this.#toTell.add(feed)\n'
        ]
      ]
    }
  },
  {
    name: 'prints feeds by live streams',
    edits: {
      'chat.ts': [
        [
          '/** Prints a feed from its first message on, and what is added to it. */\nasync function show(feed: typeof writer): Promise<void> {\n  await feed.ready()\n  for (let i = 0; ; i++) {\n    const message = await feed.get(i).catch(() => undefined) // no JSON, or closed\n    if (multi.closed) return\n    console.log(`${visible(message?.name, 32)}: ${visible(message?.text, 2_000)}`)\n  }\n}\n\n',
          "/** Prints a feed from its first message on, and what is added to it. */\nfunction show(feed: typeof writer): void {\n  const stream = feed.session({ valueEncoding: 'binary' }).createReadStream({ live: true })\n  stream.on('data', (block) => {\n    const message = read(String(block))\n    console.log(`${visible(message?.name, 32)}: ${visible(message?.text, 2_000)}`)\n  })\n  stream.on('error', () => {})\n}\n\nfunction read(block: string): Partial<Message> | undefined {\n  try {\n    return JSON.parse(block)\n  } catch {\n    return undefined\n  }\n}\n\n"
        ]
      ]
    }
  },
  {
    name: 'speaks the five messages alone, and tells each change by itself',
    edits: {
      'multifeed.ts': [['hasExtras: true', 'hasExtras: false']],
      'link.ts': [
        [
          "if (isFirst || offers.length > 0) this.#say('offer', offers)\n    if (growths.length > 0) this.#say('growth', growths)",
          "if (isFirst) this.#say('offer', offers.splice(0, 1))\n    for (const offer of offers) this.#say('offer', [offer])\n    for (const growth of growths) this.#say('growth', [growth])"
        ]
      ]
    }
  },
  {
    name: 'asks all peers at the same time',
    edits: {
      'multifeed.ts': [['hasExtras: true', 'hasExtras: false']],
      'link.ts': [['!feed.source || now - feed.since > PATIENCE', 'true']]
    }
  },
  {
    name: 'tells events, and that it has all, a moment later',
    edits: {
      'multifeed.ts': [
        [
          "this.emit('feed', this.#sessions.of(feed), feed.name)",
          "const session = this.#sessions.of(feed)\n      setImmediate(() => {\n        try {\n          this.emit('feed', session, feed.name)\n        } catch {\n          // a bug of the program\n        }\n      })"
        ]
      ],
      'link.ts': [
        ["      this.#wire.send('have', received)", "      setTimeout(() => this.#wire.send('have', received), 20)"]
      ]
    }
  },
  {
    name: 'sends small parts, and gives a new session each time',
    edits: {
      'multifeed.ts': [
        ['hasExtras: true', 'hasExtras: false'],
        [
          'return [...this.#feeds.values()].map((feed) => this.#sessions.of(feed))',
          'return [...this.#feeds.values()].map((feed) => this.#sessions.of(feed).session({ ...(this.#options.valueEncoding !== undefined && { valueEncoding: this.#options.valueEncoding }) }) as Hypercore<Value>)'
        ]
      ],
      'wire.ts': [['export const LARGEST_BLOCK', 'export const LARGEST_PART = 64 * 1024\nexport const LARGEST_BLOCK']]
    }
  },
  {
    name: 'has other names for its cores, its client and its room',
    edits: {
      'multifeed.ts': [
        ["place.namespace('multifeed')", "place.namespace('my own')"],
        ["{ name: 'index' }", "{ name: 'feeds' }"]
      ],
      'chat.ts': [
        ["client: 'chat'", "client: 'talk'"],
        ['`p2p-workshop chat ${room}`', '`room/${room}`'],
        ["multi.writer('mine')", "multi.writer('me')"]
      ]
    }
  }
]

export default variants
