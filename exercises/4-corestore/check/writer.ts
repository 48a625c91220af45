// The learner's writer, from the lines that are typed into it to the copies of ours that see its cores.
import { advised, delivered, type Role, type Stage, type Store, shorten, texts } from '@workshop/checks'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import { EVERYBODY, JOIN, keysIn, MEETING_AGAIN } from './cores.ts'

const KEY = /^main core key:\s*([0-9a-f]{64})/m
export const APPENDING = /^appending (?:short data to core2|long data to core3)/m
const CLIENT = { server: false, client: true }
const BOTH = { server: true, client: true }
const LONG = 12_000 // characters: more than a database writes for itself

const PRINT_KEY =
  'Wait until all three cores are ready, then print `main core key:` and the key of the main one as 64 hex digits.'
export const INDEX =
  '`await main.append({ otherKeys: [<hex>, <hex>] })` when the main core is empty, and print the key only then.'
export const SORT =
  'As soon as a line is typed, whether anybody is there or not: short means `line.length < 5`, neither bytes nor what people count. Print `appending short data to core2` or `appending long data to core3` once for each line, even for an empty one.'
const AT_ONCE = 'Append each line as soon as it is typed, whether anybody is there to copy it or not.'
export const STEADILY =
  'Append each line as soon as it is typed: who waits for a pause waits for as long as somebody types.'
const APPEND =
  'Append each line to the core that you name for it, which has the key in block 0 also after a restart, as its bytes in UTF-8: one line is one block of one core, unchanged, however many come at once.'
const WHOLE =
  'A piece of what is typed may end inside a character: `lines()` of `@workshop/utils` gives whole lines. A block is the bytes of its line in UTF-8.'
const APPEND_ALL = `${APPEND} A write stream keeps an empty line back until the next one.`
const CARRY = `\`store.replicate(socket)\` carries all cores over one connection. ${APPEND}`

export type Writer = ReturnType<typeof writerOf>

/** The scenes in which writer.ts stands. */
export function writerOf(stage: Stage) {
  const withKey = async (writer: Role) => {
    const [, key] = await stage.prints(writer, KEY, '`main core key: <64 hex digits>`', { means: PRINT_KEY })
    return { writer, key: String(key) }
  }
  /** `ahead` is typed before it can be ready. */
  const startWriter = async (ahead?: string) => {
    const writer = await stage.start('writer.ts')
    if (ahead !== undefined) writer.type(ahead)
    return withKey(writer)
  }
  /** A writer.ts that is killed as soon as its key is known: from then on anybody may come, with the key of what is lost. */
  const writing = stage.scene(async () => {
    const writer = await stage.start('writer.ts')
    writer.killAt(KEY)
    const found = await withKey(writer)
    await writer.end() // gone by now: its folder is free
    return found
  })

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
    for (const line of ['asdasd', 'as', 'four', 'fives', 'äöüß', '👍👍👍', '']) scene.writer.type(line)
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
    await stage.stores(scene.writer, stage.random.word().repeat(LONG / 10), AT_ONCE)
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
    await stage.keepsSecret(scene.key, 4)
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

  /** A copy of ours that is connected to the writer, knows how long its main core is, and asks for no block. */
  async function takesNothing(key: string): Promise<Store> {
    const idle = await stage.store()
    const main = idle.cores.get(key)
    await main.ready()
    await idle.join(main.discoveryKey, CLIENT)
    const saw = 'A copy of mine that asks for no block did not meet it.'
    await stage.until(() => main.length > 0, saw, { means: `${JOIN} ${EVERYBODY}`, file: 'writer.ts' })
    stage.did('I opened a copy that asks for no block.')
    return idle
  }

  return { startWriter, writing, elsewhere, typed, copied, takesNothing }
}

const isShort = (line: string) => line.length < 5

const whereTo = (line: string) => (isShort(line) ? 'appending short data to core2' : 'appending long data to core3')
