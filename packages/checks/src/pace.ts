// How many verdicts are given at once.
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Time between two looks at the machine, in ms. */
const LOOK = 200
/** Of all cores together; with two of them, a bit less than half a core. A verdict that mostly waits needs less than that. */
const IDLE = 0.2
/** A verdict holds some 100 MB in its programs. */
const MOST = 6

/**
 * Runs jobs in the order in which they come, several at once: one at least, and another one whenever the machine has
 * cores that do nothing. A verdict on a wrong answer mostly waits for what does not come, one on a right answer computes;
 * and other programs compute beside them, maybe of the same kind. So no number fits, but what the machine says does.
 */
export function paced(): <Value>(job: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  let looking = false

  const begin = () => {
    running++
    waiting.shift()?.()
  }
  const look = async () => {
    if (looking) return
    looking = true
    while (waiting.length > 0) {
      if (running === 0) begin()
      const before = times()
      await delay(LOOK)
      const { idle, all } = times()
      const share = (idle - before.idle) / Math.max(1, all - before.all)
      if (waiting.length > 0 && running < MOST && share >= IDLE) begin()
    }
    looking = false
  }
  return (job) =>
    new Promise((resolve, reject) => {
      waiting.push(() => {
        job()
          .then(resolve, reject)
          .finally(() => {
            running--
            if (running === 0 && waiting.length > 0) begin()
          })
      })
      look()
    })
}

/** What all cores have done since they began, in ms. */
function times(): { idle: number; all: number } {
  let idle = 0
  let all = 0
  for (const { times } of cpus()) {
    idle += times.idle
    all += times.idle + times.user + times.nice + times.sys + times.irq
  }
  return { idle, all }
}
