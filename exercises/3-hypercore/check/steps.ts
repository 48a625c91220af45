// The verdict of exercise 3. The writer meets copies of ours, the readers a log of ours, and then they meet each other.
import {
  advised,
  type Check,
  delivered,
  forge,
  holdBack,
  NO_KEYS,
  type Role,
  type Standing,
  type Store,
  step,
  texts,
  Unseen
} from '@workshop/checks'
import Hypercore from 'hypercore'
import DHT, { type KeyPair } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'

const KEY = /^hypercore key:\s*([0-9a-f]{64})/m
const SKIPPING = /^Skipping (\d+) earlier blocks\.\.\./m
const MANY = 200
const OLD = ['written before', 'and this too'] // what a log of ours has when its reader comes
/** So long a reader may wait for somebody who is frozen before it says how many blocks there are, in ms. */
const TRYING = 1_000
const SILENCE = 1_200 // ms; who gives up waiting gives a peer a second
const LONG = 12_000 // characters: more than a database writes for itself

const PRINT_KEY = 'Open the core, wait for `core.ready()`, and print `hypercore key:` and `core.key` as 64 hex digits.'
const APPEND =
  'Append each line as its bytes in UTF-8: one line is one block, unchanged, however many come at once; a write stream keeps an empty line back until the next one.'
const AHEAD =
  'What is typed too early waits in the input, as what a pipe brings: call `lines()` where you begin to read them, not before.'
const JOIN = 'Join a swarm on `core.discoveryKey`, and call `core.replicate(socket)` for every connection.'
const MEET =
  'Print `core.key`, and join a swarm on `core.discoveryKey`, which is another one: it announces you where others look.'
const REPLICATE =
  'Call `core.replicate(socket)` for every connection of the swarm, for the second one as for the first, and also when a peer comes back whose key you know.'
const WHOLE =
  'A piece of what is typed may end inside a character: `lines()` of `@workshop/utils` gives whole lines. A block is the bytes of its line in UTF-8.'
const AT_ONCE = 'Append each line as soon as it is typed, whether anybody is there to copy it or not.'
const STEADILY = 'Append each line as soon as it is typed: who waits for a pause waits for as long as somebody types.'
const NOBODY = `${AT_ONCE} \`swarm.flush()\` waits for everybody who was found.`
const UPDATE =
  '`core.update()` returns at once when nobody is connected yet. Call `core.findingPeers()` before it, and while `update` waits, as soon as `swarm.flush()` is done, call the function that you were given. Then `core.length` is the number; `contiguousLength` is how many you have stored.'
const ALONE =
  'Nobody had this log yet. Call the function that `core.findingPeers()` returned when `swarm.flush()` is done, or `update` waits for ever.'
const STREAM =
  'There are fewer `append` events than blocks: take a live read stream from the number that you printed on. It waits for as long as nobody writes.'
const FOLLOW = `Print each block from the number that you printed on, even an empty one. ${STREAM} And go on looking for peers. Do not wait for the blocks that you skip: who has them may be away.`
const ONCE = `Print \`Skipping\` once, and each block once, in its order. A loop that \`append\` events start anew runs twice at once. ${STREAM}`
const FOLDER = 'A core lives in its folder: give Hypercore the same folder every time, `storage("writer")`.'
const STAYS =
  'Give the copy a folder that stays, `storage("reader")`. And call the function that `findingPeers` returned when `swarm.flush()` is done, or `update` waits for ever. `core.length` is the number, even where blocks are missing.'
const AGAIN = 'Ask how long the log is at every start: it may have grown since the copy last knew.'
const ANNOUNCE =
  'Whoever looks for the log must find your reader: `swarm.join` looks for others, and announces you, unless it is told otherwise.'
const OWN_KEY = 'Each program is a peer of its own: two that have one public key never meet.'
const SHARE =
  'A copy holds only what was asked for: `core.download({ start: 0, end: -1 })` fetches all blocks. Call it before the loop that prints, which never ends. And replicate with every peer, not only with the writer.'
