// Runs the learner's class in a process of its own, as the check says over a socket: each command is a line of JSON, and
// so is each answer. What the class breaks, it breaks here.
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import { network } from '@workshop/utils'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { ReplicationStream } from 'hypercore'
import DHT from 'hyperdht'
import Protomux from 'protomux'
import type Multifeed from '../starter/multifeed.ts'
import { type Commands, type Seen, type State, sumOf } from './commands.ts'

interface Open extends Omit<Seen, 'feeds'> {
  class: Multifeed<string>
  /** Where it got one instead of a folder. */
  store: Corestore | undefined
  /** The cores that it gave to write to, by their keys. */
  writers: Map<string, Hypercore<string>>
  throwing: string | null
  isClosed: boolean
  sums: Map<string, State>
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
const number = (multi: Multifeed<string>, stream: NoiseSecretStream | ReplicationStream) =>
  streams.push({ multi, stream }) - 1

/** The number of the stream that an event gives, itself or the connection in it; -1 when it was never replicated. */
const numberOf = (given: unknown) =>
  streams.findIndex(({ stream }) => stream === given || ('noiseStream' in stream && stream.noiseStream === given))

/** Options as they came over the socket, with a gate of bytes where one is meant. */
function withBytes(options?: { gate?: string | { hex: string } } | null): object {
  const gate = options?.gate
  return typeof gate === 'object' ? { ...options, gate: Buffer.from(gate.hex, 'hex') } : { ...options }
}

/** With the value encoding that it is opened with, a block is a string. */
const textOf = (block: unknown) => (typeof block === 'string' ? block : '(bytes, and its valueEncoding is utf-8)')

/** Reads a feed as far as it has not been read before. */
async function read(feed: Hypercore<string>, { class: made, sums }: Open): Promise<State> {
  await feed.ready()
  const key = hex(feed.key)
  let { stored, sum, isFound } = sums.get(key) ?? { stored: 0, sum: '', isFound: await finds(made, key) }
  for (; stored < feed.contiguousLength; stored++) sum = sumOf(sum, textOf(await feed.get(stored)))
  const state = { key, length: feed.length, stored, sum, isFound }
  sums.set(key, state)
  return state
}

/** Whether a multifeed gives the feed with a key, in hex and in bytes, which need not be a Buffer. */
async function finds(made: Multifeed<string>, key: string): Promise<boolean> {
  const found = [made.feed(key), made.feed(new Uint8Array(Buffer.from(key, 'hex')))]
  await Promise.all(found.map((feed) => feed?.ready()))
  return found.every((feed) => feed && hex(feed.key) === key)
}

/** What an event has told of a feed: its core must give blocks as any other does. */
async function tell({ told }: Open, feed: Hypercore<string>, name: string | undefined): Promise<void> {
  await feed.ready()
  const { key, length } = feed
  const block = length > 0 ? await feed.get(0).then(textOf, ({ message }: Error) => message) : undefined
  const first = block !== undefined && { first: sumOf('', block) }
  told.push({ key: hex(key), ...(name !== undefined && { name }), length, ...first })
}

const commands: { [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => unknown } = {
  open(multi, folder, options, inStore = false) {
    const store = inStore ? new Corestore(folder) : undefined
    const made: Open = {
      store,
      writers: new Map(),
      class: new Class<string>(store ?? folder, { valueEncoding: 'utf-8', ...withBytes(options) }),
      multi,
      folder,
      before: {},
      told: [],
      errors: [],
      details: [],
      met: [],
      throwing: null,
      isClosed: false,
      sums: new Map()
    }
    made.class.on('feed', (feed, name) => {
      tell(made, feed, name)
      if (made.throwing === 'feed') throw new TypeError('thrown by a listener, as a bug would be')
    })
    made.class.on('error', (error, stream) => {
      made.details.push({ ...error })
      made.errors.push(numberOf(stream) !== -1 ? error.code : `${error.code} without its stream`)
      if (made.throwing === 'error') throw new TypeError('thrown by a listener, as a bug would be')
    })
    made.class.on('remote-feeds', (keys, userData, stream) => {
      if (made.throwing === 'remote-feeds') throw new TypeError('thrown by a listener, as a bug would be')
      const number = numberOf(stream)
      made.met.push({ stream: number, keys: keys.map(hex), ...(number !== -1 && { userData }) })
    })
    open.set(multi, made)
  },
  async ready(multi) {
    const made = get(multi)
    await made.class.ready()
    const states = await Promise.all(made.class.feeds().map((feed) => read(feed, made)))
    made.before = Object.fromEntries(states.map(({ key, stored }) => [key, stored]))
  },
  async close(multi) {
    const opened = get(multi)
    const { class: made, store } = opened
    const before = made.closed
    opened.isClosed = true
    await made.close()
    const seen = [before, made.closed, store?.closed === true]
    await store?.close()
    return seen
  },
  async writer(multi, name, keyPair) {
    const [key] = (await commands.writers(multi, [name ?? null], keyPair)) as string[]
    return key
  },
  writers(multi, names, keyPair) {
    const pair = keyPair && {
      publicKey: Buffer.from(keyPair.publicKey, 'hex'),
      secretKey: Buffer.from(keyPair.secretKey, 'hex')
    }
    const options = pair ? { keyPair: pair } : undefined
    const make = async (name: string | null) => {
      const core = await get(multi).class.writer(name ?? undefined, options)
      await core.ready()
      get(multi).writers.set(hex(core.key), core)
      return hex(core.key)
    }
    return Promise.all(names.map(make))
  },
  async append(multi, key, blocks) {
    const { writers, class: made } = get(multi)
    await (writers.get(key) ?? made.feed(key))?.append(blocks)
  },
  feed(multi, key) {
    const { class: made } = get(multi)
    return [made.feed(key) !== undefined, made.feed(new Uint8Array(Buffer.from(key, 'hex'))) !== undefined]
  },
  async removeFeed(multi, key) {
    const made: { removeFeed?: (key: Uint8Array) => Promise<void> } = get(multi).class as object
    await made.removeFeed?.(Buffer.from(key, 'hex'))
  },
  block: async (multi, key, index) => textOf(await get(multi).class.feed(key)?.get(index)),
  look(multi) {
    const all = [...open.values()].filter((one) => !one.isClosed && (multi ?? one.multi) === one.multi)
    return Promise.all(
      all.map(async (one) => {
        const { multi, folder, before, told, errors, details, met } = one
        const feeds = await Promise.all(one.class.feeds().map((feed) => read(feed, one)))
        return { multi, folder, before, told, errors, details, met, feeds }
      })
    )
  },
  async connect(multi, key, asMux, options) {
    const { class: made } = get(multi)
    const socket = dht.connect(key)
    socket.on('error', () => {})
    const stream = number(made, made.replicate(asMux ? Protomux.from(socket) : socket, options))
    await socket.opened
    return { stream, hash: hex(socket.handshakeHash ?? Buffer.alloc(0)) }
  },
  pipe(a, b) {
    const [one, two] = [get(a).class, get(b).class]
    const [from, to] = [one.replicate(true), two.replicate(false)]
    for (const stream of [from, to]) stream.on('error', () => {})
    from.pipe(to).pipe(from)
    return [number(one, from), number(two, to)]
  },
  again(stream) {
    const { multi, stream: same } = streams[stream] ?? {}
    if (multi && same) multi.replicate('noiseStream' in same ? same.noiseStream : same)
  },
  async sync(stream, own) {
    if (own) {
      await commands.append(own.multi, own.key, [own.block])
      await turn()
    }
    return streams[stream]?.multi.sync(streams[stream].stream)
  },
  destroy: (stream) => void streams[stream]?.stream.destroy(),
  throwing(multi, event = null) {
    get(multi).throwing = event
  }
}

const [said] = await once(process.stdin, 'data') // the class has been loaded
const [port, word] = String(said).split(' ')
process.stdin.destroy()
const check = connect(Number(port), '127.0.0.1')
check.write(String(word))
for await (const line of createInterface({ input: check })) {
  const { id, command, args } = JSON.parse(line) as { id: number; command: keyof Commands; args: unknown[] }
  run(id, command, args)
}
await dht.destroy() // the check lets go of it: now this process must end by itself

async function run(id: number, command: keyof Commands, args: unknown[]): Promise<void> {
  let answer: object
  try {
    answer = { id, value: await (commands[command] as (...args: unknown[]) => unknown)(...args) }
  } catch (error) {
    const { message, code, stack } = error as Error & { code?: string }
    answer = { id, error: { message, code, stack } }
  }
  check.write(`${JSON.stringify(answer)}\n`)
}
