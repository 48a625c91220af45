// The verdict of exercise 2. Its peers meet peers of ours that only announce, or only look, so that each half is seen.
import { randomBytes } from 'node:crypto'
import { type Check, Ear, type Role, shorten, step } from '@workshop/checks'
import type DHT from 'hyperdht'

const JOINED = /^joined topic:\s*([0-9a-f]{64})/m
const CONNECTED = /^\* got a connection from:\s*([0-9a-f]{64})\s*\*/m
/** A learner may look again as seldom as every ten seconds. */
const UNTIL_LOOKED_AGAIN = 25_000

const check: Check = (stage) => {
  /** Starts a peer and waits until it has joined; without a topic it makes one. */
  async function join(topic?: Buffer, as?: string): Promise<{ peer: Role; topic: Buffer }> {
    const peer = await stage.start('peer.ts', topic ? [topic.toString('hex')] : [], as)
    stage.means('`await swarm.join(topic).flushed()`, then print `joined topic:` and the topic as 64 hex digits.')
    const [, hex] = await stage.prints(peer, JOINED, '`joined topic: <64 hex digits>`')
    return { peer, topic: Buffer.from(String(hex), 'hex') }
  }

  /** Who is announced under a topic, as keys in hex. */
  async function announced(dht: DHT, topic: Buffer): Promise<string[]> {
    const keys = new Set<string>()
    for await (const { peers } of dht.lookup(topic)) for (const peer of peers) keys.add(peer.publicKey.toString('hex'))
    return [...keys]
  }

  /** A peer of ours; `ears` are its connections by the key of the other side. */
  async function ours(topic: Buffer, options: { server: boolean; client: boolean }) {
    const swarm = await stage.swarm()
    const ears = new Map<string, Ear>()
    swarm.on('connection', (socket) => ears.set(socket.remotePublicKey.toString('hex'), new Ear(socket)))
    await swarm.join(topic, options).flushed()
    return { swarm, ears, name: swarm.keyPair.publicKey.toString('hex') }
  }

  /** peer.ts and two peers of ours on one topic; `name` is the key of peer.ts. */
  const room = stage.scene(async () => {
    const { peer, topic } = await join(randomBytes(32))
    stage.did('I joined its topic with two peers of mine.')
    stage.means('Create the swarm on `new DHT(network())`, and join the topic with `swarm.join(topic)`.')
    const all = [
      await ours(topic, { server: false, client: true }),
      await ours(topic, { server: false, client: true })
    ] as const
    const found = all.map(({ ears }, i) =>
      stage.until(
        () => [...ears][0],
        () => `My ${i === 0 ? 'first' : 'second'} peer met nobody.`
      )
    )
    const [[name, first], [, second]] = (await Promise.all(found)) as [[string, Ear], [string, Ear]]
    return { peer, topic, name, ears: [first, second] as const, names: all.map(({ name }) => name) as [string, string] }
  })

  const greets = (peer: Role, name: string) =>
    stage.prints(
      peer,
      new RegExp(`^\\* got a connection from:\\s*${name}\\s*\\*`, 'm'),
      `\`* got a connection from: ${shorten(name)} *\``
    )

  return [
    step('a peer makes a topic and joins it', async () => {
      const { topic } = await join()
      const dht = await stage.dht()
      stage.did('I looked up who is announced under that topic.')
      stage.means('Join the very topic that you print, on a swarm made with `new DHT(network())`.')
      await stage.until(
        async () => (await announced(dht, topic)).length > 0,
        () => 'Nobody was.'
      )
    }),

    step('it joins the topic it is given', async () => {
      const given = randomBytes(32)
      const { topic } = await join(given)
      stage.means('The topic is the first argument: `readKey(process.argv[2], …)`.')
      stage.expect(topic.equals(given), `It joined another topic: ${shorten(topic.toString('hex'))}.`)
      const dht = await stage.dht()
      stage.did('I looked up who is announced under that topic.')
      await stage.until(
        async () => (await announced(dht, given)).length > 0,
        () => 'Nobody was, although peer.ts printed it.'
      )
    }),

    step('two peers find each other, whoever starts first', async () => {
      const topic = randomBytes(32)
      const { peer } = await join(topic)
      const dht = await stage.dht()
      await stage.until(
        async () => (await announced(dht, topic)).length > 0,
        () => 'It announced nothing.'
      )
      stage.did('When it had joined, I announced a peer of mine that does not look for others.')
      stage.means(
        'peer.ts looked only once, before I was there. Call `discovery.refresh()` until somebody is connected.'
      )
      const late = await ours(topic, { server: true, client: false })
      await stage.until(
        () => late.ears.size > 0,
        () => 'peer.ts never came.',
        { patience: UNTIL_LOOKED_AGAIN }
      )
      stage.means(
        'Print `* got a connection from: <hex> *` in the `connection` event of the swarm, with `socket.remotePublicKey`.'
      )
      await greets(peer, late.name)

      const together = randomBytes(32)
      stage.means('Each must announce itself and look for others; `swarm.join(topic)` does both.')
      const names = ['a peer.ts', 'another peer.ts']
      const pair = await Promise.all(names.map((as) => stage.start('peer.ts', [together.toString('hex')], as)))
      stage.did('Both at the same instant, on a new topic.')
      for (const one of pair) {
        await stage.prints(one, CONNECTED, '`* got a connection from: <64 hex digits> *`', {
          patience: UNTIL_LOOKED_AGAIN
        })
        await stage.prints(one, JOINED, '`joined topic: <64 hex digits>`')
      }
    }),

    step('a typed line reaches every peer', async () => {
      const { peer, ears, names } = await room()
      stage.means('Write what comes from `process.stdin` to every socket in `swarm.connections`.')
      peer.type('hello everybody')
      await stage.hears(ears[0], 'hello everybody', 'My first peer')
      await stage.hears(ears[1], 'hello everybody', 'My second peer')
      stage.means('Print `<hex>: <text>` for what comes in, where `<hex>` is the public key of the peer that sent it.')
      for (const [i, ear] of ears.entries()) {
        const name = String(names[i])
        stage.did(`I sent “hello from ${i + 1}” from my ${i === 0 ? 'first' : 'second'} peer.`)
        ear.socket.write(`hello from ${i + 1}\n`)
        await stage.prints(
          peer,
          new RegExp(`^${name}:\\s*hello from ${i + 1}`, 'm'),
          `“${shorten(name)}: hello from ${i + 1}”`
        )
      }
    }),

    step('twenty lines at once all arrive, each once', async () => {
      const { peer, ears, names } = await room()
      const out = lines('out')
      stage.means('Send what you read as it comes, once to each peer; a paste is one piece with many lines.')
      peer.paste([...out, 'end of the paste'])
      for (const [i, ear] of ears.entries()) {
        const who = `My ${i === 0 ? 'first' : 'second'} peer`
        await stage.hears(ear, 'end of the paste', who)
        for (const line of out)
          stage.expect(ear.count(line) === 1, `${who} received “${line}” ${times(ear.count(line))}.`)
      }
      const into = lines('in')
      stage.did('I sent twenty lines at once from my first peer.')
      stage.means(
        'What comes in is a piece, not a line: split it at the line ends, and print `<hex>: <text>` for each.'
      )
      ears[0].socket.write(`${into.join('\n')}\nend of the burst\n`)
      await stage.prints(peer, /end of the burst/, 'the last of them')
      for (const line of into) {
        stage.expect(peer.count(line) === 1, `peer.ts printed “${line}” ${times(peer.count(line))}.`)
        stage.expect(
          peer.at(new RegExp(`^${names[0]}:\\s*${line}`, 'm')) !== -1,
          `peer.ts printed “${line}” without the key of its sender in front.`
        )
      }
    }),

    step('a peer that is killed does not disturb the others', async () => {
      const { peer, topic, ears } = await room()
      stage.means(
        'A broken connection is an `error` event on its socket. Without a listener for it, Node ends the program.'
      )
      stage.did('I tore the connection of my first peer, as the end of a program does.')
      ears[0].socket.destroy()
      const { peer: other } = await join(topic, 'another peer.ts')
      await stage.prints(other, CONNECTED, '`* got a connection from: <64 hex digits> *`')
      await other.kill()
      stage.did('A peer of mine came late.')
      const late = await ours(topic, { server: false, client: true })
      const [, ear] = await stage.until(
        () => [...late.ears][0],
        () => 'It met nobody.'
      )
      await greets(peer, late.name)
      peer.type('still here')
      await stage.hears(ear, 'still here', 'My late peer')
      await stage.hears(ears[1], 'still here', 'My second peer')
    }),

    step('Ctrl-C leaves: a newcomer does not wait for the one who left', async () => {
      const { peer, topic, name } = await room()
      const dht = await stage.dht()
      stage.means('`goodbye(() => swarm.destroy())` leaves the topic when Ctrl-C is pressed, and exits with code 0.')
      await stage.leaves(peer)
      const left = !(await announced(dht, topic)).includes(name)
      stage.expect(
        left,
        'It ended, but it was still announced under its topic: a newcomer would wait for a peer that is gone.'
      )

      const { peer: alone } = await join(randomBytes(32), 'a peer.ts that meets nobody')
      stage.means('Set `goodbye` before you look for others again and again: who is alone stays in that loop.')
      await stage.leaves(alone)
    }),

    step('what is no topic gets a sentence', async () => {
      const calls = ['01', '0123456789', 'my room', 'ab'.repeat(33)]
      stage.means(
        'Give the argument to `readKey`: it takes exactly 32 bytes, and for everything else it says so and ends with a code that is not 0.'
      )
      await stage.refuses(
        'peer.ts',
        calls.map((call) => [call])
      )
    })
  ]
}

export default check

const lines = (word: string) => Array.from({ length: 20 }, (_, i) => `line ${word} ${String(i + 1).padStart(2, '0')}`)
const times = (count: number) => (count === 0 ? 'not at all' : `${count} times`)
