// The verdict of exercise 1. Each role meets peers of ours first; in step 5 the two meet each other.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  advised,
  type Check,
  COMMANDS,
  deliveredText,
  type Ear,
  inLetters,
  NO_KEYS,
  RETURNS,
  type Role,
  shorten,
  shown,
  step,
  toAll,
  within
} from '@workshop/checks'
import DHT from 'hyperdht'

const LISTENING = /^listening on:\s*([0-9a-f]{64})\b/m
const CONNECTED = /^got connection!/m
const GREETINGS = /^(Connecting to:|got connection!).*$/gm
/** A line that is typed in pieces, some of which end in the middle of a character. */
const TORN = 'Grüße, 漢字 😀'
/** Bytes that are no text in UTF-8: an “é” in Latin-1, and one that is in no character. */
const NO_TEXT = Buffer.from([0xe9, 0xff])
/** Each byte that there is, but for those that end a line, and what a terminal takes for a colour. */
const EVERY = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x0a && byte !== 0x0d)),
  Buffer.from('\u001b[31mred\u001b[0m')
])
/** Clients that come and go, a few at once: with those that stay more than the ten listeners at which Node warns of a leak. */
const PASSING = ['A client that passes', 'Another one']
const VISITS = 3
/** So long a goodbye that waits for nobody may take, in ms: who waits for one that is stopped, or thinks, waits longer. */
const AT_ONCE = 2_000

const LISTENS = 'The server must listen with the key pair whose public key it prints, on a `new DHT(network())`.'
const GREETS =
  '`dht.createServer((socket) => …)` calls your function for each client: print `got connection!` there, once.'
const OPENS = 'Print `Connecting to:` and the key first, and `got connection!` in the `open` event of the socket.'
const IN_HEX =
  "Print the digits of the bytes that `readKey` gives, `key.toString('hex')`, and not what was typed: so all print the same."
const SENDS =
  'Write each piece that comes from `process.stdin` to the socket: all of it, as it is, with its line ends, and at once. A line may end later, or never.'
const BYTES =
  'What is typed comes in bytes, and a pipe may bring some that are no text: write them as they come, without `setEncoding` or `String(…)`, which change them.'
const PRIVATE = 'What one client types is for the server alone: print it, and do not pass it on to the other clients.'
const STEADILY = `${SENDS} Who waits for a pause waits for as long as somebody types.`
const HEARS = `${SENDS} What one client types is for the server alone.`
const COMES = `${SENDS} All may have left, and then one comes.`
const EARLY = `${SENDS} A socket keeps what is written before it is open.`
const PIPED = `${EARLY} Do not end the connection when \`process.stdin\` ends: what was typed may still be on its way.`
const GOES_ON =
  'The end of its input is no reason for a server to end: others may still come, and those who are there may still speak. And what was typed before must arrive.'
const PRINTS =
  'Print all that comes in: every piece that the `data` event of the socket gives, whole and as it is. A piece may end inside a line, to which `console.log` adds a line end, or inside a character, which `String(piece)` breaks: `process.stdout.write(piece)` prints the bytes.'
const UNFINISHED = `${PRINTS} Use events: a \`pipe\` ends the terminal with the client. And wait for no line end, of whomever: it may never come.`
const TOGETHER = 'Both work with my programs, but not with each other: do both use the same key and `network()`?'
const KEEPS =
  '`createServer` calls your function for each client: keep every socket, and write to all of them, although two may come with one key, or from one address. What one client types is for the server alone.'
const ALL = 'Print what every client sends, not only what one of them sends.'
const LOSES =
  'A broken connection is an `error` event on its socket: listen for it. Take that socket out of your list, and no other one, and write to the rest without waiting for it: `pipe` and `drain` wait. Go on listening.'
const LEAVES =
  '`goodbye(() => dht.destroy())` takes the announcement back and closes the connections before the program ends, with exit code 0: return its promise. A goodbye of your own is no failure.'
const OWN =
  '`DHT.keyPair()` makes a new key pair. One whose seed stands in the program is the same for all who have the program, and each of them can answer in your name.'
