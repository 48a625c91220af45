// The verdict of exercise 5.
import { advised, type Check, delivered, type Role, type Standing, shorten, step } from '@workshop/checks'
import Hypercore from 'hypercore'
import { type Entry, harass, Log, messages, oddities, shown, unhidden } from './logs.ts'

const NICKNAME = 'Änne' // of the user of chat.ts
const SERVER = { server: true, client: false }
const CLIENT = { server: false, client: true }
/** How long two may take to meet again, in ms: hyperswarm tries a connection that failed after 1, 5 and 15 s. */
const MEETING = 25_000
/** By how much two looks at the clock may differ, in ms. */
const SLACK = 50
const NEW_PEER = '(New peer connected!)'
/** A line for what is no chat message. */
const ODD = /\bstray\b|> (undefined|null): /

const SPOKEN =
  'Append one entry for each line, as `JSON.stringify` writes it, and print what a live read stream of the core gives: all of it, each entry once, also one with an empty text or the same as another, as `<timestamp> nickname: text`.'
const OLD =
  'Read the log from block 0 on, not from its end, and only then what is added. `storage("chat")` is a folder that stays.'
const TIMED = 'Take the time anew for each line, when the line comes: `new Date().toISOString()`.'
const TWIN =
  'Two entries may have one time and even one text: tell them apart by their place in the log, never by what is in them.'
/** What it means that messages of the log are printed otherwise, by the difference. */
const OTHERWISE = {
  'left out':
    'Append and print every message, whatever its text is: empty, said before, or full of quotation marks. `JSON.stringify` writes the whole entry.',
  again:
    'Read the log with one live read stream, begun once. Who reads it anew at each `append` or each connection prints some entries again, and so do two readers at once.',
  order:
    'Append and print one after the other: what is asked for side by side may end in any order. A live read stream keeps it.',
  blanks: 'Take the text as it was typed, and print it as it is in the log: trim nothing, and add nothing.',
  quoted: 'Print the text, not the JSON of it.',
  decoded: 'A block is text in UTF-8: decode all its bytes at once, `String(block)`, and what is typed by `lines()`.'
}
const SKIPPED =
  'Read each block inside a `try`, and print it only when its type is `chat-message` and the other three fields are strings. What else it has does not matter.'
const SECRET =
  'Join a swarm on `core.discoveryKey` alone. What you join on is public, and anyone who has the key can read.'
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
const GREETED = `Print \`${NEW_PEER}\` in the \`connection\` event of the swarm, once for each, also of a peer that was there before.`
const TOGETHER =
  'Both work with my programs, but not with each other: does exactly one of them say that it is the initiator?'
const CLEANED =
  '`pump` destroys all its streams when one breaks; throw nothing in its callback, which is given the error. With `pipe` they stay open, and the `error` of the socket ends the program.'
const RETURNS = 'A connection that broke is no reason to refuse a peer: let it in whenever it comes back.'
const LEFT =
  'Leave the swarm in `goodbye`, return the promise of that, and call `goodbye` before you wait for lines or for the log.'
