// The verdict of exercise 4. The writer's store is read from the disk and over the network, the reader meets ours.
import { type Check, type Role, type Store, shorten, step } from '@workshop/checks'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'

const KEY = /^main core key:\s*([0-9a-f]{64})/m
const APPENDING = /^appending (?:short data to core2|long data to core3)/gm
const MANY = 50

interface Copies {
  main: Hypercore
  short: Hypercore
  long: Hypercore
}

const check: Check = (stage) => {
  const startWriter = async () => {
    const writer = await stage.start('writer.ts')
    stage.means(
      'Wait until all three cores are ready, then print `main core key:` and the key of the main one as 64 hex digits.'
    )
    const [, key] = await stage.prints(writer, KEY, '`main core key: <64 hex digits>`')
    return { writer, key: String(key) }
  }
  const writing = stage.scene(startWriter)

  /** Copies of ours of the cores behind a main key, over one connection. */
  async function copy(key: string): Promise<Copies & { ours: Store }> {
    const ours = await stage.store()
    const main = ours.cores.get(key)
    await main.ready()
    await ours.join(main.discoveryKey)
    stage.means(
      'Join a swarm on the discovery key of the main core, and call `store.replicate(socket)` for every connection.'
    )
    const block = await stage.until(
      () => main.get(0),
      () => 'My copy of the main core stayed empty.'
    )
    const [short, long] = keysIn(String(block)).map((key) => ours.cores.get(key)) as [Hypercore, Hypercore]
    for (const core of [short, long]) core.download({ start: 0, end: -1 })
    return { main, short, long, ours }
  }

  const copied = stage.scene(async () => {
    const { writer, key } = await startWriter()
    stage.did('I opened a copy of its main core, and of the two whose keys are in it.')
    return { writer, key, ...(await copy(key)) }
  })

  /** Waits until a copy ends with these lines. */
  async function endsWith(core: Hypercore, which: string, lines: string[]): Promise<void> {
    let last: string[] = []
    await stage.until(
      async () => {
        const start = Math.max(0, core.length - lines.length)
        if (core.length < lines.length || !(await core.has(start, core.length))) return false
        last = []
        for (let i = start; i < core.length; i++) last.push(String(await core.get(i)).replace(/\r?\n$/, ''))
        return last.join('\n') === lines.join('\n')
      },
      () =>
        `${which} has ${core.length} blocks at me, ${last.length ? `the last “${shorten(String(last.at(-1)))}”` : 'none of them whole'}.`
    )
  }

  /** A store of ours with a main core, two cores behind it and one that nobody is told of. */
  const library = stage.scene(async () => {
    const ours = await stage.store()
    const [main, short, long, hidden] = ['main', 'core2', 'core3', 'hidden'].map((name) =>
      ours.cores.get({ name })
    ) as [Hypercore, Hypercore, Hypercore, Hypercore]
    for (const core of [main, short, long, hidden]) await core.ready()
    const otherKeys = [short, long].map((core) => core.key.toString('hex'))
    await main.append(Buffer.from(JSON.stringify({ otherKeys })))
    await short.append(Buffer.from('abc'))
    await long.append([Buffer.from('written before'), Buffer.from('and this too')])
    await hidden.append(Buffer.from('hidden treasure'))
    return { ours, main, short, long, hidden, key: main.key.toString('hex') }
  })

  /** reader.ts, which came before our store, and has seen what was in it. */
  const reading = stage.scene(async () => {
    const all = await library()
    const reader = await stage.start('reader.ts', [all.key])
    stage.means('`main.get(0)` waits until the writer is there. If `main.has(0)` is false, say so first.')
    await stage.until(
      () => reader.output.trim() !== '' || reader.errors.trim() !== '',
      () => 'Nobody had the core yet, and reader.ts did not say that it waits.'
    )
    stage.did('It waited. Then I came, with a main core and two others behind it, in which there were 3 blocks.')
    stage.means('Get both cores by their keys, `store.get(key)`, replicate the store, and read each from block 0 on.')
    await all.ours.join(all.main.discoveryKey)
    await shows(reader, all.short, 0, ['abc'])
    await shows(reader, all.long, 0, ['written before', 'and this too'])
    return { ...all, reader }
  })

  /** Waits until a reader has printed these blocks of a core, each once and in order. */
  async function shows(reader: Role, core: Hypercore, start: number, lines: string[]): Promise<void> {
    const key = core.key.toString('hex')
    const line = (i: number) => `Block ${start + i} in Core ${key}: ${lines[i]}`
    const last = line(lines.length - 1)
    await stage.prints(reader, new RegExp(`^${last}$`, 'm'), `“${shorten(last)}”`)
    const blocks = reader.output.split('\n').filter((text) => text.includes(`in Core ${key}`))
    const printed = blocks.slice(start, start + lines.length)
    const wrong = lines.findIndex((_, i) => printed[i] !== line(i))
    stage.expect(
      wrong === -1,
      `It printed “${shorten(String(printed[wrong]))}” where “${shorten(line(wrong))}” was due.`
    )
    stage.expect(
      blocks.length === start + lines.length,
      `It printed ${blocks.length} blocks of that core, and there were ${start + lines.length}.`
    )
  }

  return [
    step('three cores in one store, the key of the main one is printed', async () => {
      await writing()
    }),

    step('block 0 of the main core holds the other keys, before it is printed', async () => {
      const { writer, key } = await writing()
      await writer.kill()
      const folder = await stage.storage()
      stage.did('Then I looked into its folder.')
      stage.means(
        '`await main.append({ otherKeys: [<hex>, <hex>] })` when the main core is empty, and print the key only then.'
      )
      stage.expect(folder !== undefined, 'There was no store. (`storage("writer")` gives the folder for it.)')
      const store = new Corestore(String(folder))
      try {
        const main = store.get(key)
        await main.ready()
        stage.expect(main.length === 1, `The main core had ${main.length} blocks.`)
        const block = String(await main.get(0))
        const keys = keysIn(block).filter((other) => other !== key)
        stage.expect(
          keys.length === 2,
          `Block 0 was “${shorten(block)}”: there are ${keys.length} other keys in it, as 64 hex digits.`
        )
        for (const other of keys) {
          const core = store.get(other)
          await core.ready()
          stage.expect(core.writable, `${shorten(other)} is no core of this store.`)
        }
      } finally {
        await store.close()
      }
    }),

    step('short lines go to core 2, long ones to core 3', async () => {
      const { writer } = await startWriter()
      stage.means(
        'Short is fewer than 5 characters. Print `appending short data to core2` or `appending long data to core3` for each line.'
      )
      for (const [i, line] of ['asdasd', 'as', 'four', 'fives'].entries()) {
        writer.type(line)
        const said = await stage.until(
          () => [...writer.output.matchAll(APPENDING)][i],
          () => 'It did not print which core that goes to.'
        )
        const right = line.length < 5 ? 'appending short data to core2' : 'appending long data to core3'
        stage.expect(said[0] === right, `For “${line}” it printed \`${said[0]}\`.`)
      }
      await writer.interrupt()
      await stage.ends(writer)
    }),

    step('one replication per connection carries all cores', async () => {
      const { writer, short, long, ours } = await copied()
      stage.means(
        '`store.replicate(socket)` carries all cores over one connection. Append each line to the core that you name for it: one line is one block of one core, however many come at once.'
      )
      writer.type('tiny')
      writer.type('rather long')
      await endsWith(short, 'The first core behind the main one', ['tiny'])
      await endsWith(long, 'The second core behind the main one', ['rather long'])
      const burst = Array.from({ length: MANY }, (_, i) => (i % 2 ? `s${i}` : `long line ${i}`))
      writer.paste(burst)
      await endsWith(
        short,
        'The first core',
        burst.filter((line) => line.length < 5)
      )
      await endsWith(
        long,
        'The second core',
        burst.filter((line) => line.length >= 5)
      )
      stage.expect(ours.swarm.connections.size === 1, `There were ${ours.swarm.connections.size} connections.`)
    }),

    step('the reader learns the other keys from block 0, and prints both logs', async () => {
      const { reader, short, long } = await reading()
      const news = Array.from({ length: MANY }, (_, i) => `n${i}`)
      const longNews = news.map((line) => `a long ${line}`)
      stage.did(`I appended ${MANY} blocks to each of them at once.`)
      await Promise.all([short.append(news.map(bytes)), long.append(longNews.map(bytes))])
      stage.means('Follow both cores at the same time: a live read stream for each.')
      await shows(reader, short, 1, news)
      await shows(reader, long, 2, longNews)

      const { writer, key, short: theirShort } = await copied()
      const theirs = await stage.start('reader.ts', [key, 'reader-of-the-writer'], 'a reader.ts for writer.ts')
      stage.means('Both work with my programs, but not with each other.')
      writer.type('you')
      await endsWith(theirShort, 'The first core', ['you'])
      const line = `Block ${theirShort.length - 1} in Core ${theirShort.key.toString('hex')}: you`
      await stage.prints(theirs, new RegExp(`^${line}$`, 'm'), `“${shorten(line)}”`)
    }),

    step('restart of either', async () => {
      const { writer, key, main, short } = await copied()
      writer.type('one')
      await endsWith(short, 'The first core', ['one'])
      await writer.interrupt()
      stage.means('Leave the swarm in `goodbye`, and set it before you wait for lines.')
      await stage.ends(writer)
      const { writer: second, key: secondKey } = await startWriter()
      stage.means('Give the store the same folder every time, and append the keys only when the main core is empty.')
      stage.expect(secondKey === key, 'The key of the main core was another one than before.')
      second.type('two')
      await endsWith(short, 'The first core', ['one', 'two'])
      stage.expect(main.length === 1, `The main core now had ${main.length} blocks.`)

      const { reader, short: ourShort, long: ourLong, ours, key: ourKey } = await reading()
      stage.did('I went away.')
      await ours.leave()
      await reader.interrupt()
      stage.means('Leave the swarm in `goodbye`, and set it before you wait for anything.')
      await stage.ends(reader)
      const restarted = await stage.start('reader.ts', [ourKey])
      stage.means('Give the store of the reader a folder that stays, too; what it has it shows without anybody.')
      for (const core of [ourShort, ourLong]) {
        const lines = await Promise.all(Array.from({ length: core.length }, async (_, i) => String(await core.get(i))))
        await shows(restarted, core, 0, lines)
      }
    }),

    step('a reader has what it knows the key of, whoever brings it', async () => {
      const all = await library()
      const theirs = await stage.start('reader.ts', [all.key, 'reader-of-the-mirrors'], 'a reader.ts')
      stage.did('Two mirrors came, one with the main core and one of the others, the second with the rest.')
      stage.means('Replicate the store with everybody who comes: each may have something else.')
      for (const keys of [
        [all.main.key, all.short.key],
        [all.main.key, all.long.key]
      ]) {
        const mirror = await stage.store()
        for (const key of keys) mirror.cores.get(key).download({ start: 0, end: -1 })
        const line = all.ours.cores.replicate(true)
        line.pipe(mirror.cores.replicate(false)).pipe(line)
        await mirror.join(all.main.discoveryKey)
        const last = keys[1] === all.short.key ? all.short : all.long
        const block = String(await last.get(last.length - 1))
        const shown = new RegExp(`^Block ${last.length - 1} in Core ${last.key.toString('hex')}: ${block}\\r?$`, 'm')
        await stage.prints(theirs, shown, `the last block of ${shorten(last.key.toString('hex'))}`)
      }
      stage.did('My store has one more core, called “hidden”, whose key is nowhere.')
      stage.means('Open what you want by its key. A name of somebody else’s store leads nowhere.')
      stage.expect(theirs.count('hidden treasure') === 0, 'It printed a block of it.')
      stage.expect(all.hidden.peers.length === 0, 'Somebody replicated it.')
    }),

    step('a key that is none gets a sentence', async () => {
      stage.means('`readKey` answers for what is no key, and ends the program with a code that is not 0.')
      await stage.refuses('reader.ts', [[], ['0123456789'], ['hello']])
    })
  ]
}

export default check

const bytes = (text: string) => Buffer.from(text)

/** The keys, as 64 hex digits, that stand in a text; each once. */
const keysIn = (text: string) => [...new Set(text.match(/[0-9a-f]{64}/g))]
