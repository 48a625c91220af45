// The verdict of exercise 2. Its peers meet peers of ours that only announce, or only look, so that each half is seen.
import { type Check, delivered, deliveredText, type Ear, type Role, shorten, step } from '@workshop/checks'
import DHT, { type KeyPair } from 'hyperdht'

const JOINED = /^joined topic:\s*([0-9a-f]{64})\b/m
/** The text asks for a look every second at most; one in a few seconds is enough. */
const UNTIL_LOOKED_AGAIN = { patience: 10_000, file: 'peer.ts' }
/** So many ms after it has joined, a peer that was alone all the time must still look again: the text has it wait for one second at most. */
const LONELY = 1_500
/** A line that arrives in pieces, some of which end in the middle of a character. */
const TORN = 'Grüße, 漢字 😀'

const JOINS = '`await swarm.join(topic).flushed()`, then print `joined topic:` and the topic as 64 hex digits.'
const ANNOUNCES = 'Join the very topic that you print, on a swarm made with `new DHT(network())`.'
const LOOKS =
  'peer.ts looked before I came, and then not again. Call `discovery.refresh()` again and again until somebody is connected.'
const GREETS =
  'Print `* got a connection from: <hex> *` for each `connection` of the swarm, with `socket.remotePublicKey`.'
const SENDS =
  'Write each piece that comes from `process.stdin` once to every socket in `swarm.connections`, whole and as it is.'
const NAMES = 'Print `<hex>: <text>` for what comes in, where `<hex>` is the public key of the peer that sent it.'
const SPLITS =
  'What comes in is a piece, not a line: it may hold many lines, or a part of one. Keep what follows the last `\\n` until the rest comes, and print `<hex>: <text>` for each whole line.'
const BREAKS =
  'A broken connection is an `error` event on its socket: listen for it, for each socket. A peer that comes back is a new connection.'
const LEAVES =
  '`goodbye(() => swarm.destroy())` leaves the topic when Ctrl-C is pressed, closes the connections, and exits with code 0.'
const ALONE = 'Call `goodbye` before the loop that looks for others: a peer that is alone stays in that loop.'
const READS =
  'Give the argument to `readKey`: it takes exactly 32 bytes. For anything else it prints a sentence, and ends the program with a code that is not 0.'

/** A peer of ours that peer.ts met, and how many lines had been typed there before. */
interface Met {
  name: string
  ear: Ear
  from: number
}

