// The verdict of exercise 2. Its peers meet peers of ours that only announce, or only look, so that each half is seen.
import { setTimeout as delay } from 'node:timers/promises'
import {
  advised,
  type Check,
  COMMANDS,
  delivered,
  deliveredText,
  type Ear,
  inLetters,
  NO_KEYS,
  type Promised,
  RETURNS,
  type Role,
  shorten,
  step,
  toAll,
  Unseen,
  within
} from '@workshop/checks'
import DHT, { type KeyPair } from 'hyperdht'

const JOINED = /^joined topic:\s*([0-9a-fA-F]{64})\b/m
/** The text asks for a look every second at most; one in a few seconds is enough. */
const UNTIL_LOOKED_AGAIN = { patience: 10_000, file: 'peer.ts' }
/** So many ms after it has joined, or has looked, a peer that was alone all the time must look again: the text has it wait for one second at most. */
const LONELY = 1_500
/** Two waits that are so many times as long as the first two have grown; random ones between 0.3 and 1 s are short. */
const RARER = 1.8
/** How often a peer of ours looks to see how busy the machine is, in ms. */
const CONTROL = 600
/** So long it may take to pass on what is typed, and to leave, in ms: who waits for a peer that is stopped waits for 15 s and more. */
const WITHOUT_WAITING = 2_000
/** It must not look more often than once in so many ms: the text has it wait twice as long, and a clock is not that exact. */
const TOO_OFTEN = 150
/** What a peer of ours does on a topic. */
const ANNOUNCED = { server: true, client: false }
const LOOKING = { server: false, client: true }
/** A line that arrives in pieces, some of which end in the middle of a character. */
const TORN = 'Grüße, 漢字 😀'
/** The middle of a line that arrives in pieces, in characters: longer than any other piece, and than 1 MiB, at which some would stop. */
const LONG = 1_100_000
/** So many lines of a thousand characters are more than the 256 KiB that a socket takes for a peer that does not answer. */
const PASTED = 350
/** The beginning of a line whose end never comes. */
const UNFINISHED = 'the end of this line'

const JOINS =
  '`await swarm.join(topic).flushed()`, then print `joined topic:` and the topic as 64 hex digits: at once, before the loop that waits for somebody.'
const ANNOUNCES =
  '`swarm.join(topic)` announces you and looks for others, whoever starts first: give it no `server: false`. Join the very topic that you print, on a swarm made with `new DHT(network())`.'
const LOOKS =
  'peer.ts looked before I came, and then not again. Call `discovery.refresh()` again and again until somebody is connected.'
const SMALL =
  "Print the digits of the bytes that `readKey` gives, `topic.toString('hex')`, and not what was typed: so all print the same."
const CONNECTS =
  '`swarm.join(topic)` looks for others, and the swarm connects to everybody whom it finds: let it, and print a greeting for each `connection`.'
const STAYS =
  'Whoever comes later must find you and be let in: look again with `discovery.refresh()`, which keeps you announced, and set no limit.'
const PACE =
  'Go on looking at the same pace for as long as nobody is there, every 0.3 to 1 seconds: with waits that grow, whoever comes late waits for you.'
const LOOKS_ONCE_MORE =
  'Look again once, even if somebody is connected already: two that come at the same instant to a third miss each other.'
const WAITS = 'Wait 0.3 to 1 seconds before each look: `300 + Math.random() * 700` ms.'
const GREETS =
  'Print `* got a connection from: <hex> *` for each `connection` of the swarm, with `socket.remotePublicKey`. Listen for it before you join.'
const KEEPS =
  'Keep each connection for as long as the other side keeps it. A `write` that gives `false` has taken its piece, and says only that the other side is slow.'
const SENDS =
  'Write each piece that comes from `process.stdin` once to every socket in `swarm.connections`, whole and as it is, with its line ends.'
const STEADILY = `${SENDS} Who waits for a pause waits for as long as somebody types.`
const NAMES = 'Print `<hex>: <text>` for what comes in, where `<hex>` is the public key of the peer that sent it.'
const SPLITS =
  'What comes in is a piece, not a line: it may hold many lines, or a part of one, of this peer alone. Keep all that follows the last `\\n`, however long, until the rest comes, and print `<hex>: <text>` for each whole line, even for an empty one.'
const DECODES =
  "A piece may end inside a character: decode the pieces of each peer by themselves, as `socket.setEncoding('utf8')` does for its socket."
