// What the tests of the matrix share.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import Hypercore, { type ReplicationStream } from 'hypercore'
import Protomux from 'protomux'
import Multifeed, { type MultifeedError, type Options } from '../multifeed.ts'
import { encodings, type Messages, Wire } from '../wire.ts'

/** A folder that is gone with the test. */
export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'multifeed-'))
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}

/** A multifeed in a folder of its own, or in this one; `errors` are the codes that it told. */
export async function make(t: TestContext, options: Options & { storage?: string } = {}) {
  const { storage = await folder(t), ...others } = options
  const multi = new Multifeed<string>(storage, { valueEncoding: 'utf-8', ...others })
  t.after(() => multi.close())
  const errors: MultifeedError[] = []
  multi.on('error', (error) => errors.push(error))
  const known: string[] = []
  multi.on('feed', (feed) => {
    feed.ready().then(
      () => known.push(feed.key.toString('hex')),
      () => {}
    )
  })
  return { multi, storage, errors, known }
}

type Multi = Multifeed<string>

/** Connects two over a stream in memory. */
export function connect(a: Multi, b: Multi): { a: ReplicationStream; b: ReplicationStream } {
  const [one, two] = [a.replicate(true), b.replicate(false)]
  pipe(one, two)
  return { a: one, b: two }
}

export function pipe(one: ReplicationStream, two: ReplicationStream): void {
  one.on('error', () => {})
  two.on('error', () => {})
  one.pipe(two).pipe(one)
}

/** Connects two and waits until both have all. */
export async function exchange(a: Multi, b: Multi) {
  const streams = connect(a, b)
  await Promise.all([a.sync(streams.a), b.sync(streams.b)])
  return streams
}

const PATIENCE = 25_000 // ms; then a test fails here, and its process can end

/** Waits for a fact. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`It never came to this: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** The blocks of all feeds, by the feed's key. */
export async function contents(multi: Multi): Promise<Record<string, string[]>> {
  const all: [string, string[]][] = []
  for (const feed of multi.feeds()) {
    await feed.ready()
    const blocks = Array.from({ length: feed.length }, (_, i) => feed.get(i, { timeout: 5_000 }))
    all.push([feed.key.toString('hex'), await Promise.all(blocks)])
  }
  return Object.fromEntries(all.sort())
}

export interface Speaking {
  client?: string
  userData?: unknown
  hasExtras?: boolean
  id?: Uint8Array
}

/** A bare channel that says whatever it is told to; `said` gives the messages of one kind that came. */
export function speakOver(mux: Protomux, options: Speaking = {}) {
  const heard: [name: string, value: unknown][] = []
  const hear = (name: string) => [name, (value: unknown) => heard.push([name, value])] as const
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const wire = new Wire(mux, {
    client: 'multifeed',
    ...options,
    ready: Promise.resolve(),
    onopen: open,
    onclose: () => {},
    on: Object.fromEntries(Object.keys(encodings).map(hear))
  })
  const said = <Name extends keyof Messages>(name: Name) =>
    heard.filter(([kind]) => kind === name).map(([, value]) => value as Messages[Name])
  return { mux, wire, opened, said }
}

/** The other side of a stream of a multifeed, in memory. */
export function speak(multi: Multi, options: Speaking = {}) {
  const stream = multi.replicate(true)
  const ours = Hypercore.createProtocolStream(false)
  pipe(stream, ours)
  const closed = new Promise<void>((resolve) => {
    stream.on('close', () => resolve())
  })
  return { ...speakOver(Protomux.from(ours.noiseStream), options), stream, closed }
}
