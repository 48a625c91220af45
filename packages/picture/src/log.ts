// What happened as a list that people can read: one sentence for what is alike and comes at once.
import type { Happened, Kind } from './events.ts'
import { sentence } from './sentences.ts'

/** What is alike is one entry for so many ms. */
const TOGETHER = 1_000
/** So many entries are kept. */
const KEPT = 2_000

/** What says how things stand, or how much, and is seen in the picture itself. */
const UNTOLD = new Set<Kind>(['has an address', 'is a node', 'holds', 'has caught up', 'has a key', 'sends a block'])

export interface Entry {
  /** When the first of it happened, in ms. */
  at: number
  /** The first of it. */
  event: Happened
  /** How many more like it came. */
  more: number
}

export class Log {
  readonly entries: Entry[] = []
  /** The last entry of each kind. */
  #last = new Map<string, Entry>()
  /** The keys of cores by their discovery keys. */
  readonly #keys = new Map<string, string>()
  /** What each has announced itself under. */
  readonly #announced = new Set<string>()

  add(events: readonly Happened[]): void {
    for (const event of events) this.#add(event)
    if (this.entries.length > KEPT * 1.5) this.entries.splice(0, this.entries.length - KEPT)
    if (this.#last.size > KEPT) this.#last.clear()
  }

  /** The last entries that have begun by a time, the newest first. */
  until(time: number, count: number): Entry[] {
    let end = this.entries.length
    while (end > 0 && (this.entries[end - 1]?.at ?? 0) > time) end--
    return this.entries.slice(Math.max(0, end - count), end).reverse()
  }

  /** People know a core by its key, which its writer prints. */
  #byKey(event: Happened): Happened {
    if (event.what === 'opens a core') this.#keys.set(event.core, event.key)
    return 'core' in event ? { ...event, core: this.#keys.get(event.core) ?? event.core } : event
  }

  #add(event: Happened): void {
    if (UNTOLD.has(event.what)) return
    // What is announced answers through the nodes that it is announced at: nobody is asked then.
    const under = 'target' in event ? `${event.who} ${event.target}` : ''
    if (event.what === 'announces') this.#announced.add(under)
    if (event.what === 'connects' && this.#announced.has(under)) return
    // Sums of bytes stand on the line; what was said is a text.
    if ((event.what === 'sends' || event.what === 'receives') && event.text === undefined) return
    const alike = keyOf(event)
    const last = this.#last.get(alike)
    if (last && event.at - last.at < TOGETHER) {
      last.more++
      return
    }
    const entry = { at: event.at, event: this.#byKey(event), more: 0 }
    this.#last.set(alike, entry)
    this.entries.push(entry)
  }
}

/** The sentence of an entry. */
export function told({ event, more }: Entry): string {
  if (more === 0) return sentence(event)
  // Several nodes that are asked the same are the DHT.
  if ('node' in event) return sentence({ ...event, node: 'the DHT' })
  return `${sentence(event)}, and ${more.toLocaleString('en')} more like that`
}

function keyOf(event: Happened): string {
  const about =
    'core' in event ? event.core : 'target' in event ? event.target : 'connection' in event ? event.connection : ''
  // Texts are each their own.
  const text = event.what === 'meets' || event.what === 'loses' || !('text' in event) ? '' : event.text
  return [event.who, event.what, about, 'with' in event ? event.with : '', text].join(' ')
}
