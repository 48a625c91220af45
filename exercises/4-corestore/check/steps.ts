// The verdict of exercise 4. The writer's store is read from the disk and over the network, the readers meet ours.
import {
  advised,
  type Check,
  delivered,
  NO_KEYS,
  type Role,
  type Standing,
  shorten,
  step,
  texts
} from '@workshop/checks'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'

const KEY = /^main core key:\s*([0-9a-f]{64})/m
const APPENDING = /^appending (?:short data to core2|long data to core3)/
const BLOCK = /^Block \d+ in Core ([0-9a-f]{64}):/
const WAITING = /^Waiting for the writer\.\.\./m
const SERVER = { server: true, client: false }
const CLIENT = { server: false, client: true }
const BOTH = { server: true, client: true }
/** Of the reader that has the cores of writer.ts. */
const FOLDER = 'reader-of-the-writer'
const MANY = 50
/** How long a peer that was there before may take to meet somebody again, in ms: hyperswarm tries that after 1 and 5 s. */
const MEETING_AGAIN = 10_000
/** Longer lines are not for counting: Intl.Segmenter, a right way to do it, takes memory with the square of the length. */
const COUNTABLE = 9_000 // characters
const LONG = 12_000 // characters: more than a database writes for itself

const PRINT_KEY =
  'Wait until all three cores are ready, then print `main core key:` and the key of the main one as 64 hex digits.'
const INDEX =
  '`await main.append({ otherKeys: [<hex>, <hex>] })` when the main core is empty, and print the key only then.'
const OWN_SECRET =
  'A store has a secret of its own, made at random in its folder: give Corestore the folder, and no `primaryKey`.'
const SORT =
  'As soon as a line is typed, whether anybody is there or not: short means fewer than 5 characters, not bytes. Print `appending short data to core2` or `appending long data to core3` once for each line, even for an empty one.'
const AT_ONCE = 'Append each line as soon as it is typed, whether anybody is there to copy it or not.'
const JOIN =
  'Join a swarm on the discovery key of the main core, as server and as client, which is the default, and call `store.replicate(socket)` for every connection.'
const APPEND =
  'Append each line to the core that you name for it, which has the key in block 0 also after a restart, as its bytes in UTF-8: one line is one block of one core, unchanged, however many come at once.'
const WHOLE =
  'A piece of what is typed may end inside a character: `lines()` of `@workshop/utils` gives whole lines. A block is the bytes of its line in UTF-8.'
const APPEND_ALL = `${APPEND} A write stream keeps an empty line back until the next one.`
const CARRY = `\`store.replicate(socket)\` carries all cores over one connection. ${APPEND}`
const RUNS_ON = `Only Ctrl-C may end it, whoever comes and goes. Begin with what it complained about. ${JOIN}`
const EVERYBODY = 'Call `store.replicate(socket)` for every connection, also of a peer that was there before.'
const WAIT =
  '`main.get(0)` waits until the writer is there, for as long as that takes. If `main.has(0)` is false, print so first.'
const FOLLOW =
  'Get both cores by their keys, `store.get(key)`, replicate the store, and follow both at the same time: a live read stream from block 0 for each, begun once, whoever comes. One core may still be empty: nothing waits for it. Give `console.log` one string.'
const BESIDE_EMPTY =
  'Print a block as soon as it is there: one core may stay empty for long, so nothing waits for a block of it, or for its `update()`, before the other one is read.'
const ONCE =
  'Begin one live read stream from block 0 for each core, once, whoever comes; its blocks come in their order, each once, also an empty one. A loop that `append` events start anew runs twice at once.'
const SAME =
  'Give the store the same folder every time, and append the keys only when the main core is empty: after a restart it is not, but its `length` is 0 until `ready()` has resolved.'
const STAYS =
  'Give the store of the reader a folder that stays, too. Print what it has even when nobody is there, and wait only if `main.has(0)` is false when `main.ready()` has resolved.'
const LEAVE =
  'Leave the swarm in `goodbye`, return the promise of that, and call `goodbye` before you wait for anything. The reader closes nothing that it still waits for.'
const SHARE =
  'Replicate the store with everybody who comes: each may have something else. And announce yourself, so that others find you: `swarm.join` does both.'
