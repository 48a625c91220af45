// What a program has to tell, until it is sent: nothing while nobody looks, and no more than may be told.
import type { Kind, Told } from './events.ts'
import { failures, swallow } from './tap.ts'

/** Between two sendings, in ms. */
const PACE = 50
/** Kinds of which there may be thousands in a second. Those that say how things stand are always told. */
const CHATTER: ReadonlySet<Kind> = new Set<Kind>([
  'prints',
  'complains',
  'is typed into',
  'sends',
  'receives',
  'asks for a block',
  'sends a block',
  'receives a block',
  'appends',
  'hears of a length'
])
/** So many events wait at most, of any kind: more is a mistake that must not fill the memory. */
const MOST = 10_000

/** Writes lines somewhere; false when so much waits there that more would fill the memory. */
export type Write = (lines: string) => boolean

export class Outbox {
  /** Whether anybody looks. Whatever costs something is done only then. */
  looks = false
  /** Called when something could not be told: how things stand has to be told again. */
  onleftout: () => void = () => {}
  readonly #write: Write
  #lines: string[] = []
  #timer: NodeJS.Timeout | undefined
  #rate = 0
  #allowed = 0
  #leftOut = 0

  constructor(write: Write) {
    this.#write = write
  }

  /**
   * Somebody looks, and wants no more than `rate` events a second of the kinds that there may be thousands of. `pace` is
   * called before each sending.
   */
  look(rate: number, pace: () => void): void {
    this.looks = true
    this.#rate = rate
    this.#allowed = rate
    this.#timer ??= setInterval(() => {
      swallow(pace)
      this.#send()
    }, PACE).unref()
  }

  /** Nobody looks any more. */
  stop(): void {
    this.looks = false
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#lines = []
  }

  tell<K extends Kind>(what: K, told: Told<K>): void {
    if (!this.looks) return
    const isChatter = CHATTER.has(what)
    if (isChatter ? this.#allowed < 1 : this.#lines.length > MOST) {
      this.#leftOut++
      return
    }
    if (isChatter) this.#allowed--
    this.#lines.push(said(what, told))
  }

  /** Tells something at once, whoever looks. */
  say<K extends Kind>(what: K, told: Told<K>): void {
    this.#flush()
    this.#write(said(what, told))
  }

  #send(): void {
    this.#allowed = Math.min(this.#rate, this.#allowed + (this.#rate * PACE) / 1000)
    if (this.#leftOut > 0) {
      this.#lines.push(said('leaves out', { events: this.#leftOut }))
      this.#leftOut = 0
      swallow(this.onleftout)
    }
    if (failures.events > 0) {
      this.#lines.push(said('fails to tell', failures))
      failures.events = 0
    }
    this.#flush()
  }

  #flush(): void {
    if (this.#lines.length === 0) return
    const [lines, { length }] = [this.#lines.join(''), this.#lines]
    this.#lines = []
    if (!this.#write(lines)) this.#leftOut += length
  }
}

/** When it is, in ms since 1970: the programs of a machine have one clock. */
export const now = (): number => performance.timeOrigin + performance.now()

/** An event as its program tells it, who does not know how others call it. */
function said<K extends Kind>(what: K, told: Told<K>): string {
  return `${JSON.stringify({ at: now(), what, ...told })}\n`
}
