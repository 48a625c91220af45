/** Runs what must not happen at the same time one after the other, for each key by itself. */
export class Turns<Key> {
  readonly #last = new Map<Key, Promise<void>>()

  /** What is under way. */
  get all(): Promise<void>[] {
    return [...this.#last.values()]
  }

  /** Resolves or rejects as the work does. */
  take(key: Key, work: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const done = turn
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === done) this.#last.delete(key)
      })
    this.#last.set(key, done)
    return turn
  }
}
