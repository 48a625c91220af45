// The room that the steps play in: the chat in its middle, the people who come, and what holds from then on.
import { advised, type Stage, type Standing, shorten } from '@workshop/checks'
import type { KeyPair } from 'hyperdht'
import { Chat, LONGEST, Person, says } from './people.ts'

/**
 * How long two may take to meet, in ms: hyperswarm tries a connection that failed again after 1, 5 and 15 s, and calls
 * somebody who came back for 4 s where they were before.
 */
const MEETING = 25_000

export const MET = 'Join the swarm under the topic that the user gives, as 64 hex digits, and let it announce you.'
export const RETURNS =
  'Somebody who comes back has a new connection: forget the old one when it closes, and do the same with the new one as with any other.'
const KEY =
  'For each connection make one ProtomuxRPC, and answer `getKey` with the key of the core: `rpc.respond("getKey", () => profile.key)`.'
const REPLICATED = '`store.replicate(socket)` for each connection, before anything else.'
export const SENT =
  'Show your own line at once, as one of `local`, and send `{ message }` once to every connection by RPC. Send to all at once: a peer that never answers must not keep it from the others, and a peer that answers late or with an error has heard it.'
/** What it means that a line came otherwise to somebody, or to the page, by the difference. */
const SENT_OTHERWISE = {
  again: 'Send each line once: a peer that answers late, with an error or not at all has heard it, too.',
  changed:
    'Send each line at once, as it was said: one that waits behind a peer that never answers comes late, or to somebody who has come meanwhile.',
  order: 'Send each line as soon as it is said, and do not wait for what became of the one before.',
  'left out':
    'Send each line to every connection that is open, whatever the line is, and whatever became of the one before.'
}
const LATE =
  'Show a line as soon as it comes, under another label where the name is not known: one that waits is overtaken.'
const SHOWN_OTHERWISE = {
  again: 'Listen for `message` once on each connection: a second `respond` or a second channel hears it again.',
  order: LATE,
  'left out': `${LATE} And show every line, also one that was said before, or that looks like JSON.`
}
const ONCE =
  'Listen for `message` once on each connection, and show one line for each message, in the order in which they came.'
export const BLOCKS =
  'What a core holds was written by somebody else: is it JSON, is it a text, how long is it, is it without control characters?'

export const LONG = `Count characters, not bytes: a name has at most ${LONGEST.nickname} and a message at most ${LONGEST.message}. Your own too, also when it is read from your core again: the others would cut it, or refuse it.`
export const NAMES = 'Ask a peer for its key, open its core, and tell the view the nickname of the last block.'
export const KNOWN =
  'Keep the keys in a hyperbee, public key => core key, and put each in as soon as you know it: the program may be killed. Open all cores in it when it starts.'

export const CALLED =
  'Give each line the name that its author has now, your own too: `view.nickname` renames the earlier ones, and what you know of somebody stays when they leave.'
const ANOTHER =
  'Whoever is in a room and asks for one more sees the message of your `Error`, or goes into another room, with a topic of its own.'

export type Room = ReturnType<typeof roomOf>

