// The learner's readers, and our store that they read: it goes, comes back, and is not the only one that has its cores.
import { once } from 'node:events'
import { advised, delivered, type Role, type Stage, type Standing, shorten } from '@workshop/checks'
import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import { bytes, EVERYBODY, hex, index, JOIN, LEAVE, MEETING_AGAIN, named } from './cores.ts'
import type { Writer } from './writer.ts'

const BLOCK = /^Block \d+ in Core ([0-9a-f]{64}):/
const WAITING = /^Waiting for the writer\.\.\./m
/** Of the reader that has the cores of writer.ts. */
export const FOLDER = 'reader-of-the-writer'
/** The block that our store loses. */
export const KEPT = 'in a mirror'
/** The block behind it. */
export const BEHIND = 'behind'

export const WAIT =
  '`main.get(0)` waits until the writer is there, for as long as that takes. If `main.has(0)` is false, print so first: a copy may know the length of a core, and have none of its blocks.'
export const FOLLOW =
  'Get both cores by their keys, `store.get(key)`, replicate the store, and follow both at the same time: a live read stream from block 0 for each, begun once, whoever comes. One core may still be empty: nothing waits for it. Give `console.log` one string.'
const BESIDE_EMPTY =
  'Print a block as soon as it is there: one core may stay empty for long, so nothing waits for a block of it, or for its `update()`, before the other one is read.'
const ONCE =
  'Begin one live read stream from block 0 for each core, once, whoever comes; its blocks come in their order, each once, also an empty one. A loop that `append` events start anew runs twice at once.'
const STAYS =
  'Give the store of the reader a folder that stays, too. Print what it has even when nobody is there, one block after the other: a later one may be missing. And wait only if `main.has(0)` is false when `main.ready()` has resolved.'
export const SHARE =
  'Replicate the store with everybody who comes: each may have something else. And announce yourself, so that others find you: `swarm.join` does both.'
const GROWS =
  'A core may grow while you wait for a block of it that is missing: one live read stream for each core waits for both.'
const OTHER_KEY =
  'A folder may hold the cores of several keys: open the main core by the key that you are given, and learn the other keys from its own block 0.'

