// The verdict of exercise 7. The class runs in a process of its own, driver.ts; the other peers are ours: our
// multifeed, and one that says what no multifeed would.
import { join } from 'node:path'
import { type Check, shorten, step } from '@workshop/checks'
import c from 'compact-encoding'
import type Hypercore from 'hypercore'
import DHT, { type Connection, type Server } from 'hyperdht'
import Protomux from 'protomux'
import Multifeed, { type Options } from 'solution-7-multifeed'
import { hello, VERSION } from 'solution-7-multifeed/wire'
import { contents, speakOver } from './peers.ts'
import { Program, where } from './program.ts'

const blocksOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`)

/** All blocks of a feed of ours, as the answer to a request for the first offer. */
async function packOf(writer: Hypercore<string>, blocks: string[]) {
  const { upgrade } = await writer.proof({ upgrade: { start: 0, length: blocks.length } })
  const { manifest } = writer
  if (!manifest) throw new Error('our own feed has no manifest')
  return {
    index: 0,
    start: 0,
    blocks: blocks.map((block) => Buffer.from(block)),
    signature: upgrade.signature,
    manifest
  }
}

const check: Check = (stage) => {
  let folders = 0
  const folder = async (name: string) => join(await stage.folder(), `${name}-${++folders}`)

  /** A multifeed of ours, with a feed of so many blocks. */
  async function ours(name: string, blocks = 0, options: Options = {}) {
    const multi = new Multifeed<string>(await folder(name), { valueEncoding: 'utf-8', ...options })
    stage.after(() => multi.close())
    await multi.ready()
    const writer = await multi.writer()
    if (blocks > 0) await writer.append(blocksOf(name, blocks))
    return { multi, writer, key: writer.key.toString('hex') }
  }

  const program = stage.scene(() => Program.start(stage))
  let server: Promise<{ server: Server; sockets: Connection[] }> | undefined

  /** A connection of real peers, and the number of the learner's stream on it. */
  async function connect(program: Program, multi: string, asMux = false) {
    server ??= stage.dht().then(async (dht) => {
      const sockets: Connection[] = []
      const server = dht.createServer((socket) => sockets.push(socket.on('error', () => {})))
      await server.listen(DHT.keyPair())
      return { server, sockets }
    })
    const { server: listening, sockets } = await server
    const stream = await program.call('connect', multi, String(listening.publicKey?.toString('hex')), asMux)
    const socket = await stage.until(
      () => sockets.shift(),
      () => 'The stream was never connected.'
    )
    return { stream, socket }
  }

  /** The class and a multifeed of ours replicate until both have all. */
  async function exchange(program: Program, multi: string, other: Multifeed<string>, asMux = false) {
    const { stream, socket } = await connect(program, multi, asMux)
    const replicating = other.replicate(socket)
    const theirs = program.try('sync', stream)
    const synced = other.sync(replicating).then(
      () => 'yes',
      (error: Error) => error.message
    )
    const { error } = await theirs
    stage.expect(!error, `\`sync()\` rejected: ${shorten(String(error?.message))} ${where(error, stage.dir)}`)
    const answer = await stage.until(
      () => synced,
      () => 'Your `sync()` resolved, but my side waits for something still.'
    )
    stage.expect(answer === 'yes', `My side could not sync: ${answer}`)
    return { stream, socket }
  }

  /** A peer that says what it is told to. */
  async function speak(program: Program, multi: string) {
    const { stream, socket } = await connect(program, multi)
    let isClosed = false
    socket.on('close', () => {
      isClosed = true
    })
    const peer = speakOver(Protomux.from(socket))
    await stage.until(
      () => peer.said('offer').length > 0,
      () => (peer.wire.isOpen ? 'After the handshake no offer came.' : 'The handshake never came to its end.')
    )
    return { ...peer, stream, socket, isClosed: () => isClosed }
  }

  /** The feeds of the class and of ours have the same blocks. */
  async function same(program: Program, multi: string, other: Multifeed<string>): Promise<void> {
    // A feed without a block may be known to the other side, or not yet.
    const filled = (all: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(all).filter(([, blocks]) => blocks.length > 0))
    const [theirs, mine] = [filled(await program.contents(multi)), filled(await contents(other))]
    const sum = (all: Record<string, string[]>) => {
      const feeds = Object.values(all)
      return `${feeds.length} feeds with ${feeds.reduce((sum, blocks) => sum + blocks.length, 0)} blocks`
    }
    stage.expect(
      JSON.stringify(theirs) === JSON.stringify(mine),
      sum(theirs) === sum(mine)
        ? `Both have ${sum(mine)}, but not the same ones.`
        : `Yours has ${sum(theirs)}, mine ${sum(mine)}.`
    )
  }

  return [
    step('the container: writers, feeds and names, also after a restart', async () => {
      const first = await program()
      const dir = await folder('container')
      stage.means('`ready()` resolves when the index is read; a new multifeed has no feeds.')
      await first.open('c', dir)
      stage.expect((await first.call('feeds', 'c')).length === 0, 'A new multifeed has feeds.')
      stage.did('I asked ten times at once for the writer “x”.')
      stage.means('Keep the promise of a writer under its name, before you wait for anything.')
      const keys = await Promise.all(Array.from({ length: 10 }, () => first.call('writer', 'c', 'x')))
      stage.expect(new Set(keys).size === 1, `There were ${new Set(keys).size} different feeds.`)

      const names = ['1', '0', 'écrivain ✍️', '__proto__', '']
      stage.did(
        `I made writers named ${names.map((name) => `“${name}”`).join(', ')}, one without a name, and one with a key pair.`
      )
      stage.means('Tell `feed` once for each feed; keep feeds in the order in which they became known.')
      for (const name of names) keys.push(await first.call('writer', 'c', name))
      keys.push(await first.call('writer', 'c'))
      const { publicKey, secretKey } = DHT.keyPair()
      const pair = { publicKey: publicKey.toString('hex'), secretKey: secretKey.toString('hex') }
      keys.push(await first.call('writer', 'c', 'with a pair', pair))
      const order = [...new Set(keys)]
      stage.expect(order.length === 8, `They are ${order.length} different feeds instead of 8.`)
      for (const key of order) await first.call('append', 'c', key, [`first of ${key}`])
      const events = await stage.until(
        async () => {
          const { feeds } = await first.call('events', 'c')
          return feeds.length >= order.length && feeds
        },
        () => 'There were less `feed` events than feeds.'
      )
      stage.expect(new Set(events).size === events.length, 'A feed was told more than once.')
      const listed = (await first.call('feeds', 'c')).map(({ key }) => key)
      stage.expect(listed.join() === order.join(), '`feeds()` gives other feeds, or another order.')

      stage.did('I closed it twice, and asked for a writer then.')
      stage.means('`close()` may be called again; after it `writer()` rejects with the code `ERR_CLOSED`.')
      await first.call('close', 'c')
      await first.call('close', 'c')
      const { error } = await first.try('writer', 'c', 'late')
      stage.expect(
        error?.code === 'ERR_CLOSED',
        `It ${error ? `rejected with ${error.code ?? error.message}` : 'gave one'}.`
      )

      stage.did('I opened the same folder again.')
      stage.means('Keep keys and names in an index, a core of its own, and read it when you open.')
      await first.open('again', dir)
      const known = (await first.call('feeds', 'again')).map(({ key }) => key)
      stage.expect(
        known.join() === order.join(),
        `It has ${known.length} feeds now, of ${order.length}, or another order.`
      )
      for (const [i, name] of ['x', ...names].entries()) {
        const key = await first.call('writer', 'again', name)
        stage.expect(key === order[i], `The writer “${name}” is another feed than before.`)
      }
      const own = await first.call('writer', 'again', 'with a pair')
      stage.expect(own === order.at(-1), 'The writer with a key pair is another feed than before.')
      await first.call('append', 'again', own, ['second'])
      await first.call('close', 'again')
    }),

    step('the handshake: who does not fit is refused, once', async () => {
      const first = await program()
      const mine = await ours('strangers', 1, { client: 'forum' })
      const locked = await ours('locked', 1, { gate: 'another key' })
      const cases = [
        { name: 'client', other: mine.multi, code: 'ERR_CLIENT_MISMATCH', options: {} },
        { name: 'key', other: locked.multi, code: 'ERR_GATE_MISMATCH', options: { gate: 'a key' } },
        { name: 'no-key', other: locked.multi, code: 'ERR_GATE_MISMATCH', options: {} }
      ]
      for (const { name, other, code, options } of cases) {
        await first.open(name, await folder(name), options)
        await first.call('writer', name, 'secret')
        stage.did(`I connected a multifeed with another ${name === 'client' ? 'client name' : 'gate'}.`)
        stage.means(
          'Compare their `hello` with yours before anything else, and close the stream with a MultifeedError.'
        )
        const { stream, socket } = await connect(first, name)
        const replicating = other.replicate(socket)
        other.sync(replicating).catch(() => {})
        const { error } = await first.try('sync', stream)
        stage.expect(error !== undefined, 'Your `sync()` resolved.')
        const { errors } = await stage.until(
          async () => {
            const events = await first.call('events', name)
            return events.errors.length > 0 && events
          },
          () => 'No `error` was told.'
        )
        stage.expect(errors.join() === code, `The errors told were ${errors.join(', ')} instead of ${code} once.`)
        stage.expect(other.feeds().length === 1, 'A feed of yours crossed all the same.')
        stage.expect((await first.call('feeds', name)).length === 1, 'A feed of mine crossed all the same.')
      }
      stage.did('I connected one of another version.')
      const { stream, socket } = await connect(first, 'client')
      await socket.opened
      Protomux.from(socket)
        .createChannel({ protocol: 'multifeed', handshake: hello })
        ?.open({ version: VERSION + 1, client: 'multifeed', proof: new Uint8Array(0), userData: '', extras: 0 })
      await first.try('sync', stream)
      const { errors } = await first.call('events', 'client')
      stage.expect(errors.at(-1) === 'ERR_VERSION_MISMATCH', `The last error told was ${errors.at(-1)}.`)

      stage.did('I connected one with the same key and with user data.')
      stage.means('`userData` of the options, or of `replicate`, is told to the other side as JSON.')
      const friend = await ours('friend', 0, { gate: 'a key', userData: { name: 'friend' } })
      await exchange(first, 'key', friend.multi)
      const { userData } = await first.call('events', 'key')
      stage.expect(
        JSON.stringify(userData) === '[{"name":"friend"}]',
        `\`remote-feeds\` gave ${JSON.stringify(userData)} as their user data.`
      )
    }),

    step('the exchange: both have the union afterwards', async () => {
      const first = await program()
      await first.open('e', await folder('exchange'))
      stage.did('I connected an empty multifeed with an empty one.')
      stage.means('Send an offer after the handshake, also an empty one: the other side waits for it.')
      const empty = await ours('empty')
      await exchange(first, 'e', empty.multi)
      await same(first, 'e', empty.multi)

      stage.did('Yours got 1000 blocks in one feed, mine 10. I connected them, twice, the second time over a muxer.')
      stage.means('Request what is offered and longer than yours; answer a request with the blocks and the signature.')
      const key = await first.call('writer', 'e', 'long')
      await first.call('append', 'e', key, blocksOf('yours', 1000))
      const mine = await ours('mine', 10)
      for (const asMux of [false, true]) {
        await exchange(first, 'e', mine.multi, asMux)
        await same(first, 'e', mine.multi)
      }
      const { feeds } = await first.call('events', 'e')
      stage.expect(new Set(feeds).size === feeds.length, 'A feed was told more than once.')

      stage.did('I appended to a feed that both know, and connected them again.')
      stage.means('An offer says how long a feed is: ask from where yours ends.')
      await mine.writer.append(['more', 'and more'])
      await first.call('append', 'e', key, ['one more'])
      await exchange(first, 'e', mine.multi)
      await same(first, 'e', mine.multi)

      stage.did('I connected two multifeeds of yours in memory.')
      stage.means(
        '`replicate(true)` and `replicate(false)` each make a stream of their own: `Hypercore.createProtocolStream`.'
      )
      await first.open('f', await folder('exchange'))
      const [a, b] = await first.call('pipe', 'e', 'f')
      await Promise.all([first.call('sync', a), first.call('sync', b)])
      const [one, two] = [await first.contents('e'), await first.contents('f')]
      stage.expect(JSON.stringify(one) === JSON.stringify(two), 'They have different blocks.')
    }),

    step('live: what comes later is told too, and passed on', async () => {
      const first = await program()
      await first.open('l', await folder('live'))
      const [left, right] = [await ours('left', 1), await ours('right', 1)]
      stage.did('Yours stood between two of mine, that were not connected with each other.')
      await exchange(first, 'l', left.multi)
      await exchange(first, 'l', right.multi)
      stage.did('One of mine made a writer then, and appended to it twice.')
      stage.means('Tell new feeds, and new lengths, on every open stream; also those that you learnt from a peer.')
      const late = await right.multi.writer('late')
      for (const block of ['first', 'second']) {
        await late.append(block)
        await stage.until(
          () => (left.multi.feed(late.key)?.contiguousLength ?? 0) === late.length,
          () => {
            const feed = left.multi.feed(late.key)
            return feed
              ? `The other one has ${feed.contiguousLength} of its ${late.length} blocks.`
              : 'The other one never heard of it.'
          }
        )
      }
      stage.did('I made a writer of yours and appended 10 blocks, one after the other, while a peer listened.')
      const peer = await speak(first, 'l')
      const key = await first.call('writer', 'l', 'later')
      const offers = () =>
        peer
          .said('offer')
          .flat()
          .map(({ key }) => Buffer.from(key).toString('hex'))
      const index = () => offers().indexOf(key)
      const lengths = () =>
        peer
          .said('growth')
          .flat()
          .filter((growth) => growth.index === index())
          .map(({ length }) => length)
      await stage.until(
        () => index() !== -1,
        () => 'The new feed, which is empty yet, was never offered.'
      )
      for (const block of blocksOf('block', 10)) await first.call('append', 'l', key, [block])
      await stage.until(
        () => lengths().at(-1) === 10,
        () => `Its length was last told as ${lengths().at(-1) ?? 'that of the offer'}, and it is 10.`
      )
      stage.means(
        'A key crosses once in each direction of a stream; afterwards it has a number. And what a peer told is not told back to it.'
      )
      stage.expect(new Set(offers()).size === offers().length, 'A key was offered twice on one stream.')
      stage.expect(lengths().length <= 10, `For 10 blocks there were ${lengths().length} messages.`)
      const stranger = await ours('stranger', 1)
      peer.wire.send('offer', [{ key: stranger.writer.key, length: 1 }])
      await stage.until(
        () => peer.said('request').length > 0,
        () => 'A feed that I offered was never requested.'
      )
      peer.wire.send('pack', await packOf(stranger.writer, ['stranger 0']))
      await stage.until(
        () => peer.said('have').length > 0,
        () => 'My offer was not answered with `have`.'
      )
      await first.call('events', 'l') // what came before it has been answered
      stage.expect(!offers().includes(stranger.key), 'You offered me a feed that I had just offered you.')

      stage.did('I connected one more of mine, late.')
      const joiner = await ours('joiner')
      const { stream } = await exchange(first, 'l', joiner.multi)
      await same(first, 'l', joiner.multi)
      await first.call('destroy', stream)
    }),

    step('sync: resolves when all is there on both sides, and not before', async () => {
      const first = await program()
      await first.open('s', await folder('sync'))
      const key = await first.call('writer', 's', 'mine')
      await first.call('append', 's', key, ['unfetched'])
      const peer = await speak(first, 's')
      stage.did('I was a peer that took nothing of what was offered, and called `sync()`.')
      stage.means('Count the offers that you sent: `sync` waits until the other side says `have` with that count.')
      let isSynced = false
      const sync = first.try('sync', peer.stream).then((answer) => {
        isSynced = true
        return answer
      })
      peer.wire.send('offer', [])
      await stage.until(
        () => peer.said('have').includes(1),
        () => 'My empty offer was not answered with `have` 1.'
      )
      await first.call('events', 's') // what came before it has been answered
      stage.expect(!isSynced, '`sync()` resolved although I have not fetched its block.')
      peer.wire.send('have', 1)
      const { error } = await sync
      stage.expect(!error, `I said that I have it, and it rejected: ${error?.message}.`)

      stage.did('I offered a feed of 3 blocks, and vanished when it was requested.')
      stage.means(
        'Say `have` only when the blocks are stored; when the stream ends before, `sync` rejects with `ERR_CLOSED`.'
      )
      const liar = await speak(first, 's')
      liar.wire.send('offer', [{ key: DHT.keyPair().publicKey, length: 3 }])
      liar.wire.send('have', 1)
      const pending = first.try('sync', liar.stream)
      await stage.until(
        () => liar.said('request').length > 0,
        () => 'It was never requested.'
      )
      stage.expect(liar.said('have').length === 0, 'You said that you have it.')
      liar.socket.destroy()
      const rejected = await pending
      stage.expect(
        rejected.error?.code === 'ERR_CLOSED',
        rejected.error ? `It rejected with ${rejected.error.code ?? rejected.error.message}.` : 'It resolved.'
      )

      stage.did('I closed the multifeed, and gave the process nothing more to do.')
      stage.means('`close()` ends the streams, waits for what is being written, and closes the store.')
      const last = await Program.start(stage)
      await last.open('x', await folder('exit'))
      const other = await ours('other', 5)
      await exchange(last, 'x', other.multi)
      await last.call('close', 'x')
      last.role.child.stdin.end()
      const { code } = await stage.ends(last.role)
      stage.expect(code === 0, `It ended with exit code ${code}.`)
    }),

    step('durable: killed in the middle, it goes on', async () => {
      const dir = await folder('durable')
      const many = await ours('many', 3)
      for (let i = 0; i < 99; i++) await (await many.multi.writer(`${i}`)).append(blocksOf(`${i}`, 3))
      stage.did('I had it fetch 100 feeds, and killed it five times in the middle.')
      stage.means(
        'A feed is appended as a whole, its blocks with its signature; what is half there must be asked for again.'
      )
      let before = 0
      for (const stored of [1, 20, 40, 60, 80]) {
        const victim = await Program.start(stage)
        await victim.open('d', dir)
        const kept = (await victim.call('feeds', 'd')).filter(({ length }) => length === 3).length
        stage.expect(
          kept >= before,
          `It had ${before} of them when it was killed, and ${kept} when it was opened again.`
        )
        for (const { key, length } of await victim.call('feeds', 'd')) {
          stage.expect(length === 0 || length === 3, `After a kill a feed has ${length} of its 3 blocks.`)
          stage.expect((await victim.call('blocks', 'd', key)).length === length, 'After a kill blocks are missing.')
        }
        const { socket } = await connect(victim, 'd')
        many.multi.replicate(socket)
        before = await stage.until(
          async () => {
            const complete = (await victim.call('feeds', 'd')).filter(({ length }) => length === 3).length
            return complete >= stored && complete
          },
          () => `It never had ${stored} of my feeds.`
        )
        await victim.role.end()
      }
      const again = await Program.start(stage)
      await again.open('d', dir)
      await exchange(again, 'd', many.multi)
      await same(again, 'd', many.multi)
      stage.did('I opened its folder from a second process.')
      stage.means('Let `ready()` reject when the store cannot be opened.')
      const second = await Program.start(stage)
      await second.call('open', 'd', dir)
      const { error } = await second.try('ready', 'd')
      stage.expect(
        /could not be locked/.test(error?.message ?? ''),
        error ? `It said: ${error.message}` : '`ready()` resolved.'
      )
    }),

    step('hostile peers: their stream is closed, and the others go on', async () => {
      const first = await program()
      const victim = await ours('author', 1)
      const pack = await packOf(victim.writer, ['author 0'])
      const { manifest } = pack
      const key = () => DHT.keyPair().publicKey
      type Peer = Awaited<ReturnType<typeof speak>>
      const raw = (peer: Peer, type: number, bytes: Buffer) =>
        peer.socket.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, type), bytes]))
      const asked = async (peer: Peer) => {
        peer.wire.send('offer', [{ key: victim.writer.key, length: 1 }])
        await stage.until(
          () => peer.said('request').length > 0,
          () => 'An offered feed was never requested.'
        )
      }
      const twice = { key: key(), length: 1 }
      const attacks: [what: string, attack: (peer: Peer) => unknown][] = [
        ['offered a key of 31 bytes', (peer) => raw(peer, 0, Buffer.concat([c.encode(c.uint, 1), Buffer.alloc(31)]))],
        ['sent a list that says it has 10¹² entries', (peer) => raw(peer, 0, Buffer.from(c.encode(c.uint, 10 ** 12)))],
        [
          'offered 10 000 feeds, where `maxFeeds` is 50',
          (peer) =>
            peer.wire.send(
              'offer',
              Array.from({ length: 10_000 }, () => ({ key: key(), length: 1 }))
            )
        ],
        ['offered a feed twice', (peer) => peer.wire.send('offer', [twice, twice])],
        ['requested what was not offered', (peer) => peer.wire.send('request', [{ index: 99, start: 0 }])],
        [
          'told the growth of an offer that was never made',
          (peer) => peer.wire.send('growth', [{ index: 7, length: 3 }])
        ],
        ['sent blocks that nobody asked for', (peer) => peer.wire.send('pack', pack)],
        [
          'sent another block than was signed',
          async (peer) => {
            await asked(peer)
            peer.wire.send('pack', { ...pack, blocks: [Buffer.from('a lie')] })
          }
        ],
        [
          'sent a block with the manifest of another writer',
          async (peer) => {
            await asked(peer)
            const other = await ours('another', 1)
            const { upgrade } = await other.writer.proof({ upgrade: { start: 0, length: 1 } })
            peer.wire.send('pack', {
              ...pack,
              blocks: [Buffer.from('another 0')],
              signature: upgrade.signature,
              manifest: other.writer.manifest ?? manifest
            })
          }
        ],
        ['sent bytes that are no message', (peer) => raw(peer, 3, Buffer.from([1, 255, 255, 255]))]
      ]
      for (const [i, [what, attack]] of attacks.entries()) {
        const name = `h${i}`
        await first.open(name, await folder('hostile'), { maxFeeds: 50 }, false)
        const own = await first.call('writer', name, 'own')
        await first.call('append', name, own, ['one'])
        const peer = await speak(first, name)
        stage.did(`I ${what}.`)
        stage.means(
          'Throw a MultifeedError for what a peer may not send: `Wire` closes that stream with it, and the process lives.'
        )
        await attack(peer)
        await stage.until(peer.isClosed, () => 'The stream stayed open.')
        const { errors } = await stage.until(
          async () => {
            const events = await first.call('events', name)
            return events.errors.length > 0 && events
          },
          () => 'The stream was closed, and no `error` told why.'
        )
        stage.expect(
          errors.length === 1 && /^ERR_/.test(String(errors[0])),
          `The errors told were ${errors.join(', ')}.`
        )
        stage.expect((await first.call('feeds', name)).length <= 50, 'It has more feeds than `maxFeeds`.')
        stage.means('One bad peer must not keep the others from you, and must not spoil a feed for its author.')
        const honest = await ours('honest', 2)
        await exchange(first, name, honest.multi)
        await exchange(first, name, victim.multi)
        const kept = (await first.contents(name))[victim.key]
        stage.expect(kept?.join() === 'author 0', `The author’s feed holds ${JSON.stringify(kept)}.`)
        await first.call('close', name)
      }
      stage.did('A listener of `remote-feeds` threw a TypeError.')
      stage.means('An error of the program’s own must close that stream too: protomux would end the process for it.')
      await first.open('t', await folder('hostile'))
      await first.call('throwing', 't', true)
      const { socket } = await connect(first, 't')
      victim.multi.sync(victim.multi.replicate(socket)).catch(() => {})
      await stage.until(
        async () => (await first.call('events', 't')).errors.length > 0,
        () => 'No `error` was told.'
      )
      await first.call('throwing', 't', false)
      await exchange(first, 't', victim.multi)
    }),

    step('the chat: everybody has everything that everybody said', async () => {
      stage.means(
        'A writer for each person; print every block of every feed, those of `feeds()` and those of `feed` events.'
      )
      const room = 'the-check'
      const ana = await stage.start('chat.ts', ['ana', room], 'chat.ts (ana)')
      const ben = await stage.start('chat.ts', ['ben', room], 'chat.ts (ben)')
      ana.type('hello from ana')
      ben.type('hello from ben')
      for (const role of [ana, ben]) {
        for (const name of ['ana', 'ben']) {
          await stage.prints(
            role,
            new RegExp(`^${name}: hello from ${name}\\r?$`, 'm'),
            `“${name}: hello from ${name}”`
          )
        }
      }
      await ben.kill()
      ana.type('ben was killed')
      stage.means('A late one gets all feeds from whoever is there, those of the absent too.')
      const carl = await stage.start('chat.ts', ['carl', room], 'chat.ts (carl)')
      await stage.prints(carl, /^ben: hello from ben\r?$/m, '“ben: hello from ben”')
      await stage.prints(carl, /^ana: ben was killed\r?$/m, '“ana: ben was killed”')
      const back = await stage.start('chat.ts', ['ben', room], 'chat.ts (ben)')
      back.type('ben is back')
      await stage.prints(back, /^ben: hello from ben\r?$/m, '“ben: hello from ben”')
      await stage.prints(back, /^ana: ben was killed\r?$/m, '“ana: ben was killed”')
      for (const role of [ana, carl]) {
        await stage.prints(role, /^ben: ben is back\r?$/m, '“ben: ben is back”')
        stage.expect(
          role.count('ben: hello from ben') === 1,
          `${role.name} printed a line of Ben’s ${role.count('ben: hello from ben')} times.`
        )
      }
      stage.means('In `goodbye`: first the swarm, then the multifeed.')
      await stage.leaves(carl)
      await back.kill()
      await ana.kill()
      stage.means('The same name is the same folder: what was heard before is there again, also when nobody is.')
      const alone = await stage.start('chat.ts', ['ben', 'an-empty-room'], 'chat.ts (ben)')
      for (const line of ['ben: hello from ben', 'ana: ben was killed']) {
        await stage.prints(alone, new RegExp(`^${line}\\r?$`, 'm'), `“${line}”`)
      }
    })
  ]
}

export default check