const AT_ONCE =
  'Write to every socket at once, and wait for none: one whose peer was killed has no `drain` for 15 to 20 seconds.'
const BREAKS =
  'A broken connection is an `error` event on its socket: listen for it, for each socket, and on each interface of `readline`, which repeats it. A peer that comes back is a new connection.'
const LEAVES =
  '`goodbye(() => swarm.destroy())` leaves the topic when Ctrl-C is pressed, closes the connections, waits for the promise that your function returns, and exits with code 0.'
const ALONE = 'Call `goodbye` before the loop that looks for others: a peer that is alone stays in that loop.'
const READS =
  'Give the argument to `readKey` as it was typed, even an empty one: it takes exactly 32 bytes. For anything else it prints a sentence, and ends the program with a code that is not 0.'

/** A peer.ts that has joined a topic, and when, as `performance.now()` has it. */
interface Joined {
  peer: Role
  topic: Buffer
  since: number
}

interface Acts {
  server: boolean
  client: boolean
}

/** A peer of ours: who it is in the story, and its name for others. */
interface Mine {
  who: string
  name: string
  /** Its connections to a peer.ts. */
  ears: Ear[]
  leave(): Promise<void>
}

/** A peer of ours that peer.ts met, and how many lines had been typed there before. */
interface Met {
  name: string
  ear: Ear
  from: number
  leave(): Promise<void>
}

