// The play with the chat: three people at the same instant, somebody who sends anything, one who is killed, a late one.
import { advised, delivered, type Role, type Stage } from '@workshop/checks'
import { VERSION } from '@workshop/wire'
import DHT from 'hyperdht'
import { type Peer, Speaker } from './peer.ts'
import type { Play } from './play.ts'

const LONELY = 'nobody hears me'
const EVERY =
  'One `append` event may stand for many blocks: print all from the last printed one up to `length`, not the newest alone. Those that are there when the chat starts are to be printed, too.'
/** What it means that messages are printed otherwise, by the difference. */
const OTHERWISE = {
  'left out': EVERY,
  cut: 'Print every text as it is, all of it.',
  missing: EVERY,
  again:
    'Print each block once: a feed may be both in `feeds()` and in a `feed` event, and blocks may come while you still read. Keep how far each feed is printed, by its key.',
  order: 'Print the blocks of a feed one after the other: two readers at once overtake each other.'
}
const AT_ONCE =
  'Append a line as soon as it is typed, and print each block as soon as it comes: who waits for a pause waits for as long as somebody types.'
const LEFT = 'In `goodbye`: first the swarm, then the multifeed.'
/** How a line of the stranger's begins. */
const STRANGER = 'mallory: '
/** What is no message. */
const RUBBISH = [
  'no JSON',
  'null',
  '42',
  '"text"',
  '[]',
  '{"name":{},"text":[null]}',
  '',
  '\u001b[2J',
  '{"name":"x","text":{"toString":1}}'
]
/** As long as a topic; the other one begins with all of it. */
const ROOM = 'a-room-whose-name-is-as-long-as-a-topic'
const OTHER_ROOM = `${ROOM}-and-longer`

export async function chat(stage: Stage, play: Play): Promise<void> {
  const said = new Map<string, string[]>()
  /** What a stranger has said to all in the room, and who is in another one. */
  let messages: string[] = []
  let away: Role | undefined
  /** Who is there, and what each must have printed, by who said it. */
  const here = new Map<Role, Map<string, string[]>>()
  stage.promise({
    name: 'what is said in one room is not heard in another',
    step: 8,
    means: 'Each room has a topic of its own, made of its whole name: a hash of it, for example.',
    file: 'chat.ts',
    look: () => {
      for (const role of here.keys()) {
        const others = role === away ? ['ana: ben was killed', 'carl: hello from carl'] : []
        if (role !== away && !said.get('ben')?.includes(LONELY)) others.push(`ben: ${LONELY}`)
        const heard = others.find((line) => role.lines.includes(line))
        if (heard) return { broken: `${role.name} printed “${heard}”, which was said in another room.` }
      }
      return undefined
    }
  })
  stage.promise({
    name: 'a block that is no message keeps no other one back',
    step: 8,
    means:
      'A block that is no message must not end the loop that prints its feed: the ones after it are to be printed.',
    file: 'chat.ts',
    look: () => {
      for (const role of here.keys()) {
        if (role === away) continue
        const printed = role.lines.flatMap((line) => (line.startsWith(STRANGER) ? [line.slice(STRANGER.length)] : []))
        const standing = delivered(
          messages,
          printed,
          `Of the messages between rubbish in one feed, ${role.name} printed`
        )
        if (standing) return standing
      }
      return undefined
    }
  })
  stage.promise({
    name: 'everybody prints every message once',
    step: 8,
    means:
      'A writer for each person; print every block of every feed once, those of `feeds()` and those of `feed` events.',
    file: 'chat.ts',
    look: () => {
      for (const [role, due] of here) {
        for (const [name, texts] of due) {
          const begin = `${name}: `
          const printed = role.lines.flatMap((line) => (line.startsWith(begin) ? [line.slice(begin.length)] : []))
          const standing = delivered(texts, printed, `Of what ${name} typed, ${role.name} printed`)
          if (standing) return advised(standing, OTHERWISE)
        }
      }
      return undefined
    }
  })
  const enter = async (name: string, room = ROOM, due = said) => {
    const role = await stage.start(
      'chat.ts',
      [name, room],
      `chat.ts (${name}${room === ROOM ? '' : ', in another room'})`
    )
    here.set(role, due)
    return role
  }
  const say = (role: Role, name: string, ...texts: string[]) => {
    said.set(name, [...(said.get(name) ?? []), ...texts])
    role.paste(texts)
  }
  /** Those that each chat sends and prints as they are. */
  const lines = stage.random.lines({ longest: 200 }).filter((line) => line !== '' && !/^\s|\s$|\t/.test(line))

  stage.did('Three wrote at the same instant, before they had found each other.')
  const names = ['ana', 'ben', 'eva']
  const [ana, ben, eva] = (await Promise.all(names.map((name) => enter(name)))) as [Role, Role, Role]
  say(ana, 'ana', 'hello from ana', ...lines)
  say(ben, 'ben', 'hello from ben', 'hello from ben', 'ana: hello from ana')
  say(eva, 'eva', 'hello from eva', 'long '.repeat(300).trim())
  await stage.keepPromises()
  const type = (word: string) => say(ana, 'ana', word)
  await stage.printsOn(ben, 'Ana typed one line after the other.', type, { means: AT_ONCE })

  stage.did('A stranger came, whose feed holds anything. Then Ben was killed, and Eva left.')
  messages = await intrude(stage, play)
  here.delete(ben)
  const alone = new Map(said)
  await ben.kill()
  say(ana, 'ana', 'ben was killed')
  await stage.keepPromises()
  here.delete(eva)
  await stage.leaves(eva, { means: LEFT })

  stage.did('Carl came late. Ben came back with his folder to another room, where nobody was.')
  const [carl, again] = await Promise.all([enter('carl'), enter('ben', OTHER_ROOM, alone)])
  away = again
  say(carl, 'carl', 'hello from carl')
  await stage.until(
    () => again.lines.includes('ben: hello from ben') && again.lines.includes('eva: hello from eva'),
    () => `${again.name} did not print what was said before.`,
    { means: 'The same name is the same folder: what the chat knew before is there again, even when nobody else is.' }
  )
  await stage.keepPromises()

  stage.did('There he wrote some lines, left, and then came back into the room.')
  const lonely = [LONELY, LONELY, 'at all', 'I go back', 'to the others']
  alone.set('ben', [...(alone.get('ben') ?? []), ...lonely])
  again.paste(lonely)
  await stage.keepPromises()
  here.delete(again)
  await stage.leaves(again, { means: LEFT })
  said.set('ben', [...(said.get('ben') ?? []), ...lonely])
  await enter('ben')
}

