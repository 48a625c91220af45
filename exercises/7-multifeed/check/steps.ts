// The verdict of exercise 7. The class runs in a process of its own, driver.ts. The other peers are ours, in peer.ts: one
// that replicates as the text has it, and one that says what no multifeed would. What holds at the end of every step is
// in play.ts.
import { type Check, step } from '@workshop/checks'
import c from 'compact-encoding'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import { type Messages, VERSION } from '../starter/wire.ts'
import { chat } from './chat.ts'
import { type Kind, packsOf, proofOf, type Speaker } from './peer.ts'
import { Play } from './play.ts'

const blocksOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`)

const check: Check = (stage) => {
  const start = stage.scene(() => Play.start(stage))
  /** Blocks that hurt, as lines do; and an empty one, and one twice. */
  const hurting = () => stage.random.lines()

  return [
    step('the container: writers, feeds and names, also after a restart', async () => {
      const play = await start()
      const { program } = play
      const dir = await play.folder('container')
      stage.did('I opened a multifeed, and asked ten times at once for the writer “x”.')
      await program.open('c', dir)
      stage.expect((await program.look('c')).feeds.length === 0, 'A new multifeed had feeds.', 'It begins with none.')
      const keys = await program.call('writers', 'c', Array(10).fill('x'))
      stage.expect(
        new Set(keys).size === 1,
        `There were ${new Set(keys).size} different feeds.`,
        'Keep the promise of a writer under its name, before you wait for anything.'
      )
      play.owns(dir, String(keys[0]), 'x')

      const names = stage.random.shuffled(['1', '0', 'écrivain ✍️', '__proto__', 'constructor', '', 'X', ' x'])
      stage.did(
        `I made writers named ${names.map((name) => `“${name}”`).join(', ')}, one writer without a name, and one with a key pair.`
      )
      for (const name of names) keys.push(await play.writer('c', name, []))
      keys.push(await play.writer('c', undefined, hurting()))
      const { publicKey, secretKey } = DHT.keyPair()
      const pair = { publicKey: publicKey.toString('hex'), secretKey: secretKey.toString('hex') }
      const paired = await program.call('writers', 'c', ['a pair', 'a pair'], pair)
      play.owns(dir, String(paired[0]), 'a pair')
      const order = [...new Set([...keys, ...paired])]
      stage.expect(
        order.length === names.length + 3,
        `They were ${order.length} different feeds instead of ${names.length + 3}.`,
        'Each name has a feed of its own, and so does each call without a name. One key pair is one feed.'
      )
      for (const key of order.slice(0, 4)) await play.append('c', key, hurting())
      await program.call('writer', 'c', 'x')
      const listed = (await program.look('c')).feeds.map(({ key }) => key)
      stage.expect(
        listed.join() === order.join(),
        '`feeds()` gives feeds that I did not make, or another order.',
        'Keep feeds in the order in which they became known, each once.'
      )
      const found = await Promise.all([String(order[0]), 'ab'.repeat(32)].map((key) => program.call('feed', 'c', key)))
      stage.expect(
        found.join() === 'true,true,false,false',
        '`feed(key)` must give the feed for its key, in hex and in bytes, and nothing for another key. It did not.',
        'A key is 32 bytes, or 64 hex digits.'
      )
      await stage.keepPromises()

      stage.did('I closed it twice, and then asked for a writer and a stream.')
      await program.call('close', 'c')
      await program.call('close', 'c')
      for (const late of [await program.try('writer', 'c', 'late'), await program.try('pipe', 'c', 'c')]) {
        stage.expect(
          late.error?.code === 'ERR_CLOSED',
          late.error ? `It failed with ${late.error.code ?? late.error.message}.` : 'It gave one.',
          'A second `close()` resolves. After `close()`, `writer()` rejects and `replicate()` throws, with the code `ERR_CLOSED`.'
        )
      }

      stage.did('I opened the same folder again.')
      program.means = 'Keep keys and names in an index, a core of its own, and read it when you open.'
      await program.open('again', dir)
      const known = (await program.look('again')).feeds.map(({ key }) => key)
      stage.expect(
        known.join() === order.join(),
        `It now has ${known.length} of ${order.length} feeds, or another order.`,
        program.means
      )
      for (const [i, name] of ['x', ...names].entries()) {
        const key = await program.call('writer', 'again', name)
        stage.expect(key === order[i], `The writer “${name}” has another feed than before.`, program.means)
      }
      for (const own of [
        await program.call('writer', 'again', 'a pair'),
        await program.call('writer', 'again', null, pair)
      ]) {
        stage.expect(own === order.at(-1), 'The writer with a key pair has another feed than before.', program.means)
        await play.append('again', own, ['more'])
      }
      await play.append('again', String(order[0]), ['third'])
      program.means = undefined
      await stage.keepPromises()
      await program.call('close', 'again')

      stage.did('I opened one in a Corestore of mine, and closed it.')
      await program.open('in a store', await play.folder('store'), {}, true)
      await play.writer('in a store', 'mine', hurting())
      await stage.keepPromises()
      const isClosed = await program.call('close', 'in a store')
      stage.expect(
        !isClosed,
        'My Corestore was closed, too.',
        'A Corestore that you are given is not yours: make a session of it with `store.session()`, and close that.'
      )
    }),

    step('the handshake: a peer that does not fit is refused, once', async () => {
      const play = await start()
      const { program } = play
      const compare =
        'Compare their `hello` with yours before anything else, and close the stream with a MultifeedError.'
      const proof =
        'A proof is `HMAC-SHA-256(gate, handshakeHash + side)`: the gate as bytes, the side in ASCII, as README.md says.'
      const gate = stage.random.word()
      const strangers: [what: string, code: string, mine: object, theirs: Kind][] = [
        ['another client name', 'ERR_CLIENT_MISMATCH', {}, { client: 'forum' }],
        ['another version', 'ERR_VERSION_MISMATCH', {}, { version: VERSION + 1, client: 'of another time' }],
        ['another gate', 'ERR_GATE_MISMATCH', { gate }, { gate: `${gate}!` }],
        ['no gate, where you have one', 'ERR_GATE_MISMATCH', { gate }, {}],
        ['a gate, where you have none', 'ERR_GATE_MISMATCH', {}, { gate }],
        ['your own proof sent back', 'ERR_GATE_MISMATCH', { gate }, { gate, reflects: true }]
      ]
      stage.did(`I connected peers with ${strangers.map(([what]) => what).join('; with ')}; all at the same instant.`)
      await Promise.all(
        strangers.map(async ([what, code, options, kind], i) => {
          const multi = `stranger-${i}`
          await program.open(multi, await play.folder('stranger'), options)
          await play.writer(multi, 'secret', ['a secret'])
          const mine = await play.peer(kind)
          await play.write(mine, ['of a stranger'])
          const { stream, socket } = await play.connect(multi)
          const session = mine.replicate(socket)
          const { error } = await program.try('sync', stream)
          stage.expect(error !== undefined, `With ${what}, your \`sync()\` resolved.`, compare)
          const { errors, feeds } = await stage.until(
            async () => {
              const seen = await program.look(multi)
              return seen.errors.length > 0 && seen
            },
            () => `With ${what}, there was no \`error\` event.`,
            { means: compare }
          )
          stage.expect(
            errors.join() === code,
            `With ${what}, the errors were ${errors.join(', ')} instead of ${code} once.`,
            compare
          )
          stage.expect(feeds.length === 1, `With ${what}, you still took a feed of mine.`, compare)
          await stage.until(
            () => session.speaker.isClosed,
            () => `With ${what}, the stream stayed open.`,
            { means: compare }
          )
          const isTold = session.speaker.said('offer').flat().length > 0
          stage.expect(!isTold, `With ${what}, you still offered your feed.`, compare)
        })
      )
      stage.did('I connected one with the same gate and with user data, twice.')
      const mine = { gate, userData: { i: 'am', from: ['the', 'options'] } }
      await program.open('friend', await play.folder('friend'), mine)
      const friend = await play.peer({ gate, userData: { name: 'friend', of: null } })
      const feed = await play.write(friend, ['of a friend'])
      const { session } = await play.exchange('friend', friend, { means: proof })
      const told = await play.exchange('friend', friend, { options: { userData: 'of the stream' }, means: proof })
      const data = 'Send user data as JSON: that of `replicate`, or else that of the options.'
      for (const [{ speaker }, due] of [[session, mine.userData] as const, [told.session, 'of the stream'] as const]) {
        const { theirs, socket } = speaker
        const fits = proofOf(gate, socket.handshakeHash as Uint8Array, !socket.isInitiator)
        stage.expect(Buffer.from(theirs?.proof ?? []).equals(fits), 'Your proof was not the one for our gate.', proof)
        const said = theirs?.userData
        stage.expect(said === JSON.stringify(due), `Your user data was ${said || 'missing'}.`, data)
      }
      const { met } = await program.look('friend')
      const isMet = met.every(({ keys }) => keys.join() === feed.key.toString('hex'))
      stage.expect(isMet, '`remote-feeds` gave other keys than those of my first offer.', data)
      const due = '{"name":"friend","of":null}'
      stage.expect(
        met.map(({ userData }) => JSON.stringify(userData)).join() === `${due},${due}`,
        `\`remote-feeds\` gave ${JSON.stringify(met.map(({ userData }) => userData))} as their user data.`,
        `${data} \`remote-feeds\` comes once for each stream, with the user data of the other side.`
      )
    }),

    step('the exchange: both have the union afterwards', async () => {
      const play = await start()
      const { program } = play
      stage.did('I connected an empty multifeed with an empty one.')
      await program.open('e', await play.folder('exchange'))
      await play.exchange('e', await play.peer(), {
        means: 'Send an offer after the handshake, even an empty one: the other side waits for it.'
      })

      stage.did(
        'I gave yours 3000 short blocks, 3 large feeds and an empty one, and mine much the same. I connected them.'
      )
      const large = (name: string) => Array.from({ length: 5 }, (_, i) => `${name} ${i} `.padEnd(100_000, '.'))
      await play.writer('e', 'empty', [])
      const key = await play.writer('e', 'long', blocksOf('yours', 3000))
      for (const name of ['a', 'b', 'c']) await play.writer('e', name, large(name))
      await play.writer('e', 'huge block', ['small', 'h'.repeat(700_000), ''])
      const mine = await play.peer()
      const core = await play.write(mine, blocksOf('mine', 3000))
      for (const name of ['d', 'e']) await play.write(mine, large(name))
      await play.write(mine, ['small', 'H'.repeat(700_000), ''])
      await play.write(mine, hurting())
      for (let i = 0; i < 100; i++) await play.write(mine, [`feed ${i}`])
      const { stream } = await play.exchange('e', mine)
      await stage.keepPromises()
      const { error } = await program.try('again', stream)
      stage.expect(
        error?.code === 'ERR_DUPLICATE_STREAM',
        `I replicated over the same connection again, and it ${error ? `failed with ${error.code ?? error.message}` : 'succeeded'}.`,
        'One connection carries a multifeed once: throw `ERR_DUPLICATE_STREAM`.'
      )

      stage.did('I appended to feeds that both know, and connected them again, over a muxer.')
      await play.extend(mine, core, 'more', '', 'more')
      await play.append('e', key, ['one more'])
      await play.exchange('e', mine, {
        asMux: true,
        means: 'An offer says how long a feed is: ask from where yours ends.'
      })
    }),

    step('live: what comes later is told too, and passed on', async () => {
      const play = await start()
      const { program } = play
      const means = 'Tell new feeds, and new lengths, on every open stream, even those that you learnt from a peer.'
      await program.open('l', await play.folder('live'))
      const peers = await Promise.all(['left', 'right', 'middle'].map(() => play.peer()))
      const [left, right] = peers as [(typeof peers)[0], (typeof peers)[0]]
      stage.did(
        'I connected yours with three of mine, which are not connected with each other. Two of them knew the same feed already.'
      )
      const shared = await play.write(right, ['known to the left and the right'])
      await left.store({ key: shared.key, start: 0, ...(await packsOf(shared, 0))[0] } as Parameters<
        typeof left.store
      >[0])
      await Promise.all(peers.map((peer) => play.exchange('l', peer)))
      stage.did('Then one of mine made a writer, and appended to it and to the known feed.')
      const late = await play.write(right, [])
      for (const block of ['first', '', 'first']) {
        await play.extend(right, late, block)
        await play.extend(right, shared, block)
        for (const peer of peers) await play.agree('l', peer, means)
      }

      stage.did('I made a writer of yours and appended 10 blocks, one after the other, while a peer listened.')
      const { speaker } = await play.speak('l')
      const key = await play.writer('l', 'later', [])
      const index = () => speaker.offered().indexOf(key)
      const lengths = () =>
        speaker
          .said('growth')
          .flat()
          .filter((growth) => growth.index === index())
          .map(({ length }) => length)
      await stage.until(
        () => index() !== -1,
        () => 'You never offered the new feed, which is still empty.',
        { means }
      )
      for (const block of blocksOf('block', 10)) await play.append('l', key, [block])
      await stage.until(
        () => lengths().at(-1) === 10,
        () => `The last length that you told was ${lengths().at(-1) ?? 'that of the offer'}, and it is 10.`,
        { means }
      )
      const storm =
        'A key crosses once in each direction of a stream; afterwards it has a number. And never tell a peer what it told you.'
      const keys = speaker.offered()
      stage.expect(new Set(keys).size === keys.length, 'A key was offered twice on one stream.', storm)
      stage.expect(lengths().length <= 10, `For 10 blocks there were ${lengths().length} messages.`, storm)
      const stranger = await play.peer()
      const theirs = await play.write(stranger, ['of a stranger'])
      const pack = await offer(speaker, theirs, 'You never requested a feed that I offered.')
      speaker.say('pack', pack)
      await stage.until(
        () => speaker.said('have').length > 0,
        () => 'My offer was not answered with `have`.',
        { means: 'Say `have` when the blocks are stored.' }
      )
      await program.look('l') // what came before it has been answered
      const id = theirs.key.toString('hex')
      stage.expect(!speaker.offered().includes(id), 'You offered me a feed that I had just offered you.', storm)

      stage.did('I told its growth, and sent the new block too.')
      await play.extend(stranger, theirs, 'one more')
      speaker.say('growth', [{ index: 0, length: 2 }])
      await stage.until(
        () =>
          speaker
            .said('request')
            .flat()
            .some(({ index, start }) => index === 0 && start === 1),
        () => 'You never requested the new block.',
        { means: 'When an offer has grown, request it from where yours ends.' }
      )
      for (const more of await packsOf(theirs, 0, 1)) speaker.say('pack', more)
      await stage.until(
        () => speaker.said('have').includes(2),
        () => `You said that you have ${speaker.said('have').at(-1)} of my 2 offers and growths.`,
        { means: '`have` counts messages: each offer and each growth is one.' }
      )

      const five = ['r0', 'r1', 'r2', 'r3', 'r4']
      stage.did('I connected five of yours in a ring, and a sixth with each of them. All wrote at the same instant.')
      const all = [...five, 'hub']
      const folders = new Map<string, string>()
      for (const multi of all) {
        folders.set(multi, await play.folder('ring'))
        await program.open(multi, String(folders.get(multi)))
      }
      const written = await Promise.all(all.map((multi) => play.writer(multi, 'mine', [`${multi} before`])))
      const streams = await Promise.all(
        five.flatMap((multi, i) => [
          program.call('pipe', multi, String(five[(i + 1) % 5])),
          program.call('pipe', 'hub', multi)
        ])
      )
      await Promise.all(all.map((multi, i) => play.append(multi, String(written[i]), [`${multi} after`, ''])))
      await Promise.all(streams.flat().map((stream) => program.call('sync', stream)))
      await play.have(all, written, means)
      stage.did('The sixth left. It came back in the same process when the others had written more.')
      await program.call('close', 'hub')
      await Promise.all(five.map((multi, i) => play.append(multi, String(written[i]), ['while it was away'])))
      await program.open('hub', String(folders.get('hub')))
      await program.call('pipe', 'r2', 'hub')
      await play.append('hub', await program.call('writer', 'hub', 'mine'), ['back'])
      await play.have(all, written, means)
      await stage.keepPromises()
      await Promise.all(all.map((multi) => program.call('close', multi)))
    }),

    step('sync: resolves when all is there on both sides, and not before', async () => {
      const play = await start()
      const { program } = play
      const means =
        'Count the offers and growths that you sent: `sync` waits until the other side says `have` with that count.'
      const lasting = play.another()
      lasting.catch(() => {}) // told when it is needed
      await program.open('s', await play.folder('sync'))
      const key = await play.writer('s', 'mine', ['unfetched'])
      const { stream, speaker } = await play.speak('s')
      stage.did('I was a peer that takes nothing that you offer, and called your `sync()`, twice.')
      speaker.say('offer', [])
      for (const count of [1, 2]) {
        if (count === 2) {
          await play.append('s', key, ['unfetched, too'])
          await stage.until(
            () => speaker.said('growth').length > 0,
            () => 'You never told the growth of a feed.',
            { means }
          )
        }
        let isSynced = false
        const sync = program.try('sync', stream).then((answer) => {
          isSynced = true
          return answer
        })
        await stage.until(
          () => speaker.said('have').includes(1),
          () => 'My empty offer was not answered with `have` 1.',
          { means }
        )
        await program.look('s') // what came before it has been answered
        stage.expect(!isSynced, '`sync()` resolved although I have not fetched its block.', means)
        speaker.say('have', count)
        const { error } = await sync
        stage.expect(!error, `I said that I have it, and \`sync()\` rejected: ${error?.message}.`, means)
      }

      stage.did('I offered a feed of 3 blocks, and vanished when you requested it.')
      const stored =
        'Say `have` only when the blocks are stored; when the stream ends before, `sync` rejects with `ERR_CLOSED`.'
      const liar = await play.speak('s')
      const absent = await (await play.peer()).writer(blocksOf('absent', 3))
      liar.speaker.say('offer', [{ key: absent.key, length: 3 }])
      liar.speaker.say('have', 1)
      const pending = program.try('sync', liar.stream)
      await stage.until(
        () => liar.speaker.said('request').length > 0,
        () => 'You never requested it.',
        { means: stored }
      )
      stage.expect(liar.speaker.said('have').length === 0, 'You said that you have it.', stored)
      liar.socket.destroy()
      for (const { error } of [await pending, await program.try('sync', liar.stream)]) {
        const saw = error ? `It rejected with ${error.code ?? error.message}.` : 'It resolved.'
        stage.expect(error?.code === 'ERR_CLOSED', saw, stored)
      }

      stage.did(
        'I closed one multifeed at rest, and another one while much was on its way to it. Then the process had nothing more to do.'
      )
      const closes = '`close()` ends the streams, waits for what is being written, and closes the store.'
      const last = await lasting
      await last.open('x', await play.folder('exit'))
      const other = await play.peer()
      await play.write(other, hurting())
      for (const multi of ['x', 'y']) {
        if (multi === 'y') await last.open('y', await play.folder('exit'))
        const { session } = await play.exchange(multi, other, { program: last })
        if (multi === 'y') await play.write(other, ['l'.repeat(200_000), 'arge'.repeat(100_000)]) // on its way when it closes
        await last.call('close', multi)
        await stage.until(
          () => session.speaker.isClosed,
          () => 'The stream stayed open.',
          { means: closes }
        )
      }
      last.release()
      const { code } = await stage.ends(last.role, { means: closes })
      stage.expect(code === 0, `It ended with exit code ${code}.`, closes)
    }),

    step('durable: killed in the middle, it goes on', async () => {
      const play = await start()
      const { program } = play
      const dir = await play.folder('durable')
      const many = await play.peer()
      for (let i = 0; i < 100; i++) await play.write(many, blocksOf(`${i}`, 3))
      stage.did('I had it fetch 100 feeds, and killed it twice in the middle.')
      const means =
        'Append a feed as a whole, its blocks with its signature. What is not there after a kill, request again.'
      let before = 0
      for (const due of [1, 60]) {
        const victim = await play.another()
        await victim.open('d', dir)
        const { feeds } = await victim.look('d')
        const kept = feeds.filter(({ stored }) => stored === 3).length
        const saw = `It had ${before} of them when it was killed, and ${kept} when it was opened again.`
        stage.expect(kept >= before, saw, means)
        const half = feeds.find(({ length, stored }) => length !== stored || (stored !== 0 && stored !== 3))
        stage.expect(!half, `After a kill a feed has ${half?.stored} of its 3 blocks.`, means)
        await stage.keepPromises()
        const { socket } = await play.connect('d', { program: victim })
        many.replicate(socket)
        await stage.until(
          async () => {
            before = (await victim.look('d')).feeds.filter(({ stored }) => stored === 3).length
            return before >= due
          },
          () => `It never had ${due} of my feeds.`,
          { means }
        )
        if (due > 1) {
          stage.did('I opened its folder from a second process.')
          await program.call('open', 'locked', dir)
          const { error } = await program.try('ready', 'locked')
          stage.expect(
            /could not be locked/.test(error?.message ?? ''),
            error ? `It said: ${error.message}` : '`ready()` resolved.',
            'Let `ready()` reject when the store cannot be opened.'
          )
          await program.try('close', 'locked')
        }
        await play.end(victim)
      }
      await program.open('d', dir)
      await stage.keepPromises()
      await play.exchange('d', many, { means })
    }),

    step('hostile peers: their stream is closed, and the others go on', async () => {
      const play = await start()
      const { program } = play
      const [author, honest] = await Promise.all([play.peer(), play.peer()])
      const core = await play.write(author, ['of the author'])
      await play.write(honest, ['of the honest', 'of the honest'])
      const other = await (await play.peer()).writer(['of another'])
      const [pack] = await packsOf(core, 0)
      const [foreign] = await packsOf(other, 0)
      if (!pack || !foreign) throw new Error('our own feeds have no pack')
      const key = () => stage.random.bytes()
      const raw = (type: number, bytes: Uint8Array) => (speaker: Speaker) =>
        void speaker.socket.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, type), bytes]))
      const say =
        <Name extends keyof Messages>(name: Name, value: Messages[Name]) =>
        (speaker: Speaker) =>
          speaker.say(name, value)
      const asked = (lie: Partial<Messages['pack']>) => async (speaker: Speaker, core: Hypercore) =>
        speaker.say('pack', { ...(await offer(speaker, core, 'You never requested a feed that I offered.')), ...lie })
      const twice = { key: key(), length: 1 }
      const crowd = Array.from({ length: 10_000 }, () => ({ key: key(), length: 1 }))
      const attacks: [what: string, attack: (speaker: Speaker, core: Hypercore) => unknown][] = [
        ['offered a key of 31 bytes', raw(0, Buffer.concat([c.encode(c.uint, 1), Buffer.alloc(31)]))],
        ['sent a list that says it has 10¹² entries', raw(0, c.encode(c.uint, 10 ** 12))],
        ['offered 10 000 feeds, where `maxFeeds` is 50', say('offer', crowd)],
        ['offered a feed twice', say('offer', [twice, twice])],
        ['offered a feed of 2⁴⁰ blocks', say('offer', [{ key: key(), length: 2 ** 40 }])],
        ['requested what you had not offered', say('request', [{ index: 99, start: 0 }])],
        ['told the growth of an offer that I never made', say('growth', [{ index: 7, length: 3 }])],
        [
          'told that a feed has grown to 2⁴⁰ blocks',
          async (speaker, core) => {
            await asked({})(speaker, core)
            speaker.say('growth', [{ index: 0, length: 2 ** 40 }])
          }
        ],
        ['sent blocks that nobody asked for', say('pack', pack)],
        ['sent a block that was not signed', asked({ blocks: [Buffer.from('a lie')] })],
        ['sent one block too many', asked({ blocks: [...pack.blocks, Buffer.from('a lie')] })],
        ['sent a block with the manifest of another writer', asked({ ...foreign, index: 0 })],
        ['sent bytes that are not a message', raw(3, Buffer.from([1, 255, 255, 255]))]
      ]
      const means =
        'Throw a MultifeedError for what a peer may not send: `Wire` closes that stream with it, and the process lives.'
      const onward = 'One bad peer must not keep the others from you, and must not spoil an author’s feed.'
      stage.did(`Each to a multifeed of yours, at the same instant, I ${attacks.map(([what]) => what).join('; ')}.`)
      const attacked = attacks.map(async ([what, attack], i) => {
        const multi = `h${i}`
        await program.open(multi, await play.folder('hostile'), { maxFeeds: 50 })
        await play.writer(multi, 'own', [`own of ${multi}`])
        const { session } = await play.exchange(multi, honest, { means: onward })
        const { speaker } = await play.speak(multi)
        // Another one for each: a feed that comes from others meanwhile is not requested.
        const victim = await play.peer()
        await attack(speaker, await play.write(victim, ['of the author']))
        const after = `When I ${what}: `
        await stage.until(
          () => speaker.isClosed,
          () => `${after}the stream stayed open.`,
          { means }
        )
        const { errors, feeds } = await stage.until(
          async () => {
            const seen = await program.look(multi)
            return seen.errors.length > 0 && seen
          },
          () => `${after}the stream was closed, and no \`error\` event said why.`,
          { means }
        )
        const isOne = errors.length === 1 && /^ERR_/.test(String(errors[0]))
        stage.expect(isOne, `${after}the errors were ${errors.join(', ')}.`, means)
        stage.expect(feeds.length <= 50, `${after}it has more feeds than \`maxFeeds\`.`, means)
        await play.exchange(multi, victim, { after, means: onward })
        stage.expect(!session.speaker.isClosed, `${after}you closed the stream of another peer, too.`, onward)
      })

      /** A peer offers a feed and does not give it; another one has it. */
      const unkind = async (multi: string, does: (speaker: Speaker, kind: Messages['pack'][]) => void) => {
        await program.open(multi, await play.folder('unkind'))
        const mine = await play.peer()
        const large = await play.write(
          mine,
          Array.from({ length: 3 }, (_, i) => `${i}`.padEnd(100_000, multi))
        )
        const parts = await packsOf(large, 0, 0, 120_000)
        const { speaker } = await play.speak(multi)
        speaker.say('offer', [{ key: large.key, length: 3 }])
        await stage.until(
          () => speaker.said('request').length > 0,
          () => 'You never requested a feed that I offered.',
          { means }
        )
        does(speaker, parts)
        await play.exchange(multi, mine, {
          means:
            'A peer that does not give what it offered must not keep a feed from you: ask another peer that offers it.'
        })
      }
      stage.did(
        'Three peers each offered a feed. One gave nothing, one gave half, and one left. Then another peer offered it.'
      )
      await Promise.all([
        ...attacked,
        unkind('silent', () => {}),
        unkind('half', (speaker, [part]) => part && speaker.say('pack', part)),
        unkind('gone', (speaker, [part]) => {
          if (part) speaker.say('pack', part)
          speaker.socket.destroy()
        })
      ])

      stage.did('Two peers offered 30 feeds each at the same instant, where `maxFeeds` is 40.')
      await program.open('full', await play.folder('full'), { maxFeeds: 40 })
      const crowds = await Promise.all([play.peer(), play.peer()])
      for (const crowd of crowds) for (let i = 0; i < 30; i++) await play.write(crowd, [`${i}`])
      const streams = await Promise.all(crowds.map(() => play.connect('full')))
      for (const [i, crowd] of crowds.entries()) crowd.replicate((streams[i] as (typeof streams)[0]).socket)
      const most = 'Count the feeds that you store, whoever offers them; refuse a stream that would bring more.'
      const { errors, feeds } = await stage.until(
        async () => {
          const seen = await program.look('full')
          return (seen.errors.length > 0 || seen.feeds.length > 40) && seen
        },
        () => 'There was no `error` event.',
        { means: most }
      )
      stage.expect(feeds.length <= 40, `It has ${feeds.length} feeds.`, most)
      stage.expect(errors[0] === 'ERR_TOO_MANY_FEEDS', `The error was ${errors[0]}.`, most)

      stage.did('A listener of `remote-feeds` threw a TypeError.')
      const handler =
        'An error that a listener throws must close that stream too: protomux would end the process for it.'
      await program.open('t', await play.folder('thrower'))
      await program.call('throwing', 't', true)
      const { socket } = await play.connect('t')
      author.replicate(socket)
      await stage.until(
        async () => (await program.look('t')).errors.length > 0,
        () => 'There was no `error` event.',
        { means: handler }
      )
      await program.call('throwing', 't', false)
      await play.exchange('t', author, { means: handler })
    }),

    step('the chat: everybody has everything that everybody said', async () => chat(stage, await start()))
  ]

  /** A peer offers a core of ours, and waits to be asked for it; gives what would be the answer. */
  async function offer(speaker: Speaker, core: Parameters<typeof packsOf>[0], saw: string) {
    const index = speaker.said('request').length
    speaker.say('offer', [{ key: core.key, length: core.length }])
    await stage.until(
      () => speaker.said('request').length > index,
      () => saw,
      { means: 'Request what is offered and longer than yours.' }
    )
    const [pack] = await packsOf(core, 0)
    if (!pack) throw new Error('our own feed has no pack')
    return pack
  }
}

