// The verdict of exercise 6. It uses the chat as its page does, and is the other people in the room.
import { join } from 'node:path'
import { type Check, type Standing, shorten, step } from '@workshop/checks'
import DHT from 'hyperdht'
import { bare, Chat, insist, LONGEST, NONSENSE, Person, says } from './people.ts'

/**
 * How long two may take to meet, in ms: hyperswarm tries a connection that failed again after 1, 5 and 15 s, and calls
 * somebody who came back for 4 s where they were before.
 */
const MEETING = 25_000

const MET = 'Join the swarm under the topic that the user gives, as 64 hex digits, and let it announce you.'
const KEY =
  'For each connection make one ProtomuxRPC, and answer `getKey` with the key of the core: `rpc.respond("getKey", () => profile.key)`.'
const REPLICATED = '`store.replicate(socket)` for each connection, before anything else.'
const BLOCK = 'Block 0 of the core is `{ nickname, peer }`, with the value encoding `json`.'
const PEER = '`peer` is the public key of the connections, in hex. Give the swarm the key pair that it belongs to.'
const SENT =
  'Show your own line at once, as one of `local`, and send `{ message }` to every connection by RPC. Send to all at once: a peer that never answers must not keep it from the others.'
const ONCE = 'Listen for `message` once on each connection, and show one line for each message.'
const LABEL =
  'A message may come before its author has a name: show it under another label, and the name when it is known.'
const NAMES = 'Ask a peer for its key, open its core, and tell the view the nickname of the last block.'
const RENAMED = 'A core has an `append` event when it gets a new block: read the last block again, and tell the view.'
const OWN = 'Append `{ nickname, peer }` to your own core, and tell the view the name of `local`.'
const BOUNDED =
  'Read what comes inside a `try`, and cut the text to the length that README.md allows. Throw only an `Error`.'
const LONG = `Count characters, not bytes: a name has at most ${LONGEST.nickname} and a message at most ${LONGEST.message}. Your own too: the others would cut it, or refuse it.`
const ANSWERS = 'An answer is a key only when it has 32 bytes. No answer may end the program.'
const BLOCKS = 'What a core holds was written by somebody else: is it JSON, is it a text, how long is it?'
const BOUND =
  'Anyone who knows a core’s key can hand it out. Take a nickname from a block only when its `peer` is the public key of the connection.'
const SAME =
  'Append a first nickname only while the core is empty. Give the store the same folder every time, and the swarm the same key pair: `store.createKeyPair("swarm")`.'
const KNOWN = 'Keep the keys in a hyperbee, public key => core key, and open all cores in it when the program starts.'
const AGAIN = 'Ask `getKey` only of a peer whose key is not in the hyperbee.'
const RELAYED = 'A block is signed, so anybody may bring it: replicate the whole store, so that Ben can bring Carl’s.'
const LEFT = 'In `goodbye`: `await swarm.destroy()`, then `await store.close()`.'
const TOPIC =
  'Check the topic before you join: it must be 64 hex digits. `throw new Error("…")` shows the user a sentence.'