const OTHER_KEY =
  'A folder may hold the cores of several keys: open the main core by the key that you are given, and learn the other keys from its own block 0.'
const HIDDEN = 'Open what you want by its key. A name from somebody else’s store leads nowhere.'
const BAD_KEY = '`readKey` says what is wrong with a key, and ends the program with a code that is not 0.'

const check: Check = (stage) => {
  const startWriter = async () => {
    const writer = await stage.start('writer.ts')
    const [, key] = await stage.prints(writer, KEY, '`main core key: <64 hex digits>`', { means: PRINT_KEY })
    return { writer, key: String(key) }
  }
  const writing = stage.scene(startWriter)

  /** A writer.ts that nobody visits, and into which nothing is typed. */
  const elsewhere = stage.scene(async () => {
    const other = await stage.start('writer.ts', [], 'a writer.ts on another machine', { isElsewhere: true })
    other.mayEnd = true // a program that has a folder of its own choice finds it taken
    const printed = () => KEY.exec(other.output)?.[1]
    await stage.until(
      () => printed() || other.ended,
      () => 'It did not print its key.',
      { means: PRINT_KEY }
    )
    return { other, key: printed() }
  })

  /** writer.ts, into which lines were typed before anybody was there. `before` is what was typed until its restart. */
  const typed = stage.scene(async () => {
    const scene = { ...(await startWriter()), before: [] as string[] }
    const stored = await stage.stored()
    for (const line of ['asdasd', 'as', 'four', 'fives', 'äöüß', '']) scene.writer.type(line)
    scene.writer.type(stage.random.word().repeat(LONG / 10))
    stage.promise({
      name: 'the writer says where each line goes',
      step: 3,
      means: SORT,
      file: 'writer.ts',
      look: () => {
        const said = scene.writer.lines.flatMap((line) => APPENDING.exec(line)?.[0] ?? [])
        const { typed } = scene.writer
        const due = typed.map(whereTo)
        const i = due.findIndex((where, i) => said[i] !== undefined && said[i] !== where)
        const line = typed[i] === '' ? 'an empty line' : `“${shorten(String(typed[i]))}”`
        const orNothing = typed[i] === '' ? ', or nothing,' : ''
        if (i !== -1) return { broken: `For ${line} it printed “${said[i]}”${orNothing} where “${due[i]}” was due.` }
        return delivered(due, said, `For ${typed.length} lines it printed`)
      }
    })
    await stage.keepPromises()
    const saw = () => 'Nobody was there to copy the lines, and they did not reach the disk.'
    await stage.until(async () => (await stage.stored()) > stored + LONG, saw, { means: AT_ONCE, file: 'writer.ts' })
    const again = await stage.stored()
    scene.writer.type(stage.random.word().repeat(LONG / 10))
    await stage.keepPromises()
    const late = 'A line did not reach the disk, although writer.ts said that it appends it: it keeps it for later.'
    await stage.stores(scene.writer, again + LONG, late, AT_ONCE)
    return scene
  })

  /** Whoever copies the cores of writer.ts is always the same peer. */
  const keyPair = DHT.keyPair()

  /** Copies of ours of the cores behind a main key, over one connection. Who `isBack` looks for the others, and cannot be found. */
  async function copyOf(key: string, { isBack = false } = {}) {
    const ours = await stage.store({ keyPair })
    const { cores } = ours
    const main = cores.get(key)
    await main.ready()
    await ours.join(main.discoveryKey, isBack ? CLIENT : BOTH)
    const details = {
      means: isBack ? `${JOIN} ${EVERYBODY}` : JOIN,
      file: 'writer.ts',
      ...(isBack && { patience: MEETING_AGAIN })
    }
    const block = await stage.until(
      () => main.get(0),
      () => 'My copy of the main core stayed empty.',
      details
    )
    const keys = keysIn(block)
    stage.expect(keys.length === 2, `Block 0 was “${shorten(String(block))}”.`, INDEX)
    const [short, long] = keys.map((key) => cores.get(key)) as [Hypercore, Hypercore]
    for (const core of [short, long]) core.download({ start: 0, end: -1 })
    return { ours, main, keys, short: texts(short), long: texts(long) }
  }

  /** The same, with a copy that came and went, and another one. */
  const copied = stage.scene(async () => {
    const scene = await typed()
    stage.did('I opened a copy of its main core, and copies of the two cores whose keys are in it.')
    const all = Object.assign(scene, { copy: await copyOf(scene.key) })
    const lines = () => [...scene.before, ...scene.writer.typed]
    const [shorts, longs] = [() => lines().filter(isShort), () => lines().filter((line) => !isShort(line))]
    stage.promise({
      name: 'each line is one block of its core',
      step: 4,
      means: APPEND,
      file: 'writer.ts',
      look: async () => {
        const [inShort, inLong] = [await all.copy.short(), await all.copy.long()]
        const standing =
          delivered(shorts(), inShort, 'My copy of core2 has') ?? delivered(longs(), inLong, 'My copy of core3 has')
        return advised(standing, {
          ...(inShort.length + inLong.length === 0 && { nothing: CARRY }),
          missing: APPEND_ALL,
          'left out': `${AT_ONCE} ${APPEND}`,
          decoded: WHOLE
        })
      }
    })
    await stage.keepPromises()
    await all.copy.ours.leave()
    stage.did('I closed these copies, came back as the same peer, looked for you, and opened others.')
    all.copy = await copyOf(scene.key, { isBack: true })
    await stage.keepPromises()
    const { connections } = all.copy.ours.swarm
    await stage.until(
      () => connections.size === 1,
      () => `There were ${connections.size} connections.`,
      { means: CARRY, file: 'writer.ts' }
    )
    return Object.assign(all, { shorts, longs })
  })

  /** From now on a reader has to print all that these cores hold, and nothing else. */
  const follow = async (reader: Role, cores: Held[], { isNew = true, means = FOLLOW, step = 5 } = {}) => {
    const look = (): Standing => {
      if (reader.ended) return undefined
      const printed = reader.lines.filter((line) => BLOCK.test(line))
      const other = printed.find((line) => !cores.some(({ key }) => line.includes(key)))
      if (other)
        return { broken: `${reader.name} printed “${shorten(other)}”, and nobody told it the key of that core.` }
      if (!isNew && WAITING.test(reader.output))
        return { broken: `${reader.name} had block 0, and still printed that it waits.` }
      for (const { key, lines, isFetched = () => false } of cores) {
        const due = lines().map((text, i) => `Block ${i} in Core ${key}: ${text}`)
        const standing = delivered(
          due,
          printed.filter((line) => line.includes(key)),
          `${reader.name} printed`
        )
        const isEmpty = cores.some(({ lines }) => lines().length === 0)
        if (standing?.how === 'nothing' && 'yet' in standing && isEmpty) {
          return isFetched()
            ? { yet: `${standing.yet} It had that block. The other core was still empty.`, means: BESIDE_EMPTY }
            : { yet: `${standing.yet} The other core was still empty.` }
        }
        if (standing) return advised(standing, { again: ONCE, order: ONCE, 'left out': ONCE })
      }
    }
    stage.promise({
      name: 'each block of both cores is printed once, in its order',
      step,
      means,
      file: 'reader.ts',
      look
    })
    await stage.keepPromises()
  }

  /** A store of ours with a main core, two cores behind it and one that nobody is told of. */
  const library = stage.scene(async () => {
    const ours = await stage.store({ keyPair: DHT.keyPair() })
    const five = await named(ours.cores, 'main', 'late', 'core2', 'core3', 'hidden')
    const [main, late, short, long, hidden] = five as [Hypercore, Hypercore, Hypercore, Hypercore, Hypercore]
    const [shorts, longs] = [['abc'], [] as string[]]
    let isFetched = false
    short.on('upload', () => {
      isFetched = true
    })
    const held: Held[] = [
      { key: hex(short), lines: () => shorts, isFetched: () => isFetched },
      { key: hex(long), lines: () => longs }
    ]
    for (const core of [main, late]) await core.append(index(hex(short), hex(long)))
    await short.append(bytes('abc'))
    await hidden.append(bytes('hidden treasure'))
    return { ours, main, late, short, long, hidden, shorts, longs, held, key: hex(main) }
  })

  /** A reader of a main core that nobody has until the last step. */
  const patient = stage.scene(async () => {
    const { late } = await library()
    const reader = await stage.start('reader.ts', [hex(late), 'patient'], 'a patient reader.ts')
    await saysThatItWaits(reader)
    return reader
  })

  async function saysThatItWaits(reader: Role): Promise<void> {
    const saw = () => `Nobody had the core yet, and ${reader.name} did not print \`Waiting for the writer...\`.`
    const said = () => `${reader.output}${reader.errors}`.trim() !== '' // in whatever words
    await stage.until(said, saw, { means: WAIT, file: 'reader.ts' })
  }

  /** reader.ts, which came before our store, and has seen what was in it: one core was still empty. */
  const reading = stage.scene(async () => {
    const { ours, main, long, longs, held, key } = await library()
    const reader = await stage.start('reader.ts', [key])
    await saysThatItWaits(reader)
    await stage.rests(reader)
    stage.did('It waited. Then I came, with a main core and two others whose keys are in it. One of them was empty.')
    await ours.join(main.discoveryKey)
    await follow(reader, held)
    longs.push('written later', 'and this too')
    await long.append(longs.map(bytes))
    await stage.keepPromises()
    return reader
  })

  /** Our store goes, and comes back with news to a reader that goes on. */
  async function comeBack(): Promise<void> {
    const { ours, main, short, shorts } = await library()
    stage.did('I went away, and came back as the same peer.')
    await ours.leave()
    await ours.join(main.discoveryKey)
    const saw = 'reader.ts did not replicate with me any more.'
    const isBack = () => short.peers.length > 0
    await stage.until(isBack, saw, { means: EVERYBODY, file: 'reader.ts', patience: MEETING_AGAIN })
    shorts.push('back')
    await short.append(bytes('back'))
  }

  /** A reader of the learner's for the learner's writer. */
  const paired = stage.scene(async () => {
    const { key, copy, shorts, longs } = await copied()
    const reader = await stage.start('reader.ts', [key, FOLDER], 'a reader.ts for writer.ts')
    const [first, second] = copy.keys as [string, string]
    const held = [
      { key: first, lines: shorts },
      { key: second, lines: longs }
    ]
    await follow(reader, held)
    return reader
  })

  /** Presses Ctrl-C in a reader that waits for a core that nobody has, in the folder of the reader of writer.ts. */
  async function leavesWaiting(): Promise<void> {
    const key = stage.random.bytes().toString('hex')
    const reader = await stage.start('reader.ts', [key, FOLDER], 'a reader.ts of another key')
    await saysThatItWaits(reader)
    const other = reader.lines.find((line) => BLOCK.test(line))
    const saw = `It printed “${shorten(String(other))}”, which belongs to the key that its folder was for before.`
    stage.expect(other === undefined, saw, OTHER_KEY)
    await stage.leaves(reader, { means: LEAVE })
  }

  /** writer.ts is ended as soon as it says where a line goes, and started again while a copy of ours looks for nobody. */
  async function restart(): Promise<void> {
    const [scene, theirs, { other }] = await Promise.all([copied(), paired(), elsewhere()])
    const { copy, writer, before } = scene
    writer.type('typed right before Ctrl-C')
    const said = () => writer.lines.filter((line) => APPENDING.test(line)).length === writer.typed.length
    const saw = 'It did not say where the line goes.'
    await stage.until(() => said() && !writer.isBusy, saw, { means: SORT, file: 'writer.ts' })
    const both = other.ended ? [writer] : [writer, other]
    await Promise.all(both.map((role) => stage.leaves(role, { means: LEAVE })))
    await copy.ours.leave()
    stage.did('My copies left, and came back as ones that look for nobody.')
    await copy.ours.join(copy.main.discoveryKey, SERVER)
    before.push(...writer.typed)
    const again = await startWriter()
    stage.expect(again.key === scene.key, 'The main core had another key than before.', SAME)
    scene.writer = again.writer
    const hosts = () => [...copy.ours.swarm.connections].map(({ rawStream }) => rawStream?.remoteHost)
    const hasCome = () => hosts().some((host) => host !== theirs.host || host === writer.host)
    const stayed = 'writer.ts did not come to my copies, which were there before it.'
    await stage.until(hasCome, stayed, { means: JOIN, file: 'writer.ts' })
  }

  /** reader.ts, restarted while our store was away. */
  const restarted = stage.scene(async () => {
    const reader = await reading()
    const { ours, held, key } = await library()
    stage.did('I went away.')
    await ours.leave()
    await stage.leaves(reader, { means: LEAVE })
    const again = await stage.start('reader.ts', [key])
    await follow(again, held, { isNew: false, means: STAYS, step: 6 })
    return again
  })

  return [
    step('three cores in one store, the key of the main one is printed', async () => {
      const { writer, key } = await writing()
      writer.mayRunThrough = true // nothing keeps it running before step 3
      const { key: another } = await elsewhere()
      stage.expect(another !== key, 'Both have the same main core key.', OWN_SECRET)
    }),

    step('block 0 of the main core holds the other keys before its key is printed', async () => {
      const { writer, key } = await writing()
      await writer.kill()
      stage.did('Then I looked into its folder.')
      const { length, block, isIndex } = await read(await stage.storage(), key)
      stage.expect(length === 1, `The main core had ${length} blocks.`, INDEX)
      const saw = `Block 0 was “${shorten(block)}” instead of \`{ otherKeys }\` with the keys of the two other cores.`
      stage.expect(isIndex, saw, INDEX)
    }),

    step('short lines go to core 2, long ones to core 3', async () => {
      await typed()
    }),

    step('one replication per connection carries all cores', async () => {
      const { writer } = await copied()
      writer.paste([...stage.random.lines({ longest: COUNTABLE }), ...numbered('s'), ...numbered('long line ')])
      await stage.keepPromises() // pieces come alone only to a program that is not busy with the paste
      await writer.typeInPieces('größer 漢字 😀', stage.random.torn('größer 漢字 😀'))
      await stage.keepPromises()
      await stage.tears(writer)
      await stage.rests(writer, { means: RUNS_ON })
    }),

    step('the reader learns the other keys from block 0, and prints both logs', async () => {
      const [reader, { short, long, shorts, longs }] = await Promise.all([reading(), library(), patient()])
      stage.did('I appended many blocks to both: to one all at once, to the other one by one.')
      shorts.push(...numbered('n'))
      longs.push(...stage.random.lines(), ...numbered('a long '))
      await short.append(numbered('n').map(bytes))
      for (const line of longs.slice(2)) await long.append(bytes(line))
      const [{ writer }, theirs] = [await copied(), await paired()]
      writer.type('you')
      await stage.keepPromises()
      await stage.tears(reader)
      await Promise.all([reader, theirs].map((role) => stage.rests(role, { means: RUNS_ON })))
      await comeBack()
    }),

    step('restart of either', async () => {
      const [scene, theirs] = await Promise.all([copied(), paired()])
      await restart()
      for (const line of ['two', 'again two']) scene.writer.type(line)
      await stage.keepPromises()
      await scene.copy.main.update()
      stage.expect(scene.copy.main.length === 1, `The main core now had ${scene.copy.main.length} blocks.`, SAME)
      await stage.leaves(theirs, { means: LEAVE })
      await Promise.all([leavesWaiting(), restarted()])
    }),

    step('a reader gets each core whose key it knows, whoever brings it', async () => {
      await restarted()
      const { ours, main, short, long, hidden, shorts, longs, held, key } = await library()
      const second = await stage.start('reader.ts', [key, 'second'], 'a second reader.ts')
      await follow(second, held, { means: SHARE, step: 7 })
      stage.did('Two mirrors came with new blocks, each with those of one core.')
      shorts.push('news')
      longs.push('more news')
      await Promise.all([short.append(bytes('news')), long.append(bytes('more news'))])
      for (const core of [short, long]) await mirrored(ours.cores, [main, core])
      await stage.keepPromises()
      stage.did('My store has one more core, called “hidden”, whose key is nowhere.')
      stage.expect(hidden.peers.length === 0, 'Somebody replicated it.', HIDDEN)
    }),

    step('an invalid key', async () => {
      const [reader, { ours, late, held }] = await Promise.all([patient(), library()])
      await stage.refuses('reader.ts', [[], ...NO_KEYS.map((key) => [key])], undefined, BAD_KEY)
      stage.did('At last somebody came who had the main core of the patient reader.')
      await ours.join(late.discoveryKey)
      await follow(reader, held, { means: `${WAIT} ${FOLLOW}` })
    })
  ]

  /** What is in the main core of a store on disk, and whether the cores whose keys are in its block 0 are its own. */
  async function read(folder: string | undefined, key: string) {
    stage.expect(folder !== undefined, 'There was no store. (`storage("writer")` gives the folder for it.)', INDEX)
    const store = new Corestore(String(folder))
    stage.after(() => store.close())
    const main = store.get(key)
    await main.ready()
    const { length } = main
    const block = length > 0 ? String(await main.get(0)) : ''
    const cores = keysIn(block).map((other) => store.get(other))
    for (const core of cores) await core.ready()
    const areTwoOthers = new Set([key, ...cores.map(hex)]).size === 3 && cores.length === 2
    const isIndex = areTwoOthers && cores.every(({ writable }) => writable)
    await store.close() // its writer is started again
    return { length, block, isIndex }
  }

  /** A peer of ours that has these cores and no others. */
  async function mirrored(from: Corestore, [main, core]: [Hypercore, Hypercore]): Promise<void> {
    const mirror = await stage.store()
    const line = from.replicate(true)
    line.pipe(mirror.cores.replicate(false)).pipe(line)
    for (const { key, length } of [main, core]) {
      const copy = mirror.cores.get(key)
      await copy.ready()
      await copy.download({ start: 0, end: length }).done()
    }
    line.destroy()
    await mirror.join(main.discoveryKey)
  }
}

