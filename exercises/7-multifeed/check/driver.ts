// Runs the learner's class in a process of its own, as the check says: a command in each line of stdin, as JSON, and an
// answer in a line of stdout. What the class breaks, it breaks here.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import { network } from '@workshop/utils'
import type Hypercore from 'hypercore'
import type { ReplicationStream } from 'hypercore'
import DHT from 'hyperdht'
import Protomux from 'protomux'
import type Multifeed from 'solution-7-multifeed'
import { ANSWER, type Commands } from './commands.ts'

interface Open {
  multi: Multifeed<string>
  feeds: string[]
  errors: string[]
  userData: unknown[]
  isThrowing: boolean
}

const [file = ''] = process.argv.slice(2)
const { default: Class }: { default: typeof Multifeed } = await import(pathToFileURL(file).href)
if (typeof Class !== 'function') {
  console.error('multifeed.ts exports no class: `export default class Multifeed`.')
  process.exit(1)
}
const dht = new DHT(network())
const open = new Map<string, Open>()
const streams: { multi: Multifeed<string>; stream: NoiseSecretStream | ReplicationStream }[] = []

const get = (name: string): Open => {
  const found = open.get(name)
  if (!found) throw new Error(`The check has not opened ${name}.`)
  return found
}
const hex = (key: Uint8Array) => Buffer.from(key).toString('hex')

const commands: { [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => unknown } = {
  open(name, folder, options, listens = true) {
    const multi = new Class<string>(folder, { valueEncoding: 'utf-8', ...options })
    const made: Open = { multi, feeds: [], errors: [], userData: [], isThrowing: false }
    const onfeed = async (feed: Hypercore<string>) => {
      await feed.ready()
      made.feeds.push(hex(feed.key))
    }
    if (listens) multi.on('feed', onfeed)
    multi.on('error', (error) => made.errors.push(error.code))
    multi.on('remote-feeds', (_keys, userData) => {
      if (made.isThrowing) throw new TypeError('thrown by a listener, as a bug would be')
      made.userData.push(userData)
    })
    open.set(name, made)
  },
  ready: (name) => get(name).multi.ready(),
  close: (name) => get(name).multi.close(),
  async writer(name, writer, keyPair) {
    const pair = keyPair && {
      publicKey: Buffer.from(keyPair.publicKey, 'hex'),
      secretKey: Buffer.from(keyPair.secretKey, 'hex')
    }
    const core = await get(name).multi.writer(writer, pair && { keyPair: pair })
    await core.ready()
    return hex(core.key)
  },
  append: (name, key, blocks) => get(name).multi.feed(key)?.append(blocks),
  async feeds(name) {
    const feeds = get(name).multi.feeds()
    await Promise.all(feeds.map((feed) => feed.ready()))
    return feeds.map((feed) => ({ key: hex(feed.key), length: feed.length, stored: feed.contiguousLength }))
  },
  async blocks(name, key) {
    const feed = get(name).multi.feed(key)
    await feed?.ready()
    return Promise.all(Array.from({ length: feed?.length ?? 0 }, (_, i) => feed?.get(i)))
  },
  events(name) {
    const { feeds, errors, userData } = get(name)
    return { feeds, errors, userData }
  },
  connect(name, key, asMux) {
    const { multi } = get(name)
    const socket = dht.connect(key)
    socket.on('error', () => {})
    return streams.push({ multi, stream: multi.replicate(asMux ? Protomux.from(socket) : socket) }) - 1
  },
  pipe(a, b) {
    const [one, two] = [get(a).multi, get(b).multi]
    const [from, to] = [one.replicate(true), two.replicate(false)]
    for (const stream of [from, to]) stream.on('error', () => {})
    from.pipe(to).pipe(from)
    return [streams.push({ multi: one, stream: from }) - 1, streams.push({ multi: two, stream: to }) - 1]
  },
  sync: (number) => streams[number]?.multi.sync(streams[number].stream),
  destroy: (number) => streams[number]?.stream.destroy(),
  throwing(name, isThrowing) {
    get(name).isThrowing = isThrowing
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, args } = JSON.parse(line) as { id: number; command: keyof Commands; args: unknown[] }
  run(id, command, args)
}
await dht.destroy() // the check has closed stdin: now this process must end by itself

async function run(id: number, command: keyof Commands, args: unknown[]): Promise<void> {
  let answer: object
  try {
    answer = { id, value: await (commands[command] as (...args: unknown[]) => unknown)(...args) }
  } catch (error) {
    const { message, code, stack } = error as Error & { code?: string }
    answer = { id, error: { message, code, stack } }
  }
  process.stdout.write(`\n${ANSWER}${JSON.stringify(answer)}\n`)
}