const LATER =
  'A copy asks for all blocks, now and later, also while one of them is missing: `core.download({ start: 0, end: -1 })`.'
const BELIEVE =
  'Replicate with every peer, also with one that comes back, and print what the core gives you: it checks each block.'
const COMES_BACK =
  'Whoever joins has to look for others, too: readers that have each other are not alone, and look for nobody. `keepLooking(swarm.join(core.discoveryKey))` does both.'
const RUNS_ON = `Only Ctrl-C may end it, whoever comes and goes. ${JOIN}`
const LEAVE =
  'Leave the swarm in `goodbye`, return the promise of that, and call `goodbye` before you wait for anything. A reader leaves its core open: a stream that waits for blocks fails when the core is closed.'
const TAKEN =
  '`core.ready()` throws when another program has the folder open. Let it throw, or print a sentence and exit with a code that is not 0.'
const BAD_KEY = '`readKey` says what is wrong with a key, and ends the program with a code that is not 0.'

interface Copy {
  core: Hypercore
  swarm: Hyperswarm
  texts(): Promise<string[]>
  leave(): Promise<void>
}

const check: Check = (stage) => {
  /** Peers of ours that come to the writer, and to a reader, a second time: the same key, and not found by others. */
  const [guest, copier] = [DHT.keyPair(), DHT.keyPair()]

  /** `ahead` is typed before it can be ready. */
  const startWriter = async (ahead?: string) => {
    const writer = await stage.start('writer.ts')
    if (ahead !== undefined) writer.type(ahead)
    const [, key] = await stage.prints(writer, KEY, '`hypercore key: <64 hex digits>`', { means: PRINT_KEY })
    return { writer, key: String(key) }
  }

  /** writer.ts. What its programs before it wrote is in `before`; `copies` are ours. */
  const writing = stage.scene(async () => ({ ...(await startWriter()), before: [] as string[], copies: [] as Copy[] }))

  /** A copy of ours of the core with this key; one with a key pair of its own finds others, and is found by nobody. */
  async function copyOf(key: string, keyPair?: KeyPair): Promise<Copy> {
    const { cores, swarm, join, leave } = await stage.store(keyPair && { keyPair })
    const core = cores.get(key)
    await core.ready()
    core.download({ start: 0, end: -1 })
    await join(core.discoveryKey, { server: keyPair === undefined })
    return { core, swarm, texts: texts(core), leave }
  }

  /** A copy of ours that is connected to the writer, knows how long its core is, and asks for no block. */
  async function takesNothing(key: string): Promise<Store> {
    const idle = await stage.store()
    const core = idle.cores.get(key)
    await core.ready()
    await idle.join(core.discoveryKey, { server: false })
    const saw = 'A copy of mine that asks for no block did not meet it.'
    await stage.until(() => core.length > 0, saw, { means: REPLICATE, file: 'writer.ts' })
    stage.did('I opened a copy that asks for no block.')
    return idle
  }

  /** The same, with a long line that was typed before anybody was there, and two copies, one after the other. */
  const copied = stage.scene(async () => {
    const scene = await writing()
    const { writer, key } = scene
    writer.mayRunThrough = false
    const saw = 'Nobody was there to copy the line, and it did not reach the disk.'
    const stored = await stage.stored()
    writer.type(stage.random.word().repeat(LONG / 10))
    await stage.until(async () => (await stage.stored()) > stored + LONG, saw, { means: AT_ONCE, file: 'writer.ts' })
    await stage.stores(writer, stage.random.word().repeat(LONG / 10), AT_ONCE) // by now it reads what is typed
    stage.did('I opened a copy of its core.')
    scene.copies = [await copyOf(key, guest)]
    const lines = () => [...scene.before, ...scene.writer.typed]
    stage.promise({
      name: 'each typed line is one block, unchanged and in order',
      step: 2,
      means: APPEND,
      file: 'writer.ts',
      look: async () => {
        for (const copy of scene.copies) {
          const standing = delivered(lines(), await copy.texts(), 'My copy has')
          if (standing?.how === 'nothing' && 'yet' in standing) return whyEmpty(copy, standing.yet)
          if (standing) return advised(standing, { decoded: WHOLE, 'left out': `${APPEND} ${AHEAD}` })
        }
      }
    })
    await stage.keepsSecret(key, 2)
    await stage.keepPromises()
    await scene.copies[0]?.leave()
    stage.did('I closed that copy, and came back with the same key pair and an empty one.')
    scene.copies = [await copyOf(key, guest)]
    await stage.keepPromises()
    return Object.assign(scene, { lines })
  })

  /** Why a copy of ours got nothing: nobody was there, or nobody replicated. */
  function whyEmpty({ core, swarm }: Copy, yet: string): Standing {
    if (swarm.connections.size === 0) return { yet: `${yet} It found nobody under the discovery key.`, means: MEET }
    return core.peers.length === 0
      ? { yet: `${yet} It was connected, and nobody replicated the core on that connection.`, means: REPLICATE }
      : { yet, means: APPEND }
  }

  /** From now on a reader has to print the `lines` of its log from the index `from` on. */
  async function follow(reader: Role, lines: () => string[], from: number, means = UPDATE) {
    const { name, file } = reader
    const [, said] = await stage.prints(reader, SKIPPING, '`Skipping <N> earlier blocks...`', { means })
    const saw = `${name} printed “Skipping ${said} earlier blocks...” instead of ${from}.`
    if (Number(said) !== from) throw new Unseen(saw, { means, file })
    stage.promise({
      name: 'each new block is printed once, in its place',
      step: 4,
      means: FOLLOW,
      file,
      look: () => {
        if (reader.ended) return undefined
        const said = [`Skipping ${from} earlier blocks...`, ...asBlocks(lines()).slice(from)]
        return advised(delivered(said, printed(reader), `${name} printed`), { again: ONCE, order: ONCE })
      }
    })
  }

  /** A log of ours with two blocks, and reader.ts on it; and a reader that came before the writer of its log. */
  const reading = stage.scene(async () => {
    const ours = await stage.store()
    const [log, absent] = [ours.cores.get({ name: 'log' }), ours.cores.get({ name: 'absent' })]
    const [written, later] = [[...OLD], [] as string[]]
    await Promise.all([log.append(written.map(bytes)), absent.ready()])
    stage.did(`I wrote a log with ${OLD.length} blocks.`)
    const release = holdBack(log, OLD.length)
    await ours.join(log.discoveryKey)
    const [key, other] = [log, absent].map((core) => core.key.toString('hex')) as [string, string]
    const [reader, early] = await Promise.all([
      stage.start('reader.ts', [key]),
      stage.start('reader.ts', [other, 'early'], 'a reader.ts without a writer')
    ])
    for (const one of [key, other]) await stage.keepsSecret(one, 2)
    await follow(reader, () => written, 2)
    await follow(early, () => later, 0, ALONE)
    return { ours, log, absent, key, written, later, reader, early, release }
  })

  /**
   * A reader whose first peer is slow to answer. From another one it learns of a block, which it gets in the last step: it
   * has to wait for all that time.
   */
  const patient = stage.scene(async () => {
    const [slow, teller, keeper] = [await stage.store({ silence: SILENCE }), await stage.store(), await stage.store()]
    const written = ['long ago']
    const log = slow.cores.get({ name: 'patience' })
    await log.append(written.map(bytes))
    await slow.join(log.discoveryKey)
    stage.did(`I wrote a log with one block, and answered after ${SILENCE / 1_000} s whoever came for it.`)
    const reader = await stage.start('reader.ts', [log.key.toString('hex'), 'patient'], 'a patient reader.ts')
    await follow(reader, () => written, log.length)
    stage.did('I left. Another peer of mine told it of two blocks, and had only the first of them.')
    await slow.leave()
    written.push('not long ago')
    await log.append(['not long ago', 'at last'].map(bytes))
    await handOver(slow, log, keeper)
    const copy = await handOver(slow, log, teller, 0)
    await copy.clear(log.length - 1)
    await teller.join(log.discoveryKey)
    const saw = `${reader.name} did not learn from that peer how long the log is.`
    const knows = () => copy.peers.some(({ remoteLength }) => remoteLength === log.length)
    await stage.until(knows, saw, { means: JOIN, file: reader.file })
    return { slow, teller, log, copy, written, keeper }
  })

  /** The patient reader is told of one more block, and fetches it, although one before it is missing. */
  const fetchedOn = stage.scene(async () => {
    const { slow, teller, log, copy, written, keeper } = await patient()
    stage.did('The other peer left, and came back with a new block behind the one for which the patient reader waited.')
    await teller.leave()
    await log.append(bytes('and this too'))
    await handOver(slow, log, teller)
    let isFetched = false
    copy.on('upload', (index) => {
      isFetched ||= index === log.length - 1
    })
    await teller.join(log.discoveryKey)
    const saw = 'It did not fetch that block.'
    await stage.until(() => isFetched, saw, { means: LATER, file: 'reader.ts' })
    return { log, written, keeper }
  })

  /** Gives the blocks of a log from one on, or the last one alone, to another store of ours. */
  async function handOver(from: Store, log: Hypercore, to: Store, first = log.length - 1): Promise<Hypercore> {
    const copy = to.cores.get(log.key)
    const line = from.cores.replicate(true)
    line.pipe(to.cores.replicate(false)).pipe(line)
    for (let i = first; i < log.length; i++) await copy.get(i)
    line.destroy()
    return copy
  }

  /** Waits until a reader had the time to fetch the first blocks and to store them: it is judged by what it has. */
  async function hasFetched(reader: Role, fetches: number[]): Promise<void> {
    const hasAll = () => OLD.every((_, index) => fetches.includes(index))
    await stage.until(hasAll, () => '', { patience: 1_000 }).catch(() => {})
    await stage.rests(reader, { means: RUNS_ON })
  }

  /**
   * reader.ts, restarted while nobody was there and its copy had no first blocks, and again when the log was back, with news.
   * The block `missing` nobody has any more.
   */
  const restarted = stage.scene(async () => {
    const { ours, log, key, written, reader, early, release } = await reading()
    const lines = () => written
    const missing = log.length
    stage.did('I went away.')
    await ours.leave()
    await Promise.all([reader, early].map((role) => stage.leaves(role, { means: LEAVE })))
    const alone = await stage.start('reader.ts', [key])
    await follow(alone, lines, log.length, STAYS)
    await stage.leaves(alone, { means: LEAVE })
    stage.did('I appended two blocks, deleted the first of them from my disk, and came back.')
    written.push('lost while you were away', 'written while you were away')
    await log.append(written.slice(-2).map(bytes))
    await log.clear(missing)
    const fetches: number[] = []
    log.on('upload', (index) => fetches.push(index))
    await ours.join(log.discoveryKey)
    const again = await stage.start('reader.ts', [key])
    await follow(again, lines, log.length, AGAIN)
    stage.did('I appended another one.')
    written.push('and one more')
    await log.append(bytes('and one more'))
    return { ours, log, key, written, again, missing, fetches, release }
  })

  /**
   * A reader of the learner's for the learner's writer, into which a line is typed as soon as the reader has said what it
   * skips, and is still trying somebody who is frozen.
   */
  const paired = stage.scene(async () => {
    const { writer, key, lines } = await copied()
    const frozen = await frozenPeer(Hypercore.discoveryKey(Buffer.from(key, 'hex')))
    const reader = await stage.start('reader.ts', [key, 'reader-of-the-writer'], 'a reader.ts for writer.ts')
    const hasSaid = () => SKIPPING.test(reader.output)
    await stage.until(hasSaid, '', { patience: TRYING }).catch(frozen.leave) // who waits for them, too, waits no longer
    await follow(reader, lines, lines().length)
    writer.type('in the same moment')
    await stage.keepPromises()
    await frozen.leave()
    return reader
  })

  /** Our two logs get many blocks: one all at once, the other one by one, when its writer has come at last. */
  async function grow(): Promise<void> {
    const { ours, log, absent, written, later, early } = await reading()
    stage.did(
      `I kept the first blocks of a log to myself, appended ${MANY} blocks at once to it, and many blocks, one after the other, to the other log.`
    )
    written.push(...numbered('news'))
    await log.append(numbered('news').map(bytes))
    await ours.join(absent.discoveryKey)
    later.push(...stage.random.lines(), ...numbered('more'))
    for (const line of later) await absent.append(bytes(line))
    later.push('\ufffd', 'behind a piece of a character')
    for (const block of [Buffer.from('€').subarray(0, 2), bytes('behind a piece of a character')])
      await absent.append(block)
    await stage.keepPromises()
    const append = async (word: string) => {
      later.push(word)
      await absent.append(bytes(word))
    }
    await stage.printsOn(early, 'Then I appended one block after the other to that log.', append, { means: FOLLOW })
  }

  /** The writer gets many lines at once, and one in pieces. */
  async function paste(writer: Role): Promise<void> {
    writer.paste([...stage.random.lines(), ...numbered('pasted')])
    await stage.keepPromises() // pieces come alone only to a program that is not busy with the paste
    await writer.typeInPieces('größer 漢字 😀', stage.random.torn('größer 漢字 😀'))
    await stage.keepPromises()
  }

  /** A peer of ours that is announced, and lets nobody in, as one whose program is frozen. */
  async function frozenPeer(topic: Buffer): Promise<{ leave(): Promise<void> }> {
    stage.did('Somebody was announced who is frozen: to try to connect to them takes seconds.')
    const dht = await stage.dht()
    await dht.createServer({ firewall: () => new Promise<boolean>(() => {}) }).listen()
    await dht.announce(topic, dht.defaultKeyPair).finished()
    const leave = async () => {
      if (dht.destroyed) return
      await dht.unannounce(topic, dht.defaultKeyPair)
      await dht.destroy()
    }
    return { leave }
  }

  /** Starts writer.ts again, in its folder. */
  const restart = async (ahead?: string) => {
    const scene = await copied()
    scene.before.push(...scene.writer.typed)
    const { writer, key } = await startWriter(ahead)
    stage.expect(key === scene.key, 'Its core had another key than before.', FOLDER)
    scene.writer = writer
  }

  /** Our copy and the reader of the writer's log have each other, and are announced; our copy looks for nobody any more. */
  async function settle({ core, swarm }: Copy): Promise<void> {
    const saw = 'My copy did not find reader.ts.'
    await stage.until(() => swarm.connections.size > 1, saw, { means: ANNOUNCE, file: 'reader.ts' })
    stage.did('My copy was announced, and stopped looking for others.')
    await swarm.leave(core.discoveryKey)
    await swarm.join(core.discoveryKey, { client: false }).flushed()
  }

  return [
    step('the writer prints the key of its core', async () => {
      const { writer } = await writing()
      writer.mayRunThrough = true // nothing keeps it running before step 2
    }),

    step('a typed line becomes a block', async () => {
      const { writer, copies } = await copied()
      const has = async (word: string) => (await copies[0]?.texts())?.includes(word) === true
      await stage.typesOn(writer, has, 'My copy got none of them.', { means: STEADILY })
      writer.type('alpha, with an umlaut ü and a 🌍')
    }),

    step('the reader knows how many blocks there are before it says so', async () => {
      stage.ahead(patient)
      await reading()
    }),

    step('new blocks arrive while both run, many at once too', async () => {
      const [{ reader, early }, { writer }, pair] = await Promise.all([reading(), copied(), paired()])
      await Promise.all([grow(), paste(writer), patient()])
      const roles = [writer, reader, early, pair]
      await Promise.all([writer, reader].map((role) => stage.tears(role)))
      await Promise.all(roles.map((role) => stage.rests(role, { means: RUNS_ON })))
    }),

    step('the writer restarts: same key, same blocks, next index', async () => {
      const [scene, pair] = [await copied(), await paired()]
      const [copy] = scene.copies as [Copy]
      const [idle] = await Promise.all([takesNothing(scene.key), settle(copy)])
      await stage.leaves(scene.writer, {
        means: `${LEAVE} Wait for nobody there: who has a copy need not want all of it.`
      })
      await idle.leave()
      await comesBack(copy, pair)
      await stage.keepPromises()
      await pair.kill() // its goodbye is written in step 6
      await killed()
    }),

    step('the reader restarts with the writer away: it still has its blocks', async () => {
      await restarted()
    }),

    step('a second reader gets everything from the first while the writer is away', async () => {
      const { ours, key, written, again, missing, fetches, release } = await restarted()
      stage.did('I gave it the first blocks.')
      release()
      await hasFetched(again, fetches)
      const twice = fetches.find((index) => index >= OLD.length && index < missing)
      stage.expect(twice === undefined, `It asked me once more for block ${twice}, which it had before.`, STAYS)
      stage.did('I went away, and opened a copy elsewhere, which looks for others and is not announced.')
      await ours.leave()
      await second(key, () => written)
      await Promise.all([passesOn(key, written, missing), fetchedOn()])
      await lied()
    }),

    step('an invalid key, and a folder that is taken', async () => {
      await stage.refuses('reader.ts', [[], ...NO_KEYS.map((key) => [key])], undefined, BAD_KEY)
      const [{ writer }, { absent }] = [await copied(), await reading(), await restarted()]
      // One folder for each name: that it is for another key does not matter.
      await Promise.all([startSecond('writer.ts', []), startSecond('reader.ts', [absent.key.toString('hex')])])
      writer.type('still writing')
      const { log, written, keeper } = await fetchedOn()
      stage.did('At last somebody came who had the block for which the patient reader waited.')
      written.push('at last', 'and this too')
      await keeper.join(log.discoveryKey)
    })
  ]

  /** Starts a role a second time, with the folder that the first one holds. */
  async function startSecond(file: string, args: string[]): Promise<void> {
    const second = await stage.start(file, args, `a second ${file}`)
    const { code } = await stage.ends(second, { means: TAKEN })
    stage.expect(code !== 0, `${second.name} ended with exit code 0, as if all were well.`, TAKEN)
  }

  /** Another reader.ts of this log, which has nobody but the first one to ask. */
  async function second(key: string, lines: () => string[]): Promise<void> {
    const reader = await stage.start('reader.ts', [key, 'second'], 'a second reader.ts of that log')
    await follow(reader, lines, lines().length, `${ANNOUNCE} ${OWN_KEY}`)
  }

  /** A copy of ours, which nobody finds, gets all blocks of a reader but one, which it does not have. */
  async function passesOn(key: string, written: string[], missing: number): Promise<void> {
    const blocks = [...written.keys()].filter((index) => index !== missing)
    const copy = await copyOf(key, copier)
    const isFound = () => copy.swarm.connections.size > 0
    await stage.until(isFound, () => 'My copy found nobody.', { means: ANNOUNCE, file: 'reader.ts' })
    let has: boolean[] = []
    const hasAll = async () => {
      has = await Promise.all(blocks.map((index) => copy.core.has(index)))
      return has.every(Boolean)
    }
    const saw = () => `My copy has ${has.filter(Boolean).length} of ${blocks.length} blocks.`
    await stage.until(hasAll, saw, { means: SHARE, file: 'reader.ts' })
    await copy.leave()
  }

  /** writer.ts is started again, while one who is announced is frozen. Its reader and our copy have each other. */
  async function comesBack({ core, swarm }: Copy, reader: Role): Promise<void> {
    const scene = await copied()
    const frozen = await frozenPeer(core.discoveryKey)
    await restart('before it was ready')
    await stage.stores(scene.writer, stage.random.word().repeat(LONG / 10), NOBODY)
    await frozen.leave()
    scene.writer.type('after the restart')
    const saw = 'It met neither reader.ts nor my copy, which had each other.'
    const hasNews = () => reader.lines.some((line) => line.endsWith(': after the restart'))
    const isThere = () => swarm.connections.size > 1 || hasNews()
    await stage.until(isThere, saw, { means: COMES_BACK, file: 'writer.ts' })
  }

  /** Kills the writer in the middle of a burst: what a copy has seen must still be there. */
  async function killed(): Promise<void> {
    const scene = await copied()
    const [{ core }] = scene.copies as [Copy]
    const seen = scene.lines().length + 2
    scene.writer.paste(numbered('burst'))
    const saw = () => `My copy has ${core.contiguousLength} of ${scene.lines().length} blocks.`
    await stage.until(() => core.contiguousLength > seen, saw, { means: APPEND, file: 'writer.ts' })
    await scene.writer.kill()
    await Promise.all(scene.copies.map(({ leave }) => leave())) // they wait 15 seconds for the dead
    await restart()
    const copy = await copyOf(scene.key)
    const left = () => `My copy had ${core.length} blocks before the kill; writer.ts now has ${copy.core.length}.`
    await stage.until(() => copy.core.length >= core.length, left, { means: FOLDER, file: 'writer.ts' })
    scene.copies = [copy]
    scene.before.length = copy.core.length // what had not been appended is lost
    scene.writer.type('after the kill')
  }

  /** Why blocks may come from anybody: a peer that lies is not believed. */
  async function lied(): Promise<void> {
    const { ours, log, written, again } = await restarted()
    written.push('a new truth')
    await log.append(bytes('a new truth'))
    const [liar, honest] = await Promise.all([stage.store(), stage.store({ keyPair: copier })])
    const [copy] = [await handOver(ours, log, liar), await handOver(ours, log, honest)]
    const lies = forge(copy, 'a forged truth')
    stage.did(
      'One peer of mine sent it a forged block, then the peer that had copied from it came back with the true one.'
    )
    await liar.join(log.discoveryKey)
    const saw = () => 'It did not ask for the new block.'
    await stage.until(() => lies() > 0, saw, { means: BELIEVE, file: 'reader.ts' })
    await honest.join(log.discoveryKey, { server: false })
    const news = `Block ${log.length - 1}: a new truth`
    await stage.prints(again, new RegExp(`^${news}$`, 'm'), `\`${news}\``, { means: BELIEVE, patience: 10_000 })
  }
}

