// The verdict of exercise 5.
import { advised, type Check, delivered, type Role, type Standing, step } from '@workshop/checks'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import { type Entry, harass, Log, messages, oddities } from './logs.ts'
import { hinted, type Said, shown, timely, unhidden, withoutTime } from './standings.ts'

const NICKNAME = 'Änne' // of the user of chat.ts
const SERVER = { server: true, client: false }
const CLIENT = { server: false, client: true }
const BOTH = { server: true, client: true }
/** How long two may take to meet again, in ms: hyperswarm tries a connection that failed after 1, 5 and 15 s. */
const MEETING = 25_000
const NEW_PEER = '(New peer connected!)'
/** A line for what is no chat message. */
const ODD = /\bstray\b|> (undefined|null): /

const SPOKEN =
  'Append one entry for each line, as `JSON.stringify` writes it, and print what a live read stream of the core gives: all of it, each entry once, also one with an empty text or the same as another, as `<timestamp> nickname: text`.'
const STEADILY =
  'Append each line as soon as it is typed, and print it as soon as it is in the log: who waits for a pause waits for as long as somebody types.'
const PASTED =
  'Several lines may come at once, as those of a paste do: `for await (const text of lines())` gives them all, one after the other. Append one entry for each, and print what one live read stream of the core gives from block 0 on: a second one that begins at `core.length` may begin too late.'
const OLD =
  'Read the log from block 0 on, not from its end, and only then what is added. `storage("chat")` is a folder that stays.'
const SKIPPED =
  'Read each block inside a `try`, and print it only when its type is `chat-message` and the other three fields are strings. What else it has does not matter.'
const REPLICATED =
  '`pump(socket, core.replicate(isInitiator), socket)` for every connection, where isInitiator is `client` of the peer info: true on the side that connected.'
const SEPARATE =
  'Pump each connection as soon as it opens, into a replication stream of its own: nothing of it may wait for the end of another one, or use what belongs to another.'
const MET =
  'Join on the discovery key as both, server and client, which is the default, and call `keepLooking`: others come to you, and you go to those who were there before you.'
const WATCHED =
  'Join on the discovery key, replicate with `pump`, and print all that a live read stream of the copy gives: it waits for what is added, and gives every entry once. A listener of `append` is called again while you still read.'
const LATE =
  'A peer says how long the log is before its blocks come, and more may be added meanwhile. One live read stream, from the beginning of what is not printed yet, gives them all once: do not start another where `core.length` is by now.'
const GREETED = `Print \`${NEW_PEER}\` in the \`connection\` event of the swarm, once for each, also of a peer that was there before, or that says nothing.`
const TOGETHER =
  'Both work with my programs, but not with each other: does exactly one of them say that it is the initiator?'
const CLEANED =
  '`pump` destroys all its streams when one breaks; throw nothing in its callback, which is given the error. With `pipe` they stay open, and the `error` of the socket ends the program.'
const RETURNS = 'A connection that broke is no reason to refuse a peer: let it in whenever it comes back.'
const LEFT =
  'Leave the swarm in `goodbye`, return the promise of that, and call `goodbye` before you wait for lines or for the log.'
const KEPT =
  'Give the copy a folder that stays, `storage("viewer")`, and do not wait for a peer or for the network before you print, as `swarm.flush()` does.'
const FOUND =
  'A viewer announces itself and looks for others from its start, whatever its copy holds, and replicates with everybody: `swarm.join(topic)` does both, and `keepLooking` finds who comes later.'
const FRESH =
  'Print the keys and join at the start, whatever the log holds: a viewer may come before the first line is typed.'
const ROLES =
  'Two viewers meet, and nothing comes: between them, too, one is the initiator and one is not, the one whose peer info says `client`. It does not depend on the program.'

