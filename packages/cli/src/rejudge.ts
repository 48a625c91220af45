// The verdict after a save: first the steps from the one that failed last on, then, when those are right, the others.
import { judge, type Result, type Verdict } from '@workshop/checks/judge'
import type { Exercise } from '@workshop/course'
import { rememberVerdict, stepOf } from './desk.ts'
import { keepSafely } from './files.ts'
import { stepsOf } from './steps.ts'

/** What is known so far. */
export interface Draft {
  results: Result[]
  /** The step that runs. */
  step: number
  /** A fact that is slow: what the story says if it never comes, and the time when it is given up. */
  waiting?: { saw: string; until: number }
}

/**
 * The verdict on the learner's files as they are, which is remembered; `ondraft` hears of each thing that is known
 * before. Rejects with the reason of `signal` when that ends it.
 */
export async function rejudge(
  exercise: Exercise,
  signal: AbortSignal,
  ondraft: (draft: Draft) => void
): Promise<Verdict> {
  const from = stepOf(exercise) ?? 1
  const steps = await stepsOf(exercise)
  const snapshot = keepSafely(exercise, 'check')
  const results = steps.map((title, i): Result => ({ step: i + 1, title, state: i + 1 < from ? 'passed' : 'not run' }))
  let step = from
  const options = {
    exercise: exercise.dir,
    dir: exercise.dir,
    signal,
    startsAhead: true,
    onstep(number: number) {
      step = number
      ondraft({ results, step })
    },
    onwait(saw: string, patience: number) {
      ondraft({ results, step, waiting: { saw, until: Date.now() + patience } })
    },
    onresult(result: Result) {
      if (result.state !== 'not run') results[result.step - 1] = result
    }
  }
  let verdict = passedBefore(await judge({ ...options, from }), from)
  // What passed before may be broken by now: it is looked at when the rest is right.
  if (verdict.fault === undefined && from > 1) verdict = join(await judge({ ...options, to: from - 1 }), verdict)
  rememberVerdict(exercise, verdict, snapshot)
  return verdict
}

/** A verdict that began at a step: those before it passed the last time. */
function passedBefore(verdict: Verdict, from: number): Verdict {
  const results = verdict.results.map(
    (result): Result => (result.step < from ? { ...result, state: 'passed' } : result)
  )
  return { ...verdict, results, passed: verdict.passed + from - 1 }
}

/** The verdict on the first steps, with what a verdict before it said of those behind them. */
function join(first: Verdict, behind: Verdict): Verdict {
  const results = first.results.map((result, i) => {
    const later = behind.results[i]
    return result.state === 'not run' && first.fault === undefined && later ? later : result
  })
  return { ...first, results, passed: results.filter(({ state }) => state === 'passed').length }
}
