// The verdict of exercise 6. It uses the chat as its page does, and is the other people in the room.
import { join } from 'node:path'
import { type Check, shorten, step } from '@workshop/checks'
import DHT from 'hyperdht'
import { hostile } from './hostile.ts'
import { bare, Chat, insist, LONGEST, Person, says, saysInOneBreath } from './people.ts'
import { answering, CALLED, KNOWN, LONG, MET, NAMES, RETURNS, roomOf, SENT } from './room.ts'

const BLOCK = 'Block 0 of the core is `{ nickname, peer }`, with the value encoding `json`.'
const PEER = '`peer` is the public key of the connections, in hex. Give the swarm the key pair that it belongs to.'
const EARLY =
  'Answer `message` from the moment in which there is a connection, before you ask anything: what comes earlier is lost.'
const LABEL =
  'A message may come before its author has a name: show it under another label, and the name when it is known.'
const RENAMED =
  'A core has an `append` event when it gets a new block: read the last block again, also when one comes while you still read, and tell the view.'
const OWN = 'Append `{ nickname, peer }` to your own core, and tell the view the name of `local`.'
const RANDOM = 'The first nickname is `User` and a number from 0 to 999, drawn anew for each new core.'
const NEW_NAME =
  'Append a first nickname only while the core is empty: wait until it is ready, and look at its `length`. What was chosen later is in its last block. Give the store the same folder every time.'
const SAME_KEY =
  'Give the swarm the key pair that the store makes again each time: `new Hyperswarm({ keyPair: await store.createKeyPair("swarm") })`.'
const TWINS =
  'Two people may have the same name: what you know of a peer belongs to their public key, not to their name.'
const COMES_BACK =
  'Ask a peer for its key on each connection, as long as the hyperbee has none: the last one may have ended before the answer.'
const AGAIN = 'Ask `getKey` only of a peer whose key is not in the hyperbee.'
const ANSWERS_ALL =
  'Answer `getKey` on each connection, whoever asks and however often: also when you know the other one already.'
const RELAYED =
  'A block is signed, so anybody may bring it: keep the cores of all whom you know open, even of those who are away, and replicate the whole store.'
const LEFT = 'In `goodbye`: `await swarm.destroy()`, then `await store.close()`.'
/** So long a goodbye that waits for nobody may take, in ms: half of the 5 s after which many give up an answer. */
const AT_ONCE = 2_500
const BOTH_WAYS =
  'Call `swarm.join(topic)` without options: it announces you, and looks for the others. Each of the two may be the only one who does.'
const ONLY_ANNOUNCED = 'It did not meet somebody who only announces themselves.'
const PASSING =
  'A message is gone when nobody is there to hear it: show it all the same, and send it to those alone who are connected now.'
const TOPIC =
  'Check the topic of `join` before you enter the room: it must be 64 hex digits. `throw new Error("…")` shows the user a sentence.'
const ONCE_MORE =
  'Who mistypes a topic can type another one: until you are in a room, a topic that is none changes nothing. The room may be empty.'
const TYPED =
  '`readKey` refuses an invalid topic on the command line: it prints a sentence, and ends the program with a code that is not 0.'
const IN_USE = 'When another program has the folder open, `store.ready()` rejects: say so with `exitWith(3, …)`.'

