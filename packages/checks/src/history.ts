// Everything that was given to the programs of a check, and everything that was seen of them, in its order.
import { type Happened, is, type Kind, type Told } from '@workshop/picture/events'
import { WORD } from './corpus.ts'
import { within } from './outcome.ts'

export class History {
  readonly events: Happened[] = []
  readonly #begin = performance.now()

  /** ms since the check began, of a `performance.now()`. */
  since(time: number): number {
    return time - this.#begin
  }

  add<K extends Kind>(who: string, what: K, told: Told<K>, time = performance.now()): Happened<K> {
    const event = { at: this.since(time), who, what, ...told } as Happened<K>
    this.events.push(event as Happened)
    return event
  }

  /** What happened to one, or of one kind alone, in its order. */
  of<K extends Kind = Kind>(who: string, what?: K): Extract<Happened, { what: K }>[] {
    const events = this.events.filter((event) => event.who === who)
    return what === undefined ? (events as Extract<Happened, { what: K }>[]) : events.filter(is(what))
  }

  /** Who typed or sent a text, told by the first word of the generator in it, which stands in no other, as a sentence; or ''. */
  giverOf(text: string): string {
    const word = WORD.exec(text)?.[0]
    const given =
      word &&
      this.events.find(
        (event) => (event.what === 'sends' || event.what === 'is typed into') && event.text?.includes(word)
      )
    if (!given) return ''
    const who = within(given.who)
    return given.what === 'sends' ? `“${word}” is what ${who} sent.` : `“${word}” was typed into ${who}.`
  }
}