/** The scenes that the steps of a verdict stand on. */
export function roomOf(stage: Stage) {
  /** Waits for what only comes when two have met. */
  const meets = <T>(look: () => T | Promise<T>, saw: string | (() => string), means = MET) =>
    stage.until(look, saw, { patience: MEETING, means, file: 'chat.ts' })

  /** Waits until somebody who came was asked for a key: soon after they met. */
  const isAsked = async (person: Person, saw: string, means: string) => {
    const { who } = await met()
    await meets(() => person.rpcs.has(who), 'It did not meet somebody who came.', means)
    await stage.until(
      () => person.asked > 0,
      () => saw,
      { means, file: 'chat.ts' }
    )
  }

  /** What has to hold from now on. */
  const promise = (name: string, step: number, means: string, look: () => Standing) =>
    stage.promise({ name, step, means, file: 'chat.ts', look })

  /** The chat in the middle of everything; `people` is everybody who ever spoke to it. */
  const started = stage.scene(async () => {
    const ana = { chat: await Chat.start(stage, 'ana'), people: [] as Person[] }
    const page = () => ana.chat.page
    promise('own lines are shown', 4, SENT, () => ana.chat.showsOwn())
    promise('nothing is shown that nobody wrote', 4, ONCE, () =>
      advised(first(ana.people.map((one) => ana.chat.showsOnly(one))), SHOWN_OTHERWISE)
    )
    promise('each line has the name of its author', 5, CALLED, () => ana.chat.namesAll())
    promise('names are bounded', 6, BLOCKS, () => {
      const names = [...page().named, ...page().lines.map(({ nickname }) => nickname)]
      for (const name of names) {
        const code = /\p{Cc}/u.exec(name)?.[0]
        if (code) return { broken: `Its page shows a nickname with the control character ${pointOf(code)}.` }
        const { length } = [...name]
        if (length > LONGEST.nickname) return { broken: `Its page shows a nickname of ${length} characters.` }
        if (/^(undefined|null|\s*)$/.test(name)) return { broken: `Its page calls somebody “${name}”.` }
      }
      return undefined
    })
    return ana // the chat is started again in a later step
  })

  const inRoom = stage.scene(async () => {
    const ana = await started()
    const topic = await ana.chat.create()
    return { ana, topic }
  })

  /** A chat that is alone in a room of its own, where its user asks for one more; with the topics of all its rooms. */
  const alone = stage.scene(async () => {
    const chat = await Chat.start(stage, 'eve')
    const { errors } = chat.page
    const first = await chat.create()
    stage.did('I asked for another room.')
    chat.page.tell({ type: 'create' })
    const topics = () => Array.from(chat.role.output.matchAll(/^topic: (\w+)/gm), ([, topic]) => String(topic))
    await chat.shows(
      () => errors.length > 0 || topics().length > 1,
      'It neither went into another room nor said why not.',
      ANOTHER
    )
    return { chat, topics: [first, ...topics().slice(1)] }
  })

  /** Somebody of ours, who comes into the room. */
  async function comes(
    nickname?: string,
    change: (person: Person) => void = () => {},
    keyPair?: KeyPair
  ): Promise<Person> {
    const { ana, topic } = await inRoom()
    const person = await Person.make(stage, nickname, keyPair)
    ana.people.push(person)
    change(person)
    await person.come(topic)
    return person
  }

  /** Ben, whom the chat has met, and whose core says his name. */
  const met = stage.scene(async () => {
    const scene = await inRoom()
    stage.did('I came into the room as Ben.')
    const ben = await comes('ben')
    const who = await meets(() => [...ben.rpcs.keys()][0], 'Nobody met Ben in the room.')
    return { ...scene, ben, who }
  })

  /** Somebody of ours comes, and the chat meets them. */
  async function joins(nickname?: string, change?: (person: Person) => void): Promise<Person> {
    const { who } = await met()
    const person = await comes(nickname, change)
    await meets(() => person.rpcs.has(who), `It did not meet ${nickname ?? 'somebody who came'} in the room.`)
    return person
  }

  /** From then on Ben hears everything that is said. */
  const talking = stage.scene(async () => {
    const scene = await met()
    stage.did('Ben said something.')
    const line = await says(scene.ben, 'hello from ben', scene.ana.chat)
    stage.expect(line.who === scene.ben.who, `It is shown as a line of ${shorten(line.who)}, not of Ben’s key.`, ONCE)
    scene.ben.due = []
    promise('everybody hears each line once', 4, SENT, () =>
      advised(
        first(scene.ana.people.map((one) => one.hears(scene.who, one === scene.ben ? 'Ben' : listener(one)))),
        SENT_OTHERWISE
      )
    )
    return scene
  })

  /** The core of the chat's own nickname, copied by Ben. */
  const copied = stage.scene(async () => {
    const scene = await met()
    stage.did('Ben asked for its key (`getKey`).')
    let problem = ''
    const ask = () =>
      scene.ben.rpcs
        .get(scene.who)
        ?.request('getKey')
        .catch((error: Error) => {
          problem = error.message
          return undefined
        })
    const key = await stage.until(ask, () => `No key came. ${problem}`, { means: KEY, file: 'chat.ts' })
    stage.expect(key?.length === 32, `The answer had ${key?.length ?? 0} bytes instead of the 32 of a key.`, KEY)
    stage.did('He opened a copy of that core.')
    const copy = scene.ben.store.get<{ nickname?: unknown; peer?: unknown }>({
      key: Buffer.from(key as Buffer),
      valueEncoding: 'json'
    })
    await copy.ready()
    await stage.until(() => copy.length > 0, 'His copy stayed empty.', { means: REPLICATED, file: 'chat.ts' })
    const latest = async () => (copy.length > 0 ? await copy.get(copy.length - 1) : undefined)
    return { ...scene, copy, latest }
  })

  /** The chat leaves, or is killed. */
  async function away(how: 'leaves' | 'is killed' = 'leaves'): Promise<void> {
    const { ana, who } = await met()
    await (how === 'leaves' ? ana.chat.leave() : ana.chat.role.kill())
    for (const person of ana.people) {
      person.saidOnce.length = 0
      person.due = undefined
      person.rpcs.delete(who) // the connection is over, whenever they hear of it
    }
  }

  /** It comes back into the room. A user who clicks needs longer to do so than a program that knows many cores needs to open them. */
  async function back(): Promise<Chat> {
    const { ana, topic } = await met()
    ana.chat = await Chat.start(stage, 'ana', topic)
    return ana.chat
  }

  return { meets, isAsked, promise, started, inRoom, alone, comes, met, joins, talking, copied, away, back }
}

/** Has somebody answer `getKey` so. */
export const answering = (answer: Buffer | null) => (person: Person) => {
  person.answer = () => answer
}

/** Somebody who listens, as the story calls them. */
function listener({ holds, complains }: Person): string {
  const how = holds ? ' who never answers' : complains ? ' who answers with an error' : ''
  return `Somebody in the room${how}`
}

/** A character as U+0007. */
export const pointOf = (character: string) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/** The first of several that is not kept. */
function first(standings: Standing[]): Standing {
  return standings.find((standing) => standing !== undefined)
}