const KEPT = 'Give the copy a folder that stays, `storage("viewer")`, and do not wait for a peer before you print.'
const FOUND =
  'A viewer announces itself too, and replicates with everybody: `swarm.join(topic)` does both, and `keepLooking` finds who comes later.'
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
   * From now on, as long as it runs, a role prints what is due, and nothing else that lies in a log; `entries` are those of
   * other shapes, with messages between them.
   */
  function shows(
    of: () => Role,
    at: number,
    means: string,
    due: (lines: string[]) => Standing,
    entries: () => Entry[] = () => []
  ): void {
    const { name, file } = of()
    const odd = () => of().lines.find((line) => ODD.test(line))
    const skips = (line = odd()) =>
      line ? { broken: `${name} printed “${line}”, which is not a chat message.` } : undefined
    const promise = (promised: string, step: number, means: string, look: () => Standing) =>
      stage.promise({ name: promised, step, means, file, look: () => (of().mayEnd ? undefined : look()) })
    promise('the rest is skipped', 2, SKIPPED, () => skips())
    promise('no entry hides a message', 2, SKIPPED, () => unhidden(entries(), shown(of()), name))
    promise('the log is printed', at, means, () => {
      const lines = shown(of())
      return hinted(due(lines), lines)
    })
  }

  /** From now on nobody asks the network for a public key. */
  async function staysSecret(key: string): Promise<void> {
    const { asked } = await stage.network()
    const broken = 'The network was asked for the public key: now strangers know it, and can read the log.'
    const isAsked = () => asked.some(({ target }) => target === key)
    stage.promise({
      name: 'the key is secret',
      step: 3,
      means: SECRET,
      look: () => (isAsked() ? { broken } : undefined)
    })
  }

  const chatting = stage.scene(async () => {
    await startChat()
    say('hello from the keyboard') // while it is still starting
    const line = new RegExp(`^(?:> )*<[^<>\\n]+> ${NICKNAME}: hello from the keyboard\\r?$`, 'm')
    await stage.prints(author.chat, line, '“<timestamp> nickname: hello from the keyboard”', { means: SPOKEN })
    shows(
      () => author.chat,
      1,
      SPOKEN,
      (lines) => {
        const due = author.said.map(({ line }) => line)
        const came = delivered(due, lines.map(withoutTime), 'chat.ts printed')
        if (came && 'broken' in came) return came
        const again = delivered(author.before, lines.slice(0, author.before.length), 'Started again, chat.ts printed')
        return timely(author.said, lines) ?? came ?? again
      },
      () => author.entries
    )
    return author
  })

  /** The public key of chat.ts, in hex. */
  const published = stage.scene(async () => {
    const { chat } = await chatting()
    const key = await stage.until(
      () => {
        const keys: string[] = chat.output.match(/\b[0-9a-f]{64}\b/g) ?? []
        return keys.find((key) => keys.includes(discoveryKeyOf(key).toString('hex')))
      },
      'It did not print two keys of which one is the discovery key of the other.',
      { means: 'Print `core.key` and `core.discoveryKey`, both as 64 hex digits.', file: 'chat.ts' }
    )
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
    await staysSecret(key)
    return key
  })

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
    let entries: Entry[] = []
    const viewer = await stage.start('viewer.ts', [key])
    await stage.prints(viewer, /\(New peer connected!\)/, `\`${NEW_PEER}\``, { means: WATCHED })
    shows(
      () => viewer,
      5,
      WATCHED,
      (lines) => delivered(log.lines, lines, 'viewer.ts printed'),
      () => entries
    )
    await staysSecret(key)
    await stage.keepPromises()
    stage.did('I appended entries of every other shape, and messages between and after them.')
    entries = oddities('ours', 'behind them')
    await log.append(entries.map(({ block }) => block))
    await stage.keepPromises()
    return { log, key, viewer }
  })

  /** The same, which has heard of a message at the end of the log and cannot have it: that comes when it is back. */
  const expecting = stage.scene(async () => {
    const scene = await viewing()
    const shown = scene.log.lines.length
    stage.did('I appended a message to my log, and told viewer.ts of it without its block.')
    const start = await announce(scene.log, 'on the way')
    return { scene, shown, start }
  })

  return [
    step('typed lines come back from the log, formatted', async () => {
      const { chat } = await chatting()
      say(...stage.random.lines())
      await stage.keepPromises()
      const line = 'Grüße, 漢字 and 😀'
      await chat.typeInPieces(line, stage.random.torn(line))
      said(line)
    }),

    step('entries of another shape are skipped', async () => {
      const { chat } = await chatting()
      await chat.kill()
      const folder = await stage.storage()
      stage.expect(folder !== undefined, 'chat.ts kept no log.', '`storage("chat")` gives the folder for it.')
      stage.did('I put entries of every other shape into its log, and messages between and after them.')
      author.entries = oddities(NICKNAME, 'the last one')
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
      const topic = discoveryKeyOf(await published())
      const dht = await stage.dht()
      stage.did('I looked up who is announced under the discovery key.')
      await stage.until(
        async () => {
          for await (const { peers } of dht.lookup(topic)) if (peers[0]) return true
          return false
        },
        'Nobody was announced under the discovery key.',
        { means: SECRET, file: 'chat.ts' }
      )
    }),

    step('one side initiates, the other does not', async () => {
      const waiting = await copied(2, 'that you came to', SERVER)
      stage.did('I announced two copies of its log.')
      const before = waiting.map(({ met }) => met)
      await startChat()
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
      shows(
        () => theirs,
        5,
        TOGETHER,
        (lines) => delivered(shown(author.chat), lines, `${theirs.name} printed`)
      )
      const saw = () =>
        `It printed \`${NEW_PEER}\` ${viewer.count(NEW_PEER)} times, and there ${log.met === 1 ? 'was 1 connection' : `were ${log.met} connections`}.`
      await stage.until(() => viewer.count(NEW_PEER) === log.met, saw, { means: GREETED, file: 'viewer.ts' })
      await stage.keepPromises()
      await theirs.kill()
    }),

    step('a torn connection ends both streams, and the next peer is served', async () => {
      const [first] = (await copied(1, 'that came to you', CLIENT)) as [Log]
      const { viewer, log } = await viewing()
      await Promise.all([harass(stage, author.chat, first, CLEANED), harass(stage, viewer, log, CLEANED)])
      await leave(first, log)
      const [greeted, met] = [viewer.count(NEW_PEER), log.met]
      stage.did('Then I came back to both, as the same peer as before.')
      await log.share({ server: true, client: true })
      await first.share(CLIENT)
      const isMet = { means: `${RETURNS} ${CLEANED}`, file: 'viewer.ts', patience: MEETING }
      await stage.until(() => log.met > met, 'viewer.ts and I did not meet again.', isMet)
      const saw = `viewer.ts did not print \`${NEW_PEER}\` for those who came later.`
      await stage.until(() => viewer.count(NEW_PEER) > greeted, saw, { means: GREETED, file: 'viewer.ts' })
      copies.set(first, 'that came back to you')
      await log.append(messages('ours', 'after all that'))
      say('still here')
      await stage.keepPromises()
      copies.clear()
      await expecting()
      await Promise.all([author.chat, viewer].map((role) => stage.leaves(role, { means: LEFT })))
      const open = () => [first, log].reduce((sum, { sockets }) => sum + sockets.size, 0)
      await stage.until(
        () => open() === 0,
        () => `${open()} of my connections to them ${open() === 1 ? 'was' : 'were'} still open.`,
        { means: LEFT }
      )
    }),

    step('the viewer alone, offline, shows its copy', async () => {
      const { scene, shown: length, start } = await expecting()
      const { log, key } = scene
      await scene.viewer.end()
      await log.leave()
      stage.did('I ended viewer.ts and went away.')
      const viewer = await stage.start('viewer.ts', [key])
      shows(
        () => viewer,
        7,
        KEPT,
        (lines) => delivered(log.lines.slice(0, length), lines.slice(0, length), 'viewer.ts printed')
      )
      await stage.keepPromises()
      stage.expect(viewer.count(NEW_PEER) === 0, `It printed \`${NEW_PEER}\`, and nobody was there.`, GREETED)
      const rests = stage.rests(viewer)
      rests.catch(() => {}) // told when it is needed
      stage.did('I came back, appended one more, and told viewer.ts of both before it could have their blocks.')
      await log.share({ server: true, client: true })
      await announce(log, 'while it was away')
      await log.deliver(start)
      shows(
        () => viewer,
        5,
        LATE,
        (lines) => delivered(log.lines, lines, 'viewer.ts printed')
      )
      await rests
      scene.viewer = viewer
    }),

    step('two viewers: the second from the first', async () => {
      const { log, key, viewer } = await viewing()
      await log.leave()
      stage.did('I went away.')
      const second = await stage.start('viewer.ts', [key, 'second'], 'a second viewer.ts')
      shows(
        () => second,
        8,
        FOUND,
        (lines) => {
          const standing = delivered(log.lines, lines, `${second.name} printed`)
          return standing && lines.length === 0 && second.count(NEW_PEER) > 0 ? { ...standing, means: ROLES } : standing
        }
      )
      await stage.keepPromises()
      await viewer.end()
      const copy = await Log.open(stage, log.core.key)
      stage.did('I ended the first one, and opened a copy, which looked for the second.')
      await copy.share(CLIENT)
      const look = () => delivered(log.lines, copy.lines, 'My copy held')
      stage.promise({ name: 'a viewer serves', step: 8, means: FOUND, file: 'viewer.ts', look })
    }),

    step('an invalid key gives a clear error message', async () => {
      const means = '`readKey` says what is wrong with a key, and ends the program with a code that is not 0.'
      await stage.refuses('viewer.ts', [[], ['hello'], ['0'.repeat(63)], ['0'.repeat(66)]], /^$/, means)
    })
  ]
}

