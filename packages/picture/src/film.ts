// What happened, as something that can be looked at from any time: forwards, and back.
import type { Happened } from './events.ts'
import { apply, copyOf, emptySwarm, forget, type Swarm } from './swarm.ts'

/** Between two frames that are kept, in events: to go back, no more than so many are applied anew. */
const BETWEEN = 2_000
/** So many events are kept; when there are more, the oldest go together. */
const KEPT = 200_000

export class Film {
  /** What happened, oldest first. */
  readonly events: Happened[] = []
  /** How the swarm looked before the event with this index; the first one is the beginning. */
  #frames: { index: number; swarm: Swarm }[] = [{ index: 0, swarm: emptySwarm() }]
  #swarm = emptySwarm()
  /** How many events `#swarm` is made of. */
  #index = 0

  /** When the first event happened and when the last, in ms. */
  get begin(): number {
    return this.events[0]?.at ?? 0
  }

  get end(): number {
    return this.events.at(-1)?.at ?? 0
  }

  add(events: readonly Happened[]): void {
    for (const event of events) this.events.push(event)
    if (this.events.length > KEPT * 1.25) this.#forgetFirst(this.events.length - KEPT)
  }

  /** How the swarm looks at a time. It changes with the next call. */
  at(time: number): Swarm {
    const index = this.indexAt(time)
    if (index < this.#index) {
      const frame = this.#frames.findLast((frame) => frame.index <= index) ?? { index: 0, swarm: emptySwarm() }
      this.#swarm = copyOf(frame.swarm)
      this.#index = frame.index
    }
    this.#advance(index)
    forget(this.#swarm, time)
    return this.#swarm
  }

  /** How many events have happened by a time. */
  indexAt(time: number): number {
    let [low, high] = [0, this.events.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.events[middle]?.at ?? 0) > time) high = middle
      else low = middle + 1
    }
    return low
  }

  #advance(index: number): void {
    while (this.#index < index) {
      const event = this.events[this.#index]
      const last = this.#frames.at(-1)
      if (last && this.#index - last.index >= BETWEEN) {
        this.#frames.push({ index: this.#index, swarm: copyOf(this.#swarm) })
      }
      if (event) {
        // What is over by then must not come back when something of the same name begins.
        if (this.#index % 100 === 0) forget(this.#swarm, event.at)
        apply(this.#swarm, event)
      }
      this.#index++
    }
  }

  #forgetFirst(count: number): void {
    const frame = this.#frames.find(({ index }) => index >= count)
    // Nobody has looked that far yet: nothing is known of how it looked.
    if (!frame) return
    this.events.splice(0, frame.index)
    this.#frames = this.#frames
      .filter(({ index }) => index >= frame.index)
      .map(({ index, swarm }) => ({ index: index - frame.index, swarm }))
    this.#index = Math.max(0, this.#index - frame.index)
  }
}