const ALONE = 'Call `goodbye` when the program starts: nobody may ever come.'
const ON_ITS_WAY = 'Call `goodbye` when the program starts: it may take a while until a client is let in.'
const WAITS_FOR_NOBODY = 'Wait there for nobody: the other side may never answer.'
const SENTENCE =
  '`readKey` handles an invalid key. When nobody listens on a key, the socket has an `error` with the code `PEER_NOT_FOUND`. Say in a sentence what that means, and exit with a code that is not 0.'
const OTHER_ERRORS =
  'The server may leave at any time: say something for every other `error` of the socket too, and exit with a code that is not 0.'

const check: Check = (stage) => {
  const { random } = stage
  // One line that hurts is what server.ts says itself.
  const lines = (longest?: number) =>
    random.lines({ ...(longest && { longest }) }).filter((line) => !CONNECTED.test(line))
  const noText = () => Buffer.concat([Buffer.from(random.word()), NO_TEXT])
  /** Our clients at server.ts, and how many lines had been typed there before each of them came. */
  const clients = new Map<Ear, number>()
  let greetings = 0
  /** How many client.ts have been sent to it. */
  let visitors = 0

  const listening = stage.scene(async () => {
    const server = await stage.start('server.ts')
    const [, hex] = await stage.prints(server, LISTENING, '`listening on: <64 hex digits>`', {
      means: '`await server.listen(keyPair)`, then print `listening on:` and the public key as 64 hex digits.'
    })
    return { server, key: Buffer.from(String(hex), 'hex') }
  })

  async function greets(server: Role): Promise<void> {
    greetings += 1
    const due = greetings
    const greeted = () => server.count('got connection!')
    await stage.until(
      () => greeted() >= due,
      () => `server.ts printed \`got connection!\` ${greeted()} times for ${due} clients.`,
      { file: 'server.ts', means: GREETS }
    )
  }

  async function connect(who: string, means = LISTENS, dht = stage.dht({ keyPair: DHT.keyPair() })): Promise<Ear> {
    const { server, key } = await listening()
    const ear = await stage.reach(await dht, key, who, { file: 'server.ts', means })
    await greets(server)
    clients.set(ear, server.typed.length)
    return ear
  }

  /** How often server.ts may have greeted: each try of ours, and each client.ts that comes to it. */
  const most = () =>
    stage.history.events.filter(({ who, what }) => what === 'meets' && who !== 'My server').length + visitors

  function tear(ear: Ear): void {
    clients.delete(ear)
    ear.socket.destroy()
  }

  const served = stage.scene(async () => {
    const { server, key } = await listening()
    stage.did('I connected to the key of server.ts.')
    const ours = await connect('My first client')
    const greeted = () => server.count('got connection!')
    const look = () =>
      greeted() > most() ? { broken: `server.ts printed \`got connection!\` ${greeted()} times.` } : undefined
    stage.promise({ name: 'each client is greeted once', step: 1, means: GREETS, file: server.file, look })
    return { server, key, ours }
  })

  /** Waits until a client.ts has printed its key in hex, as all have it, however it was typed. */
  const printsKey = (client: Role, key: string) =>
    stage.prints(client, new RegExp(`^Connecting to:\\s*${key}\\b`, 'm'), '`Connecting to:` with that key in hex', {
      file: client.file,
      means: IN_HEX
    })

  /** client.ts at a server of ours, which lets it in after something was typed. */
  const visited = stage.scene(async () => {
    const dht = await stage.dht()
    const door = { asked: false, open: (_refuses: boolean) => {} }
    const opened = new Promise<boolean>((resolve) => {
      door.open = resolve
    })
    const ears: Ear[] = []
    const firewall = () => {
      door.asked = true
      return opened
    }
    await dht.createServer({ firewall }, (socket) => ears.push(stage.ear(socket, 'My server'))).listen()
    const key = dht.defaultKeyPair.publicKey.toString('hex')
    stage.did('I listened on a key of my own.')
    const client = await stage.start('client.ts', [inLetters(dht.defaultKeyPair.publicKey)])
    client.type(`too early ${random.word()}`)
    await stage.until(
      () => door.asked,
      () => 'Nobody connected to my key.',
      {
        file: 'client.ts',
        means: '`dht.connect(key)` with the key from the command line, on a `new DHT(network())`, opens the connection.'
      }
    )
    const here = { file: 'client.ts', means: OPENS }
    await stage.prints(client, /^Connecting to:/m, '`Connecting to:` with that key', here)
    stage.expect(
      !CONNECTED.test(client.output),
      'client.ts printed `got connection!` before my server let it in.',
      OPENS
    )
    await client.typeEach([`too early as well ${random.word()}`, `and once more ${random.word()}`])
    stage.did('Then my server let it in.')
    door.open(false)
    const visitor = await stage.until(
      () => ears[0],
      () => 'client.ts did not connect.',
      here
    )
    await stage.prints(client, CONNECTED, '`got connection!`', here)
    await printsKey(client, key)
    return { client, visitor }
  })

  /** A client.ts at server.ts, called with its key in capitals. */
  async function visit(as: string): Promise<Role> {
    const { server, key } = await served()
    visitors++
    const client = await stage.start('client.ts', [key.toString('hex').toUpperCase()], as)
    await printsKey(client, key.toString('hex'))
    await stage.prints(client, CONNECTED, '`got connection!`', { means: TOGETHER })
    await greets(server)
    return client
  }

  const theirs = stage.scene(async () => {
    const client = await visit('a second client.ts')
    return { client, from: (await served()).server.typed.length }
  })

  /** One more, which is to be stopped. */
  const sleeper = stage.scene(() => visit('a client.ts on a laptop'))
  /** It is stopped: it takes nothing, and says nothing, also when the server leaves. */
  const asleep = stage.scene(async () => {
    const { server } = await served()
    ;(await sleeper()).freeze()
    server.type(random.word()) // on its way to it for ever
  })

  const crowd = stage.scene(() => {
    stage.did('Three more clients connected, all at the same instant, with one key pair and from one address.')
    const dht = stage.dht({ keyPair: DHT.keyPair() })
    return Promise.all(['second', 'third', 'fourth'].map((nth) => connect(`My ${nth} client`, LISTENS, dht)))
  })

  /** Our peer says to a role what hurts: one text twice in a row, one in pieces, and bytes that are no text. */
  async function sayAll(ear: Ear, role: Role): Promise<void> {
    const word = random.word()
    await stage.printsOn(role, `${ear.name} sent one line after the other.`, (word) => ear.say(word), { means: PRINTS })
    stage.did('Then it sent many at once, one of them twice, one in pieces, and one with bytes that are no text.')
    ear.say(word, word, ...lines())
    ear.sayInPieces(TORN, random.torn(TORN))
    const bytes = noText()
    ear.sayBytes(bytes)
    const saw = () => `${role.name} printed other bytes, or none.`
    await stage.keepPromises()
    ear.send(Buffer.concat([EVERY, Buffer.from('\n')]))
    const hasAll = () => role.hasPrinted(bytes) && role.hasPrinted(EVERY)
    await stage.until(hasAll, saw, { means: PRINTS, file: role.file })
  }

  /** Types a word into a role, and waits until each of our peers has heard it. Gives the word. */
  async function typeWord(role: Role, ears: Iterable<Ear>, means: string): Promise<string> {
    const word = random.word()
    role.type(word)
    await stage.hears(ears, word, { means, file: role.file })
    return word
  }

  /** Types into a role what hurts: one text twice, many lines, and one whose pieces cut characters and arrive before it ends. */
  async function typeAll(role: Role, ear: Ear): Promise<void> {
    const hears = (word: string) => ear.text.includes(word)
    await stage.typesOn(role, hears, `${ear.name} received nothing.`, { means: STEADILY })
    await role.typeEach(COMMANDS)
    role.type(await typeWord(role, [ear], SENDS))
    role.paste([...lines(), ...RETURNS])
    await role.typeInPieces(TORN, random.torn(TORN), () => stage.keepPromises())
    const bytes = Buffer.concat([noText(), EVERY])
    role.typeBytes(bytes)
    const saw = () => `${ear.name} received other bytes, or none.`
    await stage.until(() => ear.hasBytes(bytes), saw, { means: BYTES, file: role.file })
  }

  /** Promises that some of our clients get what is typed into server.ts from when each of them came. */
  function promiseSent(server: Role, step: number, means: string, some: () => Iterable<Ear>): void {
    const stands = (ear: Ear) =>
      advised(deliveredText(server.typed.slice(clients.get(ear)), ear.text, `${ear.name} received`), { extra: PRIVATE })
    const look = () =>
      toAll([...some()].filter((ear) => clients.has(ear)).map((ear) => [ear.name, stands(ear)] as const))
    stage.promise({ name: 'what the server types reaches the client', step, means, file: server.file, look })
  }

  /** Promises that a role prints what was said to it. */
  function promisePrinted(role: Role, step: number, means: string, said: () => readonly string[]): void {
    const look = () => (role.mayEnd ? undefined : shown(said(), role.printed, `${role.name} printed`))
    stage.promise({ name: 'what comes in is printed', step, means, file: role.file, look })
  }

  /** Several clients leave, each in its way. Gives one that has come last. */
  async function someLeave(server: Role, client: Role): Promise<Ear> {
    const [oldest, next] = (await crowd()) as [Ear, Ear, Ear]
    const leaver = await connect('My leaving client')
    const late = await connect('My late client')
    promiseSent(server, 6, LOSES, () => clients.keys())
    await client.kill()
    stage.did('My leaving client tore its connection in the middle of a paste.')
    leaver.socket.once('data', () => tear(leaver))
    server.paste(
      Array.from({ length: 10_000 }, (_, i) => `line ${i} of a long paste, which a client does not wait for`)
    )
    await stage.until(
      () => leaver.closed,
      () => 'My leaving client received nothing.',
      { means: LOSES, file: server.file }
    )
    stage.did('My second client left, then my third one. Later other clients did the same.')
    tear(oldest)
    const prints = async (when: string, send: (word: string) => void) => {
      const word = random.word()
      send(word)
      const saw = () => `server.ts did not print “${word}”, ${when}.`
      await stage.until(() => server.output.includes(word), saw, { means: UNFINISHED, file: server.file })
    }
    await prints(`which ${within(next.name)} sent without a line end`, (word) => next.send(word))
    await prints(`which ${within(late.name)} sent while a line of ${within(next.name)} had no end yet`, (word) =>
      late.send(word)
    )
    await prints(`after which ${within(next.name)} left without a line end`, (word) => {
      next.send(word)
      next.socket.end()
    })
    tear(next)
    return late
  }

  /** A server.ts that nobody visits, on another machine than the first one, which has ended. */
  async function lonely(): Promise<void> {
    const { key } = await listening()
    const server = await stage.start('server.ts', [], 'a lonely server.ts', { isElsewhere: true })
    const [, hex] = await stage.prints(server, LISTENING, '`listening on: <64 hex digits>`', { means: LISTENS })
    const isOwn = hex !== key.toString('hex') || mayKeep(stage.dir)
    stage.expect(isOwn, 'Another server.ts, on another machine, listened on the same key as the first one.', OWN)
    server.type(random.word()) // to nobody
    await stage.leaves(server, { means: `${LEAVES} ${ALONE}` })
  }

  /** The end of its input is no reason for server.ts to end a connection. */
  function keepsAll(): void {
    const cut = [...clients.keys()].find(({ closed, hasEnded }) => closed || hasEnded)
    stage.expect(!cut, `server.ts closed the connection to ${within(String(cut?.name))}.`, GOES_ON)
  }

  /** The input of server.ts ends right behind a word, and it goes on: with those who are there, and with one who comes. */
  async function lastWord(server: Role, ours: Ear): Promise<void> {
    server.type(random.word())
    server.closeInput()
    await stage.rests(server, { means: GOES_ON }) // one that ends with its input has ended by now
    await stage.keepPromises()
    keepsAll()
    const last = await connect('My last client', GOES_ON)
    promisePrinted(server, 7, GOES_ON, () => last.said)
    for (const ear of [ours, last]) ear.say(random.word())
    await stage.keepPromises()
  }

  /** A client.ts that hears Ctrl-C while my server still thinks about letting it in. */
  async function turnsBack(): Promise<void> {
    const dht = await stage.dht()
    let isAsked = false
    const firewall = () => {
      isAsked = true
      return new Promise<boolean>(() => {})
    }
    await dht.createServer({ firewall }).listen()
    stage.did('I listened on one more key, and let nobody in.')
    const key = dht.defaultKeyPair.publicKey.toString('hex')
    const client = await stage.start('client.ts', [key], 'a client.ts that nobody lets in')
    await stage.until(() => isAsked, 'It did not connect.', { means: TOGETHER, file: client.file })
    await client.interrupt()
    const { signal } = await stage.ends(client, { means: `${LEAVES} ${WAITS_FOR_NOBODY}`, patience: AT_ONCE })
    stage.expect(!signal, `${client.name} ended by the signal ${signal}.`, `${LEAVES} ${ON_ITS_WAY}`)
  }

  /**
   * Two client.ts, into one of which a word is piped, so that its input ends behind it. When my server has the word, it
   * leaves.
   */
  async function left(): Promise<void> {
    const [dht, word] = [await stage.dht(), random.word()]
    const ears: Ear[] = []
    await dht.createServer((socket) => ears.push(stage.ear(socket, 'My server'))).listen()
    stage.did('I listened on another key of my own.')
    const key = dht.defaultKeyPair.publicKey.toString('hex')
    const client = await stage.start('client.ts', [key], 'another client.ts')
    const quiet = await stage.start('client.ts', [key], 'a quiet client.ts', { beside: client })
    client.mayEnd = true // when what was typed has arrived
    client.type(word)
    client.closeInput()
    await stage.prints(quiet, CONNECTED, '`got connection!`', { means: OPENS })
    const ear = await stage.until(
      () => ears.find(({ text }) => text.includes(word)),
      () => `My server received nothing. ${client.account()}`,
      { means: PIPED, file: client.file }
    )
    await stage.rests(client) // one that leaves when its input ends has left by now
    const stays = [quiet, ...(client.ended || ear.closed ? [] : [client])]
    stage.did('My server sent to another client.ts what nobody can decrypt. Then it left.')
    quiet.mayEnd = true
    ear.socket.rawStream?.write(Buffer.from([4, 0, 0, 1, 2, 3, 4])) // as a message of four bytes
    for (const { socket } of ears) if (socket !== ear.socket) socket.destroy()
    for (const role of stays) {
      const when = role === quiet ? 'When its server had left' : 'When it could not decrypt what came'
      await stage.givesUp(role, when, GREETINGS, OTHER_ERRORS)
    }
  }

  return [
    step('the server announces a key and listens', async () => {
      const { server, key } = await served()
      const [announced] = await stage.asked(server, 'announces', DHT.hash(key))
      const printed = stage.history.of(server.name, 'prints').find(({ text }) => text?.includes('listening on:'))
      stage.expect(
        !announced || !printed || stage.history.since(announced) < printed.at,
        'server.ts printed its key before it was announced: a client that is quick finds nobody.',
        '`server.listen(keyPair)` returns a promise at once: `await` it, then print.'
      )
    }),

    step('the client connects by key alone', async () => {
      await visited()
    }),

    step('what the client types reaches the server', async () => {
      const { client, visitor } = await visited()
      const look = () => deliveredText(client.typed, visitor.text, 'My server received')
      stage.promise({
        name: 'what the client types reaches the server',
        step: 3,
        means: EARLY,
        file: client.file,
        look
      })
      await typeAll(client, visitor)
      const { server, ours } = await served()
      promisePrinted(server, 3, PRINTS, () => ours.said)
      await sayAll(ours, server)
    }),

    step('what the server types reaches the client', async () => {
      const scene = await served()
      const { server } = scene
      promiseSent(server, 4, HEARS, () => [scene.ours])
      await typeAll(server, scene.ours)
      stage.did('My only client left. Then it came again.')
      tear(scene.ours)
      scene.ours = await connect('My first client', COMES)
      await typeWord(server, [scene.ours], COMES)
      const { client, visitor } = await visited()
      promisePrinted(client, 4, PRINTS, () => visitor.said)
      await Promise.all([stage.rests(server), sayAll(visitor, client)])
    }),

    step('two clients at once: each gets what the server types', async () => {
      const { server, ours } = await served()
      const { client, from } = await theirs()
      const more = await crowd()
      await typeWord(server, [ours, ...more], KEEPS)
      promiseSent(server, 5, KEEPS, () => clients.keys())
      promisePrinted(client, 5, TOGETHER, () => server.typed.slice(from))
      for (const { said } of [ours, ...more, { said: client.typed }]) promisePrinted(server, 5, ALL, () => said)
      stage.did('Each of them sent a line, all at the same instant.')
      for (const ear of [ours, ...more]) ear.say(random.word())
      await stage.keepPromises() // before what is long: a piece of it may end inside a character, and theirs come behind it
      for (const role of [client, server]) role.paste(lines(1_000))
      // What the server may have sent because of all that lies before its last word, on each connection.
      await stage.keepPromises()
      await typeWord(server, [ours, ...more], KEEPS)
    }),

    step('a client that is killed takes nothing down', async () => {
      const [{ server }, { client }] = [await served(), await theirs()]
      stage.ahead(sleeper)
      const late = await someLeave(server, client)
      await stage.hears([late], 'line 9999', { means: LOSES, file: server.file })
      for (let i = 0; i < VISITS; i++) {
        for (const ear of await Promise.all(PASSING.map((who) => connect(who, LOSES)))) tear(ear)
      }
      await connect('My next client', LOSES)
      await typeWord(server, clients.keys(), LOSES)
    }),

    step('Ctrl-C says goodbye: the key is gone from the network', async () => {
      const [{ server, ours }, { client, visitor }] = [await served(), await visited(), await asleep()]
      const turned = turnsBack()
      turned.catch(() => {}) // told behind what the server does
      await lastWord(server, ours)
      await turned
      keepsAll()
      const details = { means: `${LEAVES} ${WAITS_FOR_NOBODY}`, patience: AT_ONCE }
      await Promise.all([server, client].map((role) => stage.leaves(role, details)))
      for (const ear of [...clients.keys(), visitor]) {
        const { name, file } = ear === visitor ? client : server
        const saw = () => `${name} ended, and ${within(ear.name)} still held its end of the connection.`
        await stage.until(() => ear.closed, saw, { means: LEAVES, file })
      }
      // Only now: it may have the same key, and two with one key take each other's announcement back.
      await lonely()
    }),

    step('a key that leads nowhere gets a clear error message', async () => {
      const nobody = DHT.keyPair().publicKey.toString('hex')
      const calls = [[], ...NO_KEYS.map((key) => [key]), [nobody]]
      const [refused] = await Promise.all([stage.refuses('client.ts', calls, GREETINGS, SENTENCE), left()])
      const saw = 'client.ts printed `got connection!`, and nobody listened on that key.'
      stage.expect(!refused.some(({ output }) => CONNECTED.test(output)), saw, OPENS)
    })
  ]
}

/** The first extra credit. */
export const extra: Check = (stage) => [
  step('the same key after a restart', async () => {
    const means = 'Keep the 32 bytes that `DHT.keyPair(seed)` takes in a file, and read that file when you start.'
    const keys = new Set<string>()
    for (let run = 1; run <= 2; run++) {
      const server = await stage.start('server.ts')
      const [, hex] = await stage.prints(server, LISTENING, '`listening on: <64 hex digits>`', { means: LISTENS })
      keys.add(String(hex))
      await stage.reach(await stage.dht(), Buffer.from(String(hex), 'hex'), 'My client', { means: LISTENS })
      await stage.leaves(server, { means: LEAVES })
    }
    stage.expect(keys.size === 1, `server.ts had two keys: ${[...keys].map(shorten).join(' and ')}.`, means)
  })
]

export default check

/** Whether an answer may have a key that is its own from a file: one that always has the same key then needs no other. */
function mayKeep(dir: string): boolean {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
  const texts = files.filter((file) => file.endsWith('.ts') && !/^(node_modules|check|starter)\b/.test(file))
  return texts.some((file) => /\bfs\b|\bstorage\(/.test(readFileSync(join(dir, file), 'utf8')))
}
