// The play with what comes later: three peers who meet only one another's friend, a listener that counts, and a ring.
import type { Stage } from '@workshop/checks'
import { packsOf } from './peer.ts'
import { blocksOf, type Play } from './play.ts'
import { ONE_AT_A_TIME } from './program.ts'

export async function live(stage: Stage, play: Play): Promise<void> {
  const { program } = play
  const means = 'Tell new feeds, and new lengths, on every open stream, even those that you learnt from a peer.'
  const counted = `${means} And count for \`sync\` only those that you have sent.`
  await program.open('l', await play.folder('live'))
  const peers = await Promise.all(['left', 'right', 'middle'].map(() => play.peer()))
  const [left, right] = peers as [(typeof peers)[0], (typeof peers)[0]]
  stage.did(
    'I connected yours with three of mine, which are not connected with each other. Two of them knew the same feed already.'
  )
  const shared = await play.write(right, ['known to the left and the right'])
  await left.store({ key: shared.key, start: 0, ...(await packsOf(shared, 0))[0] } as Parameters<typeof left.store>[0])
  await Promise.all(peers.map((peer) => play.exchange('l', peer, { refused: `${counted} ${ONE_AT_A_TIME}` })))
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
  const offer = () => speaker.said('offer').flat()[index()]
  const grown = () =>
    speaker
      .said('growth')
      .flat()
      .filter((growth) => growth.index === index())
      .map(({ length }) => length)
  const told = () => grown().at(-1) ?? offer()?.length // whether an empty feed is offered is not said
  for (const block of blocksOf('block', 10)) await play.append('l', key, [block])
  await stage.until(
    () => told() === 10,
    () => (offer() ? `The last length that you told was ${told()}, and it is 10.` : 'You never offered the new feed.'),
    { means }
  )
  const storm =
    'A key crosses once in each direction of a stream; afterwards it has a number. And never tell a peer what it told you.'
  const keys = speaker.offered()
  stage.expect(new Set(keys).size === keys.length, 'A key was offered twice on one stream.', storm)
  stage.expect(grown().length <= 10, `For 10 blocks there were ${grown().length} messages.`, storm)
  const stranger = await play.peer()
  const theirs = await play.write(stranger, ['of a stranger'])
  const both = [theirs, await play.write(stranger, ['of a stranger, too'])]
  for (const [index, core] of both.entries()) {
    const pack = await play.offer(speaker, core, 'You never requested a feed that I offered.')
    speaker.say('pack', { ...pack, index })
    await stage.until(() => speaker.said('have').includes(index + 1), 'My offer was not answered with `have`.', {
      means: 'Say `have` when the blocks are stored.'
    })
  }
  const notEcho = async () => {
    await program.look('l') // what came before it has been answered
    const ids = both.map(({ key }) => key.toString('hex'))
    const isEcho = speaker.offered().some((id) => ids.includes(id))
    stage.expect(!isEcho, 'You offered me a feed that I had just offered you.', storm)
  }
  await notEcho()

  stage.did('I told the growth of both in one message, and sent the new blocks too.')
  for (const core of both) await play.extend(stranger, core, 'one more')
  speaker.say(
    'growth',
    both.map((_, index) => ({ index, length: 2 }))
  )
  for (const [i, core] of both.entries()) {
    await stage.until(
      () =>
        speaker
          .said('request')
          .flat()
          .some(({ index, start }) => index === i && start === 1),
      `You never requested the new block of the ${i === 0 ? 'first' : 'second'} feed in it.`,
      { means: 'When an offer has grown, request it from where yours ends. One message may tell several.' }
    )
    for (const more of await packsOf(core, i, 1)) speaker.say('pack', more)
  }
  await stage.until(
    () => speaker.said('have').includes(3),
    () => `You said that you have ${speaker.said('have').at(-1)} of my 3 offers and growths.`,
    { means: '`have` counts messages: each offer and each growth is one.' }
  )
  await notEcho()

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
  stage.did(
    'The sixth made one more writer, and left. It came back in the same process when the others had written more.'
  )
  await play.writer('hub', 'after the others', ['after the others'])
  await stage.keepPromises()
  await program.call('close', 'hub')
  await Promise.all(five.map((multi, i) => play.append(multi, String(written[i]), ['while it was away'])))
  await program.open('hub', String(folders.get('hub')))
  stage.did('There it met a new peer first.')
  await play.exchange('hub', await play.peer(), {
    means: 'Offer all that is stored, also what was fetched before you were opened: the lengths are in the cores.'
  })
  await program.call('pipe', 'r2', 'hub')
  await play.append('hub', await program.call('writer', 'hub', 'mine'), ['back'])
  await play.have(all, written, means)
  await stage.keepPromises()
  await Promise.all(all.map((multi) => program.call('close', multi)))
}