const check: Check = (stage) => {
  const { random } = stage
  /** Our peers that are connected to the peer.ts of the room, and the keys of all that ever met a peer.ts. */
  const met: Met[] = []
  const ours = new Set<string>()
  /** How often each of them was connected to a peer.ts. */
  const meetings = new Map<string, number>()

  /** Starts a peer and waits until it has joined; without a topic it makes one. */
  async function join(topic?: Buffer, as?: string, typed = topic?.toString('hex')): Promise<Joined> {
    const peer = await stage.start('peer.ts', typed ? [typed] : [], as)
    const [, hex] = await stage.prints(peer, JOINED, '`joined topic: <64 hex digits>`', { means: JOINS })
    const isSmall = hex === hex?.toLowerCase()
    stage.expect(isSmall, `${peer.name} printed its topic in capitals.`, SMALL)
    return { peer, topic: Buffer.from(String(hex), 'hex'), since: performance.now() }
  }

  /** Waits until a peer.ts is announced under its topic, and gives when it was. */
  async function announced({ peer, topic }: Joined): Promise<number> {
    stage.did('I looked up who is announced under that topic.')
    const look = async () => (await stage.asked(peer, 'announces', topic))[0]
    const saw = () =>
      greeted(peer).length > 0
        ? `Nobody was, although ${peer.name} found others there: it looks, and is not to be found.`
        : 'Nobody was.'
    return stage.until(look, saw, { means: ANNOUNCES, file: peer.file })
  }

  /** A peer of ours on a topic, which others find, or which finds others; `ears` are what it is connected to. */
  async function mine(who: string, topic: Buffer, by: Acts, keyPair = DHT.keyPair()): Promise<Mine> {
    const swarm = await stage.swarm({ keyPair })
    const ears: Ear[] = []
    const name = keyPair.publicKey.toString('hex')
    ours.add(name)
    swarm.on('connection', (socket) => {
      const isOneOfUs = ours.has(socket.remotePublicKey.toString('hex'))
      if (isOneOfUs) return
      ears.push(stage.ear(socket, who))
      meetings.set(name, (meetings.get(name) ?? 0) + 1)
    })
    await swarm.join(topic, by).flushed()
    return { who, name, ears, leave: () => swarm.destroy() }
  }

  function greets(peer: Role, name: string, times = 1) {
    return stage.until(
      () => greeted(peer).filter((one) => one === name).length >= times,
      () => `${peer.name} did not print \`* got a connection from: ${shorten(name)} *\`${times > 1 ? ' again' : ''}.`,
      { means: times > 1 ? BREAKS : GREETS, file: 'peer.ts' }
    )
  }

  /** Waits until peer.ts and a peer of ours have met, and the greeting is printed. */
  async function meets(peer: Role, { who, name, ears, leave }: Mine, means: string, times = 1): Promise<Met> {
    const saw = () => `${who} and ${peer.name} did not meet.`
    const ear = await stage.until(() => ears[0], saw, { ...UNTIL_LOOKED_AGAIN, means })
    await greets(peer, name, times)
    const here = { name, ear, leave, from: peer.typed.length }
    met.push(here)
    return here
  }

  const comes = async ({ peer, topic }: Joined, who: string, means: string, keyPair?: KeyPair, times?: number) =>
    meets(peer, await mine(who, topic, LOOKING, keyPair), means, times)

  /**
   * Promises that peer.ts names nobody who was never there, and greets each connection once; of the `others` that come,
   * nobody knows the keys.
   */
  function promiseTruth({ peer }: Joined, others = 0): void {
    const look = () => {
      const strangers = [...new Set([...greeted(peer), ...saidBy(peer).map(({ name }) => name)])]
      const [stranger] = strangers.filter((name) => !ours.has(name)).slice(others)
      if (stranger) return { broken: `${peer.name} named ${shorten(stranger)}, who was never there.` }
      const times = (name: string) => greeted(peer).filter((one) => one === name).length
      const again = [...meetings.keys()].find((name) => times(name) > Number(meetings.get(name)))
      if (again)
        return { yet: `${peer.name} greeted ${shorten(again)} ${times(again)} times, for ${meetings.get(again)}.` }
    }
    stage.promise({ name: 'who is named was there', step: 3, means: GREETS, file: peer.file, look })
  }

  /**
   * Promises that a peer that is alone does not look all the time. The time is that of the program: on a busy machine it
   * looked a few times before its line was read here.
   */
  function promiseWait({ peer, topic }: Joined): void {
    const look = async () => {
      const [times, time] = [await stage.asked(peer, 'looks up', topic), performance.now() - peer.begun]
      const saw = `${peer.name} looked for others ${times.length} times in ${(time / 1000).toFixed(1)} seconds.`
      if (times.length > 5 + time / TOO_OFTEN) return { broken: saw }
    }
    stage.promise({ name: 'it waits before it looks again', step: 3, means: WAITS, file: peer.file, look })
  }

  /** Two peers that nobody comes to, each with a topic of its own. Who is announced to the first of them has long been gone. */
  const lonely = stage.scene(async () => {
    const two = await Promise.all([join(undefined, 'a lonely peer.ts'), join(undefined, 'another one')])
    stage.did('Under the topic of the first I announced a key behind which is nobody.')
    await (await stage.dht()).announce(two[0].topic, DHT.keyPair()).finished()
    for (const one of two) {
      promiseTruth(one)
      promiseWait(one)
    }
    return two
  })

  /** A peer of ours looks again and again. Gives by how many ms one of its looks came too late, at most: so late others may be. */
  const control = stage.scene(async () => {
    const [dht, nowhere] = [await stage.dht(), random.bytes()]
    let late = 0
    const look = async () => {
      while (!dht.destroyed) {
        const due = performance.now() + CONTROL
        await delay(CONTROL, undefined, { ref: false })
        await dht.lookup(nowhere).finished()
        late = Math.max(late, performance.now() - due)
      }
    }
    look().catch(() => {}) // the check was over meanwhile
    return () => late
  })

  /** peer.ts with a topic under which four peers of ours are announced, who look for nobody. */
  const given = stage.scene(async () => {
    const topic = random.bytes()
    const four = await Promise.all(
      names('first', 'second', 'third', 'fourth').map((who) => mine(who, topic, ANNOUNCED))
    )
    stage.did('I announced four peers of mine, that do not look for others, under a topic.')
    return { topic, four, joined: await join(topic, 'peer.ts', topic.toString('hex').toUpperCase()) }
  })

  /** The same, when they have met. */
  const room = stage.scene(async () => {
    const { four, joined } = await given()
    promiseTruth(joined, 2) // a peer.ts that is killed, and one that is stopped
    const [first, second] = await Promise.all(four.map((one) => meets(joined.peer, one, CONNECTS)))
    return { ...joined, joined, first: first as Met, second: second as Met }
  })

  /** A peer.ts comes to the one in the room, under a topic that is typed in letters. */
  async function visit(as: string): Promise<Role> {
    const { peer, topic } = await room()
    const strangers = () => greeted(peer).filter((name) => !ours.has(name)).length
    const before = strangers()
    const { peer: other } = await join(topic, as, inLetters(topic))
    const apart = () => `${other.name} and ${peer.name} did not meet.`
    await stage.until(() => strangers() > before, apart, { ...UNTIL_LOOKED_AGAIN, means: STAYS })
    return other
  }

  /** One that is to be stopped. */
  const sleeper = stage.scene(() => visit('a peer.ts on a laptop'))
  /** It is stopped: it takes nothing, and says nothing, also when the others leave. */
  const asleep = stage.scene(async () => {
    const { peer } = await room()
    ;(await sleeper()).freeze()
    peer.type(random.word()) // on its way to it for ever
  })

  /** Three that start at the same instant. */
  const crowd = stage.scene(async () => {
    const together = random.bytes()
    const three = ['a peer.ts', 'another peer.ts', 'a third peer.ts'].map((as) => join(together, as))
    return Promise.all(three)
  })

  /** A peer of ours comes late to one that was alone all the time, and waits to be found. */
  async function findsTheLate({ peer, topic, since }: Joined): Promise<void> {
    await delay(since + LONELY - performance.now())
    stage.did(`I announced a late peer of mine, that does not look for others, under the topic of ${peer.name}.`)
    const { name, ears } = await mine('My late peer', topic, ANNOUNCED)
    const looked = async () => (await stage.asked(peer, 'looks up', topic)).some((at) => at > since + LONELY)
    const saw = () => `${peer.name} looked for others at its start, then stopped, and nobody was connected yet.`
    await stage.until(looked, saw, { means: LOOKS, file: 'peer.ts', patience: 6_000 })
    const never = () => `${peer.name} never came.`
    await stage.until(() => ears.length > 0, never, { ...UNTIL_LOOKED_AGAIN, means: LOOKS })
    await greets(peer, name)
  }

  /**
   * A peer that is still alone looks once more as soon as before. One that was slow so far looks twice more, and may be as
   * slow as at first: whose waits grow by half is three times as slow by then.
   */
  async function keepsPace({ peer, topic, since }: Joined): Promise<void> {
    const [now, late] = [performance.now(), await control()]
    const saw = `${peer.name}, to whom nobody came, looked for others more and more rarely.`
    const details = { means: PACE, file: 'peer.ts' }
    const looked = async () => {
      const looks = (await stage.asked(peer, 'looks up', topic)).filter((at) => at > since)
      const waits = looks.map((at, i) => at - Number(looks[i - 1] ?? since) - (i > 1 ? late() : 0))
      const isSlow = waits.some((wait) => wait > LONELY)
      return looks.filter((at) => at > now).length >= (isSlow ? 2 : 1) && { waits, isSlow }
    }
    const { waits, isSlow } = await stage.until(looked, saw, { ...details, patience: 6_000 })
    if (isSlow && mean(waits.slice(-2)) > RARER * mean(waits.slice(0, 2))) throw new Unseen(saw, details)
  }

  /** A peer of ours comes twice, with one key. The first time it leaves in the middle of a line. */
  async function comesAgain(joined: Joined): Promise<void> {
    const keyPair = DHT.keyPair()
    const late = await comes(joined, 'My late peer', BREAKS, keyPair)
    stage.did('A peer of mine came late, left in the middle of a line, and came again.')
    late.ear.send(UNFINISHED)
    await stage.rests(joined.peer) // it has read that by now
    forget(late)
    await late.leave()
    const again = await comes(joined, 'My late peer', BREAKS, keyPair, 2)
    again.ear.say(random.word())
  }

  /** From now on a peer of ours is no longer told anything. */
  const forget = (one: Met) => met.splice(met.indexOf(one), 1)

  function tear(one: Met): void {
    stage.did(`I broke the connection of ${within(one.ear.name)}, as a program that is killed does.`)
    forget(one)
    one.ear.socket.destroy()
  }

  /** Promises that peer.ts closes no connection as long as it runs. */
  function promiseStays(peer: Role): void {
    const { file } = peer
    const look = () => {
      const gone = met.find(({ ear }) => ear.closed || ear.hasEnded)
      if (gone && !peer.mayEnd)
        return { broken: `peer.ts closed the connection to ${within(gone.ear.name)}, who stayed.` }
    }
    stage.promise({ name: 'who stays is kept', step: 4, means: KEEPS, file, look })
  }

  /** What is promised of the lines in the room, once a step has promised it. */
  let promised: Record<'sent' | 'printed', Promised> | undefined

  /**
   * Promises that our peers get what is typed into peer.ts, and that it prints their lines with their names. A step that
   * makes that harder promises it again: from then on it is about that step.
   */
  function promise(peer: Role, step: number, means: { sent: string; printed: string }): void {
    if (!promised) {
      promiseStays(peer)
      promised = { sent: promiseSent(peer), printed: promisePrinted(peer) }
      for (const one of Object.values(promised)) stage.promise(one)
    }
    Object.assign(promised.sent, { step, means: means.sent })
    Object.assign(promised.printed, { step, means: means.printed })
  }

  function promiseSent({ file, typed }: Role): Promised {
    const stands = ({ ear, from }: Met) => deliveredText(typed.slice(from), ear.text, `${ear.name} received`)
    const look = () => toAll(met.map((one) => [one.ear.name, stands(one)] as const))
    return { name: 'a typed line reaches every peer', step: 4, means: SENDS, file, look }
  }

  function promisePrinted(peer: Role): Promised {
    const stands = ({ name, ear }: Met, said: ReturnType<typeof saidBy>) => {
      const behind = said.flatMap((line) => (line.name === name && line.text !== UNFINISHED ? line.text : []))
      const who = `After the key of ${within(ear.name)}, ${peer.name} printed`
      return advised(delivered(ear.said, behind, who), { decoded: DECODES })
    }
    const look = () => {
      const said = saidBy(peer)
      return toAll(met.map((one) => [one.ear.name, stands(one, said)] as const))
    }
    return { name: 'what comes in is printed with its author', step: 4, means: NAMES, file: peer.file, look }
  }

  /** Our peers send lines in pieces: many at once, one that is cut in its characters, one that another line comes into. */
  async function sendPieces(peer: Role, first: Ear, second: Ear): Promise<void> {
    stage.did('My first peer sent many lines at once, my second one a line in pieces.')
    const lines = random.lines()
    first.send(`${lines.join('\n')}\n`)
    first.said.push(...lines)
    second.sayInPieces(TORN, random.torn(TORN))
    stage.did(
      'Then a line of my second peer came between two pieces of a long line of my first one, inside a character.'
    )
    const [whole, line] = [random.word(), `a 漢 ${random.word().repeat(LONG / 11)} 漢 and the rest`]
    const [begin, ...rest] = random.torn(`${whole}\n${line}\n`) // ends inside the first character; the long piece has no line end
    first.send(begin as Buffer)
    first.said.push(whole)
    await stage.until(
      () => peer.output.includes(whole),
      () => `peer.ts did not print “${whole}”.`,
      { means: SPLITS, file: peer.file }
    )
    second.say(random.word())
    await stage.keepPromises()
    for (const piece of rest) first.send(piece)
    first.said.push(line)
  }

  return [
    step('a peer makes a topic and joins it', async () => {
      const [[one, other]] = await Promise.all([lonely(), control()])
      const at = stage.history.since(await announced(one))
      const { name } = one.peer
      const printed = stage.history.of(name, 'prints').find(({ text }) => text?.includes('joined topic:'))
      stage.expect(!printed || at < printed.at, `${name} said that it had joined before it was announced.`, JOINS)
      const isNew = !one.topic.equals(other.topic)
      stage.expect(isNew, 'Both have the same topic.', 'Make a new one at each start: `randomBytes(32)`.')
    }),

    step('it joins the topic it is given', async () => {
      const { topic, joined } = await given()
      const saw = `It joined another topic: ${shorten(joined.topic.toString('hex'))}.`
      stage.expect(joined.topic.equals(topic), saw, 'The topic is the first argument: `readKey(process.argv[2], …)`.')
      await announced(joined)
    }),

    step('two peers find each other, whoever starts first', async () => {
      const [[alone], { joined }, three] = await Promise.all([lonely(), room(), crowd()])
      await findsTheLate(alone)
      const looks = async () => (await stage.asked(joined.peer, 'looks up', joined.topic)).length > 1
      const once = () => 'peer.ts looked for others once. One was there, and it did not look again.'
      await stage.until(looks, once, { ...UNTIL_LOOKED_AGAIN, means: LOOKS_ONCE_MORE })
      stage.did('When peer.ts had looked twice, a fifth peer of mine came, that only looks for others.')
      await comes(joined, 'My fifth peer', STAYS)
      const means = `${GREETS} ${LOOKS_ONCE_MORE}`
      for (const { peer } of three) {
        const count = () => new Set(greeted(peer)).size
        const saw = () => `${peer.name} met ${count()} of 2 others.`
        await stage.until(() => count() >= 2, saw, { ...UNTIL_LOOKED_AGAIN, means })
      }
    }),

    step('a typed line reaches every peer', async () => {
      const { peer, first } = await room()
      promise(peer, 4, { sent: SENDS, printed: NAMES })
      const arrives = (word: string) => first.ear.text.includes(word)
      await stage.typesOn(peer, arrives, 'My first peer received nothing.', { means: STEADILY })
      await peer.typeEach(COMMANDS)
      const word = random.word()
      for (let i = 0; i < 2; i++) {
        stage.did(`My peers sent “${word}”.`)
        for (const { ear } of met) ear.say(word)
        peer.type(word)
        await stage.keepPromises()
      }
    }),

    step('twenty lines at once all arrive, each once', async () => {
      const { peer, first, second } = await room()
      stage.ahead(sleeper)
      promise(peer, 5, { sent: SENDS, printed: SPLITS })
      peer.paste([...random.lines(), ...RETURNS])
      await peer.typeInPieces(TORN, random.torn(TORN))
      await stage.keepPromises()
      await sendPieces(peer, first.ear, second.ear)
    }),

    step('a peer that is killed does not disturb the others', async () => {
      const { peer, joined, first, second } = await room()
      promise(peer, 6, { sent: `${AT_ONCE} ${BREAKS}`, printed: BREAKS })
      await asleep()
      const word = random.word()
      peer.type(word)
      const awake = met.map(({ ear }) => ear)
      await stage.hears(awake, word, { means: AT_ONCE, file: peer.file, patience: WITHOUT_WAITING })
      tear(first)
      await (await visit('a peer.ts that is killed')).kill()
      await comesAgain(joined)
      tear(second) // who takes out another one, too, may take the last that has come
      peer.paste([
        ...Array.from({ length: PASTED }, (_, i) => `line ${i} of a long paste ${'.'.repeat(1_000)}`),
        random.word()
      ])
    }),

    step('Ctrl-C leaves: a newcomer does not wait for a peer that has left', async () => {
      const [{ peer }, [, other]] = [await room(), await lonely(), await asleep()]
      other.peer.type(random.word()) // to nobody
      const { peer: alone } = other
      await Promise.all([
        stage.leaves(peer, { means: `${LEAVES} ${AT_ONCE}`, patience: WITHOUT_WAITING }),
        keepsPace(other).then(() => stage.leaves(alone, { means: `${LEAVES} ${ALONE}` }))
      ])
      for (const { ear } of met) {
        const saw = () => `peer.ts ended, and ${within(ear.name)} still held its end of the connection.`
        await stage.until(() => ear.closed, saw, { means: LEAVES, file: peer.file })
      }
    }),

    step('what is not a topic gets a clear error message', async () => {
      const blank = ` ${random.bytes().toString('hex')} ` // it is as it was typed
      const calls = ['', ...NO_KEYS, 'my room', blank].map((call) => [call])
      await stage.refuses('peer.ts', calls, undefined, READS)
    })
  ]
}

