// The verdict of exercise 6. It uses the chat as its page does, and is the other people in the room.
import { join } from 'node:path'
import { type Check, shorten, step } from '@workshop/checks'
import DHT from 'hyperdht'
import { Chat, insist, NONSENSE, Person, says } from './people.ts'

/** Longer than that no name and no message is shown, in characters: the text says 32 and 2000, a right answer may differ. */
const FAR_TOO_LONG = { nickname: 200, message: 8_000 }

/**
 * How long two may take to meet, in ms: hyperswarm tries a connection that failed again after 1, 5 and 15 s, and calls
 * somebody who came back for 4 s where they were before.
 */
const MEETING = 25_000

const check: Check = (stage) => {
  const started = stage.scene(async () => {
    stage.means(
      'Open the core `local` in a Corestore, append `User <0 to 999>` while it is empty, and tell the view its nickname.'
    )
    const chat = await Chat.start(stage, 'ana')
    await chat.shows(
      () => /^User \d{1,3}$/.test(chat.nickname),
      () => `The page shows ${chat.nickname ? `the nickname “${shorten(chat.nickname)}”` : 'no nickname'}.`
    )
    return { ana: { chat } } // started again in a later step
  })

  const inRoom = stage.scene(async () => {
    const scene = await started()
    stage.means(
      'The topic of a new room is 32 random bytes. Join the swarm, wait for `flushed()`, then tell the view the room.'
    )
    return { ...scene, topic: await scene.ana.chat.create() }
  })

  /** A person of ours, whom the chat has met. */
  const met = stage.scene(async () => {
    const scene = await inRoom()
    const ben = await Person.make(stage, 'ben')
    stage.did('Ben, who is me, came into the room.')
    await ben.come(scene.topic)
    const who = await meets(
      () => [...ben.rpcs.keys()][0],
      () => 'Nobody met Ben in the room.'
    )
    return { ...scene, ben, who }
  })

  /** The core of the chat's own nickname, copied by Ben. */
  const copied = stage.scene(async () => {
    const scene = await met()
    stage.did('He asked for its key (`getKey`).')
    stage.means(
      'For each connection make one ProtomuxRPC, and answer `getKey` with the key of the core: `rpc.respond("getKey", () => profile.key)`.'
    )
    let problem = ''
    const key = await stage.until(
      () =>
        scene.ben.rpcs
          .get(scene.who)
          ?.request('getKey')
          .catch((error: Error) => {
            problem = error.message
            return undefined
          }),
      () => `No key came. ${problem}`
    )
    stage.expect(key?.length === 32, `The answer had ${key?.length ?? 0} bytes instead of the 32 of a key.`)
    stage.did('He opened a copy of that core.')
    stage.means('`store.replicate(socket)` for each connection, before anything else.')
    const copy = scene.ben.store.get<{ nickname?: unknown; peer?: unknown }>({
      key: Buffer.from(key as Buffer),
      valueEncoding: 'json'
    })
    await copy.ready()
    const latest = async () => (copy.length > 0 ? await copy.get(copy.length - 1) : undefined)
    await stage.until(
      () => copy.length > 0,
      () => 'His copy stayed empty.'
    )
    return { ...scene, copy, latest }
  })

  return [
    step('there is a nickname from the first moment on', async () => {
      const { ana } = await started()
      const { chat } = ana
      stage.expect(chat.page.room === 'setup', `The page shows “${chat.page.room}” before anybody asked for a room.`)
    }),

    step('a room is created, and joined by its topic', async () => {
      const { ana, topic } = await inRoom()
      const { chat } = ana
      const guest = await Person.make(stage)
      stage.did('I came into the room and left it again.')
      stage.means('Tell the view the number of connections whenever the swarm says `update`.')
      await guest.come(topic)
      await meets(
        () => guest.rpcs.size > 0,
        () => 'Nobody met me in the room.'
      )
      await chat.counts(1)
      await guest.leave()
      await chat.counts(0)

      stage.means('Join under the topic that the user gives, as 64 hex digits.')
      const second = await Chat.start(stage, 'carl')
      stage.did('I pasted the topic into the page of chat.ts (carl).')
      second.page.tell({ type: 'join', topic })
      stage.expect((await second.inRoom()) === topic, 'It went into another room.')
      await chat.counts(1)
      await second.counts(1)
      const third = await Chat.start(stage, 'dora', topic)
      stage.expect((await third.inRoom()) === topic, 'It went into another room than the one it was started with.')
      await chat.counts(2)
      await third.role.end()
      await second.role.end()

      const other = await Chat.start(stage, 'eve')
      stage.means('Two rooms need two topics: `randomBytes(32)` for each.')
      stage.expect((await other.create()) !== topic, 'Two rooms have the same topic.')
      await other.role.end()
    }),

    step('one connection carries the cores and the questions', async () => {
      const { ana, copy, who } = await copied()
      const { chat } = ana
      const first = (await copy.get(0)) ?? {}
      stage.means('Block 0 of the core is `{ nickname, peer }`, with the value encoding `json`.')
      stage.expect(
        first.nickname === chat.nickname,
        `Block 0 is ${shorten(JSON.stringify(first))}, but the page shows “${chat.nickname}”.`
      )
      stage.means(
        '`peer` is the public key of the connections, in hex. Give the swarm the key pair that it belongs to.'
      )
      stage.expect(
        first.peer === who,
        `Block 0 is ${shorten(JSON.stringify(first))}; the connection has the key ${shorten(who)}.`
      )
    }),

    step('messages go both ways', async () => {
      const { ana, ben, topic, who } = await met()
      const { chat } = ana
      stage.did('Ben said “hello from ben”.')
      stage.means(
        'Answer `message`: the bytes are the JSON of `{ message }`. Show it with `view.message(…)`, also while its author has no name yet.'
      )
      const line = await says(ben, 'hello from ben', chat)
      stage.expect(line.who === ben.who, `It is shown as a line of ${shorten(line.who)}, not of Ben’s key.`)

      const dora = await Person.make(stage)
      dora.holds = true
      await dora.come(topic)
      await meets(
        () => dora.rpcs.has(who),
        () => 'It did not meet Dora in the room.'
      )
      stage.did('Dora came, who hears and never answers.')
      chat.say('hello from the page')
      stage.means(
        'Show your own line at once, as one of `local`, and send `{ message }` to every connection by RPC: to all at once, for who never answers must not keep it from the others.'
      )
      const own = await chat.showsLine('hello from the page')
      stage.expect(own.who === 'local', `Your own line is shown as one of ${shorten(own.who)}.`)
      await hears(ben, 'hello from the page', 'Ben')
      await dora.leave()

      const carl = await Person.make(stage)
      stage.did('Carl came too, whose core is empty, and spoke.')
      stage.means(
        'A message may come before its author has a name: show it under another label, and the name when it is known.'
      )
      await carl.come(topic)
      await meets(
        () => carl.rpcs.has(who),
        () => 'It did not meet Carl in the room.'
      )
      const anonymous = await says(carl, 'nobody knows me', chat)
      stage.expect(anonymous.nickname !== '', 'His line has no name at all.')
      stage.expect(!/undefined|null/.test(anonymous.nickname), `His line is one of “${anonymous.nickname}”.`)

      stage.did('Carl left, while a line was sent.')
      stage.means('Who leaves while you send must not keep the line from the others: `Promise.allSettled`.')
      const left = carl.leave()
      chat.say('goodbye carl')
      await left
      await hears(ben, 'goodbye carl', 'Ben')
      chat.say('still there?')
      await hears(ben, 'still there?', 'Ben')
      await chat.showsLine('still there?')
      stage.means('One listener for each connection, and one line for each message.')
      const seen = chat.page.lines.filter(({ text }) => text === 'still there?').length
      const heard = ben.heard.filter((data) => data.includes('still there?')).length
      stage.expect(
        seen === 1 && heard === 1,
        `It shows its own line ${seen} times, and Ben received it ${heard} times.`
      )
    }),

    step('everybody has the name that their core says, also after a rename', async () => {
      const { ana, ben, latest } = await copied()
      const { chat } = ana
      stage.did('Ben said something.')
      stage.means('Ask a peer for its key, open its core, and tell the view the nickname of the last block.')
      await says(ben, 'who am I?', chat)
      await chat.calls(ben.who, 'ben')
      stage.did('Ben renamed himself in his core, and said nothing.')
      stage.means('A core says `append` when a new block is known: read the last one again, and tell the view.')
      await ben.rename('benjamin')
      await chat.calls(ben.who, 'benjamin')
      await ben.rename('big ben')
      await chat.calls(ben.who, 'big ben')
      const line = await chat.showsLine('who am I?')
      stage.expect(line.nickname === 'big ben', `His earlier line is one of “${line.nickname}”.`)

      chat.rename('ana maria')
      stage.means('Append `{ nickname, peer }` to your own core, and tell the view the name of `local`.')
      await chat.calls('local', 'ana maria')
      await stage.until(
        async () => (await latest())?.nickname === 'ana maria',
        () => 'Ben does not find the new name in the core.'
      )
      stage.did('I had two of your chats talk to each other.')
      stage.means('Each of them works with me, but not with the other: is `getKey` asked on both sides?')
      const second = await Chat.start(stage, 'hugo', chat.page.topic)
      await second.inRoom()
      const { who } = await insist(
        () => second.page.tell({ type: 'message', text: 'from hugo' }),
        chat.showsLine('from hugo')
      )
      second.rename('hugo the second')
      await chat.calls(who, 'hugo the second')
      await second.shows(
        ({ nicknames }) => [...nicknames.values()].includes('ana maria'),
        () => 'The second chat does not know the name of the first.'
      )
      await second.role.end()
    }),

    step('nothing that a peer sends ends the chat, or fills it', async () => {
      const { ana, ben, topic } = await met()
      const { chat } = ana
      stage.means(
        'Read what comes inside a `try`, and make it a text of a length that you chose. Throw only an `Error`.'
      )
      stage.did(
        `Ben sent ${NONSENSE.length} things that are no message, then one of 10 MB, then one with an escape code.`
      )
      for (const data of NONSENSE) ben.send(data)
      ben.say('x'.repeat(10_000_000))
      ben.say('be\u001b[2Jep \u0007')
      await says(ben, 'after the nonsense', chat)
      const lines = chat.page.lines.filter(({ who }) => who === ben.who).map(({ text }) => text)
      stage.expect(
        lines.every((text) => text.length <= FAR_TOO_LONG.message),
        `It shows a line of ${Math.max(...lines.map((text) => text.length))} characters.`
      )
      stage.expect(
        lines.every((text) => text.trim() !== '' && !/undefined|\[object/.test(text)),
        'It shows a line that says nothing.'
      )
      stage.means('Take control characters out of what others write: in a terminal they move the cursor.')
      stage.expect(!lines.some((text) => /\p{Cc}/u.test(text)), 'It shows the escape code as it came.')

      stage.did('Four strangers answered `getKey` with nothing, with 5 bytes, with 33, and with a key that nobody has.')
      stage.means('An answer is a key only when it has 32 bytes. Whatever happens there must not end the program.')
      for (const answer of [null, Buffer.alloc(5), Buffer.alloc(33), DHT.keyPair().publicKey]) {
        const stranger = await Person.make(stage)
        stranger.answer = () => answer
        await stranger.come(topic)
        await meets(
          () => stranger.asked > 0,
          () => 'A stranger was never asked for a key.'
        )
        await says(stranger, `my answer has ${answer?.length} bytes`, chat)
        await stranger.leave()
      }

      stage.did('Others came with blocks that are no nickname, and with one of 10 kB.')
      stage.means('What a core holds was written by somebody else: is it JSON, is it a text, how long is it?')
      for (const block of ['no json', 'null', '7', '{"nickname":7}', '{"nickname":""}']) {
        const odd = await Person.make(stage)
        await odd.store.get({ name: 'local' }).append(Buffer.from(block.replace('}', `,"peer":"${odd.who}"}`)))
        await odd.come(topic)
        await meets(
          () => odd.fetched > 0,
          () => 'Nobody fetched the block of somebody who came.'
        )
        const { nickname } = await says(odd, `my block is ${block}`, chat)
        stage.expect(nickname !== '' && !/undefined|null|^7$/.test(nickname), `It calls somebody “${nickname}”.`)
        await odd.leave()
      }
      const windy = await Person.make(stage, `w\u001b[2J${'w'.repeat(10_000)}`)
      await windy.come(topic)
      const shown = await chat.shows(
        ({ nicknames }) => nicknames.get(windy.who) ?? '(none)',
        () => ''
      )
      stage.expect(shown.length <= FAR_TOO_LONG.nickname && !/\p{Cc}/u.test(shown), 'It shows that name as it came.')
      await windy.leave()

      stage.did('I saved an empty nickname, and one of 10 kB.')
      stage.means('Bound your own nickname as well: the others would cut it, or refuse it.')
      const before = chat.nickname
      chat.page.tell({ type: 'rename', nickname: '  ' })
      chat.page.tell({ type: 'rename', nickname: 'l'.repeat(10_000) })
      await chat.shows(
        ({ errors }) => errors.length > 0 || chat.nickname.startsWith('ll'),
        () => 'It neither took the long name nor refused it.'
      )
      stage.expect(chat.nickname.trim() !== '', 'It took an empty nickname.')
      stage.expect(
        chat.nickname.length <= FAR_TOO_LONG.nickname,
        `It took a name of ${chat.nickname.length} characters.`
      )
      chat.page.tell({ type: 'rename', nickname: before })
      await chat.calls('local', before)
    }),

    step('nobody wears the name of another', async () => {
      const { ana, ben, topic } = await copied()
      const { chat } = ana
      const mallory = await Person.make(stage, 'mallory')
      stage.did('Mallory came, and answered `getKey` with the key of Ben’s core. Then Ben renamed himself twice.')
      stage.means(
        'Whoever knows a core’s key can hand it out. Take a nickname from a block only when its `peer` is the key of that connection.'
      )
      mallory.answer = () => ben.profile.key
      await mallory.come(topic)
      await meets(
        () => mallory.asked > 0,
        () => 'Mallory was never asked for a key.'
      )
      for (const nickname of ['ben the first', 'ben the only']) {
        await ben.rename(nickname)
        await chat.calls(ben.who, nickname)
        const line = await says(mallory, `I am ${nickname}`, chat)
        const name = chat.page.nicknames.get(mallory.who) ?? line.nickname
        stage.expect(!name.startsWith('ben'), `Its page calls Mallory “${name}”.`)
      }
      await mallory.leave()
    }),

    step('after a restart it is the same person, and knows the others', async () => {
      const { ana, ben, topic, copy, who } = await copied()
      stage.did('Ben, whom it knows by now, stayed in the room.')
      await ben.rename('ben the stayer')
      await ana.chat.calls(ben.who, 'ben the stayer')
      const { nickname } = ana.chat
      const { length } = copy
      const { asked } = ben
      await ana.chat.leave()
      const again = await Chat.start(stage, 'ana')
      ana.chat = again
      stage.means(
        'Append a first nickname only while the core is empty, and give the store the same folder every time.'
      )
      await again.calls('local', nickname)
      stage.means(
        'Keep the keys in a hyperbee, public key => core key, and open all cores in it when the program starts.'
      )
      await again.calls(ben.who, 'ben the stayer')

      stage.did('It went back into the room.')
      ben.rpcs.clear()
      again.page.tell({ type: 'join', topic })
      await again.inRoom()
      stage.means(
        'hyperswarm makes a new key pair at each start. Give it one that stays: `store.createKeyPair("swarm")`.'
      )
      await meets(
        () => ben.rpcs.size > 0,
        () => 'It did not meet Ben again.'
      )
      stage.expect(ben.rpcs.has(who), 'Ben meets somebody with another public key than before.')
      stage.means(
        'A known peer that comes back has a name already; its first message must not find the program without one.'
      )
      const line = await says(ben, 'I am back', again)
      stage.expect(line.nickname === 'ben the stayer', `His first line is one of “${line.nickname}”.`)
      again.say('so am I')
      await hears(ben, 'so am I', 'Ben')
      stage.means('Ask `getKey` only of a peer whose key is not in the hyperbee.')
      stage.expect(ben.asked === asked, 'It asked Ben for his key again.')
      stage.means('Append a first nickname only while the core is empty.')
      stage.expect(copy.length === length, `Its own core has ${copy.length} blocks now; it had ${length}.`)
    }),

    step('what was renamed while it was away arrives, from whoever has it', async () => {
      const { ana, ben, topic, who } = await met()
      const { chat } = ana
      const carl = await Person.make(stage, 'carl')
      stage.did('Carl came into the room.')
      stage.means('Ask a peer for its key, open its core, and tell the view the nickname of the last block.')
      await carl.come(topic)
      await meets(
        () => carl.rpcs.has(who),
        () => 'It did not meet Carl in the room.'
      )
      await chat.calls(carl.who, 'carl')
      await chat.leave()
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
      const again = await Chat.start(stage, 'ana', topic)
      ana.chat = again
      stage.means(
        'Open the cores of everybody in the hyperbee at the start, and replicate the store with whoever comes.'
      )
      await meets(
        () => ben.rpcs.has(who),
        () => 'It did not meet Ben again.'
      )
      await again.calls(ben.who, 'ben the renamed')
      stage.means(
        'A block is good whoever brings it, it is signed: replicate the whole store, so that Ben can bring Carl’s.'
      )
      await again.calls(carl.who, 'carl the relayed')
    }),

    step('leaving is a goodbye', async () => {
      const { ben, topic } = await met()
      const before = new Set(ben.rpcs.keys())
      const first = await Chat.start(stage, 'greta', topic)
      await first.inRoom()
      const own = await meets(
        () => [...ben.rpcs.keys()].find((who) => !before.has(who)),
        () => 'It did not meet Ben.'
      )
      stage.means('In `goodbye`: `await swarm.destroy()`, then `await store.close()`.')
      await stage.leaves(first.role)
      await stage.until(
        () => !ben.rpcs.has(own),
        () => 'Ben is still connected to it.'
      )
      const dht = await stage.dht()
      stage.did('I looked up who is announced in the room.')
      const announced: string[] = []
      for await (const { peers } of dht.lookup(Buffer.from(topic, 'hex'))) {
        announced.push(...peers.map(({ publicKey }) => publicKey.toString('hex')))
      }
      stage.expect(!announced.includes(own), 'It is still announced there: the next one will wait for it.')
    }),

    step('a bad topic and a folder in use get a sentence', async () => {
      const { ana } = await inRoom()
      const { chat } = ana
      stage.means('Look at the topic before you join: 64 hex digits. `throw new Error("…")` shows the user a sentence.')
      const wrong = await Chat.start(stage, 'frank')
      for (const topic of ['', '12ab', 'z'.repeat(64)]) {
        stage.did(`I pasted the topic “${shorten(topic)}”.`)
        const { errors } = wrong.page
        const before = errors.length
        wrong.page.tell({ type: 'join', topic })
        await wrong.shows(
          () => errors.length > before,
          ({ room }) => `No error is shown; the page shows “${room}”.`
        )
        stage.expect(wrong.page.room === 'setup', `An error is shown, but the page is at “${wrong.page.room}”.`)
      }
      await wrong.role.end()
      stage.means('`readKey` answers for a topic on the command line that is none.')
      await stage.refuses('chat.ts', [['0123456789'], ['hello']], /page: .*/)
      stage.means('A folder that another program has open rejects `store.ready()`: say so with `exitWith(3, …)`.')
      const folder = join(await stage.folder(), 'chat-of-ana')
      stage.expect(!chat.role.ended, 'The first chat is not running any more.')
      await stage.refuses('chat.ts', [['--storage', folder]], /page: .*/)
    })
  ]

  /** Waits for what only comes when two have met. */
  function meets<T>(look: () => T | Promise<T>, saw: () => string) {
    return stage.until(look, saw, { patience: MEETING })
  }

  function hears(person: Person, text: string, name: string) {
    return stage.until(
      () => person.hasHeard(text),
      () =>
        `${name} did not receive {"message":"${text}"}${person.heard.length > 0 ? `, but last: ${shorten(String(person.heard.at(-1)))}` : ''}.`
    )
  }
}

export default check
