// The verdict of exercise 4. The writer's store is read from the disk and over the network, the readers meet ours.
import { type Check, NO_KEYS, shorten, step } from '@workshop/checks'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import { bytes, hex, index, JOIN, keysIn, LEAVE, named, numbered, RUNS_ON } from './cores.ts'
import { BEHIND, FOLDER, FOLLOW, KEPT, readersOf, SHARE, WAIT } from './readers.ts'
import { APPENDING, INDEX, SORT, STEADILY, writerOf } from './writer.ts'

const SERVER = { server: true, client: false }

const OWN_SECRET =
  'A store has a secret of its own, made at random in its folder: give Corestore the folder, and no `primaryKey`.'
const SAME =
  'Give the store the same folder every time, and append the keys only when the main core is empty: after a restart it is not, but its `length` is 0 until `ready()` has resolved.'
const HIDDEN = 'Open what you want by its key. A name from somebody else’s store leads nowhere.'
const BAD_KEY = '`readKey` says what is wrong with a key, and ends the program with a code that is not 0.'
const AHEAD =
  'What is typed too early waits in the input, as what a pipe brings: call `lines()` where you begin to read them, not before.'

const check: Check = (stage) => {
  const { startWriter, writing, elsewhere, typed, copied, takesNothing } = writerOf(stage)
  const readers = readersOf(stage, copied)
  const { follow, library, patient, reading, comeBack, grow, paired, leavesWaiting, restarted, mirrorOf } = readers

  /** writer.ts is ended as soon as it says where a line goes, and started again while a copy of ours looks for nobody. */
  async function restart(): Promise<void> {
    const [scene, theirs, { other }] = await Promise.all([copied(), paired(), elsewhere()])
    const { copy, writer, before } = scene
    writer.type('typed right before Ctrl-C')
    const said = () => writer.lines.filter((line) => APPENDING.test(line)).length === writer.typed.length
    const saw = 'It did not say where the line goes.'
    await stage.until(() => said() && !writer.isBusy, saw, { means: SORT, file: 'writer.ts' })
    const both = other.ended ? [writer] : [writer, other]
    const idle = await takesNothing(scene.key)
    const means = `${LEAVE} Wait for nobody there: who has a copy need not want all of it.`
    await Promise.all(both.map((role) => stage.leaves(role, { means })))
    await idle.leave()
    await copy.ours.leave()
    stage.did('My copies left, and came back as ones that look for nobody.')
    await copy.ours.join(copy.main.discoveryKey, SERVER)
    before.push(...writer.typed)
    const again = await startWriter('typed before it was ready')
    const line = '`appending …` for what was typed before it was ready'
    await stage.prints(again.writer, APPENDING, line, { means: `${AHEAD} ${SORT}` })
    stage.expect(again.key === scene.key, 'The main core had another key than before.', SAME)
    scene.writer = again.writer
    const hosts = () => [...copy.ours.swarm.connections].map(({ rawStream }) => rawStream?.remoteHost)
    const hasCome = () => hosts().some((host) => host !== theirs.host || host === writer.host)
    const stayed = 'writer.ts did not come to my copies, which were there before it.'
    await stage.until(hasCome, stayed, { means: JOIN, file: 'writer.ts' })
  }

  return [
    step('three cores in one store, the key of the main one is printed', async () => {
      const { key } = await writing()
      const { key: another } = await elsewhere()
      stage.expect(another !== key, 'Both have the same main core key.', OWN_SECRET)
    }),

    step('block 0 of the main core holds the other keys before its key is printed', async () => {
      const { key } = await writing()
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
      const { writer, copy } = await copied()
      writer.paste([...stage.random.lines(), ...numbered('s'), ...numbered('long line ')])
      await stage.keepPromises() // pieces come alone only to a program that is not busy with the paste
      await writer.typeInPieces('größer 漢字 😀', stage.random.torn('größer 漢字 😀'))
      const has = async (word: string) => (await copy.long()).includes(word)
      await stage.typesOn(writer, has, 'My copy of core3 got none of them.', { means: STEADILY })
      await stage.keepPromises()
      await stage.tears(writer)
      await stage.rests(writer, { means: RUNS_ON })
    }),

    step('the reader learns the other keys from block 0, and prints both logs', async () => {
      const [reader, { short, shorts, append }] = await Promise.all([reading(), library(), patient()])
      stage.did('I appended many blocks to both: to one all at once, to the other one by one.')
      shorts.push(...numbered('n'))
      await short.append(numbered('n').map(bytes))
      await append(...stage.random.lines(), ...numbered('a long '))
      await stage.printsOn(reader, 'Then I appended one block after the other.', append, { means: FOLLOW })
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
      const { mirror } = await restarted()
      const { ours, main, long, hidden, shorts, append, held, key } = await library()
      // In its folder are the cores of another key, and whom it asks does not have all.
      await follow(await stage.start('reader.ts', [key, FOLDER], 'a second reader.ts'), held, { means: SHARE, step: 7 })
      const carrier = await grow()
      stage.did('A mirror came with a new block of the core that had lost nothing.')
      await append('more news')
      await (await mirrorOf(ours.cores, [main, long])).join(main.discoveryKey)
      await stage.keepPromises()
      stage.did('Two mirrors came with the block that I had lost and the one behind it.')
      shorts.push(KEPT, BEHIND)
      for (const { join } of [carrier, mirror]) await join(main.discoveryKey)
      await stage.keepPromises()
      stage.did('My store has one more core, called “hidden”, whose key is nowhere.')
      stage.expect(hidden.peers.length === 0, 'Somebody replicated it.', HIDDEN)
    }),

    step('an invalid key', async () => {
      const [reader, { ours, late, held }, { mirror }] = [await patient(), await library(), await restarted()]
      await stage.refuses('reader.ts', [[], ...NO_KEYS.map((key) => [key])], undefined, BAD_KEY)
      stage.did('At last somebody came who had the main core of the patient reader, and two mirrors.')
      for (const { join } of [ours, mirror, await grow()]) await join(late.discoveryKey)
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