/** The first extra credit. */
export const extra: Check = (stage) => [
  step('a topic from a name', async () => {
    const name = `my room ${stage.random.word()}`
    const peer = await stage.start('peer.ts', ['name', name])
    const [, hex] = await stage.prints(peer, JOINED, '`joined topic: <64 hex digits>`', { means: JOINS })
    const means =
      'The topic of a name is `DHT.hash(Buffer.from(name))`, so that all who know the name have the same one.'
    stage.expect(hex === DHT.hash(Buffer.from(name)).toString('hex'), `It joined ${shorten(String(hex))}.`, means)
  })
]

export default check

const hex = /[0-9a-f]{64}/.source

const names = (...numbers: string[]) => numbers.map((nth) => `My ${nth} peer`)

/** The keys of the peers that a peer.ts has greeted, in its order. */
const greeted = ({ output }: Role): string[] =>
  [...output.matchAll(new RegExp(`^\\* got a connection from:\\s*(${hex})\\s*\\*`, 'gm'))].map(([, name]) =>
    String(name)
  )

const SAID = new RegExp(`^(${hex}):(.*)$`)

/** The lines of others that a peer.ts has printed, without the blanks that it prints before each of them. */
const saidBy = ({ lines }: Role): { name: string; text: string }[] => {
  const said = lines.flatMap((line) => {
    const [, name, text] = SAID.exec(line) ?? []
    return name !== undefined && text !== undefined ? { name, text } : []
  })
  const indents = said.flatMap(({ text }) => (text.trim() === '' ? [] : text.search(/\S/)))
  const indent = Math.min(...indents)
  return said.map(({ name, text }) => ({ name, text: text.slice(indent) }))
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
