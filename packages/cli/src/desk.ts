// What the workshop remembers of a learner, in `.workshop/progress.json`: what the verdicts said, which hints were read.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '@workshop/checks/judge'
import type { Exercise } from '@workshop/course'
import { note } from './files.ts'
import { alone, workshop } from './lock.ts'
import { complain } from './terminal.ts'

const file = join(workshop, 'progress.json')

/** What is remembered of one exercise. Times are ISO texts. */
export interface Memory {
  /** The last verdict on the learner's files: how many steps passed, and of how many; the step that failed. */
  last?: { at: string; passed: number; of: number; failed?: number }
  /** When all steps passed for the first time. */
  done?: string
  /** How many rungs of hints were read, by step. */
  rungs?: Record<string, number>
  /** When the learner looked at our answer before theirs passed. */
  peeked?: string
}

/** What is remembered, by the folder names of the exercises. A file that cannot be read is as good as none. */
export function memories(): Record<string, Memory> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return read !== null && typeof read === 'object' && !Array.isArray(read) ? (read as Record<string, Memory>) : {}
  } catch {
    return {}
  }
}

export function recall({ name }: Exercise): Memory {
  return memories()[name] ?? {}
}

/** Changes what is remembered of an exercise. A disk that refuses is told, and is no reason to end. */
export function remember({ name }: Exercise, change: (before: Memory) => Partial<Memory>): void {
  try {
    alone(() => {
      const all = memories()
      const before = all[name] ?? {}
      all[name] = { ...before, ...change(before) }
      // Another terminal must never read half of it.
      const half = `${file}.${process.pid}`
      writeFileSync(half, `${JSON.stringify(all, undefined, 2)}\n`)
      renameSync(half, file)
    })
  } catch (error) {
    complain(`Your progress could not be saved: ${(error as Error).message}`)
  }
}

/**
 * Remembers what a verdict on all steps of the learner's files said, also with the snapshot of those files. One that
 * blames the check or the machine says nothing.
 */
export function rememberVerdict(exercise: Exercise, verdict: Verdict, snapshot: number | undefined): void {
  const { results, passed, fault } = verdict
  if (fault !== undefined && fault !== 'your code') return
  const at = new Date().toISOString()
  const failed = results.find(({ state }) => state === 'failed')?.step
  const last = { at, passed, of: results.length, ...(failed !== undefined && { failed }) }
  remember(exercise, ({ done = at }) => ({ last, ...(fault === undefined && { done }) }))
  if (snapshot !== undefined) note(exercise, snapshot, last)
}

/** The step that the learner is at: the one that failed last; undefined when the last verdict was that all is right. */
export function stepOf(exercise: Exercise): number | undefined {
  const { last } = recall(exercise)
  return last ? last.failed : 1
}