const check: Check = (stage) => {
  /** chat.ts as it runs now, what its log should hold, and what it printed before it was started again. */
  const author = {
    chat: undefined as unknown as Role,
    said: [] as Said[],
    before: [] as string[],
    entries: [] as Entry[] // that we put into its log
  }
  /** Copies of ours of its log that should be complete, and which they are. */
  const copies = new Map<Log, string>()

  /** What viewers did not do while nobody was there, as sentences. */
  const unfound: string[] = []

  async function startChat(): Promise<void> {
    if (author.chat) author.before = shown(author.chat)
    await author.chat?.kill()
    author.chat = await stage.start('chat.ts', [NICKNAME])
  }

  function said(...texts: string[]): void {
    author.said.push(...texts.map((text) => ({ line: `${NICKNAME}: ${text}`, at: Date.now() })))
  }

  function say(...texts: string[]): void {
    said(...texts)
    if (texts.length > 1) author.chat.paste(texts)
    else author.chat.type(String(texts[0]))
  }

  /**
   * From now on, as long as it runs, a role, or the one that has taken its place, prints what is due, and nothing else that
   * lies in a log; `entries` are those of other shapes, with messages between them.
   */
  function shows(
    role: Role | (() => Role),
    at: number,
    means: string,
    due: (lines: string[]) => Standing,
    entries: readonly Entry[] = []
  ): void {
    const of = () => (typeof role === 'function' ? role() : role)
    const { name, file } = of()
    const odd = () => of().lines.find((line) => ODD.test(line))
    const skips = (line = odd()) =>
      line ? { broken: `${name} printed “${line}”, which is not a chat message.` } : undefined
    const promise = (promised: string, step: number, means: string, look: () => Standing) =>
      stage.promise({ name: promised, step, means, file, look: () => (of().mayEnd ? undefined : look()) })
    promise('the rest is skipped', 2, SKIPPED, () => skips())
    promise('no entry hides a message', 2, SKIPPED, () => unhidden(entries, shown(of()), name))
    promise('the log is printed', at, means, () => {
      const lines = shown(of())
      return hinted(due(lines), lines)
    })
  }

  /** The same of a viewer, by the lines that are due. */
  function follows(viewer: Role, at: number, means: string, due: () => string[], entries?: readonly Entry[]): void {
    const stands = (lines: string[]) => delivered(due(), lines, `${viewer.name} printed`)
    shows(viewer, at, means, stands, entries)
  }

  const chatting = stage.scene(async () => {
    await startChat()
    say('hello from the keyboard') // while it is still starting
    const line = new RegExp(`^(?:> )*<[^<>\\n]+> ${NICKNAME}: hello from the keyboard\\r?$`, 'm')
    await stage.prints(author.chat, line, '“<timestamp> nickname: hello from the keyboard”', { means: SPOKEN })
    const stands = (lines: string[]): Standing => {
      const due = author.said.map(({ line }) => line)
      const came = advised(delivered(due, lines.map(withoutTime), 'chat.ts printed'), { missing: PASTED })
      if (came && 'broken' in came) return came
      const again = delivered(author.before, lines.slice(0, author.before.length), 'Started again, chat.ts printed')
      return timely(author.said, lines) ?? came ?? again
    }
    shows(() => author.chat, 1, SPOKEN, stands, author.entries)
    return author
  })

  /** The public key that a chat prints, in hex. */
  function keyOf(
    chat: Role,
    means = 'Print `core.key` and `core.discoveryKey`, both as 64 hex digits.'
  ): Promise<string> {
    return stage.until(
      () => {
        const keys: string[] = chat.output.match(/\b[0-9a-f]{64}\b/g) ?? []
        return keys.find((key) => keys.includes(discoveryKeyOf(key).toString('hex')))
      },
      `${chat.name} did not print two keys of which one is the discovery key of the other.`,
      { means, file: 'chat.ts' }
    )
  }

  /** The public key of chat.ts, in hex. */
  const published = stage.scene(async () => {
    const key = await keyOf((await chatting()).chat)
    const look = (): Standing => {
      const held = [...copies].map(([log, which]) => ({
        log,
        standing: delivered(shown(author.chat), log.lines, `My copy ${which} held`)
      }))
      const open = held.find(({ standing }) => standing !== undefined)
      if (!open?.standing || 'broken' in open.standing || open.log.lines.length > 0) return open?.standing
      if (open.log.met === 0) return { yet: `${open.standing.yet} The two never met.`, means: MET }
      const isOne = held.some(({ standing }) => standing === undefined)
      return isOne
        ? { yet: `${open.standing.yet} Another copy, connected at the same time, has them all.`, means: SEPARATE }
        : open.standing
    }
    stage.promise({ name: 'copies are complete', step: 4, means: REPLICATED, file: 'chat.ts', look })
    await stage.keepsSecret(key, 3)
    return key
  })

  /** A chat.ts into which nothing is typed, and the public key that it prints. */
  const empty = stage.scene(async () => {
    const chat = await stage.start('chat.ts', ['Bo'], 'an empty chat.ts', { isElsewhere: true })
    return { chat, key: await keyOf(chat, FRESH) }
  })

  /** Whether a viewer that has met nobody yet is announced: when it is not for a while, step 8 is about that. */
  async function announces(viewer: Role, topic: Buffer): Promise<void> {
    const network = await stage.network()
    const saw = `${viewer.name} met nobody, and was not announced.`
    const isAnnounced = () => network.announced(viewer.host).has(topic.toString('hex'))
    await stage.until(isAnnounced, saw).catch(() => unfound.push(saw))
  }

  /** A viewer.ts with a key of nobody. */
  const lonely = stage.scene(async () => {
    const key = stage.random.bytes()
    const viewer = await stage.start('viewer.ts', [key.toString('hex'), 'lonely'], 'a lonely viewer.ts')
    await announces(viewer, Hypercore.discoveryKey(key))
    return viewer
  })

  /** The first viewer ends, and a copy of ours, which looks for others, gets all from the second. */
  async function servesAlone(log: Log, first: Role): Promise<void> {
    const [copy] = await Promise.all([Log.open(stage, log.core.key), first.end()])
    stage.did('I ended the first one, and opened a copy, which looked for the second.')
    await copy.share(CLIENT)
    const look = () => delivered(log.lines, copy.lines, 'My copy held')
    stage.promise({ name: 'a viewer serves', step: 8, means: FOUND, file: 'viewer.ts', look })
  }

  /** Appends to our log what viewer.ts hears of, and cannot have yet. Gives the index of the first block. */
  async function announce(log: Log, ...texts: string[]): Promise<number> {
    const start = await log.announce(messages('ours', ...texts))
    const saw = 'viewer.ts did not learn how long the log is by now.'
    await stage.until(() => log.isKnown, saw, { means: WATCHED, file: 'viewer.ts', patience: MEETING })
    return start
  }

  /** Copies of ours of the log of chat.ts, which should be complete until they leave. */
  async function copied(count: number, which: string, options: { server: boolean; client: boolean }): Promise<Log[]> {
    const key = Buffer.from(await published(), 'hex')
    const logs = await Promise.all(Array.from({ length: count }, () => Log.open(stage, key)))
    await Promise.all(logs.map((log) => log.share(options)))
    for (const log of logs) copies.set(log, which)
    return logs
  }

  async function leave(...logs: Log[]): Promise<void> {
    for (const log of logs) copies.delete(log)
    await Promise.all(logs.map((log) => log.leave()))
  }

  /** viewer.ts, which shows a log of ours. */
  const viewing = stage.scene(async () => {
    const log = await Log.open(stage)
    const key = log.core.key.toString('hex')
    await log.append(messages('ours', 'an old message', 'and another'))
    stage.did('I wrote a log with two messages.')
    await log.share(SERVER)
    const entries: Entry[] = []
    const viewer = await stage.start('viewer.ts', [key])
    await stage.prints(viewer, /\(New peer connected!\)/, `\`${NEW_PEER}\``, { means: WATCHED })
    follows(viewer, 5, WATCHED, () => log.lines, entries)
    await stage.keepsSecret(key, 3)
    await stage.keepPromises()
    stage.did('I appended entries of every other shape, and messages between and after them.')
    entries.push(...oddities('ours', 'behind them'))
    await log.append(entries.map(({ block }) => block))
    await stage.keepPromises()
    return { log, key, viewer }
  })

  /** The same, which has heard of a message at the end of the log and cannot have it: that comes when it is back. */
  const expecting = stage.scene(async () => {
    const scene = await viewing()
    const held = [...scene.log.lines]
    stage.did('I appended a message to my log, and told viewer.ts of it without its block.')
    const start = await announce(scene.log, 'on the way')
    return { scene, held, start }
  })

  /** Waits until viewer.ts has greeted those who came to it, each once. */
  async function greets(viewer: Role, log: Log): Promise<void> {
    const saw = () =>
      `It printed \`${NEW_PEER}\` ${viewer.count(NEW_PEER)} times, and there ${log.met === 1 ? 'was 1 connection' : `were ${log.met} connections`}.`
    await stage.until(() => viewer.count(NEW_PEER) === log.met, saw, { means: GREETED, file: 'viewer.ts' })
  }

  /** Waits, when it is called, until viewer.ts has greeted one more, whose replication never begins. */
  function greeting(viewer: Role): () => Promise<unknown> {
    const greeted = viewer.count(NEW_PEER)
    const saw = `viewer.ts did not print \`${NEW_PEER}\` for a peer that connected and said nothing.`
    return () => stage.until(() => viewer.count(NEW_PEER) > greeted, saw, { means: GREETED, file: 'viewer.ts' })
  }

  /** Meets both programs as those who break off, are silent or send rubbish, and leaves. */
  async function harassBoth(copy: Log): Promise<void> {
    const { viewer, log } = await viewing()
    await Promise.all([
      lonely(),
      harass(stage, author.chat, copy, CLEANED),
      harass(stage, viewer, log, CLEANED, greeting(viewer))
    ])
    await leave(copy, log)
  }

  /** Our copy of the log of chat.ts and our log for viewer.ts come back, as the peers that they were. */
  async function comeBack(copy: Log): Promise<void> {
    const { viewer, log } = await viewing()
    const [greeted, met] = [viewer.count(NEW_PEER), log.met]
    stage.did('Then I came back to both, as the same peer as before.')
    await Promise.all([log.share(BOTH), copy.share(CLIENT)])
    const isMet = { means: `${RETURNS} ${CLEANED}`, file: 'viewer.ts', patience: MEETING }
    await stage.until(() => log.met > met, 'viewer.ts and I did not meet again.', isMet)
    const saw = `viewer.ts did not print \`${NEW_PEER}\` for those who came later.`
    await stage.until(() => viewer.count(NEW_PEER) > greeted, saw, { means: GREETED, file: 'viewer.ts' })
    copies.set(copy, 'that came back to you')
  }

  /** Presses Ctrl-C in roles, and waits until they have left and their connections to logs of ours are closed. */
  async function sayGoodbye(roles: Role[], logs: Log[]): Promise<void> {
    await Promise.all(roles.map((role) => stage.leaves(role, { means: LEFT })))
    const open = () => logs.reduce((sum, { sockets }) => sum + sockets.size, 0)
    const saw = () => `${open()} of my connections to them ${open() === 1 ? 'was' : 'were'} still open.`
    await stage.until(() => open() === 0, saw, { means: LEFT })
  }

  /** A viewer.ts that has no network prints the copy that it has. */
  async function shownOffline(key: string, held: string[]): Promise<void> {
    const viewer = await stage.start('viewer.ts', [key], 'viewer.ts', { isOffline: true })
    // Sooner than a promise must be kept: who waits for an answer of the network waits for 12 s.
    const saw = () => `viewer.ts printed ${shown(viewer).length} of the ${held.length} messages of its copy.`
    await stage.until(() => shown(viewer).length >= held.length, saw, { means: KEPT, file: 'viewer.ts' })
    shows(viewer, 7, KEPT, (lines) => delivered(held, lines, 'viewer.ts printed'))
    await stage.keepPromises()
    await viewer.kill()
  }

  /** viewer.ts, started where nobody is but the announcement of somebody who has gone. */
  async function startAlone(key: string): Promise<Role> {
    const [dht, { asked }, gone] = [await stage.dht(), await stage.network(), DHT.keyPair()]
    const [topic, target] = [discoveryKeyOf(key), DHT.hash(gone.publicKey).toString('hex')]
    await dht.announce(topic, gone).finished()
    stage.did('Somebody who had gone was still announced.')
    const viewer = await stage.start('viewer.ts', [key])
    await announces(viewer, topic)
    const saw = `${viewer.name} was started again, and did not go to somebody who was announced.`
    const hasTried = () => asked.some((one) => one.host === viewer.host && one.target === target)
    await stage.until(hasTried, saw).catch(() => unfound.push(saw))
    await dht.unannounce(topic, gone)
    return viewer
  }

  /** Our log comes back, and is longer again; `start` is the first block of which the viewer has only heard. */
  async function catchUp(viewer: Role, log: Log, start: number): Promise<void> {
    stage.did('I came back, appended one more, and told viewer.ts of both before it could have their blocks.')
    await log.share(BOTH)
    await announce(log, 'while it was away')
    await log.deliver(start)
    follows(viewer, 5, LATE, () => log.lines)
  }

  return [
    step('typed lines come back from the log, formatted', async () => {
      const { chat } = await chatting()
      await stage.printsOn(chat, 'I typed one line after the other into chat.ts.', (word) => say(word), {
        means: STEADILY
      })
      say(...stage.random.lines())
      await stage.keepPromises()
      const line = 'Grüße, 漢字 and 😀'
      said(line) // first: on a busy machine much time may pass between the end of the line and the next thing that we do
      await chat.typeInPieces(line, stage.random.torn(line))
    }),

    step('entries of another shape are skipped', async () => {
      const { chat } = await chatting()
      await chat.kill()
      const folder = await stage.storage()
      stage.expect(folder !== undefined, 'chat.ts kept no log.', '`storage("chat")` gives the folder for it.')
      stage.did('I put entries of every other shape into its log, and messages between and after them.')
      author.entries.push(...oddities(NICKNAME, 'the last one'))
      author.said.push(...author.entries.flatMap(({ line }) => (line ? { line: withoutTime(line) } : [])))
      const log = new Hypercore(String(folder))
      await log.append(author.entries.map(({ block }) => block)).finally(() => log.close())
      await startChat()
      const hasBegun = () => shown(author.chat).length > 0
      const saw = 'chat.ts printed nothing of what its log held when it was started.'
      await stage.until(hasBegun, saw, { means: OLD, file: 'chat.ts' })
      await stage.keepPromises()
      say('and one more')
    }),

    step('both keys are printed; the topic is the discovery key', async () => {
      const dht = await stage.dht()
      const announced = async (key: string, saw: string, means: string) => {
        const isAnnounced = async () => {
          for await (const { peers } of dht.lookup(discoveryKeyOf(key))) if (peers[0]) return true
          return false
        }
        await stage.until(isAnnounced, saw, { means, file: 'chat.ts' })
      }
      const key = await published()
      stage.did('I looked up who is announced under the discovery key.')
      await announced(key, 'Nobody was announced under the discovery key.', MET)
      const { chat, key: another } = await empty()
      await announced(another, `${chat.name} was not announced under its discovery key.`, FRESH)
    }),

    step('one side initiates, the other does not', async () => {
      const waiting = await copied(2, 'that you came to', SERVER)
      stage.did('I announced two copies of its log.')
      const before = waiting.map(({ met }) => met)
      await startChat()
      say('typed while it starts', 'and another') // it reads its log meanwhile
      const haveMet = () => waiting.every(({ met }, i) => met > Number(before[i]))
      await stage.until(haveMet, 'chat.ts did not come to my copies.', { patience: 2_000 }).catch(() => {}) // whether all came is promised
      await stage.keepPromises()
      await leave(...waiting)
      stage.did('I opened two other copies, which looked for yours.')
      await copied(2, 'that came to you', CLIENT)
      say(...stage.random.lines())
    }),

    step('the viewer prints the whole log, then follows live, each entry once', async () => {
      const args = [await published(), 'viewer-of-the-chat']
      const theirs = await stage.start('viewer.ts', args, 'a viewer.ts for chat.ts')
      say('for the viewer')
      const { viewer, log } = await viewing()
      stage.did('I appended many messages, and one more before viewer.ts could have their blocks.')
      const start = await announce(log, ...stage.random.lines())
      await announce(log, 'before the others came')
      await log.deliver(start)
      follows(theirs, 5, TOGETHER, () => shown(author.chat))
      await greets(viewer, log)
      await stage.keepPromises()
      const append = (word: string) => log.append(messages('ours', word))
      await stage.printsOn(viewer, 'I appended one message after the other.', append, { means: WATCHED })
      await theirs.kill()
    }),

    step('a torn connection ends both streams, and the next peer is served', async () => {
      const [copy] = (await copied(1, 'that came to you', CLIENT)) as [Log]
      const { viewer, log } = await viewing()
      await harassBoth(copy)
      await comeBack(copy)
      await log.append(messages('ours', 'after all that'))
      say('still here')
      await stage.keepPromises()
      copies.clear()
      await expecting()
      const [{ chat }, alone] = await Promise.all([empty(), lonely()])
      await sayGoodbye([author.chat, viewer, chat, alone], [copy, log])
    }),

    step('the viewer alone, offline, shows its copy', async () => {
      const { scene, held, start } = await expecting()
      const { log, key } = scene
      await scene.viewer.end()
      await log.leave()
      stage.did('I ended viewer.ts and went away.')
      await shownOffline(key, held)
      const viewer = await startAlone(key)
      stage.expect(viewer.count(NEW_PEER) === 0, `It printed \`${NEW_PEER}\`, and nobody was there.`, GREETED)
      await Promise.all([stage.rests(viewer), catchUp(viewer, log, start)])
      scene.viewer = viewer
    }),

    step('two viewers: the second from the first', async () => {
      const { log, key, viewer } = await viewing()
      await lonely()
      stage.expect(unfound.length === 0, String(unfound[0]), FOUND)
      await log.leave()
      stage.did('I went away.')
      const second = await stage.start('viewer.ts', [key, 'second'], 'a second viewer.ts')
      shows(second, 8, FOUND, (lines) => {
        const standing = delivered(log.lines, lines, `${second.name} printed`)
        return second.count(NEW_PEER) > 0 ? advised(standing, { nothing: ROLES }) : standing
      })
      await stage.keepPromises()
      await servesAlone(log, viewer)
    }),

    step('an invalid key gives a clear error message', async () => {
      const means = '`readKey` says what is wrong with a key, and ends the program with a code that is not 0.'
      await stage.refuses('viewer.ts', [[], ['hello'], ['0'.repeat(66)]], /^$/, means)
    })
  ]
}

