// How long a fact is awaited: in proportion to how slow this machine is now, and never for ever.
import { setTimeout as delay } from 'node:timers/promises'
import { MachineTrouble } from './outcome.ts'
import { startUpTime } from './role.ts'
import { isBusy, processorTime, Work } from './work.ts'

/** How long a fact is awaited on a machine at ease, in ms. Facts of a right answer take 5–300 ms there. */
export const PATIENCE = 5_000
const LOOK_AGAIN = 5 // ms between two looks at a fact
/** Between two looks at a fact that is late passes this part of the time that it is late: most waits are in vain. */
const LATE = 50
/** A fact that has not come after so many ms is told to who waits for the verdict. */
const SLOW = 1_000
/** Longer than that nothing is awaited, however slow the machine is. */
const UTMOST = 90_000
/**
 * Who rests is not slow: when nobody has anything to do, the patience is not stretched. For each ms for which somebody had
 * work to do so many ms more are awaited: who got no processor in time may have a timer to wait for, too.
 */
const GRACE = 2
/**
 * How long a bare node takes to start, in ms: up to QUIET (40–60 are usual) a machine is at ease; one that takes n times
 * as long gets n times the patience; one that takes BUSY is not judged by time.
 */
const QUIET = 100
const BUSY = 500
/**
 * A role with the libraries is up after 300–700 ms of processor time. One that has not had twice that yet, and would go on
 * if a processor were free, is kept from it by the machine: a control that is over at once does not show that.
 */
const START = 1_500
/** Between two controls, in ms. */
const CONTROL_AGAIN = 100

/** The part of a processor that a program gets now which computes without a pause: 1 on a machine at ease. */
export async function ease(): Promise<number> {
  return QUIET / Math.max(QUIET, await startUpTime())
}

export interface Wait<Value> {
  /** Gives undefined or false as long as the fact is not there. */
  look(): Value | Promise<Value>
  /** Called before each look; what it throws ends the wait. */
  before?(): void
  /** Called after a look that saw nothing; what it throws ends the wait. */
  after?(): void
  /** ms on a machine at ease. */
  patience: number
  /** The ids of the processes that the fact may come from. */
  processes(): number[]
  /** Called once when the fact is slow, with the ms for which it is awaited at most on a machine at ease. */
  onslow(patience: number): void
}

/**
 * Waits until a look gives something else than undefined or false, and gives that; undefined when the time is up.
 * Throws the MachineTrouble of a machine that is too slow to be judged by time.
 */
export async function wait<Value>(wait: Wait<Value>): Promise<Exclude<Value, undefined | false> | undefined> {
  const { look, before, after, processes, patience, onslow } = wait
  const begin = Date.now()
  const work = new Work(processes)
  let isTold = false
  let isOver = false
  let deadline = begin + patience
  // A look may itself wait for a peer that never answers: it counts as nothing seen when the time is up.
  let expiry = delay(patience + LOOK_AGAIN, undefined, { ref: false })
  for (;;) {
    before?.()
    const fact = await Promise.race([look(), expiry])
    if (fact !== undefined && fact !== false) return fact as Exclude<Value, undefined | false>
    after?.()
    if (isOver || Date.now() - begin > patience + GRACE * work.done) return undefined
    if (Date.now() > deadline) {
      // A control: is it the program that is slow, or the machine?
      const control = await startUpTime()
      const waited = Date.now() - begin
      const due = Math.min(UTMOST, patience * Math.max(1, control / QUIET))
      const isKept = processes().some((pid) => isBusy(pid) && (processorTime(pid) ?? START) < START)
      if (control < BUSY && waited >= due && !isKept) {
        isOver = true
        expiry = delay(LOOK_AGAIN, undefined, { ref: false })
        continue // the fact may have come during the control
      }
      if (waited >= UTMOST) {
        throw new MachineTrouble(
          `This machine is too busy for a verdict: starting node alone took ${Math.round(control)} ms.`
        )
      }
      const more = Math.max(CONTROL_AGAIN, due - waited)
      deadline = Date.now() + more
      expiry = delay(more + LOOK_AGAIN, undefined, { ref: false })
    }
    if (!isTold && Date.now() - begin > SLOW) {
      isTold = true
      onslow(patience)
    }
    const pause = Math.max(LOOK_AGAIN, (Date.now() - begin) / LATE)
    const asleep = performance.now()
    await delay(pause)
    work.look(performance.now() - asleep - pause)
  }
}
