// The feeds that are not wanted: kept in a core of its own, so that they stay away after a restart.

import { record } from '@workshop/wire'
import c from 'compact-encoding'
import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import { readBlocks } from './parts.ts'

/** What was decided about a feed last. */
interface Decision {
  key: Uint8Array
  isBlocked: boolean
  /** It was removed when the index had so many blocks: what these say of it does not count. */
  removed: number
}

const decision = record<Decision>({ key: c.fixed32, isBlocked: c.bool, removed: c.uint })

export class Blocklist {
  readonly #core: Hypercore
  readonly #decisions = new Map<string, Decision>()

  constructor(store: Corestore) {
    this.#core = store.get({ name: 'blocklist' })
  }

  async ready(): Promise<void> {
    await this.#core.ready()
    for (const block of await readBlocks(this.#core, 0, this.#core.length)) {
      const { key, ...others } = c.decode(decision, block)
      this.#decisions.set(Buffer.from(key).toString('hex'), { key: Buffer.from(key), ...others })
    }
  }

  /** How many decisions there were: after one, a name must not lead to a core that was removed. */
  get length(): number {
    return this.#core.length
  }

  /** Whether a feed, by its key in hex, is kept away. */
  has(id: string): boolean {
    return this.#decisions.get(id)?.isBlocked === true
  }

  /** How many blocks of the index do not count for a feed. */
  removed(id: string): number {
    return this.#decisions.get(id)?.removed ?? 0
  }

  keys(): Buffer[] {
    return [...this.#decisions.values()].filter(({ isBlocked }) => isBlocked).map(({ key }) => Buffer.from(key))
  }

  /** Resolves when it is stored; holds at once. */
  async decide(key: Uint8Array, isBlocked: boolean, removed?: number): Promise<void> {
    const id = Buffer.from(key).toString('hex')
    const decided = { key, isBlocked, removed: removed ?? this.removed(id) }
    this.#decisions.set(id, decided)
    await this.#core.append(Buffer.from(c.encode(decision, decided)))
  }
}
