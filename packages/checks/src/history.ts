// Everything that was given to the programs of a check, and everything that was seen of them, in its order.

/** Something that happened. `who` is a role's name in the story, or a peer of ours. */
export interface Happened {
  /** ms since the check began. */
  at: number
  who: string
  what:
    | 'starts'
    | 'is typed into' // text: the bytes
    | 'prints' // text: the bytes of stdout
    | 'complains' // text: the bytes of stderr
    | 'gets Ctrl-C'
    | 'is killed'
    | 'ends' // text: the exit code or the signal
    | 'meets' // with: who is at the other end of the connection
    | 'loses'
    | 'sends' // text: the bytes; with: to whom
    | 'receives'
    | 'connects' // what the network was asked for; text: the target in hex
    | 'looks for a key'
    | 'looks up'
    | 'announces'
    | 'unannounces'
  text?: string
  with?: string
}

export class History {
  readonly events: Happened[] = []
  readonly #begin = performance.now()

  /** ms since the check began, of a `performance.now()`. */
  since(time: number): number {
    return time - this.#begin
  }

  add(who: string, what: Happened['what'], more: Pick<Happened, 'text' | 'with'> = {}, time = performance.now()): void {
    this.events.push({ at: this.since(time), who, what, ...more })
  }

  /** What happened to one, or with one, in its order. */
  of(who: string, what?: Happened['what']): Happened[] {
    return this.events.filter((event) => event.who === who && (what === undefined || event.what === what))
  }
}
