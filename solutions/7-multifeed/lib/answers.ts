// What a peer asks for, answered one request after the other, as fast as the connection takes the answers.
import Hypercore from 'hypercore'
import type { Feed, Host } from '../link.ts'
import { type Messages, MultifeedError, type Request, type Wire } from '../wire.ts'
import type { Fetch } from './extras.ts'
import { kindOf, readParts } from './parts.ts'
import { readPieces } from './pieces.ts'

const READ = 16 // feeds read at the same time for a peer

export class Answers {
  readonly #wire: Wire
  readonly #host: Pick<Host, 'store' | 'isGiven'>
  readonly #ongone: (feed: Feed) => void
  readonly #requests: { feed: Feed; request: Request & Partial<Fetch> }[] = []
  /** The offers that were asked for, until the last message of the answer is on its way. */
  readonly #open = new Set<number>()
  #reading = 0
  /** The answer in parts or pieces that is on its way. */
  #sending: Promise<unknown> = Promise.resolve()

  /** Calls `ongone` with a feed that cannot be given. */
  constructor(wire: Wire, host: Pick<Host, 'store' | 'isGiven'>, ongone: (feed: Feed) => void) {
    this.#wire = wire
    this.#host = host
    this.#ongone = ongone
  }

  /** Answers a request when its turn comes. Resolves when nothing is open for it any more. Throws for the same twice. */
  give(feed: Feed, request: Request & Partial<Fetch>): Promise<void> {
    if (this.#open.has(request.index)) throw new MultifeedError('ERR_PROTOCOL', 'They asked for the same twice.')
    this.#open.add(request.index)
    this.#requests.push({ feed, request })
    return this.#reading < READ ? this.#giveAll() : Promise.resolve()
  }

  async #giveAll(): Promise<void> {
    this.#reading++
    for (let next = this.#requests.shift(); next && this.#wire.isOpen; next = this.#requests.shift()) {
      const { feed, request } = next
      const core = this.#host.store.get({ key: feed.key, active: false })
      try {
        await core.ready()
        if (request.isLatest === undefined) await this.#givePack(feed, core, request)
        else await this.#givePieces(feed, core, request as Fetch)
      } catch {
        this.#open.delete(request.index)
        this.#ongone(feed) // its writer has shortened it, or it is closed or broken here: nobody's fault
      } finally {
        await core.close()
      }
    }
    this.#reading--
  }

  /** The blocks of a feed with the signature over them: in one message, or one part after the other. */
  async #givePack(feed: Feed, core: Hypercore, { index, start }: Request): Promise<void> {
    const { length, manifest, key } = core
    if (!manifest || !Hypercore.key(manifest).equals(key) || core.fork > 0) throw new Error('No pack can prove it.')
    // Now: the signature is the one of this length. Its nodes cover what was asked for, and say how large that is.
    const { upgrade } = await core.proof({ upgrade: { start, length: length - start } })
    const size = upgrade.nodes.reduce((sum, node) => sum + node.size, 0)
    const kind = kindOf({ start, length, size })
    if (kind !== 'pieces' && core.contiguousLength < length) throw new Error('A pack has no gap.')
    if (kind === 'pieces') return this.#givePieces(feed, core, { index, start, length: start, isLatest: false })
    const give = async () => {
      for await (const { isLast, ...part } of readParts(core, { start, length, size })) {
        const signature = isLast ? upgrade.signature : new Uint8Array(0)
        await this.#send(feed, 'pack', { index, ...part, signature, manifest: isLast ? manifest : null }, isLast)
      }
    }
    return kind === 'parts' ? this.#oneAtATime(give) : give()
  }

  #givePieces(feed: Feed, core: Hypercore, { index, ...wanted }: Fetch): Promise<void> {
    if (!this.#wire.hasExtras) throw new Error('They know packs alone.')
    return this.#oneAtATime(async () => {
      for await (const piece of readPieces(core, wanted))
        await this.#send(feed, 'piece', { index, ...piece }, piece.isLast)
    })
  }

  /** They may ask for more as soon as they have the last message, and that can be before the connection takes another. */
  #send<Name extends 'pack' | 'piece'>(
    feed: Feed,
    name: Name,
    message: Messages[Name],
    isLast: boolean
  ): Promise<void> {
    if (!this.#host.isGiven(feed)) throw new Error('It has been blocked meanwhile.')
    if (isLast) this.#open.delete(message.index)
    return this.#wire.send(name, message)
  }

  #oneAtATime(give: () => Promise<void>): Promise<void> {
    const given = this.#sending.then(give)
    this.#sending = given.catch(() => {})
    return given
  }
}