/** The extra credit that has a name. */
export const extra: Check = (stage) => [
  step('`removeFeed`: a feed is gone, and stays away', async () => {
    const play = await Play.start(stage)
    const { program } = play
    const means =
      '`removeFeed(key)` takes a feed off the disk, and remembers its key: neither give the feed nor take it again.'
    const dir = await play.folder('removed')
    await program.open('r', dir)
    const own = await play.writer('r', 'mine', ['mine'])
    const peer = await play.peer()
    const [unwanted, wanted] = [await play.write(peer, ['unwanted', 'twice']), await play.write(peer, ['wanted'])]
    const keys = [unwanted.key.toString('hex'), wanted.key.toString('hex')] as const
    const { stream } = await play.exchange('r', peer)
    await stage.keepPromises()
    stage.did('I removed one of two feeds that had come from a peer.')
    play.removes(dir)
    await program.call('removeFeed', 'r', keys[0])
    await program.call('destroy', stream)
    const isGone = async (multi: string, when: string) => {
      const { feeds } = await program.look(multi)
      const has = feeds.map(({ key }) => key)
      stage.expect(!has.includes(keys[0]), `${when} it is among \`feeds()\`.`, means)
      stage.expect(has.includes(keys[1]) && has.includes(own), `${when} another feed is gone, too.`, means)
    }
    await isGone('r', 'Afterwards')
    for (const multi of ['r', 'again']) {
      if (multi === 'again') {
        stage.did('I opened the folder again.')
        await program.call('close', 'r')
        await program.open('again', dir)
        await isGone('again', 'After a restart')
      }
      stage.did('The peer offered it again, with one more block of the other.')
      await play.extend(peer, wanted, 'more')
      const { socket } = await play.connect(multi)
      peer.replicate(socket)
      await play.have([multi], [keys[1]], means)
      await isGone(multi, 'When a peer offered it again')
      const { speaker } = await play.speak(multi)
      stage.expect(!speaker.offered().includes(keys[0]), 'You offered it to a peer.', means)
    }
  })
]

export default check