/** The extra credits. */
export const extra: Check = (stage) => [
  step('`--tail 10` prints the last ten messages, then follows', async () => {
    const means =
      'Wait until the copy knows how long the log is, find the tenth message from its end, and follow from there.'
    const watched = async (count: number) => {
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
    const logs = await Promise.all([30, 3].map(watched))
    await stage.keepPromises()
    stage.did('I appended three more messages to each.')
    for (const log of logs) await log.append(messages('ours', 'one', 'two', 'three'))
  })
]

/** A line that was said, and when, in ms; one that we wrote ourselves may have any time. */
interface Said {
  line: string
  at?: number
}

const withoutTime = (line: string) => line.replace(/^<[^>]*> /, '')

const discoveryKeyOf = (key: string) => Hypercore.discoveryKey(Buffer.from(key, 'hex'))

/** How a promise about lines stands, with the advice for the difference; a line that has the time of another may be lost for that. */
function hinted(standing: Standing, lines: string[]): Standing {
  const lost = standing && 'yet' in standing && /“(<[^>]*>)[^”]*” is missing/.exec(standing.yet)?.[1]
  const isTwin = typeof lost === 'string' && lines.some((line) => line.startsWith(lost))
  if (standing && 'yet' in standing && isTwin)
    return { ...standing, yet: `${standing.yet} Another entry has the same time.`, means: TWIN }
  // What was left out and is like all the others was lost for its moment, not for its text.
  const isPlain = standing?.how === 'left out' && !/None before it|The same text/.test(JSON.stringify(standing))
  return standing?.means || isPlain ? standing : advised(standing, OTHERWISE)
}

/** Whether each line has the time at which it was said, as `toISOString` writes it. */
function timely(said: Said[], lines: string[]): Standing {
  const times = lines.map((line) => /^<([^>]*)>/.exec(line)?.[1] ?? '')
  for (const [i, time] of times.entries()) {
    if (said[i] && said[i].at === undefined) continue
    const at = Date.parse(time)
    const begin = Number(said[i]?.at) - SLACK
    const isTimely = at > begin && at < Date.now() + SLACK
    if (isTimely && new Date(at).toISOString() === time) continue
    const saw = isTimely ? 'that time is not in ISO form' : 'that is not the time of this line'
    const isOld = times.indexOf(time) < i ? ' Another line has that time, too.' : ''
    return { broken: `chat.ts printed “${shorten(String(lines[i]))}”: ${saw}.${isOld}`, means: TIMED }
  }
  return undefined
}

export default check
