// The verdict of exercise 5. All peers of ours replicate in full, with pump, as the exercise asks for.
import { join } from 'node:path'
import { type Check, lookAround, type Role, shorten, step } from '@workshop/checks'
import Hypercore from 'hypercore'
import DHT from 'hyperdht'
import pump from 'pump'

const TEARS = 100
const AT_ONCE = 10

const check: Check = (stage) => {
  let folders = 0

  /** A core of ours in a folder of its own: a log, or with a key a copy. */
  async function open(key?: Buffer): Promise<Hypercore<unknown>> {
    const core = new Hypercore<unknown>(join(await stage.folder(), `ours-${++folders}`), key ?? null, {
      valueEncoding: 'json'
    })
    await core.ready()
    stage.after(() => core.close())
    if (key) core.download({ start: 0, end: -1 })
    return core
  }

  /** Replicates a core of ours under its discovery key. `met` counts the connections so far, also those that broke. */
  async function share(core: Hypercore<unknown>, options: { server: boolean; client: boolean }) {
    const swarm = await stage.swarm()
    const sharing = { swarm, met: 0 }
    swarm.on('connection', (socket, peer) => {
      sharing.met++
      pump(socket, core.replicate(peer.client), socket)
    })
    const discovery = swarm.join(core.discoveryKey, options)
    await discovery.flushed()
    lookAround(discovery)
    return sharing
  }

  const startChat = async (nickname: string) => {
    const chat = await stage.start('chat.ts', [nickname])
    chat.type('hello from the keyboard')
    stage.means(
      'Append an entry for each line, and print the log from a live read stream: `<timestamp> nickname: text`.'
    )
    await stage.prints(
      chat,
      /^<[^<>\n]+> [^\n:]+: hello from the keyboard\r?$/m,
      '“<timestamp> nickname: hello from the keyboard”'
    )
    return chat
  }
  const chatting = stage.scene(() => startChat('ana'))

  /** chat.ts and the two keys that it prints. */
  const published = stage.scene(async () => {
    const chat = await startChat('ben')
    stage.means('Print `core.key` and `core.discoveryKey`, both as 64 hex digits.')
    const keys = await stage.until(
      () => {
        const hexes = [...new Set(chat.output.match(/\b[0-9a-f]{64}\b/g))].map((hex) => Buffer.from(hex, 'hex'))
        const key = hexes.find((key) => hexes.some((other) => other.equals(Hypercore.discoveryKey(key))))
        return key && { key, discoveryKey: Hypercore.discoveryKey(key) }
      },
      () => 'Among what it printed there are no two keys of which one is the discovery key of the other.'
    )
    return { chat, ...keys }
  })

  /** Two copies of ours of the log of chat.ts: one that it finds when it starts, and one that finds it. */
  const copied = stage.scene(async () => {
    const scene = await published()
    const found = await open(scene.key)
    const waiting = await share(found, { server: true, client: false })
    stage.did('I announced a copy of its log.')
    await scene.chat.interrupt()
    await stage.ends(scene.chat)
    scene.chat = await stage.start('chat.ts', ['ben'])
    stage.means(
      '`pump(socket, core.replicate(isInitiator), socket)` for every connection, where isInitiator is `client` of the peer info: true on the side that connected.'
    )
    await replicates(found, waiting, 'that you came to')
    await waiting.swarm.destroy()

    const finding = await open(scene.key)
    stage.did('I opened another copy, that looked for yours.')
    await replicates(finding, await share(finding, { server: false, client: true }), 'that came to you')
    return scene
  })

  async function replicates(copy: Hypercore<unknown>, sharing: { met: number }, which: string): Promise<void> {
    await stage.until(
      () => sharing.met > 0,
      () => `Nobody met my copy ${which}.`
    )
    await stage.until(
      () => copy.contiguousLength > 0,
      () => `My copy ${which} stayed empty.`
    )
  }

  const entry = (text: string, timestamp = new Date(2026, 0, 31).toISOString()) => ({
    type: 'chat-message',
    nickname: 'ours',
    text,
    timestamp
  })

  /** viewer.ts, which has seen a log of ours with two messages. */
  const viewing = stage.scene(async () => {
    const log = await open()
    await log.append([entry('an old message'), { type: 'reaction', to: 0 }, 'a stray text', 42, entry('and another')])
    const { swarm } = await share(log, { server: true, client: true })
    const key = log.key.toString('hex')
    stage.did('I wrote a log with 2 messages and 3 entries of another shape.')
    const viewer = await stage.start('viewer.ts', [key])
    stage.means(
      'Join on the discovery key, replicate with `pump`, and print all that a live read stream of the copy gives.'
    )
    await stage.prints(viewer, /\(New peer connected!\)/, '`(New peer connected!)`')
    await shows(viewer, ['an old message', 'and another'])
    return { viewer, log, swarm, key }
  })

  /** Waits until a role has printed these messages of ours, each once and in order, and nothing undefined. */
  async function shows(role: Role, texts: string[]): Promise<void> {
    const lines = texts.map((text) => `<${entry(text).timestamp}> ours: ${text}`)
    const last = String(lines.at(-1))
    await stage.prints(role, new RegExp(`^${last}\\r?$`, 'm'), `“${last}”`)
    let position = -1
    for (const line of lines) {
      const next = role.output.indexOf(line)
      stage.expect(
        next > position && role.count(line) === 1,
        `It printed “${line}” ${role.count(line)} times, or not in its place.`
      )
      position = next
    }
    const odd = role.output.split('\n').find((line) => /undefined|\[object|reaction|stray/.test(line))
    stage.expect(odd === undefined, `It printed “${shorten(String(odd))}”, which is no chat message.`)
  }

  return [
    step('typed lines come back from the log, formatted', async () => {
      const chat = await chatting()
      const lines = Array.from({ length: 50 }, (_, i) => `pasted ${String(i).padStart(2, '0')}`)
      stage.means('One line is one entry, however many come at once: `for await (const line of lines())`.')
      chat.paste(lines)
      await stage.prints(chat, /: pasted 49\r?$/m, '“<timestamp> nickname: pasted 49”')
      for (const line of lines)
        stage.expect(chat.count(`: ${line}`) === 1, `It printed “${line}” ${chat.count(line)} times.`)
    }),

    step('entries of another shape are skipped', async () => {
      const chat = await chatting()
      await chat.kill()
      const folder = await stage.storage()
      stage.expect(folder !== undefined, 'chat.ts kept no log. (`storage("chat")` gives the folder for it.)')
      stage.did('I put entries of another shape behind it in its log.')
      const log = new Hypercore<unknown>(String(folder), { valueEncoding: 'json' })
      try {
        await log.append([{ type: 'reaction', to: 0 }, 'a stray text', 42, entry('the last one')])
      } finally {
        await log.close()
      }
      const again = await stage.start('chat.ts', ['ana'])
      stage.means('Print an entry only when its type is `chat-message`; everything else is not yours to print.')
      await shows(again, ['the last one'])
      stage.expect(again.count('hello from the keyboard') === 1, 'The line of before was not there any more.')
      await again.end()
    }),

    step('both keys are printed; the topic is the discovery key', async () => {
      const { key, discoveryKey } = await published()
      const dht = await stage.dht()
      const announced = async (topic: Buffer) => {
        for await (const { peers } of dht.lookup(topic)) if (peers.length > 0) return true
        return false
      }
      stage.did('I looked up who is announced under each of them.')
      stage.means('Join a swarm on `core.discoveryKey`. What you join on is public, and whoever has the key can read.')
      await stage.until(
        () => announced(discoveryKey),
        () => 'Nobody was announced under the discovery key.'
      )
      stage.expect(!(await announced(key)), 'It was announced under the public key too: now strangers may read.')
    }),

    step('one side initiates, the other does not', async () => {
      await copied()
    }),

    step('the viewer prints the whole log, then follows live, each entry once', async () => {
      const { viewer, log } = await viewing()
      const news = Array.from({ length: 50 }, (_, i) => `news ${String(i).padStart(2, '0')}`)
      stage.did('I appended 50 messages at once.')
      stage.means('`createReadStream({ live: true })` waits for what is added, and gives every entry once.')
      await log.append(news.map((text) => entry(text)))
      await shows(viewer, ['an old message', 'and another', ...news])

      const { chat, key } = await published()
      const theirs = await stage.start(
        'viewer.ts',
        [key.toString('hex'), 'viewer-of-the-chat'],
        'a viewer.ts for chat.ts'
      )
      stage.means(
        'Both work with my programs, but not with each other: does only one of them say that it is the initiator?'
      )
      chat.type('for the viewer')
      await stage.prints(theirs, /: for the viewer\r?$/m, '“<timestamp> nickname: for the viewer”')
      await theirs.end()
    }),

    step('a torn connection ends both streams, and the next peer is served', async () => {
      const { chat, key } = await published()
      const copy = await open(key)
      const { swarm } = await share(copy, { server: false, client: true })
      const [socket] = await stage.until(
        () => swarm.connections.size > 0 && [...swarm.connections],
        () => 'Nobody met my copy.'
      )
      const remote = (socket as { remotePublicKey: Buffer }).remotePublicKey
      stage.did(`I connected ${TEARS} times and tore each connection in the middle of the replication.`)
      stage.means(
        '`pump` destroys all its streams when one breaks. With `pipe` they stay open, and the `error` of the socket ends the program.'
      )
      for (let i = 0; i < TEARS; i += AT_ONCE) {
        const tears = Array.from({ length: AT_ONCE }, () => tear(remote, copy))
        await Promise.all(tears)
      }
      const next = await open(key)
      await share(next, { server: false, client: true })
      chat.type('still here')
      await stage.until(
        async () => next.length > 0 && JSON.stringify(await next.get(next.length - 1)).includes('still here'),
        () => `My next copy has ${next.contiguousLength} entries, without the line that I typed.`
      )
      stage.expect(
        !/MaxListenersExceeded/.test(chat.errors),
        'chat.ts adds a listener for every connection and never takes it away.'
      )
    }),

    step('the viewer alone, offline, shows its copy', async () => {
      const { viewer, swarm, key } = await viewing()
      await viewer.interrupt()
      stage.means('Leave the swarm in `goodbye`, and set it before you wait for the log.')
      await stage.ends(viewer)
      stage.did('I went away.')
      await swarm.destroy()
      const alone = await stage.start('viewer.ts', [key])
      stage.means(
        'Give the copy a folder that stays, `storage("viewer")`, and do not wait for a peer before you print.'
      )
      await shows(alone, ['an old message', 'and another'])
      await alone.end()
    }),

    step('two viewers: the second from the first', async () => {
      const { swarm, log, key } = await viewing()
      await swarm.destroy()
      const viewer = await stage.start('viewer.ts', [key])
      const copy = await open(log.key)
      await share(copy, { server: false, client: true })
      stage.did('I went away, and opened another copy, that looks for yours.')
      stage.means('A viewer announces itself too, and replicates with everybody: `swarm.join(topic)` does both.')
      await stage.until(
        () => copy.contiguousLength === log.length,
        () => `My copy has ${copy.contiguousLength} of ${log.length} entries.`
      )
      await viewer.end()
    }),

    step('a key that is none gets a sentence', async () => {
      stage.means('`readKey` answers for what is no key, and ends the program with a code that is not 0.')
      await stage.refuses('viewer.ts', [[], ['0123456789'], ['hello']])
    })
  ]

  /** Connects to a peer as somebody new, and breaks the connection when its replication has begun to speak. */
  async function tear(remote: Buffer, copy: Hypercore<unknown>): Promise<void> {
    const dht = await stage.dht()
    const socket = dht.connect(remote, { keyPair: DHT.keyPair() })
    socket.on('error', () => {})
    await socket.opened
    const spoke = new Promise<void>((resolve) => {
      socket.once('data', () => resolve())
      socket.once('close', () => resolve())
    })
    pump(socket, copy.replicate(true), socket)
    await spoke
    socket.destroy()
    await dht.destroy()
  }
}

export default check