const check: Check = (stage) => {
  const { random } = stage
  const met: Met[] = []

  /** Starts a peer and waits until it has joined, `since` when; without a topic it makes one. */
  async function join(topic?: Buffer, as?: string): Promise<{ peer: Role; topic: Buffer; since: number }> {
    const peer = await stage.start('peer.ts', topic ? [topic.toString('hex')] : [], as)
    const [, hex] = await stage.prints(peer, JOINED, '`joined topic: <64 hex digits>`', { means: JOINS })
    return { peer, topic: Buffer.from(String(hex), 'hex'), since: performance.now() }
  }

  /** Waits until the network holds an announcement of a topic. */
  async function announced(topic: Buffer): Promise<number> {
    const { asked } = await stage.network()
    const target = topic.toString('hex')
    stage.did('I looked up who is announced under that topic.')
    const announcement = await stage.until(
      () => asked.find((one) => one.act === 'announces' && one.target === target),
      () => 'Nobody was.',
      { means: ANNOUNCES, file: 'peer.ts' }
    )
    return stage.history.since(announcement.at)
  }

  /** A peer of ours; `ears` are its connections by the key of the other side. */
  async function ours(who: string, topic: Buffer, options: { server: boolean; client: boolean }, keyPair?: KeyPair) {
    const swarm = await stage.swarm(keyPair && { keyPair })
    const ears = new Map<string, Ear>()
    swarm.on('connection', (socket) => ears.set(socket.remotePublicKey.toString('hex'), stage.ear(socket, who)))
    await swarm.join(topic, options).flushed()
    return { ears, name: swarm.keyPair.publicKey.toString('hex') }
  }

  function greets(peer: Role, name: string, times = 1) {
    const greeting = new RegExp(`^\\* got a connection from:\\s*${name}\\s*\\*`, 'gm')
    return stage.until(
      () => (peer.output.match(greeting) ?? []).length >= times,
      () => `${peer.name} did not print \`* got a connection from: ${shorten(name)} *\`${times > 1 ? ' again' : ''}.`,
      { ...UNTIL_LOOKED_AGAIN, means: GREETS }
    )
  }

  /** A peer of ours comes to peer.ts; `who` names it for the story. */
  async function comes(peer: Role, topic: Buffer, who: string, keyPair = DHT.keyPair(), times = 1): Promise<Met> {
    const { ears, name } = await ours(who, topic, { server: false, client: true }, keyPair)
    const ear = await stage.until(
      () => [...ears.values()][0],
      () => `${who} met nobody.`,
      { means: ANNOUNCES, file: peer.file }
    )
    await greets(peer, name, times)
    const one = { name, ear, from: peer.typed.length }
    met.push(one)
    return one
  }

  /** peer.ts and two peers of ours on one topic. */
  const room = stage.scene(async () => {
    const { peer, topic } = await join(random.bytes())
    stage.did('I joined its topic with two peers of mine.')
    const [first, second] = [await comes(peer, topic, 'My first peer'), await comes(peer, topic, 'My second peer')]
    return { peer, topic, first, second }
  })

  /** Two peers that nobody comes to, each with a topic of its own. */
  const lonely = stage.scene(() => Promise.all([join(undefined, 'a lonely peer.ts'), join(undefined, 'another one')]))

  /** Tears the connection of a peer of ours: it is no longer told anything. */
  function tear(one: Met): void {
    met.splice(met.indexOf(one), 1)
    one.ear.socket.destroy()
  }

  /** Promises that our peers get what is typed into peer.ts, and that it prints their lines with their names. */
  function promise(peer: Role, step: number, means: { sent: string; printed: string }): void {
    const received = () =>
      met.map(({ ear, from }) => deliveredText(peer.typed.slice(from), ear.text, `${ear.name} received`)).find(Boolean)
    stage.promise({ name: 'a typed line reaches every peer', step, means: means.sent, file: peer.file, look: received })
    const text = (lines: string[]) => lines.map((line) => line.trim()).filter((line) => line !== '')
    const printed = ({ name, ear }: Met) => {
      const behind = peer.lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1))
      return delivered(
        text(ear.said),
        text(behind),
        `After the key of ${ear.name.replace('My', 'my')}, ${peer.name} printed`
      )
    }
    const look = () => met.map(printed).find(Boolean)
    stage.promise({
      name: 'what comes in is printed with its author',
      step,
      means: means.printed,
      file: peer.file,
      look
    })
  }

  return [
    step('a peer makes a topic and joins it', async () => {
      const [{ peer, topic }, other] = await lonely()
      const at = await announced(topic)
      const printed = stage.history.of(peer.name, 'prints').find(({ text }) => text?.includes('joined topic:'))
      stage.expect(!printed || at < printed.at, `${peer.name} said that it had joined before it was announced.`, JOINS)
      stage.expect(
        !topic.equals(other.topic),
        'Both have the same topic.',
        'Make a new one at each start: `randomBytes(32)`.'
      )
    }),

    step('it joins the topic it is given', async () => {
      const given = random.bytes()
      const { topic } = await join(given, 'a peer.ts with a topic')
      const saw = `It joined another topic: ${shorten(topic.toString('hex'))}.`
      stage.expect(topic.equals(given), saw, 'The topic is the first argument: `readKey(process.argv[2], …)`.')
      await announced(given)
    }),

    step('two peers find each other, whoever starts first', async () => {
      const [{ peer, topic, since }] = await lonely()
      const { asked } = await stage.network()
      await stage.until(
        () => asked.some(({ at, target }) => target === topic.toString('hex') && at > since + LONELY),
        () => `${peer.name} looked for others at its start, then stopped, and nobody was there yet.`,
        { ...UNTIL_LOOKED_AGAIN, means: LOOKS }
      )
      stage.did(`Then I announced a peer of mine, that does not look for others, under the topic of ${peer.name}.`)
      const late = await ours('My late peer', topic, { server: true, client: false })
      const saw = () => `${peer.name} never came.`
      await stage.until(() => late.ears.size > 0, saw, { ...UNTIL_LOOKED_AGAIN, means: LOOKS })
      await greets(peer, late.name)
      const together = random.bytes().toString('hex')
      const names = ['a peer.ts', 'another peer.ts', 'a third peer.ts']
      const three = await Promise.all(names.map((as) => stage.start('peer.ts', [together], as)))
      stage.did('These three at the same instant.')
      const greetings = (role: Role) =>
        new Set(role.output.match(/^\* got a connection from:\s*[0-9a-f]{64}\s*\*/gm)).size
      const means = `${GREETS} Look again even if somebody is there already: two that come at the same instant to a third miss each other.`
      for (const role of three) {
        const saw = () => `${role.name} met ${greetings(role)} of 2 others.`
        await stage.until(() => greetings(role) >= 2, saw, { ...UNTIL_LOOKED_AGAIN, means })
        await stage.prints(role, JOINED, '`joined topic: <64 hex digits>`', { means: JOINS })
      }
    }),

    step('a typed line reaches every peer', async () => {
      const { peer, first, second } = await room()
      promise(peer, 4, { sent: SENDS, printed: NAMES })
      const word = random.word()
      for (let i = 0; i < 2; i++) {
        stage.did(`My peers sent “${word}”.`)
        for (const { ear } of [first, second]) ear.say(word)
        peer.type(word)
        await stage.keepPromises()
      }
    }),

    step('twenty lines at once all arrive, each once', async () => {
      const { peer, first, second } = await room()
      promise(peer, 5, { sent: SENDS, printed: SPLITS })
      peer.paste(random.lines())
      await peer.typeInPieces(TORN, random.torn(TORN))
      stage.did('My first peer sent many lines at once, my second one a line in pieces.')
      const lines = random.lines()
      first.ear.send(`${lines.join('\n')}\n`)
      first.ear.said.push(...lines)
      for (const piece of random.torn(`${TORN}\n`)) second.ear.send(piece)
      second.ear.said.push(TORN)
    }),

    step('a peer that is killed does not disturb the others', async () => {
      const { peer, topic, first } = await room()
      promise(peer, 6, { sent: BREAKS, printed: BREAKS })
      const { peer: other } = await join(topic, 'a peer.ts that is killed')
      stage.did('I broke the connection of my first peer, as a program that is killed does.')
      tear(first)
      await other.kill()
      const keyPair = DHT.keyPair()
      const late = await comes(peer, topic, 'My late peer', keyPair)
      stage.did('A peer of mine came late, left and came again.')
      tear(late)
      const again = await comes(peer, topic, 'My late peer', keyPair, 2)
      again.ear.say(random.word())
      peer.type(random.word())
    }),

    step('Ctrl-C leaves: a newcomer does not wait for a peer that has left', async () => {
      const [{ peer }, [{ peer: alone }]] = [await room(), await lonely()]
      await Promise.all([stage.leaves(peer, { means: LEAVES }), stage.leaves(alone, { means: ALONE })])
      for (const { ear } of met) {
        const saw = () => `peer.ts ended, and ${ear.name.replace('My', 'my')} still held its end of the connection.`
        await stage.until(() => ear.closed, saw, { means: LEAVES, file: peer.file })
      }
    }),

    step('what is not a topic gets a clear error message', async () => {
      const calls = ['01', '0123456789', 'my room', 'ab'.repeat(33)]
      await stage.refuses(
        'peer.ts',
        calls.map((call) => [call]),
        undefined,
        READS
      )
    })
  ]
}

/** The first extra credit. */
export const extra: Check = (stage) => [
  step('a topic from a name', async () => {
    const name = `my room ${stage.random.word()}`
    const peer = await stage.start('peer.ts', ['name', name])
    const [, hex] = await stage.prints(peer, JOINED, '`joined topic: <64 hex digits>`', { means: JOINS })
    const means =
      'The topic of a name is `DHT.hash(Buffer.from(name))`, so that all who know the name have the same one.'
    stage.expect(hex === DHT.hash(Buffer.from(name)).toString('hex'), `It joined ${shorten(String(hex))}.`, means)
  })
]

export default check