/** The extra credits. */
export const extra: Check = (stage) => {
  const means =
    'Wait until the copy knows how long the log is, find the tenth message from its end, and follow from there.'

  /** A log of ours with so many messages and one more, and what is no message between them, which a viewer.ts shows. */
  async function watched(count: number): Promise<Log> {
    const log = await Log.open(stage)
    await log.append(messages('ours', ...Array.from({ length: count }, (_, i) => `old ${i}`)))
    const isLast = ({ line = 'the last one' }: Entry) => line.endsWith('the last one')
    await log.append(oddities('ours', 'the last one').flatMap((entry) => (isLast(entry) ? entry.block : [])))
    await log.share(SERVER)
    const args = [log.core.key.toString('hex'), `tail-${count}`, '--tail', '10']
    const viewer = await stage.start('viewer.ts', args, `viewer.ts of a log with ${count + 1} messages`)
    const look = () => delivered(log.lines.slice(Math.max(0, count - 9)), shown(viewer), `${viewer.name} printed`)
    stage.promise({ name: 'the end of the log is printed', step: 1, means, file: 'viewer.ts', look })
    return log
  }

  return [
    step('`--tail 10` prints the last ten messages, then follows', async () => {
      const logs = await Promise.all([30, 3].map(watched))
      await stage.keepPromises()
      stage.did('I appended three more messages to each.')
      for (const log of logs) await log.append(messages('ours', 'one', 'two', 'three'))
    })
  ]
}

const discoveryKeyOf = (key: string) => Hypercore.discoveryKey(Buffer.from(key, 'hex'))

export default check
