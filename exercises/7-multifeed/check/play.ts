// What the steps play with: the learner's multifeeds in their process, peers of ours, and an account of who wrote what.
import { join } from 'node:path'
import { type Stage, type Standing, shorten } from '@workshop/checks'
import type { Pack } from '@workshop/wire'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT, { type Connection, type Server } from 'hyperdht'
import { type Commands, type Seen, sumOf } from './commands.ts'
import { type Kind, Peer, packsOf, type Session, Speaker } from './peer.ts'
import { Program, where } from './program.ts'

const MET = 'Emit `remote-feeds` once for each stream, with the keys of its first offer, even when it is empty.'

const RULES = 'README.md says under “On the wire” what each message holds, when it may be sent, and how long it may be.'

/** So many different blocks. */
export const blocksOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`)

/** The blocks that were written to a feed, and what stands for the first so many of them. */
class Written {
  readonly blocks: string[] = []
  readonly sums = ['']

  add(blocks: string[]): void {
    for (const block of blocks) {
      this.blocks.push(block)
      this.sums.push(sumOf(String(this.sums.at(-1)), block))
    }
  }
}

export interface Stream {
  stream: number
  socket: Connection
}

export class Play {
  readonly stage: Stage
  /** The process that most steps share. */
  readonly program: Program
  /** By the feed's key. */
  readonly #written = new Map<string, Written>()
  /** Own feeds by the folder of their multifeed: the name of each. */
  readonly #names = new Map<string, Map<string, string | undefined>>()
  /** The order of feeds in a folder, as it was seen last. */
  readonly #orders = new Map<string, string[]>()
  readonly #programs = new Set<Program>()
  /** The streams of our peers that were in an exchange. */
  readonly #sessions: Session[] = []
  #server: Promise<{ server: Server; sockets: Connection[] }> | undefined
  #folders = 0

  private constructor(stage: Stage, program: Program) {
    this.stage = stage
    this.program = program
    this.#programs.add(program)
    stage.promise({
      name: 'a feed has the blocks that its writer wrote',
      step: 3,
      means: 'Store the blocks of a feed as they came: all of them, in their order, under the key of their writer.',
      file: 'multifeed.ts',
      look: () => this.#each((seen, program) => this.#areTrue(seen, program))
    })
    stage.promise({
      name: 'each feed is told once',
      step: 3,
      means:
        'Emit `feed` once for each feed: for your own when it is made, with its name; for a peer’s with its first block, without a name.',
      file: 'multifeed.ts',
      look: () => this.#each((seen) => this.#areTold(seen))
    })
    stage.promise({
      name: 'what is said is what may be said',
      step: 3,
      means: RULES,
      file: 'multifeed.ts',
      look: () => {
        const broken = this.#problem()
        return broken === undefined ? undefined : { broken }
      }
    })
    stage.promise({
      name: 'each stream is told once',
      step: 2,
      means: MET,
      file: 'multifeed.ts',
      look: () => this.#each((seen) => this.#areMet(seen))
    })
    stage.promise({
      name: 'feeds keep their order',
      step: 1,
      means:
        '`feeds()` gives each feed once, your own among those of the others, in the order in which they became known, even after a restart.',
      file: 'multifeed.ts',
      look: () => this.#each((seen) => this.#areInOrder(seen))
    })
  }

  static async start(stage: Stage): Promise<Play> {
    return new Play(stage, await Program.start(stage))
  }

  async folder(name: string): Promise<string> {
    return join(await this.stage.folder(), `${name}-${++this.#folders}`)
  }

  /** What one of our peers was told against the text of the exercise. */
  #problem(): string | undefined {
    const { problem } = this.#sessions.find(({ problem }) => problem !== undefined) ?? {}
    return problem && `README.md does not allow this: ${problem}`
  }

  /** Another process with the learner's class. */
  async another(): Promise<Program> {
    const program = await Program.start(this.stage)
    this.#programs.add(program)
    return program
  }

  async end(program: Program): Promise<void> {
    this.#programs.delete(program)
    await program.role.end()
  }

  /** Has the learner's class append blocks to a feed of its own. */
  async append(multi: string, key: string, blocks: string[], program = this.program): Promise<void> {
    this.#of(key).add(blocks)
    await program.call('append', multi, key, blocks)
  }

  /** Has the learner's class append a block to a feed of its own, and sync a stream in the turn after. */
  appendAndSync(stream: number, multi: string, key: string, block: string) {
    this.#of(key).add([block])
    return this.program.try('sync', stream, { multi, key, block })
  }

  /** Has the learner's class make a writer, and append blocks to it; gives its key. */
  async writer(
    multi: string,
    name: string | undefined,
    blocks: string[],
    program = this.program,
    keyPair?: Parameters<Commands['writer']>[2]
  ): Promise<string> {
    const key = await program.call('writer', multi, name ?? null, keyPair)
    const { folder } = await program.look(multi)
    this.owns(folder, key, name)
    if (blocks.length > 0) await this.append(multi, key, blocks, program)
    return key
  }

  /** A feed is the learner's own. */
  owns(folder: string, key: string, name: string | undefined): void {
    const names = this.#names.get(folder) ?? new Map<string, string | undefined>()
    this.#names.set(folder, names.set(key, names.get(key) ?? name))
  }

  /** A feed is to be gone from the multifeed in a folder. */
  removes(folder: string): void {
    this.#orders.delete(folder)
  }

  /** A peer of ours. */
  async peer(kind: Kind = {}): Promise<Peer> {
    const store = new Corestore(await this.folder('ours'))
    this.stage.after(() => store.close())
    return new Peer(store, kind)
  }

  /** A new feed of ours, with blocks. */
  async write(peer: Peer, blocks: string[]): Promise<Hypercore> {
    const core = await peer.writer(blocks)
    this.#of(core.key.toString('hex')).add(blocks)
    return core
  }

  async extend(peer: Peer, core: Hypercore, ...blocks: string[]): Promise<void> {
    this.#of(core.key.toString('hex')).add(blocks)
    await peer.append(core, ...blocks)
  }

  #of(key: string): Written {
    const written = this.#written.get(key) ?? new Written()
    this.#written.set(key, written)
    return written
  }

  /** A connection of real peers, and the number of the learner's stream on it. */
  async connect(multi: string, { program = this.program, asMux = false, options = {} } = {}): Promise<Stream> {
    this.#server ??= this.stage.dht().then(async (dht) => {
      const sockets: Connection[] = []
      const server = dht.createServer((socket) => sockets.push(socket.on('error', () => {})))
      await server.listen(DHT.keyPair())
      return { server, sockets }
    })
    const { server, sockets } = await this.#server
    const { stream, hash } = await program.call(
      'connect',
      multi,
      String(server.publicKey?.toString('hex')),
      asMux,
      options
    )
    const socket = await this.stage.until(
      () => sockets.find(({ handshakeHash }) => handshakeHash?.toString('hex') === hash),
      'The stream was never connected.',
      { means: '`replicate(connection)` uses the connection that it is given, and leaves it open.' }
    )
    return { stream, socket }
  }

  /** A peer that says what it is told to; it has heard the first offer. */
  async speak(multi: string, kind: Kind = {}, program = this.program): Promise<Stream & { speaker: Speaker }> {
    const { stream, socket } = await this.connect(multi, { program })
    const speaker = new Speaker(socket, kind)
    await this.#first(speaker)
    return { stream, socket, speaker }
  }

  /** A peer offers a core of ours, and waits to be asked for it; gives what would be the answer. */
  async offer(speaker: Speaker, core: Hypercore, saw: string): Promise<Pack> {
    const index = speaker.said('request').length
    speaker.say('offer', [{ key: core.key, length: core.length }])
    await this.stage.until(
      () => speaker.said('request').length > index,
      () => saw,
      { means: 'Request what is offered and longer than yours.' }
    )
    const [pack] = await packsOf(core, 0)
    if (!pack) throw new Error('our own feed has no pack')
    return pack
  }

  /** Waits until a multifeed of the learner's has told an error, and gives what is seen of it then. */
  fails(multi: string, saw: string, means: string): Promise<Seen> {
    return this.stage.until(
      async () => {
        const seen = await this.program.look(multi)
        return seen.errors.length > 0 && seen
      },
      saw,
      { means }
    )
  }

  /** Waits for the first offer, unless the stream ends before. */
  async #first(speaker: Speaker): Promise<void> {
    await this.stage.until(
      () => speaker.said('offer').length > 0 || speaker.isClosed,
      () => (speaker.theirs ? 'After the handshake no offer came.' : 'The handshake never came to its end.'),
      { means: 'Send an offer right after the handshake, even an empty one: the other side waits for it.' }
    )
  }

  /**
   * A multifeed of the learner's and one of ours replicate until both say that they have all, and then they must. `refused`
   * is what it means when they do not get so far.
   */
  async exchange(
    multi: string,
    peer: Peer,
    details: {
      program?: Program
      asMux?: boolean
      options?: object
      after?: string
      means?: string
      refused?: string
      /** Called when both have met. */
      during?: () => Promise<unknown>
    } = {}
  ): Promise<Stream & { session: Session }> {
    const { stage } = this
    const { program = this.program } = details
    const means = details.means ?? 'Request what is offered and longer than yours; answer a request with a pack.'
    const refused = details.refused ?? means
    const early =
      details.means ??
      'Say `have` only when the blocks are stored; `sync` waits for yours and for that of the other side.'
    const before = lengthsOf(await program.look(multi))
    const due = peer.lengths()
    const { stream, socket } = await this.connect(multi, details)
    const synced = program.sync(stream, refused, details.after)
    synced.catch(() => {}) // told when its turn comes
    const session = peer.replicate(socket)
    this.#sessions.push(session)
    await this.#first(session.speaker)
    await details.during?.()
    const error = await synced
    const problem = () => session.problem && `README.md does not allow this: ${session.problem}`
    stage.expect(
      !error,
      problem() ??
        `${details.after ?? ''}\`sync()\` rejected: ${shorten(String(error?.message))} ${where(error, stage.dir)}`,
      session.problem ? RULES : refused
    )
    const seen = await program.look(multi)
    const after = lengthsOf(seen)
    const met = seen.met.find((one) => one.stream === stream)
    stage.expect(
      met?.keys.join() === session.first?.join(),
      met
        ? '`remote-feeds` gave other keys than those of my first offer.'
        : `\`remote-feeds\` did not come for a stream whose first offer had ${session.first?.length ?? 0} keys.`,
      MET
    )
    stage.expect(
      isWithin(due, after),
      `\`sync()\` resolved when yours had ${sum(after)}; mine had offered ${sum(due)}.`,
      early
    )
    await stage.until(
      () => session.isSynced || session.problem !== undefined,
      'Your `sync()` resolved, but my side is still waiting for something.',
      { means }
    )
    stage.expect(!session.problem, String(problem()), RULES)
    const mine = peer.lengths()
    stage.expect(
      isWithin(before, mine),
      `\`sync()\` resolved when mine had ${sum(mine)}; yours had ${sum(before)} before.`,
      early
    )
    return { stream, socket, session }
  }

  /** Waits until a multifeed of the learner's has what one of ours has, and the other way round. */
  async agree(multi: string, peer: Peer, means: string, program = this.program): Promise<void> {
    let lengths: Record<string, number> = {}
    await this.stage.until(
      async () => {
        this.stage.expect(!this.#problem(), String(this.#problem()), RULES)
        lengths = lengthsOf(await program.look(multi))
        return isWithin(lengths, peer.lengths()) && isWithin(peer.lengths(), lengths)
      },
      () => `Yours has ${sum(lengths)}, mine ${sum(peer.lengths())}.`,
      { means, file: 'multifeed.ts' }
    )
  }

  /** Waits until multifeeds of the learner's have all that was written to some feeds. */
  async have(multis: string[], keys: string[], means: string, program = this.program): Promise<void> {
    const due = Object.fromEntries(keys.map((key) => [key, this.#of(key).blocks.length]))
    let late = ''
    await this.stage.until(
      async () => {
        const all = (await program.call('look')).filter(({ multi }) => multis.includes(multi))
        const without = all.find((seen) => !isWithin(due, lengthsOf(seen)))
        late = without ? `${without.multi} has ${sum(lengthsOf(without))}; together all have written ${sum(due)}` : ''
        return !without
      },
      () => `${late}.`,
      { means, file: 'multifeed.ts' }
    )
  }

  async #each(look: (seen: Seen, program: Program) => Standing | Promise<Standing>): Promise<Standing> {
    for (const program of this.#programs) {
      if (program.role.ended) continue
      for (const seen of await program.call('look')) {
        const standing = await look(seen, program)
        if (standing) return standing
      }
    }
    return undefined
  }

  async #areTrue({ multi, feeds }: Seen, program: Program): Promise<Standing> {
    for (const { key, length, stored, sum } of feeds) {
      if (length !== stored) return { yet: `A feed says that it has ${length} blocks, but it has ${stored}.` }
      const { blocks, sums } = this.#of(key)
      if (stored > blocks.length)
        return { broken: `A feed has ${stored} blocks, but its writer wrote ${blocks.length}.` }
      if (sums[stored] === sum) continue
      for (const [i, block] of blocks.slice(0, stored).entries()) {
        const has = await program.call('block', multi, key, i)
        if (has !== block)
          return { broken: `Block ${i} of a feed is “${shorten(has)}”; its writer wrote “${shorten(block)}”.` }
      }
    }
    return undefined
  }

  #areTold({ folder, feeds, before, told }: Seen): Standing {
    const names = this.#names.get(folder)
    const seen = new Set<string>()
    const isOld = (key: string) => key in before && (names?.has(key) === true || Number(before[key]) > 0)
    for (const { key, name, length, first } of told) {
      if (seen.has(key)) return { broken: '`feed` told one feed twice.' }
      if (isOld(key)) return { broken: '`feed` told a feed again that it had told before the folder was opened again.' }
      seen.add(key)
      if (first !== undefined && first !== this.#of(key).sums[1])
        return {
          broken: 'The core that `feed` gave has another first block than its writer wrote.',
          means: 'Give what `feeds()` gives, too: a core that stays open, with your `valueEncoding`.'
        }
      if (names?.has(key)) {
        const due = names.get(key)
        const shown = (name: string | undefined) => (name === undefined ? 'no name' : `the name “${shorten(name)}”`)
        if (name !== due) return { broken: `\`feed\` gave ${shown(name)} for your own feed that has ${shown(due)}.` }
      } else if (length === 0) return { broken: '`feed` told a peer’s feed before its first block was there.' }
      else if (name !== undefined) return { broken: `\`feed\` gave the name “${shorten(name)}” for a feed of a peer.` }
    }
    const isDue = ({ key, stored }: Seen['feeds'][number]) => stored > 0 || names?.has(key)
    const untold = feeds.find((feed) => isDue(feed) && !seen.has(feed.key) && !isOld(feed.key))
    if (!untold) return undefined
    if (names?.has(untold.key)) return { yet: 'There was no `feed` event for a writer that you made.' }
    return untold.key in before
      ? {
          yet: 'There was no `feed` event for a feed that has blocks now. It was in `feeds()` when the folder was opened, without a block.',
          means:
            'Enter a peer’s feed in the index when its first blocks are stored, not before: what a kill leaves of it has no blocks. Tell `feed` with the first of them, in whichever run that is.'
        }
      : { yet: 'There was no `feed` event for a feed that has blocks.' }
  }

  #areMet({ met }: Seen): Standing {
    const streams = met.map(({ stream }) => stream).filter((stream) => stream !== -1)
    const isOnce = new Set(streams).size === streams.length
    return isOnce ? undefined : { broken: '`remote-feeds` came twice for one stream.' }
  }

  #areInOrder({ multi, folder, feeds }: Seen): Standing {
    const keys = feeds.map(({ key }) => key)
    if (feeds.some(({ isFound }) => !isFound))
      return {
        broken: '`feed(key)` did not give a feed that is among `feeds()`, for its key in hex and in bytes.',
        means: 'Find each feed, also one of a peer, by its key: 64 hex digits, or any Uint8Array of 32 bytes.'
      }
    if (new Set(keys).size < keys.length) return { broken: '`feeds()` gave a feed twice.' }
    const own = [...(this.#names.get(folder)?.keys() ?? [])]
    const lost = own.filter((key) => !keys.includes(key))
    if (lost.length > 0)
      return { broken: `${lost.length} of your own ${own.length} feeds in ${multi} are not in \`feeds()\`.` }
    const before = this.#orders.get(folder) ?? []
    const isKept = before.every((key, i) => key === keys[i])
    if (!isKept) return { broken: `\`feeds()\` of ${multi} gives other feeds than before, or another order.` }
    // One without a block may be gone after a restart, or come later.
    const firm = feeds.findIndex(({ key, stored }) => stored === 0 && !own.includes(key))
    this.#orders.set(folder, firm === -1 ? keys : keys.slice(0, firm))
    return undefined
  }
}

/** How many blocks there are of each feed; one without any may be known to one side alone. */
export function lengthsOf({ feeds }: Seen): Record<string, number> {
  return Object.fromEntries(feeds.filter(({ stored }) => stored > 0).map(({ key, stored }) => [key, stored]))
}

const isWithin = (some: Record<string, number>, all: Record<string, number>) =>
  Object.entries(some).every(([key, length]) => Number(all[key] ?? 0) >= length)

function sum(lengths: Record<string, number>): string {
  const all = Object.values(lengths)
  const blocks = all.reduce((sum, length) => sum + length, 0)
  return `${all.length} feed${all.length === 1 ? '' : 's'} with ${blocks} block${blocks === 1 ? '' : 's'}`
}
