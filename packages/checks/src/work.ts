// What a process does now, as Linux tells it; undefined where nobody tells (no /proc).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** Between two looks at what all of them do, in ms. */
const LOOK_AGAIN = 100
const HAS_PROC = existsSync('/proc/self/stat')
/** Fields of a stat, counted from the state, and the unit of its times in ms: USER_HZ is 100. */
const [UTIME, STIME, TICK] = [11, 12, 10]

/** Whether its main thread computes in this moment, or would if a processor were free. */
export function isComputing(pid: number): boolean | undefined {
  return HAS_PROC ? /R/.test(stateOf(`/proc/${pid}`)) : undefined
}

/**
 * Whether any of its threads computes in this moment, or would if a processor were free: one that asks its disk in a loop
 * has another thread do the work.
 */
export function isBusy(pid: number): boolean | undefined {
  return HAS_PROC ? threadsOf(pid).some((thread) => /R/.test(stateOf(thread))) : undefined
}

/** Whether it waits with all its threads: none computes, or waits for a disk. False where nobody tells. */
export function isWaiting(pid: number): boolean {
  const states = threadsOf(pid).map(stateOf)
  return states.length > 0 && states.every((state) => state === 'S')
}

/** The processor time that it has taken so far with all its threads, in ms. Undefined where nobody tells. */
export function processorTime(pid: number): number | undefined {
  const stat = statOf(`/proc/${pid}`).split(' ')
  return stat.length > STIME ? (Number(stat[UTIME]) + Number(stat[STIME])) * TICK : undefined
}

/** For how long somebody had work to do, of the processes that a fact may come from, and of this one that plays with them. */
export class Work {
  /** In ms, up to the last look. */
  done = 0
  readonly #others: () => number[]
  #last = { at: performance.now(), active: performance.eventLoopUtilization().active }
  #lag = 0

  /** `others` gives the ids of the processes. */
  constructor(others: () => number[]) {
    this.#others = others
  }

  /** Looks again, now and then; for `lag` ms this process has waited for a processor since it was called last. */
  look(lag: number): void {
    this.#lag += lag
    const [at, { active }] = [performance.now(), performance.eventLoopUtilization()]
    const passed = at - this.#last.at
    if (passed < LOOK_AGAIN) return
    const mine = Math.min(passed, this.#lag + active - this.#last.active)
    this.done += !HAS_PROC ? Number.POSITIVE_INFINITY : this.#isAnyAtWork() ? passed : mine
    this.#last = { at, active }
    this.#lag = 0
  }

  /** Whether a thread computes or waits for a disk, but for the one that asks. */
  #isAnyAtWork(): boolean {
    const asks = `/${process.pid}`
    const threads = [process.pid, ...this.#others()].flatMap(threadsOf)
    return threads.some((thread) => !thread.endsWith(asks) && /[RD]/.test(stateOf(thread)))
  }
}

/** The folders of its threads; none when it has ended. */
function threadsOf(pid: number): string[] {
  const tasks = `/proc/${pid}/task`
  try {
    return readdirSync(tasks).map((task) => `${tasks}/${task}`)
  } catch {
    return []
  }
}

/** The letter for what a process or thread does: R when it runs or could, D when it waits for a disk; '' when it has ended. */
function stateOf(folder: string): string {
  return statOf(folder).charAt(0)
}

/** What Linux tells of a process or thread, from its state on, see proc_pid_stat(5); '' when it has ended. */
function statOf(folder: string): string {
  try {
    const stat = readFileSync(`${folder}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2)
  } catch {
    return ''
  }
}
