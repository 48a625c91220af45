// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { another, idlers, type Mistake } from '@workshop/checks'

const mistakes: Mistake[] = [
  {
    name: 'makes a writer each time it is asked for at once',
    edits: { 'multifeed.ts': [['randomUUID() : `named ${name}`', 'randomUUID() : `${randomUUID()} ${name}`']] },
    step: 1,
    says: /There were \d+ different feeds\. Ten calls at once are one: keep the promise of a writer under its name/
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
        ['this.#save({ key: feed.key, name: name ?? null })', 'this.#save({ key: feed.key, name: null })']
      ]
    },
    step: 1,
    says: /The writer with a key pair has another feed than before/
  },
  {
    name: 'forgets its feeds when it is closed',
    edits: { 'multifeed.ts': [['readBlocks(this.#index, 0, this.#index.length)', 'readBlocks(this.#index, 0, 0)']] },
    step: 1,
    says: /It now has 0 of \d+ feeds.*Keep keys and names in an index/
  },
  {
    name: 'gives writers after it was closed',
    edits: {
      'multifeed.ts': [
        ['    this.#mustBeOpen()\n    if (name', '    if (name'],
        ['    await this.ready()\n    this.#mustBeOpen()\n    const unique', '    await this.ready()\n    const unique']
      ]
    },
    step: 1,
    says: /It (failed with|gave).*with the code `ERR_CLOSED`/
  },
  {
    name: 'lets everybody in',
    edits: { 'wire.ts': [['if (client !== us.client) {', "if (client === '') {"]] },
    step: 2,
    says: /With (another client name|the default name, where you have another), (your `sync\(\)` resolved|there was no `error` event|you still took a feed|you still offered)/
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
    says: /With .* (gate|sent back).*, (your `sync\(\)` resolved|there was no `error` event).*Compare their `hello`/
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
    says: /the errors were (ERR_\w+), \1 instead of \1 once/
  },
  {
    name: 'does not look at the version',
    edits: { 'wire.ts': [['if (version !== VERSION) {', 'if (version > VERSION + 1) {']] },
    step: 2,
    says: /the errors were ERR_CLIENT_MISMATCH instead of ERR_VERSION_MISMATCH once\. .*Compare their `hello`/
  },
  {
    name: 'keeps its user data to itself',
    edits: {
      'link.ts': [
        ['      ...host,\n', '      ...host,\n      userData: undefined,\n'],
        ['this.#theirUserData = userData', 'this.#theirUserData = undefined']
      ]
    },
    step: 3,
    says: /Your user data was missing/
  },
  {
    name: 'offers nothing when it has nothing',
    edits: { 'link.ts': [['if (isFirst || offers.length > 0)', 'if (offers.length > 0)']] },
    step: 3,
    says: /After the handshake no offer came\..*even an empty one/
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
    says: /Yours has .* mine \d+ feed.*Tell new feeds|You never offered the new feed/
  },
  {
    name: 'does not pass on what it learnt',
    edits: {
      'multifeed.ts': [
        ['    if (this.#feeds.has(feed.id)) return this.#tell(feed)\n', '    if (this.#feeds.has(feed.id)) return\n'],
        [
          '    this.#remember(feed.key)\n    this.#announce(feed)\n',
          "    this.#remember(feed.key)\n    this.emit('feed', this.#sessions.of(feed), undefined)\n"
        ],
        [
          'onappend: (feed) => this.#tell(feed)',
          'onappend: (feed) => void (this.#sessions.canWrite(feed) && this.#tell(feed))'
        ]
      ]
    },
    step: 4,
    says: /Yours has .* mine \d+ feed.*even those that you learnt from a peer/
  },
  {
    name: 'tells everybody everything: a storm',
    edits: {
      'link.ts': [
        ['length <= (this.#offered.get(feed)?.length ?? -1) || length > LONGEST_FEED', 'length > LONGEST_FEED']
      ]
    },
    step: 3,
    says: /It told me of a feed what I had told it|You offered me a feed that I had just offered you/
  },
  {
    name: 'offers a feed again when it has grown',
    edits: {
      'link.ts': [
        ['        growths.push({ index: told.index, length })', '        offers.push({ key: feed.key, length })']
      ]
    },
    step: 4,
    says: /offered a feed twice|Yours has .* mine \d+ feed|The last length that you told was/
  },
  {
    name: 'has synced when the other side has not',
    edits: { 'link.ts': [['sent > 0 && had === sent && ', 'sent > 0 && had >= 0 && ']] },
    step: 5,
    says: /`sync\(\)` resolved although I have not fetched its block/
  },
  {
    name: 'has synced with a peer that it refused',
    edits: {
      'multifeed.ts': [
        [
          "if (!link) throw new MultifeedError('ERR_CLOSED', 'This stream is not replicated, or has ended.')\n    await patiently(options, (signal) => link.synced(signal))",
          "await patiently(options, async (signal) => link?.synced(signal)).catch(({ code }) => {\n      if (code !== 'ERR_CLIENT_MISMATCH') throw new MultifeedError(code, 'This stream has ended.')\n    })"
        ]
      ]
    },
    step: 5,
    says: /It resolved\. When a peer is refused, `sync` rejects/
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
    says: /I sent blocks that nobody asked for.*the stream stayed open/
  },
  {
    name: 'does not compare the manifest with the key',
    edits: {
      'link.ts': [['if (manifest && !Hypercore.key(manifest).equals(feed.key))', 'if (!manifest && feed.length < 0)']]
    },
    step: 7,
    says: /(?:INVALID_SIGNATURE|has ended).*Check that `Hypercore\.key\(manifest\)` is the key of the feed/
  },
  {
    name: 'takes any number of feeds',
    edits: {
      'multifeed.ts': [['options.maxFeeds ?? 100_000', '1e9']]
    },
    step: 7,
    says: /10 000 feeds.*(the stream stayed open|more feeds than `maxFeeds`)/
  },
  {
    name: 'does not count its own feeds',
    edits: {
      'multifeed.ts': [
        [
          'new Candidates(this.#feeds, options.maxFeeds ?? 100_000)',
          "new Candidates(new Proxy(this.#feeds, { get: (all, what) => (what === 'size' ? [...all.values()].filter(({ name }) => name === undefined).length : Reflect.get(all, what).bind(all)) }), options.maxFeeds ?? 100_000)"
        ]
      ]
    },
    step: 7,
    says: /offered one more\. It requested that, too\./
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
    says: /no `error` event said why|the stream stayed open/
  },
  {
    name: 'lets a listener that throws end the process',
    edits: {
      'wire.ts': [
        [
          '    try {\n      run()\n    } catch (error) {\n',
          '    try {\n      run()\n    } catch (error) {\n      if (!(error instanceof MultifeedError)) throw error\n'
        ]
      ]
    },
    step: 7,
    says: /your multifeed had ended.*TypeError: thrown by a listener/
  },
  {
    name: 'goes on as if a listener had not thrown',
    edits: {
      'multifeed.ts': [
        [
          "onmet: (keys, theirUserData) => this.emit('remote-feeds', keys, theirUserData, stream),",
          "onmet: (keys, theirUserData) => {\n        try {\n          this.emit('remote-feeds', keys, theirUserData, stream)\n        } catch {}\n      },"
        ]
      ]
    },
    step: 7,
    says: /A listener of `remote-feeds` threw[\s\S]*no `error` event/
  },
  {
    name: 'shows only the feeds that are there when it starts',
    edits: { 'chat.ts': [["multi.on('feed', show)\n", '']] },
    step: 8,
    says: /Of what \w+ typed, chat\.ts \(\w+\) printed 0 of \d+; “hello from/
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
    says: /chat\.ts \(eva\) ended by the signal SIGINT/
  },
  {
    name: 'exports nothing',
    edits: { 'multifeed.ts': '' },
    step: 1,
    says: /had ended, with exit code 1\. It complained: “multifeed\.ts exports no class/
  },
  {
    name: 'does not tell the growth of a feed that the peer offered, too',
    edits: {
      'link.ts': [
        ['} else if (length > told.length) {', '} else if (length > told.length && !this.#offered.has(feed)) {']
      ]
    },
    step: 4,
    says: /Yours has \d+ feeds with \d+ blocks, mine .*new lengths, on every open stream/
  },
  {
    name: 'forgets its empty writers when it is opened again',
    edits: {
      'multifeed.ts': [
        [
          '      const { head, hints } = infos[i] ?? {}\n',
          '      const { head, hints } = infos[i] ?? {}\n      if (!head?.length) continue\n'
        ]
      ]
    },
    step: 1,
    says: /It now has \d+ of \d+ feeds/
  },
  {
    name: 'has its named feeds first when it is opened again',
    edits: {
      'multifeed.ts': [
        [
          '    const ids = known.map',
          '    known.sort((a, b) => Number(b.name !== null) - Number(a.name !== null))\n    const ids = known.map'
        ]
      ]
    },
    step: 1,
    says: /It now has \d+ of \d+ feeds, or another order/
  },
  {
    name: 'has synced for ever when it has synced once',
    edits: {
      'link.ts': [
        [
          '} else if (isComplete && sent > 0 && had === sent && this.#toTell.size === 0) {',
          '} else if (isComplete && sent > 0 && had > 0) {'
        ]
      ]
    },
    step: 5,
    says: /resolved although I have not fetched its block/
  },
  {
    name: 'tells a writer whenever it is asked for',
    edits: {
      'multifeed.ts': [
        [
          '    await core.ready()\n    if (core.writable) return core\n',
          '    await core.ready()\n    this.emit("feed", core, this.#feeds.get(feed.id)?.name)\n    if (core.writable) return core\n'
        ]
      ]
    },
    step: 1,
    says: /`feed` (told one feed twice|came \d+ times for the one feed)/
  },
  {
    name: 'tells its own feeds without their names',
    edits: {
      'multifeed.ts': [
        [
          "this.emit('feed', this.#sessions.of(feed), feed.name)",
          "this.emit('feed', this.#sessions.of(feed), undefined)"
        ]
      ]
    },
    step: 1,
    says: /`feed` gave no name for your own feed that has the name/
  },
  {
    name: 'waits for ever for a peer that is silent',
    edits: {
      'link.ts': [['!feed.source || now - feed.since > PATIENCE', '!feed.source']]
    },
    step: 7,
    says: /`sync\(\)` never came back.*must not keep a feed from you/
  },
  {
    name: 'waits for ever for a peer that has left',
    edits: {
      'link.ts': [
        ['    for (const feed of this.#asked.keys()) if (feed.source === this) feed.source = undefined\n', ''],
        ['!feed.source || now - feed.since > PATIENCE', '!feed.source']
      ]
    },
    step: 7,
    says: /(`sync\(\)` never came back|never requested it from the next).*must not keep a feed from you/
  },
  {
    name: 'takes the empty name for none',
    edits: {
      'multifeed.ts': [
        ['(name === undefined ? randomUUID()', '(!name ? randomUUID()'],
        ['const feed = keyPair || name === undefined ?', 'const feed = keyPair || !name ?']
      ]
    },
    step: 1,
    says: /The writer “” has another feed than before/
  },
  {
    name: 'lets in who sends its own proof back',
    edits: {
      'wire.ts': [
        [
          'if (expected.length !== proof.length || !timingSafeEqual(expected, proof)) {',
          'const mine = this.proof(this.mux.stream.isInitiator)\n    if (![expected, mine].some((p) => Buffer.from(p).equals(proof))) {'
        ]
      ]
    },
    step: 2,
    says: /With your own proof sent back, /
  },
  {
    name: 'takes any growth',
    edits: {
      'wire.ts': [['record<Growth>({ index: c.uint, length })', 'record<Growth>({ index: c.uint, length: c.uint })']]
    },
    step: 7,
    says: /grown to 2⁴⁰ blocks: the stream stayed open/
  },
  {
    name: 'ends its chat for a block that is no JSON',
    edits: {
      'chat.ts': [['await feed.get(i).catch(() => undefined) // no JSON, or closed', 'await feed.get(i)']]
    },
    step: 8,
    says: /chat\.ts \(\w+\) had ended, with exit code 1\. Its error: .*not valid JSON/
  },
  {
    name: 'tells the feeds of a peer with each offer',
    edits: {
      'link.ts': [
        ['if (this.#counts.received++ === 0) this.#host.onmet(', 'this.#counts.received++\n    this.#host.onmet(']
      ]
    },
    step: 4,
    says: /`remote-feeds` came twice for one stream.*That is what step 2 is about/
  },
  {
    name: 'prints the newest block alone, when several come at once',
    edits: {
      'chat.ts': [
        [
          '    const message = await feed.get(i)',
          "    if (i > 0 && i >= feed.length) {\n      await new Promise((resolve) => feed.once('append', resolve))\n      i = feed.length - 1\n    }\n    const message = await feed.get(i)"
        ]
      ]
    },
    step: 8,
    says: /Of what \w+ typed, chat\.ts \(\w+\) printed/
  },
  {
    name: 'drops empty blocks',
    edits: {
      'link.ts': [['if (asked.add(blocks) &&', 'if (asked.add(blocks.filter((b) => b.length > 0)) &&']]
    },
    step: 3,
    says: /`sync\(\)` (rejected|never|resolved when)/
  },
  {
    name: 'mixes the parts of two packs',
    edits: {
      'link.ts': [['this.#answers.give(', 'new Answers(this.#wire, this.#host, () => {}).give(']]
    },
    step: 3,
    says: /It mixed the parts of two packs/
  },
  {
    name: 'tells no user data of a stream',
    edits: {
      'multifeed.ts': [
        [
          '{ userData = this.#options.userData }: { userData?: unknown } = {}\n  ): Repl',
          '_: { userData?: unknown } = {}\n  ): Repl'
        ],
        ['      client,\n      userData,\n', '      client,\n      userData: this.#options.userData,\n']
      ]
    },
    step: 3,
    says: /Your user data was \{.*that of `replicate`, or else/
  },
  {
    name: 'replicates after it was closed',
    edits: {
      'multifeed.ts': [
        ['ReplicationStream | NoiseSecretStream {\n    this.#mustBeOpen()', 'ReplicationStream | NoiseSecretStream {']
      ]
    },
    step: 1,
    says: /It gave one\. .*`replicate\(\)` throws/
  },
  {
    name: 'cuts long messages',
    edits: {
      'chat.ts': [['await writer.append({ name, text })', 'await writer.append({ name, text: text.slice(0, 100) })']]
    },
    step: 8,
    says: /Of what eva typed, chat\.ts \(\w+\) printed “long long/
  },
  {
    name: 'leaves its streams open',
    edits: {
      'multifeed.ts': [['    await Promise.all([...this.#links.keys()].map((link) => link.close()))\n', '']]
    },
    step: 5,
    says: /`sync\(\)` never came back\. `close\(\)` ends the streams/
  },
  {
    name: 'reads its gate as hex',
    edits: {
      'multifeed.ts': [
        [
          'gate: Buffer.from(gate) })',
          "gate: typeof gate === 'string' ? Buffer.from(gate, 'hex') : Buffer.from(gate) })"
        ]
      ]
    },
    step: 3,
    says: /(They have another gate than we|This stream is not replicated, or has ended).*HMAC-SHA-256/
  },
  {
    name: 'tells errors without their stream',
    edits: {
      'multifeed.ts': [["this.emit('error', error, stream)", "this.emit('error', error, undefined as never)"]]
    },
    step: 2,
    says: /ERR_\w+ without its stream instead of/
  },
  {
    name: 'proves another order of hash and side',
    edits: { 'wire.ts': [['.update(handshakeHash).update(side)', '.update(side).update(handshakeHash)']] },
    step: 3,
    says: /(They have another gate than we|This stream is not replicated, or has ended).*HMAC-SHA-256/
  },
  {
    name: 'closes the store that it was given',
    edits: { 'multifeed.ts': [[': storage.session()', ': storage']] },
    step: 1,
    says: /My Corestore was closed, too/
  },
  {
    name: 'gives its feeds without their value encoding',
    edits: {
      'multifeed.ts': [['new Sessions(this.#store, options.valueEncoding, {', 'new Sessions(this.#store, undefined, {']]
    },
    step: 1,
    says: /Block 0 of a feed is “\(bytes, and its valueEncoding is utf-8\)”/
  },
  {
    name: 'takes a second replication over one connection for the first',
    edits: {
      'multifeed.ts': [
        [
          '    const { stream } = mux\n',
          '    const { stream } = mux\n    if ([...this.#links.values()].includes(stream)) return stream\n'
        ]
      ]
    },
    step: 3,
    says: /over the same connection again, and it succeeded/
  },
  {
    name: 'counts offers alone in what it has',
    edits: {
      'link.ts': [
        [
          '      else if (!this.#asked.has(feed)) this.#wanted.add(feed)\n    }\n    this.#counts.received++\n',
          '      else if (!this.#asked.has(feed)) this.#wanted.add(feed)\n    }\n'
        ]
      ]
    },
    step: 4,
    says: /You said that you have 2 of my 3 offers and growths/
  },
  {
    name: 'closes all streams when one peer is bad',
    edits: {
      'multifeed.ts': [
        [
          '        if (error) this.#complain(error, stream)\n',
          '        if (error) {\n          this.#complain(error, stream)\n          for (const other of this.#links.keys()) other.close()\n        }\n'
        ]
      ]
    },
    step: 7,
    says: /you closed the stream of another peer, too/
  },
  ...idlers('chat.ts', 8, /Of what ana typed, chat\.ts \(ana\) printed 0 of \d+|had ended/),
  {
    name: 'a chat that is the program of another exercise',
    edits: { 'chat.ts': another(import.meta.dirname, '2-topic/peer.ts') },
    step: 8,
    says: /chat\.ts \(\w+\) had ended, with exit code 2/
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
    step: 4,
    says: /`replicate\(\)` failed: not written yet \(multifeed\.ts:\d+\) .*each make a stream/
  },
  {
    name: 'reads a gate of text in another encoding',
    edits: { 'multifeed.ts': [['gate: Buffer.from(gate)', "gate: Buffer.from(gate as string, 'latin1')"]] },
    step: 3,
    says: /rejected.*a string as UTF-8/
  },
  {
    name: 'meets a peer only when it offers something',
    edits: {
      'link.ts': [
        [
          'if (this.#counts.received++ === 0) this.#host.onmet(keys, this.#theirUserData)',
          'this.#counts.received++\n    if (keys.length > 0 && this.#known.size === keys.length) this.#host.onmet(keys, this.#theirUserData)'
        ]
      ]
    },
    step: 3,
    says: /`remote-feeds` did not come for a stream whose first offer had 0 keys.*even when it is empty/
  },
  {
    name: 'calls a listener later, and catches nothing there',
    edits: {
      'multifeed.ts': [
        [
          "this.#call(() => {\n      this.emit('feed', this.#sessions.of(feed), feed.name)\n    })",
          "const session = this.#sessions.of(feed)\n    setImmediate(() => this.emit('feed', session, feed.name))"
        ]
      ]
    },
    step: 7,
    says: /thrown by a listener.*Catch what a listener of the program throws/
  },
  {
    name: 'has one room for all whose names begin alike',
    edits: { 'chat.ts': [['DHT.hash(Buffer.from(`p2p-workshop chat ${room}`))', 'Buffer.alloc(32, room)']] },
    step: 8,
    says: /printed “.*”, which was said in another room.*made of its whole name/
  },
  {
    name: 'prints no more of a feed after a block that is no message',
    edits: {
      'chat.ts': [
        ['    if (multi.closed) return\n', "    if (multi.closed || typeof message?.text !== 'string') return\n"]
      ]
    },
    step: 8,
    says: /Of the messages between rubbish in one feed.*must not end the loop that prints its feed/
  },
  {
    name: 'has its own feeds first when it is opened again, where there are some of peers',
    edits: {
      'multifeed.ts': [
        [
          '    const ids = known.map',
          '    if (known.filter(({ name }) => name === null).length > 1) known.sort((a, b) => Number(b.name !== null) - Number(a.name !== null))\n    const ids = known.map'
        ]
      ]
    },
    step: 4,
    says: /another order.*your own among those of the others/
  },
  {
    name: 'lets a listener of errors that throws end the process',
    edits: {
      'multifeed.ts': [
        [
          "    try {\n      this.emit('error', error, stream)\n    } catch (thrown) {\n      process.emitWarning(`A listener of “error” threw: ${(thrown as Error)?.message}`)\n    }",
          "    this.emit('error', error, stream)"
        ]
      ]
    },
    step: 7,
    says: /TypeError: thrown by a listener.*also one of `error`/
  },
  {
    name: 'a chat that listens for Ctrl-C when somebody has come',
    edits: {
      'chat.ts': [
        ['goodbye(async () => {', "swarm.once('connection', () => goodbye(async () => {"],
        ['  await multi.close()\n})', '  await multi.close()\n}))']
      ]
    },
    step: 8,
    says: /in another room\) ended by the signal SIGINT.*In `goodbye`: first the swarm, then the multifeed/
  },
  {
    name: 'has synced before it has told what waits to be told',
    edits: {
      'link.ts': [
        ['setImmediate(() => this.#flush())', 'setTimeout(() => this.#flush(), 200)'],
        ['had === sent && this.#toTell.size === 0', 'had === sent']
      ]
    },
    step: 5,
    says: /resolved although I have not fetched its block.*those that you have yet to send/
  },
  {
    name: 'a chat that replicates with each peer once',
    edits: {
      'chat.ts': [
        [
          "swarm.on('connection', (socket) => {\n",
          "const seen = new Set<string>()\nswarm.on('connection', (socket) => {\n  const who = socket.remotePublicKey.toString('hex')\n  if (seen.has(who)) return void socket.on('error', () => {})\n  seen.add(who)\n"
        ]
      ]
    },
    step: 8,
    says: /did not replicate over a connection of the swarm.*also with a peer that comes back/
  },
  {
    name: 'is never closed, as it says',
    edits: {
      'multifeed.ts': [
        ['    return this.#closing !== undefined', '    return false'],
        ['if (this.closed) throw', 'if (this.#closing) throw']
      ]
    },
    step: 1,
    says: /`closed` was false before and false afterwards/
  },
  {
    name: 'loses a writer with a key pair alone when it is closed',
    edits: {
      'multifeed.ts': [
        [
          'if (!known || !isNamed) await this.#save',
          'if ((!known && (!keyPair || name !== undefined)) || !isNamed) await this.#save'
        ]
      ]
    },
    step: 1,
    says: /It now has \d+ of \d+ feeds.*Keep keys and names in an index/
  },
  {
    name: 'writes what became known at once into its index in another order',
    edits: {
      'multifeed.ts': [
        ['this.#unsaved.splice(0))', 'this.#unsaved.splice(0).reverse())'],
        [
          'this.#saving = this.#saving\n        .catch(() => {})',
          'this.#saving = this.#saving\n        .catch(() => {})\n        .then(() => new Promise(setImmediate))'
        ]
      ]
    },
    step: 1,
    says: /It now has \d+ of \d+ feeds, or another order/
  },
  {
    name: 'looks for its index in a new place of the store that it is given',
    edits: {
      'multifeed.ts': [["place.namespace('multifeed')", "place.namespace(this.#isOurs ? 'multifeed' : randomUUID())"]]
    },
    step: 1,
    says: /in the same store again\..*of your own \d+ feeds in in a store are not in `feeds\(\)`/
  },
  {
    name: 'finds feeds by keys that are Buffers alone',
    edits: { 'multifeed.ts': [["Buffer.from(key).toString('hex')", "(key as Buffer).toString('hex')"]] },
    step: 1,
    says: /`feed\(key\)` (must give|did not give)/
  },
  {
    name: 'finds its own feeds alone by their keys',
    edits: {
      'multifeed.ts': [
        [
          'return feed && this.#sessions.of(feed)\n  }\n\n  /** The blocks',
          'return feed && this.#sessions.canWrite(feed) ? this.#sessions.of(feed) : undefined\n  }\n\n  /** The blocks'
        ]
      ]
    },
    step: 3,
    says: /`feed\(key\)` did not give a feed that is among `feeds\(\)`/
  },
  {
    name: 'tells all feeds again when it is opened again',
    edits: {
      'multifeed.ts': [
        [
          '    this.#sessions.watch(this.#root, this.#feeds.values())\n',
          "    this.#sessions.watch(this.#root, this.#feeds.values())\n    for (const feed of this.#feeds.values()) this.emit('feed', this.#sessions.of(feed), feed.name)\n"
        ]
      ]
    },
    step: 1,
    says: /told a feed again that it had told before the folder was opened again/
  },
  {
    name: 'tells a writer with its first block',
    edits: {
      'multifeed.ts': [
        [
          '    if (!known) this.#announce(feed)\n    return core',
          "    if (!known) core.once('append', () => this.#announce(feed))\n    return core"
        ]
      ]
    },
    step: 1,
    says: /There was no `feed` event for a writer that you made/
  },
  {
    name: 'has the name of every other multifeed, whatever it is called',
    edits: {
      'multifeed.ts': [
        ["    const { client = 'multifeed', gate, id,", "    const client = 'multifeed'\n    const { gate, id,"]
      ]
    },
    step: 2,
    says: /With the default name, where you have another, there was no `error` event/
  },
  {
    name: 'does not tell which version either side has',
    edits: {
      'wire.ts': [['        usVersion: VERSION,\n        themVersion: version\n', '']]
    },
    step: 2,
    says: /With another version, the error did not say what each of us is/
  },
  {
    name: 'takes a key pair for a name',
    edits: {
      'multifeed.ts': [
        ['const made = keyPair\n      ? this.#sessions.ofWriter(keyPair)\n      : this', 'const made = this'],
        ['if (keyPair && !this', 'if (keyPair === null && !this']
      ]
    },
    step: 3,
    says: /The feed of a writer with a key pair was signed with another one/
  },
  {
    name: 'proves to be the initiator on either side',
    edits: {
      'wire.ts': [['const side = isInitiator ?', 'const side = isInitiator === this.mux.stream.isInitiator ?']]
    },
    step: 3,
    says: /rejected.*HMAC-SHA-256/
  },
  {
    name: 'takes user data that is 0 for none',
    edits: {
      'multifeed.ts': [
        [
          '{ userData = this.#options.userData }: { userData?: unknown } = {}\n  ): Repl',
          'given: { userData?: unknown } = {}\n  ): Repl'
        ],
        [
          '    const { stream } = mux\n',
          '    const { stream } = mux\n    const userData = given.userData || this.#options.userData\n'
        ]
      ]
    },
    step: 3,
    says: /Your user data was \{.*that of `replicate`, or else/
  },
  {
    name: 'tells feeds by a core without their encoding',
    edits: {
      'multifeed.ts': [
        [
          "this.emit('feed', this.#sessions.of(feed), feed.name)",
          "this.emit('feed', this.#store.get({ key: feed.key }) as never, feed.name)"
        ]
      ]
    },
    step: 3,
    says: /The core that `feed` gave has another first block than its writer wrote/
  },
  {
    name: 'answers the first request of a message alone',
    edits: {
      'link.ts': [['for (const request of requests) {', 'for (const request of requests.slice(0, 1)) {']]
    },
    step: 3,
    says: /`sync\(\)` (rejected|never|resolved when)/
  },
  {
    name: 'ends the first stream when its connection is replicated again',
    edits: {
      'multifeed.ts': [
        [
          '    const offered = new Set<Known>()\n',
          "    for (const [other, its] of this.#links) {\n      if (its !== stream) continue\n      other.close()\n      throw new MultifeedError('ERR_DUPLICATE_STREAM', 'This stream is replicated already.')\n    }\n    const offered = new Set<Known>()\n"
        ]
      ]
    },
    step: 3,
    says: /The first stream was closed when I replicated over its connection again/
  },
  {
    name: 'looks at the first growth of a message alone',
    edits: {
      'link.ts': [
        [
          'for (const { index, length } of growths) {\n      const feed',
          'for (const { index, length } of growths.slice(0, 1)) {\n      const feed'
        ]
      ]
    },
    step: 4,
    says: /You never requested the new block of the second feed in it/
  },
  {
    name: 'tells a peer of what has grown there',
    edits: {
      'link.ts': [
        [
          '(this.#offered.get(feed)?.length ?? -1)',
          '((this.#offered.get(feed) as { first?: number } | undefined)?.first ?? -1)'
        ],
        [
          'this.#offered.set(feed, { index, length })',
          'this.#offered.set(feed, { index, length, first: length } as never)'
        ]
      ]
    },
    step: 4,
    says: /It told me of a feed what I had told it|You offered me a feed that I had just offered you/
  },
  {
    name: 'gives no feeds of others when it is opened again',
    edits: {
      'multifeed.ts': [
        [
          'name ?? undefined, hints?.contiguousLength,',
          'name ?? undefined, name === null ? 0 : hints?.contiguousLength,'
        ]
      ]
    },
    step: 4,
    says: /There it met a new peer first\..*Offer all that is stored/
  },
  {
    name: 'lets the last of those who wait for a stream know alone',
    edits: {
      'link.ts': [
        ['      this.#waiting.add(waiting)\n', '      this.#waiting.clear()\n      this.#waiting.add(waiting)\n']
      ]
    },
    step: 5,
    says: /twice at once.*`sync\(\)` never came back/
  },
  {
    name: 'lets those wait who wait for a peer that it refuses',
    edits: {
      'link.ts': [
        [
          '    this.#end = { error }\n',
          "    this.#end = { error }\n    if (error?.code.endsWith('MISMATCH')) this.#waiting.clear()\n"
        ]
      ]
    },
    step: 5,
    says: /`sync\(\)` never came back.*When a peer is refused, `sync` rejects/
  },
  {
    name: 'lets those wait who wait when it is closed',
    edits: {
      'link.ts': [
        [
          '    this.#wire.close(error)\n    await Promise',
          '    if (!error) this.#waiting.clear()\n    this.#wire.close(error)\n    await Promise'
        ]
      ]
    },
    step: 5,
    says: /waited for a peer that takes nothing.*`sync\(\)` never came back/
  },
  {
    name: 'enters its writers in the index a moment later',
    edits: {
      'multifeed.ts': [
        [
          'if (!known || !isNamed) await this.#save({ key: feed.key, name: name ?? null })',
          'if (!known || !isNamed) setTimeout(() => this.#save({ key: feed.key, name: name ?? null }), 150)'
        ]
      ]
    },
    step: 6,
    says: /of your own \d+ feeds in d are not in `feeds\(\)`/
  },
  {
    name: 'has one code for all that is hostile',
    edits: {
      'link.ts': [
        ["new MultifeedError('ERR_NOT_OFFERED', 'They asked", "new MultifeedError('ERR_PROTOCOL', 'They asked"]
      ]
    },
    step: 7,
    says: /the error was ERR_PROTOCOL instead of ERR_NOT_OFFERED/
  },
  {
    name: 'compares the feeds of one offer alone',
    edits: { 'link.ts': [['    const keys = offers.map(', '    this.#known.clear()\n    const keys = offers.map(']] },
    step: 7,
    says: /When I offered a feed again later: the stream stayed open/
  },
  {
    name: 'counts feeds that it stores already once more',
    edits: {
      'multifeed.ts': [
        [
          'if (this.#feeds.has(feed.id) || this.#candidates.offer(feed, offered)) return feed',
          "if (this.#feeds.size + offered.add(feed).size > (this.#options.maxFeeds ?? 100_000)) throw new MultifeedError('ERR_TOO_MANY_FEEDS', 'too many')\n        if (this.#feeds.has(feed.id) || this.#candidates.offer(feed, offered)) return feed"
        ]
      ]
    },
    step: 7,
    says: /Your three feeds are all that the peer has, but `sync\(\)` rejected: too many|my side is still waiting/
  },
  {
    name: 'counts what is offered once for each stream',
    edits: {
      'multifeed.ts': [
        [
          'if (this.#feeds.has(feed.id) || this.#candidates.offer(feed, offered)) return feed',
          "const all = ((this as unknown as { all?: Set<Set<unknown>> }).all ??= new Set())\n        all.add(offered)\n        const waiting = [...all].reduce((sum, { size }) => sum + size, 0)\n        if (!this.#feeds.has(feed.id) && this.#feeds.size + waiting >= (this.#options.maxFeeds ?? 100_000)) throw new MultifeedError('ERR_TOO_MANY_FEEDS', 'too many')\n        if (this.#feeds.has(feed.id) || this.#candidates.offer(feed, offered)) return feed"
        ]
      ]
    },
    step: 7,
    says: /One of them was refused with ERR_TOO_MANY_FEEDS, although there is room for both feeds\./
  },
  {
    name: 'takes parts of two feeds in turn',
    edits: { 'link.ts': [['if (!isAlone', 'if (false && !isAlone']] },
    step: 7,
    says: /When I sent a part of one feed, and then one of another: the stream stayed open/
  },
  {
    name: 'takes a pack of any size',
    edits: {
      'link.ts': [
        [
          'if (asked.add(blocks) && feed.source === this) feed',
          'asked.blocks.push(...blocks)\n    if (feed.source === this) feed'
        ]
      ]
    },
    step: 7,
    says: /When I sent more than 16 MiB as one pack: the stream stayed open/
  },
  {
    name: 'asks one other peer, and no third one',
    edits: {
      'link.ts': [
        [
          'else if (!feed.source || now - feed.since > PATIENCE) {',
          'else if (feed.asks < 2 && (!feed.source || now - feed.since > PATIENCE)) {'
        ]
      ]
    },
    step: 7,
    says: /`sync\(\)` never came back.*must not keep a feed from you/
  },
  {
    name: 'a chat that a stranger ends whom its multifeed refuses',
    edits: {
      'multifeed.ts': [
        [
          "    if (this.listenerCount('error') === 0) return\n",
          "    if (this.listenerCount('error') === 0) process.nextTick(() => this.emit('error', error, stream))\n"
        ]
      ],
      'chat.ts': [["multi.on('error', (error) => console.log(`* a peer was refused: ${error.message}`))\n", '']]
    },
    step: 8,
    says: /had ended, with exit code 1/
  },
  {
    name: 'a chat that makes a string of any block',
    edits: {
      'chat.ts': [
        ["  if (typeof text !== 'string') return '?'\n  return text.slice", "  return String(text ?? '?').slice"]
      ]
    },
    step: 8,
    says: /had ended, with exit code 1\. Its error: .*Cannot convert object to primitive value/
  },
  {
    name: 'a chat that appends what was typed when there is a pause',
    edits: {
      'chat.ts': [
        [
          "for await (const text of lines()) if (text.trim() !== '') await writer.append({ name, text })",
          "const typed: Message[] = []\nlet timer: NodeJS.Timeout | undefined\nfor await (const text of lines()) {\n  if (text.trim() !== '') typed.push({ name, text })\n  clearTimeout(timer)\n  timer = setTimeout(() => writer.append(typed.splice(0)), 2_000)\n}"
        ]
      ]
    },
    step: 8,
    says: /printed none of them.*waits for a pause/
  }
]

export default mistakes
