// The verdict of exercise 7. The class runs in a process of its own, driver.ts. The other peers are ours, in peer.ts: one
// that replicates as the text has it, and one that says what no multifeed would. What holds at the end of every step is
// in play.ts.
import { type Check, step } from '@workshop/checks'
import { VERSION } from '@workshop/wire'
import DHT, { type KeyPair } from 'hyperdht'
import { chat } from './chat.ts'
import { hostile } from './hostile.ts'
import { live } from './live.ts'
import { type Kind, proofOf, Speaker } from './peer.ts'
import { blocksOf, Play } from './play.ts'
import { CLOSES } from './program.ts'

const check: Check = (stage) => {
  const start = stage.scene(() => Play.start(stage))
  /** Blocks that hurt, as lines do; and an empty one, and one twice. */
  const hurting = () => stage.random.lines()

  return [
    step('the container: writers, feeds and names, also after a restart', async () => {
      const play = await start()
      const { program } = play
      const dir = await play.folder('container')
      const once =
        'Ten calls at once are one: keep the promise of a writer under its name, before you wait for anything.'
      stage.did('I opened a multifeed, and asked ten times at once for the writer “x”.')
      await program.open('c', dir)
      stage.expect((await program.look('c')).feeds.length === 0, 'A new multifeed had feeds.', 'It begins with none.')
      const keys = await program.call('writers', 'c', Array(10).fill('x'))
      stage.expect(new Set(keys).size === 1, `There were ${new Set(keys).size} different feeds.`, once)
      const { told } = await program.look('c')
      stage.expect(told.length <= 1, `\`feed\` came ${told.length} times for the one feed of these ten calls.`, once)
      play.owns(dir, String(keys[0]), 'x')

      const names = stage.random.shuffled(['1', '0', 'écrivain ✍️', '__proto__', 'constructor', '', 'X', ' x'])
      stage.did(
        `I made writers named ${names.map((name) => `“${name}”`).join(', ')}, one writer without a name, one with a key pair and a name, and one with a key pair alone.`
      )
      program.means = 'A name may be any text, even `__proto__`: keep writers in a `Map` by their names.'
      for (const name of names) keys.push(await play.writer('c', name, []))
      program.means = undefined
      keys.push(await play.writer('c', undefined, hurting()))
      const [pair, nameless] = [pairOf(DHT.keyPair()), pairOf(DHT.keyPair())]
      const paired = await program.call('writers', 'c', ['a pair', 'a pair'], pair)
      play.owns(dir, String(paired[0]), 'a pair')
      const unnamed = await play.writer('c', undefined, [], program, nameless)
      const order = [...new Set([...keys, ...paired, unnamed])]
      stage.expect(
        order.length === names.length + 4,
        `They were ${order.length} different feeds instead of ${names.length + 4}.`,
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

      stage.did('Then I made four more at the same instant.')
      const crowd = ['north', 'east', 'south', 'west']
      for (const [i, key] of (await program.call('writers', 'c', crowd)).entries()) play.owns(dir, key, crowd[i])
      order.push(...(await program.look('c')).feeds.slice(order.length).map(({ key }) => key)) // in any order, but a lasting one
      await stage.keepPromises()

      stage.did('I closed it twice, and then asked for a writer and a stream.')
      const [before, after] = await program.call('close', 'c')
      stage.expect(
        !before && after,
        `\`closed\` was ${before} before and ${after} afterwards.`,
        '`closed` is `false` until `close()` is called.'
      )
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
        stage.expect(own === paired[0], 'The writer with a key pair has another feed than before.', program.means)
        await play.append('again', own, ['more'])
      }
      const same = await program.call('writer', 'again', null, nameless)
      stage.expect(same === unnamed, 'The writer with a key pair alone has another feed than before.', program.means)
      await play.append('again', String(order[0]), ['third'])
      program.means = undefined
      await stage.keepPromises()
      await program.call('close', 'again')

      stage.did('I opened one in a Corestore of mine, and closed it.')
      const place = await play.folder('store')
      await program.open('in a store', place, {}, true)
      const kept = await play.writer('in a store', 'mine', hurting())
      await stage.keepPromises()
      const [, , isClosed] = await program.call('close', 'in a store')
      stage.expect(
        !isClosed,
        'My Corestore was closed, too.',
        'A Corestore that you are given is not yours: make a session of it with `store.session()`, and close that.'
      )
      stage.did('I opened one in the same store again.')
      await program.open('in a store', place, {}, true)
      await stage.keepPromises()
      const mine = await program.call('writer', 'in a store', 'mine')
      stage.expect(
        mine === kept,
        'The writer “mine” has another feed than before.',
        'Keep the index in the store that you are given.'
      )
      await program.call('close', 'in a store')
    }),

    step('the handshake: a peer that does not fit is refused, once', async () => {
      const play = await start()
      const { program } = play
      const compare =
        'Compare their `hello` with yours before anything else, and close the stream with a MultifeedError.'
      const gate = `Schlüssel 鍵 ${stage.random.word()}`
      const strangers: [what: string, code: string, mine: object, theirs: Kind][] = [
        ['another client name', 'ERR_CLIENT_MISMATCH', {}, { client: 'forum' }],
        ['the default name, where you have another', 'ERR_CLIENT_MISMATCH', { client: 'forum' }, {}],
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
          const { socket } = await play.connect(multi)
          const session = mine.replicate(socket)
          const { errors, details, feeds } = await play.fails(
            multi,
            `With ${what}, there was no \`error\` event.`,
            compare
          )
          stage.expect(
            errors.join() === code,
            `With ${what}, the errors were ${errors.join(', ')} instead of ${code} once.`,
            compare
          )
          const { usClient, themClient, usVersion, themVersion } = details[0] ?? {}
          const [us, them] = code === 'ERR_VERSION_MISMATCH' ? [usVersion, themVersion] : [usClient, themClient]
          stage.expect(
            code === 'ERR_GATE_MISMATCH' || (us !== undefined && them !== undefined && us !== them),
            `With ${what}, the error did not say what each of us is.`,
            'Give it `usVersion` and `themVersion`, or `usClient` and `themClient`: the third argument of a MultifeedError.'
          )
          stage.expect(feeds.length === 1, `With ${what}, you still took a feed of mine.`, compare)
          await stage.until(
            () => session.speaker.isClosed,
            () => `With ${what}, the stream stayed open.`,
            { means: compare }
          )
          const isOffered = session.speaker.said('offer').flat().length > 0
          stage.expect(!isOffered, `With ${what}, you still offered your feed.`, compare)
        })
      )
    }),

    step('the exchange: both have the union afterwards', async () => {
      const play = await start()
      const { program } = play
      const proof =
        'A proof is `HMAC-SHA-256(gate, handshakeHash + side)`: the gate as bytes, a string as UTF-8, the side in ASCII, as README.md says.'
      const gate = `Schlüssel 鍵 ${stage.random.word()}`
      stage.did('I connected one whose gate is the same bytes, which are no text.')
      const bytes = Buffer.concat([Buffer.from([0, 255, 0xc3, 0x28]), stage.random.bytes()])
      const gated = await play.folder('friend')
      await program.open('bytes', gated, { gate: { hex: bytes.toString('hex') } })
      await play.exchange('bytes', await play.peer({ gate: bytes }), { refused: proof })
      stage.did('I connected one with the same gate and with user data, twice.')
      const ours = { gate, userData: { i: 'am', from: ['the', 'options'] } }
      await program.open('friend', await play.folder('friend'), ours)
      const friend = await play.peer({ gate, userData: { name: 'friend', of: null } })
      await play.write(friend, ['of a friend'])
      const { session } = await play.exchange('friend', friend, { refused: proof })
      const told = await play.exchange('friend', friend, { options: { userData: 0 }, refused: proof })
      const data = 'Send user data as JSON: that of `replicate`, or else that of the options.'
      for (const [{ speaker }, due] of [[session, ours.userData] as const, [told.session, 0] as const]) {
        const { theirs, socket } = speaker
        const fits = proofOf(gate, socket.handshakeHash as Uint8Array, !socket.isInitiator)
        stage.expect(Buffer.from(theirs?.proof ?? []).equals(fits), 'Your proof was not the one for our gate.', proof)
        const said = theirs?.userData
        stage.expect(said === JSON.stringify(due), `Your user data was ${said || 'missing'}.`, data)
      }
      const { met } = await program.look('friend')
      const due = '{"name":"friend","of":null}'
      stage.expect(
        met.map(({ userData }) => JSON.stringify(userData)).join() === `${due},${due}`,
        `\`remote-feeds\` gave ${JSON.stringify(met.map(({ userData }) => userData))} as their user data.`,
        `${data} \`remote-feeds\` comes once for each stream, with the user data of the other side.`
      )

      stage.did('I opened the first again, with the gate of the second as bytes, and connected these two of yours.')
      await program.call('close', 'bytes')
      await program.open('bytes', gated, { gate: { hex: Buffer.from(gate).toString('hex') } })
      for (const stream of await program.call('pipe', 'friend', 'bytes')) {
        const error = await program.sync(stream, proof)
        stage.expect(!error, `\`sync()\` rejected: ${error?.message}`, proof)
      }

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
      await play.writer('e', undefined, ['of a nameless writer'])
      const pair = pairOf(DHT.keyPair())
      const signed = await play.writer('e', 'signed', ['signed with a key pair'], program, pair)
      const mine = await play.peer()
      const core = await play.write(mine, blocksOf('mine', 3000))
      for (const name of ['d', 'e']) await play.write(mine, large(name))
      await play.write(mine, ['small', 'H'.repeat(700_000), ''])
      await play.write(mine, hurting())
      for (let i = 0; i < 100; i++) await play.write(mine, [`feed ${i}`])
      const first = await play.exchange('e', mine)
      await stage.keepPromises()
      const { signers = [] } = mine.cores.get(signed)?.manifest ?? {}
      stage.expect(
        signers.some(({ publicKey }) => publicKey.toString('hex') === pair.publicKey),
        'The feed of a writer with a key pair was signed with another one.',
        'Open the core of such a writer with `store.get({ keyPair })`.'
      )
      const { error } = await program.try('again', first.stream)
      stage.expect(
        error?.code === 'ERR_DUPLICATE_STREAM',
        `I replicated over the same connection again, and it ${error ? `failed with ${error.code ?? error.message}` : 'succeeded'}.`,
        'One connection carries a multifeed once: throw `ERR_DUPLICATE_STREAM`.'
      )

      stage.did('I made one more writer, appended to feeds that both know, and connected them again, over a muxer.')
      await play.writer('e', 'late', ['of a late writer'])
      await play.extend(mine, core, 'more', '', 'more')
      await play.append('e', key, ['one more'])
      await play.exchange('e', mine, {
        asMux: true,
        means: 'An offer says how long a feed is: ask from where yours ends.'
      })
      const { problem, speaker } = first.session
      stage.expect(
        problem !== undefined || !speaker.isClosed || speaker.isLost,
        'The first stream was closed when I replicated over its connection again.',
        'Only the second `replicate` fails: the first goes on.'
      )
    }),

    step('live: what comes later is told too, and passed on', async () => live(stage, await start())),

    step('sync: resolves when all is there on both sides, and not before', async () => {
      const play = await start()
      const { program } = play
      const means =
        'Count the offers and growths that you sent, and those that you have yet to send: `sync` waits until the other side says `have` with that count.'
      const lasting = play.another()
      lasting.catch(() => {}) // told when it is needed
      await program.open('s', await play.folder('sync'))
      const key = await play.writer('s', 'mine', ['unfetched'])
      const { stream, speaker } = await play.speak('s')
      stage.did(
        'I was a peer that takes nothing that you offer, and called your `sync()`: twice at once, and then right after an append.'
      )
      speaker.say('offer', [])
      for (const count of [1, 2]) {
        let isSynced = false
        const calls =
          count === 1
            ? [program.try('sync', stream), program.try('sync', stream)] // two wait at the same time
            : [play.appendAndSync(stream, 's', key, 'unfetched, too')]
        const note = () => {
          isSynced = true
        }
        for (const call of calls) call.then(note, () => {}) // a failure is told when it is awaited
        await stage.until(() => speaker.said('have').includes(1), 'My empty offer was not answered with `have` 1.', {
          means
        })
        const isTold = () => count === 1 || speaker.said('growth').length > 0
        await stage.until(isTold, 'You never told the growth of a feed.', { means })
        for (let i = 0; i < 10; i++) await program.look('s') // what came before it has been answered, in several turns too
        stage.expect(!isSynced, '`sync()` resolved although I have not fetched its block.', means)
        speaker.say('have', count)
        for (const { error } of await Promise.all(calls))
          stage.expect(!error, `I said that I have it, and \`sync()\` rejected: ${error?.message}.`, means)
      }

      stage.did('I was a peer with another client name, and called your `sync()`.')
      await program.open('refusing', await play.folder('sync'))
      const stranger = await play.connect('refusing')
      program.means = 'When a peer is refused, `sync` rejects: nothing was exchanged with it.'
      const early = program.try('sync', stranger.stream)
      await program.look('refusing') // now it waits
      new Speaker(stranger.socket, { client: 'forum' })
      for (const { error } of [await early, await program.try('sync', stranger.stream)])
        stage.expect(error !== undefined, 'It resolved.', program.means)
      program.means = undefined

      stage.did('I offered a feed of 3 blocks, and vanished when you requested it.')
      const stored =
        'Say `have` only when the blocks are stored; when the stream ends before, `sync` rejects with `ERR_CLOSED`.'
      const liar = await play.speak('s')
      const absent = await (await play.peer()).writer(blocksOf('absent', 3))
      liar.speaker.say('offer', [{ key: absent.key, length: 3 }])
      liar.speaker.say('have', 1)
      const pending = program.try('sync', liar.stream)
      await stage.until(() => liar.speaker.said('request').length > 0, 'You never requested it.', { means: stored })
      stage.expect(liar.speaker.said('have').length === 0, 'You said that you have it.', stored)
      liar.socket.destroy()
      for (const { error } of [await pending, await program.try('sync', liar.stream)]) {
        const saw = error ? `It rejected with ${error.code ?? error.message}.` : 'It resolved.'
        stage.expect(error?.code === 'ERR_CLOSED', saw, stored)
      }

      stage.did('I closed your multifeed when `sync()` waited for a peer that takes nothing.')
      await play.append('s', key, ['unfetched for ever'])
      const left = program.sync(stream, CLOSES)
      await program.call('close', 's')
      const error = await left
      stage.expect(
        error?.code === 'ERR_CLOSED',
        error ? `It rejected with ${error.code ?? error.message}.` : 'It resolved.',
        stored
      )

      stage.did(
        'I closed one multifeed at rest, and another one while much was on its way to it. Then the process had nothing more to do.'
      )
      const last = await lasting
      await last.open('x', await play.folder('exit'))
      const other = await play.peer()
      await play.write(other, hurting())
      for (const multi of ['x', 'y']) {
        if (multi === 'y') await last.open('y', await play.folder('exit'))
        const { session } = await play.exchange(multi, other, { program: last })
        if (multi === 'y') await play.write(other, ['l'.repeat(200_000), 'arge'.repeat(100_000)]) // on its way when it closes
        await last.call('close', multi)
        await stage.until(() => session.speaker.isClosed, 'The stream stayed open.', { means: CLOSES })
      }
      last.release()
      const { code } = await stage.ends(last.role, { means: CLOSES })
      stage.expect(code === 0, `It ended with exit code ${code}.`, CLOSES)
    }),

    step('durable: killed in the middle, it goes on', async () => {
      const play = await start()
      const { program } = play
      const dir = await play.folder('durable')
      const many = await play.peer()
      for (let i = 0; i < 100; i++) await play.write(many, blocksOf(`${i}`, 3))
      stage.did('I had it fetch 100 feeds, and killed it twice in the middle.')
      const means =
        'Append a feed as a whole, its blocks with its signature, and enter it in the index at once: before you tell `feed` and say `have`. What is not there after a kill, request again.'
      let before = 0
      let own: string | undefined
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
        const writer = await play.writer('d', 'mine', [], victim)
        own ??= writer
        stage.expect(writer === own, 'Your writer “mine” has another feed than before the kill.', means)
        await play.end(victim) // right after it was made
      }
      await program.open('d', dir)
      await stage.keepPromises()
      await play.exchange('d', many, { means })
    }),

    step('hostile peers: their stream is closed, and the others go on', async () => hostile(stage, await start())),

    step('the chat: everybody has everything that everybody said', async () => chat(stage, await start()))
  ]
}

/** A key pair as the driver takes it. */
function pairOf({ publicKey, secretKey }: KeyPair) {
  return { publicKey: publicKey.toString('hex'), secretKey: secretKey.toString('hex') }
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
