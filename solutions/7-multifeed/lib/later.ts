/** What may wait: it is told together, with the first that may not wait longer. */
export class Later<Key> {
  readonly #all = new Set<Key>()
  readonly #ondue: (all: Key[]) => void
  #timer: NodeJS.Timeout | undefined
  #due = Number.POSITIVE_INFINITY

  constructor(ondue: (all: Key[]) => void) {
    this.#ondue = ondue
  }

  /** `delay`: how long it may wait at most, in ms. */
  add(key: Key, delay: number): void {
    this.#all.add(key)
    const due = performance.now() + delay
    if (due >= this.#due) return
    this.#due = due
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const all = [...this.#all]
      this.clear()
      this.#ondue(all)
    }, delay).unref()
  }

  delete(key: Key): void {
    this.#all.delete(key)
  }

  clear(): void {
    this.#all.clear()
    this.#due = Number.POSITIVE_INFINITY
    clearTimeout(this.#timer)
  }
}