/** A peer of ours comes into the room, with a feed of rubbish and messages between it; gives the texts of these. */
async function intrude(stage: Stage, play: Play): Promise<string[]> {
  const dht = await stage.dht()
  const { asked } = await stage.network()
  const room = asked.find(({ act, target }) => act === 'announces' && isShared(target))?.target
  function isShared(target: string): boolean {
    const all = asked.filter((other) => other.act === 'announces' && other.target === target)
    return new Set(all.map(({ host, port }) => `${host}:${port}`)).size > 1
  }
  if (room === undefined) return [] // they found each other in another way
  const keys = new Map<string, Buffer>()
  for await (const { peers } of dht.lookup(Buffer.from(room, 'hex'))) {
    for (const { publicKey } of peers) keys.set(publicKey.toString('hex'), publicKey)
  }
  const sockets = [...keys.values()].map((key) => dht.connect(key))
  // Another one of us, who is refused, learns first how their chat calls itself.
  for (const key of [...keys.values()].slice(0, 1)) sockets.push(dht.connect(key, { keyPair: DHT.keyPair() }))
  for (const socket of sockets) socket.on('error', () => {})
  const open = await Promise.all(sockets.map(async (socket) => (await socket.opened) && socket))
  const [scout, ...others] = open.filter((socket) => socket !== false).reverse()
  if (!scout) return []
  const { theirs } = await heard(stage, new Speaker(scout, { version: VERSION + 1 }))
  scout.destroy()
  const peer: Peer = await play.peer({ client: String(theirs?.client) })
  const texts = RUBBISH.map((_, i) => `between rubbish ${i}`)
  await peer.writer(RUBBISH.flatMap((block, i) => [block, JSON.stringify({ name: 'mallory', text: texts[i] })]))
  for (const socket of others) await heard(stage, peer.replicate(socket).speaker)
  await stage.until(
    () => [...peer.sessions].some(({ speaker }) => speaker.said('request').length > 0),
    'Nobody requested my feed.',
    { means: 'Replicate over each connection of the swarm.', file: 'chat.ts' }
  )
  const [torn] = others
  if (!torn) return texts
  stage.did('The stranger’s connection to one of them was torn, and they came back with the same key.')
  torn.destroy()
  const again = dht.connect(torn.remotePublicKey)
  again.on('error', () => {})
  if (await again.opened) await heard(stage, peer.replicate(again).speaker)
  return texts
}

/** Waits until the other side has said its hello. */
function heard(stage: Stage, speaker: Speaker): Promise<Speaker> {
  return stage.until(
    () => speaker.theirs !== undefined && speaker,
    'You did not replicate over a connection of the swarm.',
    { means: 'Replicate over each connection of the swarm, also with a peer that comes back.', file: 'chat.ts' }
  )
}
