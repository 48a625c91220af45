// The steps of an exercise.
import { existsSync } from 'node:fs'
import type { Exercise } from '@workshop/course'
import { UsageError } from './command.ts'

/**
 * The titles of the steps, or of those of the extra credits, in order; `chosen` is one that must be among them. Throws a UsageError when it is not,
 * and when the check plays with our answer, as that of exercise 7 does, and that is not here.
 */
export async function stepsOf(exercise: Exercise, chosen = 1, { extra = false } = {}): Promise<string[]> {
  const { titles } = await import('@workshop/checks/judge') // with the whole stack behind it: not for a list
  const steps = await titles(exercise.dir, { extra }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || existsSync(exercise.solution)) throw error
    throw new UsageError(`The check of exercise ${exercise.number} needs our answer, which is not here.`)
  })
  if (chosen <= steps.length) return steps
  if (steps.length === 0) throw new UsageError(`Nothing checks the extra credits of exercise ${exercise.number} yet.`)
  throw new UsageError(`Exercise ${exercise.number} has ${steps.length} steps, no step ${chosen}.`)
}