/** The scenes in which reader.ts stands; one of them has the cores of a writer.ts that was `copied`. */
export function readersOf(stage: Stage, copied: Writer['copied']) {
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
        const isLost = (line: string) => standing?.lost?.line.endsWith(`: ${line}`)
        if (standing && isLost(KEPT)) return { ...standing, means: SHARE }
        if (standing && isLost(BEHIND)) return { ...standing, means: GROWS }
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
    // Behind block 0 there may be others: who takes the newest for it follows nobody.
    for (const core of [main, late]) await core.append([index(hex(short), hex(long)), index()])
    await short.append(bytes('abc'))
    await hidden.append(bytes('hidden treasure'))
    /** Appends to the second of the two cores, block by block. */
    const append = async (...lines: string[]) => {
      for (const line of lines) {
        longs.push(line)
        await long.append(bytes(line))
      }
    }
    return { ours, main, late, short, long, hidden, shorts, append, held, key: hex(main) }
  })

  /** A reader of a main core that nobody has until the last step. */
  const patient = stage.scene(async () => {
    const { late } = await library()
    const reader = await stage.start('reader.ts', [hex(late), 'patient'], 'a patient reader.ts')
    await saysThatItWaits(reader)
    return reader
  })

  async function saysThatItWaits(reader: Role): Promise<void> {
    const saw = () => `Nobody gave it block 0 yet, and ${reader.name} did not print \`Waiting for the writer...\`.`
    const said = () => `${reader.output}${reader.errors}`.trim() !== '' // in whatever words
    await stage.until(said, saw, { means: WAIT, file: 'reader.ts' })
  }

  /** reader.ts, which came before our store, and has seen what was in it: one core was still empty. */
  const reading = stage.scene(async () => {
    const { ours, main, append, held, key } = await library()
    const reader = await stage.start('reader.ts', [key])
    await stage.keepsSecret(key, 4)
    await saysThatItWaits(reader)
    await stage.rests(reader)
    stage.did('It waited. Then I came, with a main core and two others whose keys are in it. One of them was empty.')
    await ours.join(main.discoveryKey)
    await follow(reader, held)
    await append('written later', 'and this too')
    await stage.keepPromises()
    return reader
  })

  /** Our store goes, and comes back with news to a reader that goes on. The last block of one core only a mirror has. */
  const comeBack = stage.scene(async () => {
    await reading()
    const { ours, main, short, shorts } = await library()
    stage.did('I went away, appended two blocks to a core, deleted the last one, and came back as the same peer.')
    await ours.leave()
    await short.append(['back', KEPT].map(bytes))
    const mirror = await mirrorOf(ours.cores, [main, short])
    await short.clear(short.length - 1)
    shorts.push('back')
    await ours.join(main.discoveryKey)
    const saw = 'reader.ts did not replicate with me any more.'
    const isBack = () => short.peers.length > 0
    await stage.until(isBack, saw, { means: EVERYBODY, file: 'reader.ts', patience: MEETING_AGAIN })
    await stage.keepPromises()
    return mirror
  })

  /**
   * Our store comes back to two readers that wait for the block that it has lost. They learn of a block behind that one,
   * and that the main core has grown; then it goes. Gives a mirror that has these two blocks.
   */
  const grow = stage.scene(async () => {
    const { ours, main, short } = await library()
    stage.did(
      'I came back, told them that the main core and the one with the lost block had grown by a block, and left.'
    )
    await short.append(bytes(BEHIND))
    await main.append(index())
    const mirror = await mirrorOf(ours.cores, [main, short], 'last')
    await ours.join(main.discoveryKey)
    const know = () =>
      [short, main].every(({ peers, length }) => peers.filter(({ remoteLength }) => remoteLength === length).length > 1)
    const saw = 'They did not learn from me how long the cores are.'
    await stage.until(know, saw, { means: EVERYBODY, file: 'reader.ts', patience: MEETING_AGAIN })
    await ours.leave()
    return mirror
  })

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

  /**
   * Presses Ctrl-C in a reader that waits for a block that nobody has, in the folder of the reader of writer.ts. Its copy
   * knows by then how long the core is, and waits again.
   */
  async function leavesWaiting(): Promise<void> {
    const { cores, join, leave } = await stage.store()
    const [main] = (await named(cores, 'main')) as [Hypercore]
    await main.append(bytes('{}'))
    await main.clear(0)
    await join(main.discoveryKey)
    stage.did('I announced a main core with one block, and did not have that block.')
    const args = [hex(main), FOLDER]
    const reader = await stage.start('reader.ts', args, 'a reader.ts of another key')
    await saysThatItWaits(reader)
    const other = reader.lines.find((line) => BLOCK.test(line))
    const saw = `It printed “${shorten(String(other))}”, which belongs to the key that its folder was for before.`
    stage.expect(other === undefined, saw, OTHER_KEY)
    const knows = () => main.peers.some(({ remoteLength }) => remoteLength === main.length)
    const alone = `${reader.name} did not learn from me how long the core is.`
    await stage.until(knows, alone, { means: JOIN, file: 'reader.ts' })
    await stage.leaves(reader, { means: LEAVE })
    await leave()
    const again = await stage.start('reader.ts', args, 'the same reader.ts')
    await saysThatItWaits(again)
    await again.kill()
  }

  /** reader.ts, restarted while our store was away. */
  const restarted = stage.scene(async () => {
    const [reader, mirror] = [await reading(), await comeBack()]
    const { ours, held, key } = await library()
    stage.did('I went away.')
    await ours.leave()
    await stage.leaves(reader, { means: LEAVE })
    const again = await stage.start('reader.ts', [key])
    await follow(again, held, { isNew: false, means: STAYS, step: 6 })
    return { mirror }
  })

  /** A peer of ours that has these cores and no others, all blocks of them or the last of each, and has not joined yet. */
  async function mirrorOf(from: Corestore, [main, core]: [Hypercore, Hypercore], blocks: 'all' | 'last' = 'all') {
    const mirror = await stage.store()
    const line = from.replicate(true)
    line.pipe(mirror.cores.replicate(false)).pipe(line)
    for (const { key, length } of [main, core]) {
      const copy = mirror.cores.get(key)
      await copy.ready()
      await copy.download({ start: blocks === 'all' ? 0 : length - 1, end: length }).done()
    }
    line.destroy()
    await once(line, 'close')
    return mirror
  }

  return { follow, library, patient, reading, comeBack, grow, paired, leavesWaiting, restarted, mirrorOf }
}

interface Held {
  /** The key of a core, in hex. */
  key: string
  /** What it holds. */
  lines(): string[]
  /** Whether anybody has fetched a block of it, where that is known. */
  isFetched?(): boolean
}