const check: Check = (stage) => {
  const room = roomOf(stage)
  const { meets, isAsked, started, inRoom, alone, comes, met, joins, talking, copied, away, back } = room

  /**
   * Somebody of ours in the room, who says nothing in any protocol: a connection counts. They leave in step 3: before that,
   * nothing in the chat listens to a connection.
   */
  const visited = stage.scene(async () => {
    await inRoom()
    stage.did('I came into the room.')
    const guest = await comes(undefined, (person) => {
      person.isMute = true
    })
    await meets(() => Number(guest.swarm?.connections.size) > 0, 'Nobody met me in the room.')
    return guest
  })

  /** Somebody of ours comes who announces themselves, and looks for nobody. */
  async function announcesOnly(topic: string) {
    stage.did('Somebody came who announces themselves and looks for nobody.')
    const swarm = await stage.swarm()
    swarm.on('connection', (socket) => socket.resume())
    await swarm.join(Buffer.from(topic, 'hex'), { client: false }).flushed()
    return swarm
  }

  /** Waits until a chat is in this room, and sees that it said so when it had announced itself, and not before. */
  async function entered(chat: Chat, topic: string): Promise<void> {
    const { role } = chat
    stage.expect((await chat.inRoom()) === topic, `${role.name} did not enter the room ${shorten(topic)}.`, MET)
    const announced = await stage.asked(role, 'announces', Buffer.from(topic, 'hex'))
    stage.expect(announced.length > 0, `${role.name} is in the room, and has not announced itself there.`, BOTH_WAYS)
    await stage.prints(role, /\* joining…\n(.*\n)*topic: /, '“* joining…” before it was in the room', {
      means: 'Call `view.loading()` first: it takes a while to enter a room.'
    })
  }

  /** The chat that is alone says something. Somebody who comes then hears only what is said from then on, and once. */
  async function saysToNobody(): Promise<void> {
    const { chat } = await alone()
    await chat.say('nobody hears this')
    const guest = await Person.make(stage)
    await guest.come(chat.page.topic)
    await meets(() => guest.rpcs.size > 0, `${chat.role.name} did not meet somebody who came into its room.`)
    await says(guest, 'is anybody here?', chat)
    await chat.say('now somebody does')
    await stage.until(() => guest.hasHeard('now somebody does'), 'Somebody who came later did not receive it.', {
      means: SENT,
      file: 'chat.ts'
    })
    stage.expect(guest.heard.length === 1, 'Somebody who came later received more than was said since then.', PASSING)
    await guest.leave()
  }

  /** Somebody whose key the chat knows comes again, and is not asked for it. */
  async function comesAgain(person: Person, name: string): Promise<void> {
    const { ana, topic, who } = await met()
    const { asked } = person
    person.rpcs.clear()
    stage.did('One of them came again, said something, and left.')
    await person.come(topic)
    await meets(() => person.rpcs.has(who), 'It did not meet them again.', RETURNS)
    await says(person, 'me again', ana.chat)
    const named = ({ lines }: Chat['page']) => lines.some((line) => line.text === 'me again' && line.nickname === name)
    await ana.chat.shows(named, `Their line is not shown as one of “${name}”.`, CALLED)
    stage.expect(person.asked === asked, 'It asked them for their key again.', AGAIN)
    await person.leave()
  }

  return [
    step('there is a nickname from the first moment on', async () => {
      const { chat } = await started()
      stage.expect(
        /^User \d{1,3}$/.test(chat.nickname),
        `Its page shows the nickname “${shorten(chat.nickname)}”.`,
        RANDOM
      )
      stage.expect(
        chat.page.room === 'setup',
        `Its page shows “${chat.page.room}” before anybody asked for a room.`,
        MET
      )
    }),

    step('a room is created, and joined by its topic', async () => {
      const { ana, topic } = await inRoom()
      const announced = await announcesOnly(topic)
      const [first, second] = await Promise.all([Chat.start(stage, 'eve'), Chat.start(stage, 'carl')])
      await meets(() => announced.connections.size > 0, ONLY_ANNOUNCED, BOTH_WAYS)
      await visited()
      await ana.chat.counts(2)
      await announced.destroy()
      await ana.chat.counts(1)

      const theirs = await first.create()
      second.joins(theirs)
      const third = await Chat.start(stage, 'dora', theirs)
      for (const chat of [first, second, third]) await entered(chat, theirs)
      await entered(ana.chat, topic)
      for (const chat of [first, second, third]) await chat.counts(2)
      await first.role.end()
      const topics = [topic, theirs, ...(await alone()).topics]
      const isNew = new Set(topics).size === topics.length
      stage.expect(
        isNew,
        'Two rooms have the same topic.',
        'Each new room needs a topic of its own: `randomBytes(32)`.'
      )
      const names = [ana.chat, first, second, third].map(({ nickname }) => nickname)
      stage.expect(new Set(names).size > 1, `Four chats are all called “${names[0]}”.`, RANDOM)
      await Promise.all([second, third].map(({ role }) => role.end()))
    }),

    step('one connection carries the cores and the questions', async () => {
      const guest = await visited()
      stage.did('I left the room.')
      await guest.leave()
      await (await started()).chat.counts(0)
      const { ana, copy, who } = await copied()
      const block = (await copy.get(0)) ?? {}
      const shown = shorten(JSON.stringify(block))
      stage.expect(
        block.nickname === ana.chat.nickname,
        `Block 0 is ${shown}, but the page shows “${ana.chat.nickname}”.`,
        BLOCK
      )
      stage.expect(block.peer === who, `Block 0 is ${shown}; the connection has the key ${shorten(who)}.`, PEER)
    }),

    step('messages go both ways', async () => {
      const { ana, ben, topic, who } = await talking()
      stage.did(
        'Two people came who hear everything and never answer, one who answers with an error, and one who speaks no protocol. Emil came after them.'
      )
      const mute = await comes(undefined, (person) => {
        person.isMute = true
      })
      const silent = await Promise.all(
        ['dora', 'dirk', 'doug'].map((name) =>
          joins(name, (person) => {
            person.holds = name !== 'doug'
            person.complains = name === 'doug'
            person.answer = () => null
          })
        )
      )
      await meets(() => mute.isWith(who), 'It did not meet somebody who speaks no protocol.')
      const emil = await joins('emil')
      const first = `for everybody ${stage.random.word()}`
      await ana.chat.say(first, [ben])
      const names = ['Ben', 'Emil', 'Somebody who never answers', 'Somebody else', 'Somebody who answers with an error']
      const all = [ben, emil, ...silent]
      for (const [i, person] of all.entries()) {
        const saw = `${names[i]} did not receive “${first}” while four others did not answer as they should.`
        await stage.until(() => person.hasHeard(first), saw, { means: SENT, file: 'chat.ts' })
      }
      for (const person of [emil, ...silent]) person.listens(first)
      const texts = stage.random.lines({ longest: 1_000 }).filter((text) => !text.startsWith('/'))
      stage.did(`Ben and the page of chat.ts said ${texts.length} things each.`)
      ben.sayOnce(texts.filter((text) => text.trim() !== ''))
      for (const text of texts) await ana.chat.say(text, all)
      await ana.chat.say('one from the terminal', all, 'terminal')
      await ana.chat.say('two from the terminal', all, 'terminal')
      await stage.keepPromises()
      emil.due = undefined
      await Promise.all([mute, ...silent, emil].map((person) => person.leave()))

      stage.did('Four more people came at the same instant, who give no key, and spoke.')
      const [four] = await Promise.all([
        Promise.all(Array.from({ length: 4 }, () => comes(undefined, answering(null)))),
        saysToNobody()
      ])
      for (const [i, person] of four.entries()) {
        const line = await saysInOneBreath(person, `nobody knows me ${i}`, ana.chat, LABEL)
        stage.expect(
          !/^(undefined|null|)$/.test(line.nickname),
          `A line of somebody without a name is shown as one of “${line.nickname}”.`,
          LABEL
        )
      }
      const [carl, ...stayed] = four as [Person, ...Person[]]
      for (const person of stayed) person.due = []
      stage.did('One of them left while a line was sent.')
      const left = carl.leave()
      await ana.chat.say('goodbye', [ben, ...stayed])
      await left
      stage.did('Emil came back.')
      emil.heard.length = 0
      emil.rpcs.clear()
      await emil.come(topic)
      await meets(() => emil.rpcs.has(who), 'It did not meet Emil again.', RETURNS)
      await says(emil, 'Emil is back', ana.chat, RETURNS)
      emil.due = []
      await ana.chat.say('still there?', [ben, emil, ...stayed])
      await stage.keepPromises()
      emil.due = undefined
      await emil.leave()
      for (const person of stayed) person.due = undefined
      await Promise.all(stayed.map((person) => person.leave()))
    }),

    step('everybody has the name that their core says, even after a rename', async () => {
      const { ana, ben, topic, who, latest } = await copied()
      const { chat } = ana
      stage.did(
        'Milo came, and never answered `getKey`. Then Nora came, and said something before she answered. Milo left, and came back. Ben said something.'
      )
      const milo = await comes('milo', (person) => {
        person.answer = () => new Promise<never>(() => {})
      })
      await isAsked(milo, 'Milo was never asked for his key.', NAMES)
      const nora = await comes('nora', (person) => {
        person.answer = () => {
          person.say(`it is me ${person.asked}`) // of two connections one may stay: then she is asked on both
          return person.profile.key
        }
      })
      await isAsked(
        nora,
        'Nora was not asked for her key, while Milo did not answer.',
        'Ask each peer by itself: one that never answers must not keep you from asking the next.'
      )
      await chat.showsLine('it is me', EARLY)
      milo.answer = undefined
      const returned = milo.leave().then(() => {
        milo.rpcs.clear()
        return milo.come(topic)
      })
      returned.catch(() => {}) // told when it is needed
      await says(ben, 'who am I?', chat)
      await chat.calls(ben, 'ben', NAMES)
      stage.did('Ben renamed himself in his core, and said nothing.')
      const names = ['benjamin', 'Björn 漢字', '<b>ben</b>', 'undefined ben']
      for (const name of names.slice(0, 2)) {
        await ben.rename(name)
        await chat.calls(ben, name, RENAMED)
      }
      // At once, and again: one comes while another is still being read.
      for (const last of ['big ben 1', 'big ben']) {
        const before = last === 'big ben' ? names : names.slice(0, 2)
        await Promise.all([...before, last].map((name) => ben.rename(name)))
        await chat.calls(ben, last, RENAMED)
      }
      const line = await chat.showsLine('who am I?', RENAMED)
      stage.expect(line.nickname === 'big ben', `His earlier line is shown as one of “${line.nickname}”.`, RENAMED)
      const news = await says(ben, 'and who am I now?', chat)
      stage.expect(news.nickname === 'big ben', `His new line is shown as one of “${news.nickname}”.`, CALLED)
      await nora.leave()

      chat.rename('big ben')
      await chat.calls('local', 'big ben', `${OWN} ${TWINS}`)
      for (const nickname of ['ana maria', 'Анна']) chat.rename(nickname)
      await chat.calls('local', 'Анна', OWN)
      await chat.say('and who am I?', [ben])
      await stage.until(
        async () => (await latest())?.nickname === 'Анна',
        'Ben does not find the new name in the core.',
        { means: OWN, file: 'chat.ts' }
      )
      stage.did('I had two of your chats talk to each other.')
      const both = 'Each of them works with me, but not with the other: do both sides ask for `getKey`?'
      const second = await Chat.start(stage, 'hugo')
      second.rename('hugo')
      await second.calls('local', 'hugo', OWN)
      second.joins(chat.page.topic)
      await second.inRoom()
      const tell = () => second.page.tell({ type: 'message', text: 'from hugo' })
      const theirs = await insist(tell, chat.showsLine('from hugo', both))
      await chat.calls(theirs.who, 'hugo', `${both} ${OWN}`)
      second.rename('hugo the second')
      await chat.calls(theirs.who, 'hugo the second', both)
      await second.shows(
        ({ nicknames }) => [...nicknames.values()].includes('Анна'),
        'The second chat does not know the name of the first.',
        both
      )
      await second.role.end()
      await returned
      await meets(() => milo.rpcs.has(who), 'It did not meet Milo again.', RETURNS)
      await chat.shows(
        ({ nicknames }) => nicknames.get(milo.who) === 'milo',
        'Milo is called nothing since he came back; when he came first, he left before he answered `getKey`.',
        COMES_BACK
      )
      await milo.leave()
    }),

    ...hostile(stage, room),

    step('after a restart it is the same person, and knows the others', async () => {
      const { ana, ben, copy, topic, who, latest } = await copied()
      stage.did('Ben stayed in the room; the chat knows him. Two others, both called zoe, came and left.')
      await ben.rename('ben the stayer')
      await ana.chat.calls(ben, 'ben the stayer', NAMES)
      const twins = [await comes('zoe'), await comes('zoe')]
      for (const [i, twin] of twins.entries()) await ana.chat.calls(twin, 'zoe', i === 0 ? NAMES : TWINS)
      await Promise.all(twins.map((twin) => twin.leave()))
      await comesAgain(twins[0] as Person, 'zoe')
      const before = ana.chat.nickname
      const refused = ana.chat.page.errors.length
      ana.chat.rename('long '.repeat(20))
      const isStored = async () => ana.chat.nickname !== before && (await latest())?.nickname !== before
      await ana.chat.shows(
        async ({ errors }) => errors.length > refused || (await isStored()),
        'It neither cut the long name nor refused it.',
        LONG
      )
      const { nickname } = ana.chat
      const { length } = copy
      const { asked } = ben
      await says(ben, 'the two have left', ana.chat)
      await away('is killed')
      const announced = await announcesOnly(topic)
      const others = new Set([...ben.rpcs.keys(), announced.keyPair.publicKey.toString('hex')])
      const chat = await back()
      const own = [...chat.nickname].length
      stage.expect(own <= LONGEST.nickname, `Its page shows its own user with a name of ${own} characters.`, LONG)
      await chat.calls('local', nickname, NEW_NAME)
      await chat.calls(ben, 'ben the stayer', KNOWN)
      for (const twin of twins) await chat.calls(twin, 'zoe', KNOWN)
      const now = await meets(
        () => [...ben.rpcs.keys()].find((key) => !others.has(key)),
        'It did not meet Ben again.',
        RETURNS
      )
      stage.expect(now === who, 'Ben meets somebody with another public key than before.', SAME_KEY)
      const line = await says(ben, 'I am back', chat, LABEL)
      stage.expect(line.nickname === 'ben the stayer', `His first line is shown as one of “${line.nickname}”.`, KNOWN)
      ben.heard.length = 0
      ben.due = []
      await chat.say('so am I', [ben])
      await stage.until(() => ben.hears(who, 'Ben') === undefined, 'Ben did not receive “so am I”.', {
        means: SENT,
        file: 'chat.ts'
      })
      stage.did('Ben asked for its key again, twice.')
      for (const _ of [1, 2]) {
        const key = () =>
          ben.rpcs
            .get(who)
            ?.request('getKey')
            .catch(() => null)
        const isSame = async () => copy.key.equals((await key()) ?? Buffer.alloc(0))
        await stage.until(isSame, 'Ben did not receive its key again.', { means: ANSWERS_ALL, file: 'chat.ts' })
      }
      const isMet = () =>
        [...announced.connections].some(({ remotePublicKey }) => remotePublicKey.toString('hex') === who)
      await meets(isMet, ONLY_ANNOUNCED, BOTH_WAYS)
      await announced.destroy()
      await stage.until(
        async () => (await stage.asked(chat.role, 'announces', Buffer.from(topic, 'hex'))).length > 0,
        'It did not announce itself in its room.',
        { means: BOTH_WAYS, file: 'chat.ts' }
      )
      stage.expect(ben.asked === asked, 'It asked Ben for his key again.', AGAIN)
      await copy.update()
      stage.expect(copy.length === length, `Its own core has ${copy.length} blocks now; it had ${length}.`, NEW_NAME)
    }),

    step('what was renamed while it was away arrives, from whoever has it', async () => {
      const { ana, ben, who } = await met()
      stage.did('Carl came into the room.')
      const carl = await joins('carl', (person) => void ben.store.get({ key: person.profile.key }))
      await ana.chat.calls(carl, 'carl', NAMES)
      stage.did('Carl left. Then he renamed himself, and only Ben copied his core.')
      await carl.leave()
      await carl.rename('carl the distant')
      await ben.copies(carl)
      await ana.chat.calls(carl, 'carl the distant', RELAYED)
      await away()
      stage.did('While it was away Ben and Carl renamed themselves. Ben copied Carl’s core again.')
      await ben.rename('ben the renamed')
      await carl.rename('carl the relayed')
      await ben.copies(carl)
      const chat = await back()
      await meets(() => ben.rpcs.has(who), 'It did not meet Ben again.', RETURNS)
      await chat.calls(ben, 'ben the renamed', `${KNOWN} Replicate the store with everybody who comes.`)
      await chat.calls(carl, 'carl the relayed', RELAYED)
    }),

    step('leaving is a goodbye', async () => {
      const { ana, ben, topic } = await met()
      const before = new Set(ben.rpcs.keys())
      ben.holds = true // what is said to him is still on the way when it leaves
      ben.answer = () => new Promise<never>(() => {})
      stage.did(
        'Somebody came whose key nobody has, and somebody who speaks no protocol. Ben answers nothing from now on.'
      )
      const nobodys = comes(undefined, answering(DHT.keyPair().publicKey))
      const mute = comes(undefined, (person) => {
        person.isMute = true
      })
      const [idle, greta, ...guests] = await Promise.all([
        Chat.start(stage, 'gustav'),
        Chat.start(stage, 'greta', topic),
        nobodys,
        mute
      ])
      await greta.inRoom()
      const isNew = (who: string) => !before.has(who) && ana.people.every((person) => person.who !== who)
      const own = await meets(() => [...ben.rpcs.keys()].find(isNew), 'It did not meet Ben.')
      for (const guest of guests) await meets(() => guest.isWith(own), 'It did not meet somebody who came.')
      stage.did('Ben received a message, and did not answer.')
      greta.page.tell({ type: 'message', text: 'are you there?' })
      await stage.leaves(greta.role, { means: `${LEFT} Wait there for nobody’s answer.`, patience: AT_ONCE })
      await stage.until(() => !ben.rpcs.has(own), 'Ben is still connected to it.', { means: LEFT, file: 'chat.ts' })
      ben.holds = false
      ben.answer = undefined
      stage.did('chat.ts (gustav) was in no room.')
      await stage.leaves(idle.role, { means: LEFT })
      await Promise.all(guests.map((guest) => guest.leave()))
      await stage.rests(ana.chat.role)
    }),

    step('a bad topic and a folder in use give a clear error message', async () => {
      const { ana } = await inRoom()
      const wrong = await Chat.start(stage, 'frank')
      const { errors } = wrong.page
      for (const topic of ['', '12ab', 'z'.repeat(64), 'a'.repeat(65)]) {
        const before = errors.length
        wrong.joins(topic)
        await wrong.shows(
          () => errors.slice(before).some((text) => text.trim() !== ''),
          ({ room }) => `For “${shorten(topic)}” the page shows no error; it shows “${room}”.`,
          TOPIC
        )
        stage.expect(wrong.page.room === 'setup', `The page shows an error, but it is at “${wrong.page.room}”.`, TOPIC)
      }
      const empty = stage.random.bytes().toString('hex')
      wrong.joins(empty)
      await wrong.shows(({ room }) => room === 'chat', 'It is not in a room where nobody was.', ONCE_MORE)
      const visitor = await announcesOnly(empty)
      const folder = join(await stage.folder(), 'chat-of-ana')
      stage.expect(!ana.chat.role.ended, 'The first chat is not running any more.', LEFT)
      await Promise.all([
        stage.refuses('chat.ts', [['z'.repeat(64)], ['a'.repeat(65)]], /page: .*/, TYPED),
        stage.refuses('chat.ts', [['--storage', folder]], /page: .*/, IN_USE),
        meets(() => visitor.connections.size > 0, ONLY_ANNOUNCED, `${BOTH_WAYS} Then \`keepLooking(discovery)\`.`)
      ])
      await stage.leaves(wrong.role, { means: LEFT })
    })
  ]
}

/** The extra credits. */
export const extra: Check = (stage) => [
  step('somebody who comes late sees the earlier messages, in their order', async () => {
    const means =
      'Append each message to a core of its author. The others copy that core, and show what it holds when they open it.'
    const ana = await Chat.start(stage, 'ana')
    const topic = await ana.create()
    const texts = ['first', 'second', 'third'].map((text) => `${text} ${stage.random.word()}`)
    for (const text of texts) await ana.say(text, [])
    await ana.showsLine(String(texts.at(-1)), means)
    const late = await Chat.start(stage, 'hugo', topic)
    const isShown = (chat: Chat) => bare(chat.page.lines.map(({ text }) => text).join('')) === bare(texts.join(''))
    const saw = (chat: Chat) =>
      `The page of ${chat.role.name} shows ${chat.page.lines.length} lines, and not the 3 earlier ones in their order.`
    await late.shows(
      () => isShown(late),
      () => saw(late),
      means
    )
    stage.did('Both left, and the second one came back alone.')
    await ana.leave()
    await late.leave()
    const alone = await Chat.start(stage, 'hugo', topic)
    await alone.shows(
      () => isShown(alone),
      () => saw(alone),
      means
    )
  })
]

export default check
