// The play with peers that say what no multifeed would, and peers that do not give what they offer.
import { type Stage, Unseen } from '@workshop/checks'
import type { Messages } from '@workshop/wire'
import c from 'compact-encoding'
import type Hypercore from 'hypercore'
import { packsOf, type Speaker } from './peer.ts'
import type { Play } from './play.ts'

export async function hostile(stage: Stage, play: Play): Promise<void> {
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
  const noMessage = raw(3, Buffer.from([1, 255, 255, 255]))
  const say =
    <Name extends keyof Messages>(name: Name, value: Messages[Name]) =>
    (speaker: Speaker) =>
      speaker.say(name, value)
  const asked = (lie: Partial<Messages['pack']>) => async (speaker: Speaker, core: Hypercore) =>
    speaker.say('pack', { ...(await play.offer(speaker, core, 'You never requested a feed that I offered.')), ...lie })
  const part = (block: Buffer) => ({ ...pack, blocks: [block], signature: Buffer.alloc(0), manifest: null })
  const isRequested = (speaker: Speaker) =>
    stage.until(() => speaker.said('request').length > 0, 'You never requested a feed that I offered.', { means })
  const twice = { key: key(), length: 1 }
  const crowd = Array.from({ length: 10_000 }, () => ({ key: key(), length: 1 }))
  const tooMany = 'offered 10 000 feeds, where `maxFeeds` is 50'
  const unsigned = 'sent a block that was not signed'
  const foreignManifest = 'sent a block with the manifest of another writer'
  /** With the code that README.md has for it, where it leaves none open. */
  const attacks: [what: string, attack: (speaker: Speaker, core: Hypercore) => unknown, code?: string][] = [
    ['offered a key of 31 bytes', raw(0, Buffer.concat([c.encode(c.uint, 1), Buffer.alloc(31)])), 'ERR_PROTOCOL'],
    ['sent a list that says it has 10¹² entries', raw(0, c.encode(c.uint, 10 ** 12)), 'ERR_PROTOCOL'],
    [tooMany, say('offer', crowd), 'ERR_TOO_MANY_FEEDS'],
    ['offered a feed twice', say('offer', [twice, twice]), 'ERR_PROTOCOL'],
    [
      'offered a feed again later',
      (speaker) => {
        for (let i = 0; i < 2; i++) speaker.say('offer', [twice])
      },
      'ERR_PROTOCOL'
    ],
    ['offered a feed of 2⁴⁰ blocks', say('offer', [{ key: key(), length: 2 ** 40 }]), 'ERR_PROTOCOL'],
    [
      'requested what you had not offered',
      (speaker) => speaker.say('request', [{ index: speaker.offered().length, start: 0 }]),
      'ERR_NOT_OFFERED'
    ],
    ['told the growth of an offer that I never made', say('growth', [{ index: 7, length: 3 }])],
    [
      'told that a feed has grown to 2⁴⁰ blocks',
      async (speaker, core) => {
        await asked({})(speaker, core)
        speaker.say('growth', [{ index: 0, length: 2 ** 40 }])
      },
      'ERR_PROTOCOL'
    ],
    ['sent blocks that nobody asked for', say('pack', pack)],
    [
      'offered a feed as empty, and sent its blocks',
      async (speaker, core) => {
        const [unasked] = await packsOf(core, 0)
        speaker.say('offer', [{ key: core.key, length: 0 }])
        if (unasked) speaker.say('pack', unasked)
      }
    ],
    [
      'sent more than 16 MiB as one pack',
      async (speaker) => {
        speaker.say('offer', [{ key: key(), length: 4 }])
        await isRequested(speaker)
        for (let start = 0; start < 3; start++) speaker.say('pack', { ...part(Buffer.alloc(6 * 1024 ** 2)), start })
      }
    ],
    [
      'sent a part of one feed, and then one of another',
      async (speaker) => {
        const ours = [key(), key()]
        speaker.say(
          'offer',
          ours.map((key) => ({ key, length: 2 }))
        )
        await isRequested(speaker)
        const [first] = speaker.said('request').flat()
        for (const i of ours.keys())
          speaker.say('pack', { ...part(Buffer.from('a part')), index: i ^ (first?.index ?? 0) })
      }
    ],
    [unsigned, asked({ blocks: [Buffer.from('a lie')] }), 'ERR_BAD_PACK'],
    ['sent one block too many', asked({ blocks: [...pack.blocks, Buffer.from('a lie')] })],
    [foreignManifest, asked({ ...foreign, index: 0 }), 'ERR_BAD_PACK'],
    ['sent bytes that are not a message', noMessage, 'ERR_PROTOCOL']
  ]
  const means =
    'Throw a MultifeedError for what a peer may not send: `Wire` closes that stream with it, and the process lives.'
  const manifests =
    'Check that `Hypercore.key(manifest)` is the key of the feed before you store anything: the library does not.'
  const onward = 'One bad peer must not keep the others from you, and must not spoil an author’s feed.'
  const counts = 'What a peer has offered, and not given, counts for `maxFeeds` no longer when its stream has ended.'
  /** What it means when another peer suffers from an attack. */
  const whyOthers = (what: string) =>
    what === tooMany ? `${onward} ${counts}` : what === foreignManifest ? manifests : onward
  stage.did(`Each to a multifeed of yours, at the same instant, I ${attacks.map(([what]) => what).join('; ')}.`)
  const attacked = attacks.map(async ([what, attack, code], i) => {
    const multi = `h${i}`
    const [dir, options] = [await play.folder('hostile'), { maxFeeds: 50 }]
    await program.open(multi, dir, options)
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
    const { errors, feeds } = await play.fails(
      multi,
      `${after}the stream was closed, and no \`error\` event said why.`,
      means
    )
    const isOne = errors.length === 1 && /^ERR_/.test(String(errors[0]))
    stage.expect(isOne, `${after}the errors were ${errors.join(', ')}.`, errors.length > 1 ? whyOthers(what) : means)
    stage.expect(
      code === undefined || errors[0] === code,
      `${after}the error was ${errors[0]} instead of ${code}.`,
      'README.md says under “The class” which code is for what.'
    )
    stage.expect(feeds.length <= 50, `${after}it has more feeds than \`maxFeeds\`.`, means)
    const others = () => {
      stage.expect(!session.problem, `${after}README.md does not allow this: ${session.problem}`, onward)
      const { isClosed, isLost } = session.speaker
      stage.expect(!isClosed || isLost, `${after}you closed the stream of another peer, too.`, onward)
    }
    if (what === unsigned) {
      others() // now, since it is opened again: what is stored of the feed must make sense
      await program.call('close', multi)
      await program.open(multi, dir, options)
    }
    await play.exchange(multi, victim, { after, means: whyOthers(what) })
    if (what !== unsigned) others()
  })

  /** A peer offers a feed and does not give it; another one has it. */
  const unkind = async (multi: string, how: string, does: (speaker: Speaker, kind: Messages['pack'][]) => void) => {
    await program.open(multi, await play.folder('unkind'))
    const mine = await play.peer()
    const large = await play.write(
      mine,
      Array.from({ length: 3 }, (_, i) => `${i}`.padEnd(100_000, multi))
    )
    const parts = await packsOf(large, 0, 0, 120_000)
    const small = (await play.write(mine, ['small'])).key.toString('hex')
    const next =
      'A peer that does not give what it offered must not keep a feed from you: ask another peer that offers it, even one that offered it before.'
    const offers = async () => {
      const { speaker } = await play.speak(multi)
      speaker.say('offer', [{ key: large.key, length: 3 }])
      return speaker
    }
    const isAsked = (speaker: Speaker, saw: string, means: string) =>
      stage.until(() => speaker.said('request').length > 0, saw, { means })
    let speaker = await offers()
    await isAsked(speaker, 'You never requested a feed that I offered.', means)
    if (multi === 'gone') {
      const second = await offers()
      const isHeard = async () => (await program.look(multi)).met.length === 2
      await stage.until(isHeard, 'There was no `remote-feeds` event.', { means })
      speaker.socket.destroy()
      await isAsked(
        second,
        'The peer that you had asked for a feed left, and you never requested it from the next.',
        next
      )
      speaker = second
    }
    const during = async () => {
      await play.have([multi], [small], next) // so it knows that this peer offers the other feed, too
      does(speaker, parts)
    }
    await play.exchange(multi, mine, { means: next, during, after: `When the peer that you had asked ${how}: ` })
  }
  stage.did(
    'Three peers each offered a feed, and another peer offered it, too. Then one gave nothing, one gave half, and one left, and the next one, too.'
  )
  await Promise.all([
    ...attacked,
    unkind('silent', 'gave nothing', () => {}),
    unkind('half', 'gave half, and then nothing', (speaker, [part]) => part && speaker.say('pack', part)),
    unkind('gone', 'gave half, and left', (speaker, [part]) => {
      if (part) speaker.say('pack', part)
      speaker.socket.destroy()
    })
  ])

  const maxFeeds = 40
  stage.did(`Two peers offered 30 feeds each at the same instant, where \`maxFeeds\` is ${maxFeeds}.`)
  const full = await play.folder('full')
  await program.open('full', full, { maxFeeds })
  const crowds = await Promise.all([play.peer(), play.peer()])
  for (const crowd of crowds) for (let i = 0; i < 30; i++) await play.write(crowd, [`${i}`])
  const streams = await Promise.all(crowds.map(() => play.connect('full')))
  for (const [i, crowd] of crowds.entries()) crowd.replicate((streams[i] as (typeof streams)[0]).socket)
  const most =
    'Count the feeds that you store, your own too, whoever offers them; refuse a stream that would bring more.'
  const once = 'Count each feed once: to meet somebody who has the same ones, or offers them too, takes no room.'
  const { errors } = await stage.until(
    async () => {
      const seen = await program.look('full')
      return (seen.errors.length > 0 || seen.feeds.length > maxFeeds) && seen
    },
    'There was no `error` event.',
    { means: most }
  )
  await program.call('close', 'full') // some of the feeds may be on their way to the disk
  await program.open('full', full, { maxFeeds })
  const { length } = (await program.look('full')).feeds
  if (length > maxFeeds) {
    const saw = `It has ${length} feeds, where \`maxFeeds\` is ${maxFeeds}.`
    const { speaker } = await play.speak('full')
    speaker.say('offer', crowd.slice(0, 30))
    const isRefused = async () => (await program.look('full')).errors.length > 0 || speaker.isClosed
    const isTaken = () => speaker.said('request').length > 0
    await stage.until(async () => (await isRefused()) || isTaken(), 'A third offer was not answered.', { means: most })
    if (isTaken()) throw new Unseen(`${saw} It requested those of a third peer, too.`, { means: most })
    throw new Unseen(`${saw} Two offers were counted before either was stored.`, {
      means:
        'Count again when you store a feed, with those that are being stored just now: what was few enough when it was offered, or before an `await`, may be too many by then.'
    })
  }
  stage.expect(errors[0] === 'ERR_TOO_MANY_FEEDS', `The error was ${errors[0]}.`, most)

  stage.did('Where `maxFeeds` is 2, two peers offered the same two feeds at the same instant, and gave neither.')
  await program.open('shared', await play.folder('shared'), { maxFeeds: 2 })
  const pair = await Promise.all([play.speak('shared'), play.speak('shared')])
  for (const { speaker } of pair) speaker.say('offer', crowd.slice(0, 2))
  const shared = await stage.until(
    async () => {
      const seen = await program.look('shared')
      return (seen.met.length === 2 || seen.errors.length > 0) && seen
    },
    'There was no `remote-feeds` event.',
    { means: most }
  )
  const [refusal] = shared.errors
  stage.expect(!refusal, `One of them was refused with ${refusal}, although there is room for both feeds.`, once)

  stage.did(
    'Where `maxFeeds` is 3 and two were your own, a peer with one feed came twice. Then another one offered one more.'
  )
  await program.open('own', await play.folder('own'), { maxFeeds: 3 })
  for (const name of ['one', 'two']) await play.writer('own', name, [name])
  for (const after of ['For the third feed there is room, but ', 'Your three feeds are all that the peer has, but '])
    await play.exchange('own', author, {
      after,
      means: once
    })
  const { speaker } = await play.speak('own')
  speaker.say('offer', crowd.slice(0, 1))
  const isHeard = async () => {
    const { errors, met } = await program.look('own')
    return errors.length > 0 || met.length > 2 || speaker.isClosed
  }
  await stage.until(isHeard, 'There was neither an `error` nor a `remote-feeds` event.', { means: most })
  for (let i = 0; i < 10; i++) await program.look('own') // what comes of it comes in the next turns
  stage.expect(speaker.said('request').length === 0, 'It requested that, too.', most)

  const handler =
    'Catch what a listener of the program throws, also one of `error`, and close that stream with it: else it ends the process, by protomux or by itself.'
  for (const event of ['remote-feeds', 'feed', 'error'] as const) {
    const when = event === 'error' ? ' when I sent bytes that are not a message' : ''
    stage.did(`A listener of \`${event}\` threw a TypeError${when}.`)
    const multi = `thrower of ${event}`
    await program.open(multi, await play.folder('thrower'))
    program.means = handler
    await program.call('throwing', multi, event)
    if (event === 'error') noMessage((await play.speak(multi)).speaker)
    else author.replicate((await play.connect(multi)).socket)
    await stage.until(
      async () => {
        const { errors, told } = await program.look(multi)
        // Who tells a feed later than it is stored has no stream to close for what that listener throws.
        return errors.length > 0 || (event === 'feed' && told.length > 0)
      },
      'There was no `error` event.',
      { means: handler }
    )
    const { errors } = await program.look(multi)
    const isHandler = event !== 'remote-feeds' || errors[0] === 'ERR_HANDLER'
    stage.expect(isHandler, `The error was ${errors[0]} instead of ERR_HANDLER.`, handler)
    await program.call('throwing', multi)
    await play.exchange(multi, author, { means: handler })
    program.means = undefined
  }
}
