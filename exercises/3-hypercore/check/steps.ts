// The verdict of exercise 3. The writer meets a copy of ours, the reader a log of ours, and then they meet each other.
import { type Check, forge, type Role, shorten, step } from '@workshop/checks'
import type Hypercore from 'hypercore'

const KEY = /^hypercore key:\s*([0-9a-f]{64})/m
const SKIPPING = /^Skipping (\d+) earlier blocks\.\.\./m
const MANY = 50

const check: Check = (stage) => {
  const startWriter = async () => {
    const writer = await stage.start('writer.ts')
    stage.means('Open the core, wait for `core.ready()`, and print `hypercore key:` and `core.key` as 64 hex digits.')
    const [, key] = await stage.prints(writer, KEY, '`hypercore key: <64 hex digits>`')
    return { writer, key: String(key) }
  }
  const writing = stage.scene(startWriter)

  /** A copy of ours of the core of writer.ts. */
  async function copyOf(key: string): Promise<{ copy: Hypercore; leave(): Promise<void> }> {
    const { cores, join, leave } = await stage.store()
    const copy = cores.get(key)
    await copy.ready()
    copy.download({ start: 0, end: -1 })
    await join(copy.discoveryKey)
    return { copy, leave }
  }

  const copied = stage.scene(async () => {
    const { writer, key } = await writing()
    stage.did('I opened a copy of its core.')
    return { writer, key, ...(await copyOf(key)) }
  })

  /** A log of ours with two blocks, and reader.ts on it. */
  const reading = stage.scene(async () => {
    const { cores, join, leave } = await stage.store()
    const log = cores.get({ name: 'log' })
    await log.append([Buffer.from('written before'), Buffer.from('and this too')])
    await join(log.discoveryKey)
    const key = log.key.toString('hex')
    stage.did('I wrote a log with 2 blocks.')
    return { log, leave, key, reader: await stage.start('reader.ts', [key]) }
  })

  /** The same, when reader.ts has had the time to fetch all blocks and our log has gone away. */
  const orphaned = stage.scene(async () => {
    const scene = await reading()
    await skips(scene.reader, 2)
    const fetched = () =>
      scene.log.peers.some(({ remoteContiguousLength }) => remoteContiguousLength >= scene.log.length)
    await stage.until(fetched, () => '').catch(() => {}) // it is judged by what it has when we are away
    stage.did('I went away.')
    await scene.leave()
    return scene
  })

  const skips = async (reader: Role, count: number) => {
    const [, said] = await stage.prints(reader, SKIPPING, '`Skipping <N> earlier blocks...`')
    stage.expect(Number(said) === count, `It printed “Skipping ${said} earlier blocks...”, and not ${count}.`)
  }

  const has = (copy: Hypercore, length: number) =>
    stage.until(
      () => copy.contiguousLength >= length,
      () => `My copy has ${copy.contiguousLength} of ${length} blocks.`
    )

  const text = async (copy: Hypercore, index: number) => String(await copy.get(index)).replace(/\r?\n$/, '')

  /** Expects the blocks of a copy from an index on. */
  async function holds(copy: Hypercore, start: number, lines: string[]): Promise<void> {
    await has(copy, start + lines.length)
    for (const [i, line] of lines.entries()) {
      const block = await text(copy, start + i)
      stage.expect(block === line, `Block ${start + i} is “${shorten(block)}”, and not “${shorten(line)}”.`)
    }
  }

  return [
    step('the writer prints the key of its core', async () => {
      await writing()
    }),

    step('a typed line becomes a block', async () => {
      const { writer, copy } = await copied()
      stage.means(
        'Join a swarm on `core.discoveryKey`, call `core.replicate(socket)` for every connection, and append each line.'
      )
      writer.type('alpha, with an umlaut ü and a 🌍')
      await holds(copy, 0, ['alpha, with an umlaut ü and a 🌍'])
    }),

    step('the reader knows how many blocks there are before it says so', async () => {
      const { reader } = await reading()
      stage.means(
        '`core.update()` returns at once when nobody is connected yet. Open `core.findingPeers()` before it, and close that when `swarm.flush()` is done.'
      )
      await skips(reader, 2)
    }),

    step('new blocks arrive while both run, fifty at once too', async () => {
      const { reader, log } = await reading()
      await skips(reader, 2)
      const lines = Array.from({ length: MANY }, (_, i) => `news number ${i + 2}`)
      stage.did(`I appended ${MANY} blocks at once.`)
      stage.means(
        '`append` events are fewer than blocks: read on until `core.length`, or take a live read stream from the length that you printed.'
      )
      await log.append(lines.map((line) => Buffer.from(line)))
      await stage.prints(
        reader,
        new RegExp(`^Block ${MANY + 1}: news number ${MANY + 1}$`, 'm'),
        `“Block ${MANY + 1}: news number ${MANY + 1}”`
      )
      const printed = [...reader.output.matchAll(/^Block (\d+): (.*)$/gm)].map(([, index, data]) => `${index} ${data}`)
      const right = lines.map((line, i) => `${i + 2} ${line}`)
      const wrong = right.findIndex((line, i) => printed[i] !== line)
      stage.expect(
        wrong === -1 && printed.length === right.length,
        `It printed ${printed.length} blocks${wrong === -1 ? '' : `, and “${printed[wrong]}” where “${right[wrong]}” was due`}.`
      )

      const { writer, key, copy } = await copied()
      const before = copy.length
      const paste = [
        ...Array.from({ length: MANY }, (_, i) => `line ${i} of the paste`),
        'a long one '.repeat(9_000).trim()
      ]
      stage.means(
        'One line is one block, however many come at once: `for await (const line of lines())`, and wait for each append.'
      )
      writer.paste(paste)
      await holds(copy, before, paste)

      const theirs = await stage.start('reader.ts', [key, 'reader-of-the-writer'], 'a reader.ts for writer.ts')
      stage.means('Both work with my programs, but not with each other.')
      await skips(theirs, copy.length)
      writer.type('for you')
      await stage.prints(
        theirs,
        new RegExp(`^Block ${before + paste.length}: for you$`, 'm'),
        `“Block ${before + paste.length}: for you”`
      )
    }),

    step('the writer restarts: same key, same blocks, next index', async () => {
      const { writer, key, copy, leave } = await copied()
      const before = copy.length
      writer.type('before the restart')
      await holds(copy, before, ['before the restart'])
      await writer.interrupt()
      stage.means('Leave the swarm in `goodbye`, and set it before you wait for lines.')
      await stage.ends(writer)
      const { writer: second, key: secondKey } = await startWriter()
      stage.means('A core lives in its folder: give Hypercore the same folder every time, `storage("writer")`.')
      stage.expect(secondKey === key, 'The key of its core was another one than before.')
      second.type('after the restart')
      await holds(copy, before + 1, ['after the restart'])

      const burst = Array.from({ length: 500 }, (_, i) => `burst ${i}`)
      second.paste(burst)
      await has(copy, before + 3)
      await second.kill()
      const { writer: third, key: thirdKey } = await startWriter()
      stage.expect(thirdKey === key, 'The key of its core was another one after the kill.')
      third.type('after the kill')
      // From the writer alone: the first copy waits 15 seconds for the dead, and would hide what was lost.
      await leave()
      const { copy: fresh } = await copyOf(key)
      stage.means('What has reached a copy must still be in the core after a crash: wait for each append.')
      await stage.until(
        async () =>
          (await fresh.has(0, Math.max(1, fresh.length))) && (await text(fresh, fresh.length - 1)) === 'after the kill',
        () =>
          `Of the core after the kill ${fresh.contiguousLength} of ${fresh.length} blocks reached me, without that line.`
      )
      const received = copy.contiguousLength
      stage.expect(fresh.length > received, `Of ${received} blocks that had reached me, ${fresh.length - 1} were left.`)
      for (let i = before + 2; i < fresh.length - 1; i++) {
        stage.expect(
          (await text(fresh, i)) === burst[i - before - 2],
          `After the kill block ${i} is “${await text(fresh, i)}”.`
        )
      }
      await third.end()
    }),

    step('the reader restarts with the writer away: it still has its blocks', async () => {
      const orphan = await orphaned()
      await orphan.reader.interrupt()
      await stage.ends(orphan.reader)
      stage.means(
        'Give the copy a folder that stays, `storage("reader")`; and end `findingPeers` when `swarm.flush()` is done, or it waits for ever.'
      )
      orphan.reader = await stage.start('reader.ts', [orphan.key])
      await skips(orphan.reader, orphan.log.length)
    }),

    step('a second reader gets everything from the first while the writer is away', async () => {
      const { log, key } = await orphaned()
      stage.did('I opened a second copy elsewhere.')
      const { copy } = await copyOf(key)
      stage.means(
        'A copy holds only what was asked for: `core.download({ start: 0, end: -1 })` fetches all blocks. And replicate with every peer, not only with the writer.'
      )
      await has(copy, log.length)
      stage.expect((await text(copy, 0)) === 'written before', 'Block 0 is not what I wrote.')

      // Why blocks may come from anybody: who lies is not believed.
      const [writer, liar, honest] = [await stage.store(), await stage.store(), await stage.store()]
      const truth = writer.cores.get({ name: 'truth' })
      await truth.append(Buffer.from('an old truth'))
      await writer.join(truth.discoveryKey)
      const victim = await stage.start('reader.ts', [truth.key.toString('hex'), 'victim'], 'another reader.ts')
      await skips(victim, 1)
      await writer.leave()
      await truth.append(Buffer.from('a new truth'))
      const copies = [liar.cores.get(truth.key), honest.cores.get(truth.key)]
      for (const [i, { cores }] of [liar, honest].entries()) {
        const line = writer.cores.replicate(true)
        line.pipe(cores.replicate(false)).pipe(line)
        await copies[i]?.get(1)
      }
      const lies = forge(copies[0] as Hypercore, 'a forged truth')
      stage.did('I sent it a forged block from one peer of mine, and then the true one from another.')
      stage.means('Replicate with every peer, and print what the core gives you: it checks each block.')
      await liar.join(truth.discoveryKey)
      await stage.until(
        () => lies() > 0,
        () => 'It did not ask for the block that was new.'
      )
      await honest.join(truth.discoveryKey)
      await stage.prints(victim, /^Block 1: a new truth$/m, '“Block 1: a new truth”')
      stage.expect(victim.count('forged') === 0, 'It printed the forged block.')
    }),

    step('a key that is none, and a folder that is taken', async () => {
      stage.means('`readKey` answers for what is no key, and ends the program with a code that is not 0.')
      await stage.refuses('reader.ts', [[], ['0123456789'], ['hello']])
      const { writer, key } = await startWriter()
      const { copy } = await copyOf(key)
      const second = await stage.start('writer.ts', [], 'a second writer.ts')
      stage.means(
        '`await core.ready()` fails when another program has the folder: let it fail, or say so, but do not hide it.'
      )
      const { code } = await stage.ends(second)
      stage.expect(code !== 0, 'The second writer.ts ended with exit code 0, as if all were well.')
      stage.means('The second writer must not disturb the first.')
      writer.type('still writing')
      await stage.until(
        async () => copy.contiguousLength > 0 && (await text(copy, copy.length - 1)) === 'still writing',
        () => `My copy of the first has ${copy.contiguousLength} blocks, without the line.`
      )
    })
  ]
}

export default check