export default check

/** The extra credit that a check can judge. */
export const extra: Check = (stage) => [
  step('--from 0 prints every block, and goes on with the new ones', async () => {
    const { cores, join } = await stage.store()
    const log = cores.get({ name: 'log' })
    const lines = [...stage.random.lines(), 'the last one']
    await log.append(lines.slice(0, -1).map(bytes))
    await join(log.discoveryKey)
    stage.did(`I wrote a log with ${log.length} blocks.`)
    const reader = await stage.start('reader.ts', [log.key.toString('hex'), 'whole', '--from', '0'])
    const means = 'With `--from 0` the read stream starts at 0 instead of the length, and nothing is skipped.'
    const look = () => delivered(asBlocks(lines).slice(0, log.length), printed(reader), 'reader.ts printed')
    stage.promise({ name: 'each block is printed, from the first on', step: 1, means, file: 'reader.ts', look })
    await stage.keepPromises()
    await log.append(bytes('the last one'))
  })
]

const bytes = (text: string) => Buffer.from(text)

const numbered = (what: string) => Array.from({ length: MANY }, (_, i) => `${what} ${i}`)

/** The lines of a log as a reader prints them. */
const asBlocks = (lines: readonly string[]) => lines.map((text, i) => `Block ${i}: ${text}`)

/** What a reader printed of its log: how many blocks it skips, and each block. */
const printed = (reader: Role) =>
  reader.lines
    .filter((line) => /^(Skipping|Block) \d+/.test(line))
    .map((line) => line.replace(/^(Skipping .*?\.\.\.).*/, '$1'))
