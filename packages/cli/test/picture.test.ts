import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Happened, is, type Kind } from '@workshop/picture/events'
import { readRecording } from '@workshop/picture/recording'
import { ex, freePort, root } from './help.ts'

test('the picture sees what our answers to exercises 2, 3 and 4 do, and its recording can be played', async (t) => {
  const folder = await folderFor(t)
  const file = join(folder, 'what-happened.jsonl')
  const env = { WORKSHOP_LOCAL_PORT: String(await freePort()), WORKSHOP_STORAGE: folder }
  const run = (...args: string[]) => ex(t, root, env, ...args)
  const events = () => (existsSync(file) ? readRecording(readFileSync(file, 'utf8').replace(/[^\n]*$/, '')) : [])
  const sees = <K extends Kind>(
    who: string,
    what: K,
    fits: (event: Extract<Happened, { what: K }>) => boolean = () => true
  ) =>
    until(
      () =>
        events()
          .filter(is(what))
          .find((event) => event.who === who && fits(event)),
      `${who} ${what}`,
      events
    )

  const picture = run('picture', '--record', file)
  await picture.prints(/The picture: http:\/\/127\.0\.0\.1:\d+\//)
  await sees('the picture', 'has caught up')

  // Exercise 2: two peers meet, one types, one is killed.
  const peer = run('2', 'peer', '--solution')
  const [, topic = ''] = await peer.prints(/joined topic: (\S+)/)
  const other = run('2', 'peer', topic, '--solution')
  const [one, two] = [await sees('peer', 'meets'), await sees('peer 2', 'meets')]
  assert.equal(one.connection, two.connection)
  assert.deepEqual([one.with, two.with], ['peer 2', 'peer'])
  assert.notEqual(one.began, two.began)
  assert.equal((await sees('peer', 'joins a topic')).target, topic)
  await sees('peer', 'announces', ({ target, node }) => target === topic && /^node [1-4]$/.test(String(node)))
  peer.child.stdin.write('hello\n')
  await sees('peer', 'is typed into', ({ text }) => text === 'hello\n')
  await sees('peer 2', 'prints', ({ text }) => text.endsWith(': hello\n'))
  await sees('peer 2', 'receives', ({ connection, bytes = 0 }) => connection === two.connection && bytes >= 6)
  other.child.kill('SIGKILL')
  await sees('peer 2', 'loses', ({ connection, how }) => connection === two.connection && how === 'killed')
  await sees('peer 2', 'ends', ({ text }) => text === '')
  peer.child.kill('SIGINT')
  await sees('peer', 'unannounces', ({ target }) => target === topic)
  await sees('peer', 'ends', ({ text }) => text === '0')

  // Exercise 3: blocks are asked for, sent and received.
  const writer = run('3', 'writer', '--solution')
  const [, key = ''] = await writer.prints(/hypercore key: (\S+)/)
  const { core } = await sees('writer', 'opens a core', (event) => event.key === key && event.writable)
  writer.child.stdin.write('one\n')
  await sees('writer', 'appends', (event) => event.core === core && event.length === 1)
  const reader = run('3', 'reader', key, '--solution')
  await sees('reader', 'opens a core', (event) => event.core === core && !event.writable)
  await reader.prints(/Skipping/)
  writer.child.stdin.write('two\n')
  await sees('reader', 'prints', ({ text }) => /Block 1: two/.test(text))
  await sees('reader', 'asks for a block', ({ index, with: whom }) => index === 1 && whom === 'writer')
  await sees(
    'writer',
    'sends a block',
    ({ index, with: whom, bytes }) => index === 1 && whom === 'reader' && bytes === 3
  )
  await sees('reader', 'receives a block', (event) => event.index === 1 && event.core === core)
  for (const { child } of [writer, reader]) child.kill('SIGINT')
  await sees('writer', 'closes a core', (event) => event.core === core)
  await sees('reader', 'ends')

  // Exercise 4: three cores, by their names.
  const four = run('4', 'writer', '--solution')
  await four.prints(/main core key/)
  for (const label of ['main', 'core2', 'core3']) await sees('writer', 'opens a core', (event) => event.label === label)
  four.child.kill('SIGINT')
  assert.equal(await four.code, 0)

  picture.child.kill('SIGINT')
  assert.equal(await picture.code, 0)
  assert.deepEqual(
    events().filter(({ what }) => what === 'fails to tell' || what === 'leaves out'),
    []
  )

  const played = run('picture', file)
  const [, address = ''] = await played.prints(/(http:\S+)/)
  assert.match(await (await fetch(address)).text(), /<script/)
})

test('a recording that cannot be played is refused in a sentence', async (t) => {
  const file = join(await folderFor(t), 'a.jsonl')
  for (const [text, sentence] of [
    ['', /no recording of the picture/],
    ['{"p2p-workshop picture":99}\n', /version 99/],
    ['{"p2p-workshop picture":1}\nnonsense\n', /line 2 is no event/]
  ] as const) {
    writeFileSync(file, text)
    const run = ex(t, root, {}, 'picture', file)
    assert.equal(await run.code, 2, text)
    assert.match(run.errors, sentence)
  }
  const missing = ex(t, root, {}, 'picture', `${file}.not-there`)
  assert.equal(await missing.code, 2)
  assert.match(missing.errors, /cannot be read/)
})

test('a recording whose disk is full ends in a sentence, and the picture goes on', {
  skip: !existsSync('/dev/full') && 'this system has no disk that is always full'
}, async (t) => {
  const run = ex(t, root, { WORKSHOP_LOCAL_PORT: String(await freePort()) }, 'picture', '--record', '/dev/full')
  const [, address = ''] = await run.prints(/(http:\S+)/)
  await run.complains(/cannot be written any more: ENOSPC.*The page goes on/)
  await run.prints(/Ctrl-C ends it/)
  assert.match(await (await fetch(address)).text(), /<script/)
})

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-picture-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

async function until<T>(look: () => T | undefined, what: string, seen: () => Happened[]): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = look()
    if (found !== undefined) return found
    await delay(50)
  }
  throw new Error(
    `“${what}” did not come: ${seen()
      .map((event) => JSON.stringify(event))
      .join('\n')}`
  )
}
