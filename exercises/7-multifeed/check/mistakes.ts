// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, idlers, type Mistake } from '@workshop/checks'

const mistakes: Mistake[] = [
  {
    name: 'makes a writer each time it is asked for at once',
    edits: { 'multifeed.ts': [['randomUUID() : `named ${name}`', 'randomUUID() : `${randomUUID()} ${name}`']] },
    step: 1,
    says: /There were \d+ different feeds\. Keep the promise of a writer under its name/
  },
  {
    name: 'keeps writers in an object by name',
    edits: {
      'multifeed.ts': [
        ['readonly #names = new Map<string, Known>()', 'readonly #names: Record<string, Known> = {}'],
        ['this.#names.has(name)', 'name in this.#names'],
        ['this.#names.get(name)', 'this.#names[name]'],
        ['this.#names.set(name, feed)', 'this.#names[name] = feed'],
        [
          'of this.#names) if (named === feed) this.#names.delete(name)',
          'of Object.entries(this.#names)) if (named === feed) delete this.#names[name]'
        ]
      ]
    },
    step: 1,
    says: /failed: .*not a function|failed: Cannot read|failed: Could not derive/
  },
  {
    name: 'does not keep the names',
    edits: {
      'multifeed.ts': [
        [
          '    c.bool.encode(state, name !== undefined)\n    if (name !== undefined) c.string.encode(state, name)',
          '    c.bool.encode(state, false)\n    if (name === null) c.string.encode(state, name)'
        ]
      ]
    },
    step: 1,
    says: /The writer with a key pair is another feed than before/
  },
  {
    name: 'forgets its feeds when it is closed',
    edits: { 'multifeed.ts': [['{ length: this.#index.length }', '{ length: 0 }']] },
    step: 1,
    says: /It has 0 feeds now, of 8.*Keep keys and names in an index/
  },
  {
    name: 'gives writers after it was closed',
    edits: { 'multifeed.ts': [['    return this.#closing !== undefined', '    return false']] },
    step: 1,
    says: /It (rejected with|gave).*rejects with the code `ERR_CLOSED`/
  },
  {
    name: 'lets everybody in',
    edits: { 'wire.ts': [['if (client !== us.client) {', "if (client === '') {"]] },
    step: 2,
    says: /Your `sync\(\)` resolved|No `error` was told|A feed of/
  },
  {
    name: 'does not look at the proof of the key',
    edits: {
      'wire.ts': [
        [
          'if (expected.length !== proof.length || !timingSafeEqual(expected, proof)) {',
          'if (proof.length > 1e9 && timingSafeEqual(expected, proof)) {'
        ]
      ]
    },
    step: 2,
    says: /No `error` was told.*Compare their `hello`/
  },
  {
    name: 'tells an error twice',
    edits: {
      'multifeed.ts': [
        [
          "this.emit('error', error, stream)\n",
          "this.emit('error', error, stream)\n      this.emit('error', error, stream)\n"
        ]
      ]
    },
    step: 2,
    says: /The errors told were ERR_CLIENT_MISMATCH, ERR_CLIENT_MISMATCH instead of ERR_CLIENT_MISMATCH once/
  },
  {
    name: 'does not look at the version',
    edits: { 'wire.ts': [['if (version !== VERSION) {', 'if (version > VERSION + 1) {']] },
    step: 2,
    says: /The last error told was ERR_CLIENT_MISMATCH\. .*Compare their `hello`/
  },
  {
    name: 'keeps its user data to itself',
    edits: {
      'link.ts': [
        ['      ...host,\n', '      ...host,\n      userData: undefined,\n'],
        ['this.#theirUserData = userData', 'this.#theirUserData = undefined']
      ]
    },
    step: 2,
    says: /`remote-feeds` gave \[null\] as their user data/
  },
  {
    name: 'offers nothing when it has nothing',
    edits: { 'link.ts': [['if (isFirst || offers.length > 0)', 'if (offers.length > 0)']] },
    step: 3,
    says: /never came back|waits for something still.*also an empty one/
  },
  {
    name: 'appends without the signature',
    edits: {
      'link.ts': [
        [
          'core.append(blocks.slice(from - start) as Buffer[], { signature })',
          'core.append(blocks.slice(from - start) as Buffer[])'
        ]
      ]
    },
    step: 3,
    says: /`sync\(\)` rejected: .*SESSION_NOT_WRITABLE/
  },
  {
    name: 'asks from the beginning each time',
    edits: {
      'link.ts': [
        ['this.#host.isSparse ? length - 1 : feed.length', 'this.#host.isSparse ? length - 1 : 0'],
        ['blocks.slice(from - start) as Buffer[]', 'blocks as Buffer[]']
      ]
    },
    step: 3,
    says: /`sync\(\)` never came back|ask from where yours ends/
  },
  {
    name: 'tells a new feed to nobody',
    edits: {
      'multifeed.ts': [
        ['  #announce(feed: Known): void {\n    this.#tell(feed)\n', '  #announce(feed: Known): void {\n']
      ]
    },
    step: 4,
    says: /never heard of it|which is empty yet, was never offered/
  },
  {
    name: 'does not pass on what it learnt',
    edits: {
      'multifeed.ts': [
        ['    if (this.#feeds.has(feed.id)) return this.#tell(feed)\n', '    if (this.#feeds.has(feed.id)) return\n'],
        [
          '    this.#remember(feed)\n    this.#announce(feed)\n',
          "    this.#remember(feed)\n    this.emit('feed', this.#session(feed), undefined)\n"
        ],
        [
          "      this.#tell(feed)\n    })\n    core.on('truncate'",
          "      if (core.writable) this.#tell(feed)\n    })\n    core.on('truncate'"
        ]
      ]
    },
    step: 4,
    says: /The other one (has \d of its \d blocks|never heard of it)\..*also those that you learnt from a peer/
  },
  {
    name: 'tells everybody everything: a storm',
    edits: {
      'link.ts': [
        ['length <= (this.#offered.get(feed)?.length ?? -1) || length > LONGEST_FEED', 'length > LONGEST_FEED']
      ]
    },
    step: 4,
    says: /You offered me a feed that I had just offered you/
  },
  {
    name: 'offers a feed again when it has grown',
    edits: {
      'link.ts': [
        ['        growths.push({ index: told.index, length })', '        offers.push({ key: feed.key, length })']
      ]
    },
    step: 4,
    says: /never heard of it|could not sync|has 1 of its 2 blocks/
  },
  {
    name: 'has synced when the other side has not',
    edits: { 'link.ts': [['sent > 0 && had === sent && ', 'sent > 0 && had >= 0 && ']] },
    step: 5,
    says: /`sync\(\)` resolved although I have not fetched its block/
  },
  {
    name: 'says that it has what it only asked for',
    edits: {
      'link.ts': [['received > 0 && this.#wanted.size === 0 && [...this.#asked.keys()].every(isHere)', 'received > 0']]
    },
    step: 5,
    says: /You said that you have it/
  },
  {
    name: 'waits for ever when the stream has ended',
    edits: {
      'link.ts': [
        [
          '      for (const { reject } of waiting) reject(error)',
          '      if (this.#end.error) for (const { reject } of waiting) reject(error)'
        ]
      ]
    },
    step: 5,
    says: /`sync\(\)` never came back/
  },
  {
    name: 'writes its index only when it is closed',
    edits: {
      'multifeed.ts': [
        ['if (this.#unsaved.push(entry) === 1) {', 'if (this.#unsaved.push(entry) < 0) {'],
        [
          '    await this.#store.close()\n',
          '    if (this.#unsaved.length > 0) await this.#index.append(Buffer.from(c.encode(entries, this.#unsaved)))\n    await this.#store.close()\n'
        ]
      ]
    },
    step: 6,
    says: /It had \d+ of them when it was killed, and 0 when it was opened again/
  },
  {
    name: 'takes what it did not ask for',
    edits: {
      'link.ts': [
        [
          '    const isLast = pack.manifest !== null\n',
          '    const isLast = pack.manifest !== null\n    if (!this.#theirs[pack.index]) return\n'
        ]
      ]
    },
    step: 7,
    says: /I sent blocks that nobody asked for.*The stream stayed open/
  },
  {
    name: 'does not compare the manifest with the key',
    edits: {
      'link.ts': [['if (manifest && !Hypercore.key(manifest).equals(feed.key))', 'if (!manifest && feed.length < 0)']]
    },
    step: 7,
    says: /manifest of another writer\. .*INVALID_SIGNATURE.*must not spoil a feed for its author/
  },
  {
    name: 'takes any number of feeds',
    edits: {
      'multifeed.ts': [['options.maxFeeds ?? 100_000', '1e9']]
    },
    step: 7,
    says: /10 000 feeds.*(The stream stayed open|more feeds than `maxFeeds`)/
  },
  {
    name: 'lets a broken message end the stream without a word',
    edits: {
      'wire.ts': [
        [
          "          this.close(new MultifeedError('ERR_PROTOCOL', `They sent what is no message: ${(error as Error).message}`))\n          return undefined as Value",
          '          throw error\n          return undefined as Value'
        ]
      ]
    },
    step: 7,
    says: /no `error` told why|The stream stayed open/
  },
  {
    name: 'lets a listener that throws end the process',
    edits: {
      'wire.ts': [
        [
          '    if (this.#isClosed) return\n    try {\n      run()\n    } catch (error) {\n',
          '    if (this.#isClosed) return\n    try {\n      run()\n    } catch (error) {\n      if (!(error instanceof MultifeedError)) throw error\n'
        ]
      ]
    },
    step: 7,
    says: /your multifeed had ended.*TypeError: thrown by a listener/
  },
  {
    name: 'shows only the feeds that are there when it starts',
    edits: { 'chat.ts': [["multi.on('feed', show)\n", '']] },
    step: 8,
    says: /chat\.ts \(ana\) did not print “ben: hello from ben”/
  },
  {
    name: 'gives each start a folder of its own',
    edits: { 'chat.ts': [['storage(name)', 'storage(`${name}-${process.pid}`)']] },
    step: 8,
    says: /The same name is the same folder/
  },
  {
    name: 'leaves without a goodbye',
    edits: { 'chat.ts': [['goodbye(async () => {\n  await swarm.destroy()\n  await multi.close()\n})', '']] },
    step: 8,
    says: /chat\.ts \(carl\) ended by the signal SIGINT/
  },
  {
    name: 'exports nothing',
    edits: { 'multifeed.ts': '' },
    step: 1,
    says: /had ended, with exit code 1\. It complained: “multifeed\.ts exports no class/
  },
  ...idlers('chat.ts', 8, /did not print “ana: hello from ana”/),
  {
    name: 'a chat that is the program of another exercise',
    edits: { 'chat.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 8,
    says: /did not print “ana: hello from ana”\. chat\.ts \((ana|ben)\) had ended, with exit code 2/
  },
  {
    name: 'cannot be connected in memory',
    edits: {
      'multifeed.ts': [
        [
          '    const mux = Protomux.from(',
          "    if (own) throw new Error('not written yet')\n    const mux = Protomux.from("
        ]
      ]
    },
    step: 3,
    says: /`replicate\(\)` failed: not written yet \(multifeed\.ts:\d+\) .*each make a stream/
  }
]

export default mistakes