const check: Check = (stage) => {
  /** Waits for what only comes when two have met. */
  const meets = <T>(look: () => T | Promise<T>, saw: () => string, means = MET) =>
    stage.until(look, saw, { patience: MEETING, means, file: 'chat.ts' })

  const promise = (name: string, step: number, means: string, look: () => Standing) =>
    stage.promise({ name, step, means, file: 'chat.ts', look })

  const expect = (fact: boolean, saw: string, means: string) => stage.expect(fact, saw, means)

  /** The chat in the middle of everything; `people` is everybody who ever spoke to it. */
  const started = stage.scene(async () => {
    const ana = { chat: await Chat.start(stage, 'ana'), people: [] as Person[] }
    const page = () => ana.chat.page
    promise('own lines are shown', 4, SENT, () => ana.chat.showsOwn())
    promise('nothing is shown that nobody wrote', 4, ONCE, () =>
      first(ana.people.map((one) => ana.chat.showsOnly(one)))
    )
    promise('names are bounded', 6, BLOCKS, () => {
      const names = [...page().nicknames.values(), ...page().lines.map(({ nickname }) => nickname)]
      const odd = names.find(
        (name) => [...name].length > LONGEST.nickname || name.trim() === '' || /\p{Cc}|^(undefined|null)$/u.test(name)
      )
      return odd === undefined
        ? undefined
        : { broken: `Its page calls somebody “${shorten(JSON.stringify(odd).slice(1, -1))}”.` }
    })
    return ana // the chat is started again in a later step
  })

  const inRoom = stage.scene(async () => {
    const ana = await started()
    const topic = await ana.chat.create()
    return { ana, topic }
  })

  /** Somebody of ours, who comes into the room. */
  async function comes(nickname?: string, change: (person: Person) => void = () => {}): Promise<Person> {
    const { ana, topic } = await inRoom()
    const person = await Person.make(stage, nickname)
    ana.people.push(person)
    change(person)
    await person.come(topic)
    return person
  }

  /** Has somebody answer `getKey` so. */
  const answering = (answer: Buffer | null) => (person: Person) => {
    person.answer = () => answer
  }

  /** Ben, whom the chat has met, and whose core says his name. */
  const met = stage.scene(async () => {
    const scene = await inRoom()
    stage.did('I came into the room as Ben.')
    const ben = await comes('ben')
    const who = await meets(
      () => [...ben.rpcs.keys()][0],
      () => 'Nobody met Ben in the room.'
    )
    return { ...scene, ben, who }
  })

  /** From then on Ben hears everything that is said. */
  const talking = stage.scene(async () => {
    const scene = await met()
    stage.did('Ben said something.')
    const line = await says(scene.ben, 'hello from ben', scene.ana.chat)
    expect(line.who === scene.ben.who, `It is shown as a line of ${shorten(line.who)}, not of Ben’s key.`, ONCE)
    scene.ben.due = []
    promise('everybody hears each line once', 4, SENT, () =>
      first(scene.ana.people.map((one) => one.hears(scene.who, one === scene.ben ? 'Ben' : 'Somebody in the room')))
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
    expect(key?.length === 32, `The answer had ${key?.length ?? 0} bytes instead of the 32 of a key.`, KEY)
    stage.did('He opened a copy of that core.')
    const copy = scene.ben.store.get<{ nickname?: unknown; peer?: unknown }>({
      key: Buffer.from(key as Buffer),
      valueEncoding: 'json'
    })
    await copy.ready()
    await stage.until(
      () => copy.length > 0,
      () => 'His copy stayed empty.',
      { means: REPLICATED, file: 'chat.ts' }
    )
    const latest = async () => (copy.length > 0 ? await copy.get(copy.length - 1) : undefined)
    return { ...scene, copy, latest }
  })

  /** Ends the chat and starts it again in the same folder. */
  async function again(scene: { ana: { chat: Chat; people: Person[] } }, topic?: string): Promise<Chat> {
    for (const person of scene.ana.people) {
      person.saidOnce.length = 0
      person.due = undefined
    }
    await scene.ana.chat.leave()
    scene.ana.chat = await Chat.start(stage, 'ana', topic)
    return scene.ana.chat
  }

  return [
    step('there is a nickname from the first moment on', async () => {
      const { chat } = await started()
      expect(/^User \d{1,3}$/.test(chat.nickname), `Its page shows the nickname “${shorten(chat.nickname)}”.`, SAME)
      expect(chat.page.room === 'setup', `Its page shows “${chat.page.room}” before anybody asked for a room.`, MET)
    }),

    step('a room is created, and joined by its topic', async () => {
      const { ana, topic } = await inRoom()
      await stage.prints(ana.chat.role, /\* joining…\n(.*\n)*topic: /, '“* joining…” before it was in the room', {
        means: 'Call `view.loading()` first: it takes a while to enter a room.'
      })
      stage.did('I came into the room and left it again.')
      const guest = await comes(undefined, answering(null))
      await meets(
        () => guest.rpcs.size > 0,
        () => 'Nobody met me in the room.'
      )
      await ana.chat.counts(1)
      await guest.leave()
      await ana.chat.counts(0)

      const [second, third, other] = await Promise.all([
        Chat.start(stage, 'carl'),
        Chat.start(stage, 'dora', topic),
        Chat.start(stage, 'eve')
      ])
      stage.did('I pasted the topic into the page of chat.ts (carl).')
      second.page.tell({ type: 'join', topic })
      for (const chat of [second, third]) {
        expect((await chat.inRoom()) === topic, `${chat.role.name} did not enter the room ${shorten(topic)}.`, MET)
      }
      for (const chat of [ana.chat, second, third]) await chat.counts(2)
      expect(
        (await other.create()) !== topic,
        'Two rooms have the same topic.',
        'Two rooms need two topics: `randomBytes(32)` for each.'
      )
      const names = [ana.chat, second, third, other].map(({ nickname }) => nickname)
      expect(new Set(names).size > 1, `Four chats are all called “${names[0]}”.`, SAME)
      await Promise.all([second, third, other].map(({ role }) => role.end()))
    }),

    step('one connection carries the cores and the questions', async () => {
      const { ana, copy, who } = await copied()
      const block = (await copy.get(0)) ?? {}
      const shown = shorten(JSON.stringify(block))
      expect(
        block.nickname === ana.chat.nickname,
        `Block 0 is ${shown}, but the page shows “${ana.chat.nickname}”.`,
        BLOCK
      )
      expect(block.peer === who, `Block 0 is ${shown}; the connection has the key ${shorten(who)}.`, PEER)
    }),

    step('messages go both ways', async () => {
      const { ana, ben, who } = await talking()
      stage.did('Dora came. She hears everything and never answers.')
      const dora = await comes(undefined, (person) => {
        person.holds = true
        person.answer = () => null
      })
      await meets(
        () => dora.rpcs.has(who),
        () => 'It did not meet Dora in the room.'
      )
      stage.did('Emil came after her.')
      const emil = await comes('emil')
      await meets(
        () => emil.rpcs.has(who),
        () => 'It did not meet Emil in the room.'
      )
      const texts = stage.random.lines({ longest: 1_000 }).filter((text) => !text.startsWith('/'))
      stage.did(`Ben and the page of chat.ts said ${texts.length} things each.`)
      ben.sayOnce(texts.filter((text) => text.trim() !== ''))
      emil.due = []
      for (const text of texts) await ana.chat.say(text, [ben, emil])
      await ana.chat.say('one from the terminal', [ben, emil], 'terminal')
      await ana.chat.say('two from the terminal', [ben, emil], 'terminal')
      await stage.keepPromises()
      emil.due = undefined
      await Promise.all([dora.leave(), emil.leave()])

      stage.did('Four more people came at the same instant, who give no key, and spoke.')
      const four = await Promise.all(Array.from({ length: 4 }, () => comes(undefined, answering(null))))
      for (const [i, person] of four.entries()) {
        const line = await says(person, `nobody knows me ${i}`, ana.chat, LABEL)
        expect(
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
      await ana.chat.say('still there?', [ben, ...stayed])
      await stage.keepPromises()
      for (const person of stayed) person.due = undefined
      await Promise.all(stayed.map((person) => person.leave()))
    }),

    step('everybody has the name that their core says, even after a rename', async () => {
      const { ana, ben, latest } = await copied()
      const { chat } = ana
      stage.did('Somebody came who never answers `getKey`. Then Nora came. Ben said something.')
      const mute = await comes('mute', (person) => {
        person.answer = () => new Promise<never>(() => {})
      })
      await meets(
        () => mute.asked > 0,
        () => 'Somebody who came was never asked for a key.',
        NAMES
      )
      const nora = await comes('nora')
      await meets(
        () => nora.asked > 0,
        () => 'Nora was not asked for her key, while somebody did not answer.',
        'Ask each peer by itself: one that never answers must not keep you from asking the next.'
      )
      await says(ben, 'who am I?', chat)
      await chat.calls(ben.who, 'ben', NAMES)
      stage.did('Ben renamed himself in his core, and said nothing.')
      const names = ['benjamin', 'Björn 漢字', '<b>ben</b>', 'undefined ben', 'big ben']
      for (const name of names.slice(0, 2)) {
        await ben.rename(name)
        await chat.calls(ben.who, name, RENAMED)
      }
      for (const name of names) await ben.rename(name)
      await chat.calls(ben.who, 'big ben', RENAMED)
      const line = await chat.showsLine('who am I?', RENAMED)
      expect(line.nickname === 'big ben', `His earlier line is shown as one of “${line.nickname}”.`, RENAMED)
      await Promise.all([mute.leave(), nora.leave()])

      for (const nickname of ['ana maria', 'Анна']) chat.rename(nickname)
      await chat.calls('local', 'Анна', OWN)
      await stage.until(
        async () => (await latest())?.nickname === 'Анна',
        () => 'Ben does not find the new name in the core.',
        { means: OWN, file: 'chat.ts' }
      )
      stage.did('I had two of your chats talk to each other.')
      const both = 'Each of them works with me, but not with the other: do both sides ask for `getKey`?'
      const second = await Chat.start(stage, 'hugo', chat.page.topic)
      await second.inRoom()
      const tell = () => second.page.tell({ type: 'message', text: 'from hugo' })
      const { who } = await insist(tell, chat.showsLine('from hugo', both))
      second.rename('hugo the second')
      await chat.calls(who, 'hugo the second', both)
      await second.shows(
        ({ nicknames }) => [...nicknames.values()].includes('Анна'),
        () => 'The second chat does not know the name of the first.',
        both
      )
      await second.role.end()
    }),

    step('nothing that a peer sends ends the chat, or fills it', async () => {
      const { ana, ben } = await talking()
      const { chat } = ana
      stage.did(
        `Ben sent ${NONSENSE.length} things that are not messages, then a message of 10 MB, then one with an escape code.`
      )
      for (const data of NONSENSE) ben.send(data)
      ben.say('x'.repeat(10_000_000))
      ben.say('be\u001b[2Jep \u0007')
      ben.sayOnce(['ж'.repeat(LONGEST.message - 1)])
      await says(ben, 'after the nonsense', chat, BOUNDED)
      const codes = chat.page.lines.some(({ text }) => /\p{Cc}/u.test(text))
      expect(
        !codes,
        'It shows the escape code as it came.',
        'Remove control characters from what others write: in a terminal they move the cursor.'
      )

      stage.did(
        'Strangers answered `getKey` with nothing, with 5 bytes, with 33 bytes, and with a key that nobody has.'
      )
      const answers = [null, Buffer.alloc(0), Buffer.alloc(5), Buffer.alloc(33), DHT.keyPair().publicKey]
      const strangers = await Promise.all(answers.map((answer) => comes(undefined, answering(answer))))
      for (const [i, stranger] of strangers.entries()) {
        await meets(
          () => stranger.asked > 0,
          () => 'A stranger was never asked for a key.',
          ANSWERS
        )
        await says(stranger, `I am stranger ${i}`, chat, ANSWERS)
      }
      stage.did('Others came with blocks that hold no nickname, and one with a nickname of 10 kB.')
      const contents = ['no json', 'null', '7', '[]', '{"nickname":7}', '{"nickname":["a"]}', '{"nickname":""}']
      const holding = (content: string) => (person: Person) => {
        const block = content.replace('}', `,"peer":"${person.who}"}`)
        person.store.get({ name: 'local' }).append(Buffer.from(block))
      }
      const odd = await Promise.all([
        ...contents.map((content) => comes(undefined, holding(content))),
        comes(`w\u001b[2J${'w'.repeat(10_000)}`)
      ])
      for (const [i, person] of odd.entries()) {
        await meets(
          () => person.fetched > 0,
          () => `Nobody fetched the block ${contents[i] ?? 'of 10 kB'} of somebody who came.`,
          BLOCKS
        )
        const { nickname } = await says(person, `my block is odd ${i}`, chat, BLOCKS)
        const isOdd = /^(7|a|)$/.test(nickname)
        expect(!isOdd, `It calls somebody “${nickname}”, and their block does not say so.`, BLOCKS)
      }
      await stage.keepPromises()
      stage.did('Then each of them took a proper nickname.')
      await Promise.all(odd.map((person, i) => person.rename(`mended ${i}`)))
      for (const [i, person] of odd.entries()) await chat.calls(person.who, `mended ${i}`, BLOCKS)
      await stage.keepPromises()
      await Promise.all([...strangers, ...odd].map((person) => person.leave()))

      stage.did('I saved nicknames that are empty, too long, and just short enough, and sent an empty message.')
      const before = chat.nickname
      const fits = 'Ж'.repeat(LONGEST.nickname - 1)
      chat.page.tell({ type: 'rename', nickname: '  ' })
      chat.page.tell({ type: 'rename', nickname: 'l'.repeat(10_000) })
      chat.page.tell({ type: 'message', text: '' })
      await chat.shows(
        ({ errors }) => errors.length > 0 || chat.nickname.startsWith('ll'),
        () => 'It neither cut the long name nor refused it.',
        LONG
      )
      await stage.keepPromises()
      chat.page.tell({ type: 'rename', nickname: fits })
      await chat.calls('local', fits, LONG)
      chat.page.tell({ type: 'rename', nickname: before })
      await chat.calls('local', before, LONG)
    }),

    step('nobody wears the name of another', async () => {
      const { ana, ben } = await talking()
      const { chat } = ana
      stage.did(
        'Mallory came, and answered `getKey` with the key of Ben’s core. Mickey came. His own core says that he is Ben.'
      )
      const mallory = await comes('mallory', (person) => {
        person.answer = () => ben.profile.key
      })
      const mickey = await comes()
      await mickey.profile.append({ nickname: 'ben the false', peer: ben.who })
      await meets(
        () => mallory.asked > 0 && mickey.fetched > 0,
        () => 'They were never asked for a key, or nobody fetched their block.',
        NAMES
      )
      const saw = 'Its terminal calls somebody “ben the false”, as Mickey’s block says.'
      promise('nobody gives a name to another', 7, BOUND, () =>
        /(met|is now) ben the false/.test(ana.chat.role.output) ? { broken: saw } : undefined
      )
      stage.did('Then Ben renamed himself twice.')
      for (const nickname of ['ben the first', 'ben the only']) {
        await ben.rename(nickname)
        await chat.calls(ben.who, nickname, BOUND)
        for (const [liar, name] of [
          [mallory, 'Mallory'],
          [mickey, 'Mickey']
        ] as const) {
          const text = `I am ${nickname}, says ${name}`
          const line = await insist(() => liar.say(text, { nickname, peer: ben.who }), chat.showsLine(text, BOUND))
          expect(line.who === liar.who, `A line of ${name} is shown as one of ${shorten(line.who)}.`, BOUND)
          const worn = () => ana.chat.page.nicknames.get(liar.who) ?? line.nickname
          const saw = () => `Its page calls ${name} “${worn()}”.`
          expect(!worn().startsWith('ben'), saw(), BOUND)
          promise('nobody wears the name of another', 7, BOUND, () =>
            worn().startsWith('ben') ? { broken: saw() } : undefined
          )
        }
      }
      await stage.keepPromises()
      stage.did('The chat was started again, and went back into the room.')
      const back = await again({ ana }, chat.page.topic)
      await says(mallory, 'do you know me?', back, BOUND)
      await says(mickey, 'and me?', back, BOUND)
      await back.calls(ben.who, 'ben the only', KNOWN)
      await stage.keepPromises()
      await Promise.all([mallory.leave(), mickey.leave()])
    }),

    step('after a restart it is the same person, and knows the others', async () => {
      const scene = await copied()
      const { ana, ben, topic, copy, who } = scene
      stage.did('Ben stayed in the room; the chat knows him. Two others, both called zoe, came and left.')
      await ben.rename('ben the stayer')
      await ana.chat.calls(ben.who, 'ben the stayer', NAMES)
      const twins = [await comes('zoe'), await comes('zoe')]
      for (const twin of twins) await ana.chat.calls(twin.who, 'zoe', NAMES)
      await Promise.all(twins.map((twin) => twin.leave()))
      const { nickname } = ana.chat
      const { length } = copy
      const { asked } = ben
      const chat = await again(scene)
      await chat.calls('local', nickname, SAME)
      await chat.calls(ben.who, 'ben the stayer', KNOWN)
      for (const twin of twins) await chat.calls(twin.who, 'zoe', KNOWN)

      stage.did('It went back into the room.')
      ben.rpcs.clear()
      chat.page.tell({ type: 'join', topic })
      await chat.inRoom()
      await meets(
        () => ben.rpcs.size > 0,
        () => 'It did not meet Ben again.'
      )
      expect(ben.rpcs.has(who), 'Ben meets somebody with another public key than before.', SAME)
      const line = await says(ben, 'I am back', chat, LABEL)
      expect(line.nickname === 'ben the stayer', `His first line is shown as one of “${line.nickname}”.`, KNOWN)
      ben.heard.length = 0
      ben.due = []
      await chat.say('so am I', [ben])
      await stage.until(
        () => ben.hears(who, 'Ben') === undefined,
        () => 'Ben did not receive “so am I”.',
        { means: SENT, file: 'chat.ts' }
      )
      expect(ben.asked === asked, 'It asked Ben for his key again.', AGAIN)
      expect(copy.length === length, `Its own core has ${copy.length} blocks now; it had ${length}.`, SAME)
    }),

    step('what was renamed while it was away arrives, from whoever has it', async () => {
      const scene = await met()
      const { ana, ben, topic, who } = scene
      stage.did('Carl came into the room.')
      const carl = await comes('carl')
      await meets(
        () => carl.rpcs.has(who),
        () => 'It did not meet Carl in the room.'
      )
      await ana.chat.calls(carl.who, 'carl', NAMES)
      await ana.chat.leave()
      stage.did('While it was away Ben and Carl renamed themselves. Ben copied Carl’s core, and Carl left.')
      await ben.rename('ben the renamed')
      await carl.rename('carl the relayed')
      const copy = ben.store.get<{ nickname: string }>({ key: carl.profile.key, valueEncoding: 'json' })
      await copy.ready()
      await meets(
        async () => copy.length === carl.profile.length && (await copy.get(copy.length - 1)),
        () => 'My Ben could not copy the core of my Carl.'
      )
      await carl.leave()
      const chat = await again(scene, topic)
      await meets(
        () => ben.rpcs.has(who),
        () => 'It did not meet Ben again.'
      )
      await chat.calls(ben.who, 'ben the renamed', `${KNOWN} Replicate the store with everybody who comes.`)
      await chat.calls(carl.who, 'carl the relayed', RELAYED)
    }),

    step('leaving is a goodbye', async () => {
      const { ana, ben, topic } = await met()
      const before = new Set(ben.rpcs.keys())
      ben.holds = true
      const greta = await Chat.start(stage, 'greta', topic)
      await greta.inRoom()
      const own = await meets(
        () => [...ben.rpcs.keys()].find((who) => !before.has(who)),
        () => 'It did not meet Ben.'
      )
      stage.did('Ben received a message, and did not answer.')
      greta.page.tell({ type: 'message', text: 'are you there?' })
      await stage.leaves(greta.role, { means: LEFT })
      await stage.until(
        () => !ben.rpcs.has(own),
        () => 'Ben is still connected to it.',
        { means: LEFT, file: 'chat.ts' }
      )
      ben.holds = false
      await stage.rests(ana.chat.role)
    }),

    step('a bad topic and a folder in use give a clear error message', async () => {
      const { ana } = await inRoom()
      const wrong = await Chat.start(stage, 'frank')
      const { errors } = wrong.page
      for (const topic of ['', '12ab', 'z'.repeat(64), 'a'.repeat(65)]) {
        stage.did(`I pasted the topic “${shorten(topic)}”.`)
        const before = errors.length
        wrong.page.tell({ type: 'join', topic })
        await wrong.shows(
          () => errors.length > before,
          ({ room }) => `The page shows no error; it shows “${room}”.`,
          TOPIC
        )
        expect(wrong.page.room === 'setup', `The page shows an error, but it is at “${wrong.page.room}”.`, TOPIC)
      }
      await wrong.role.end()
      const folder = join(await stage.folder(), 'chat-of-ana')
      expect(!ana.chat.role.ended, 'The first chat is not running any more.', LEFT)
      const calls = [['0123456789'], ['hello'], ['--storage', folder]]
      const answers =
        '`readKey` refuses an invalid topic on the command line. When another program has the folder open, `store.ready()` rejects: say so with `exitWith(3, …)`.'
      await stage.refuses('chat.ts', calls, /page: .*/, answers)
    })
  ]
}

/** The first of several that is not kept. */
function first(standings: Standing[]): Standing {
  return standings.find((standing) => standing !== undefined)
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