export default check

/** The extra credit that a check can judge. */
export const extra: Check = (stage) => [
  step('a fourth core is announced while everybody runs', async () => {
    const { cores, join } = await stage.store()
    const [main, ...others] = (await named(cores, 'main', 'core2', 'core3', 'core4')) as [Hypercore, ...Hypercore[]]
    for (const [i, core] of others.entries()) await core.append(bytes(`block of core${i + 2}`))
    const [first, second, fourth] = others.map(hex) as [string, string, string]
    await main.append(index(first, second))
    await join(main.discoveryKey)
    const reader = await stage.start('reader.ts', [hex(main)])
    const means = 'Read the main core on with a live stream: each of its blocks may hold `otherKeys`.'
    const shows = (key: string, text: string) =>
      stage.prints(reader, new RegExp(`^Block 0 in Core ${key}: ${text}$`, 'm'), `“${text}”`, { means })
    await shows(first, 'block of core2')
    stage.did('I appended the key of a fourth core to the main one.')
    await main.append(index(fourth))
    await shows(fourth, 'block of core4')
    stage.expect(reader.count('block of core2') === 1, 'It printed the first block of core2 twice.', means)
  })
]

interface Held {
  /** The key of a core, in hex. */
  key: string
  /** What it holds. */
  lines(): string[]
  /** Whether anybody has fetched a block of it, where that is known. */
  isFetched?(): boolean
}

const bytes = (text: string) => Buffer.from(text)

const hex = ({ key }: Hypercore) => key.toString('hex')

const isShort = (line: string) => line.length < 5

const whereTo = (line: string) => (isShort(line) ? 'appending short data to core2' : 'appending long data to core3')

const numbered = (what: string) => Array.from({ length: MANY }, (_, i) => `${what}${i}`)

/** Cores of a store of ours with these names, ready. */
async function named(store: Corestore, ...names: string[]): Promise<Hypercore[]> {
  const cores = names.map((name) => store.get({ name }))
  for (const core of cores) await core.ready()
  return cores
}

/** A block that holds the keys of other cores. */
const index = (...otherKeys: string[]) => bytes(JSON.stringify({ otherKeys }))

/** The keys in a block `{ otherKeys: [<hex>, …] }`; none when it is something else. */
function keysIn(block: Uint8Array | string): string[] {
  try {
    const { otherKeys } = JSON.parse(String(block))
    const isKey = (key: unknown) => typeof key === 'string' && /^[0-9a-f]{64}$/.test(key)
    return Array.isArray(otherKeys) && otherKeys.every(isKey) ? otherKeys : []
  } catch {
    return []
  }
}
