// The steps of an exercise.
import { existsSync } from 'node:fs'
import type { Exercise } from '@workshop/course'
import { UsageError } from './command.ts'

/**
 * The titles of the steps, in order; with `chosen`, a step that must be among them. Throws a UsageError when it is not,
 * and when the check plays with our answer, as that of exercise 7 does, and that is not here.
 */
export async function stepsOf(exercise: Exercise, chosen = 1): Promise<string[]> {
  const { titles } = await import('@workshop/checks/judge') // with the whole stack behind it: not for a list
  const steps = await titles(exercise.dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || existsSync(exercise.solution)) throw error
    throw new UsageError(`The check of exercise ${exercise.number} plays with our answer, which is not here.`)
  })
  if (chosen <= steps.length) return steps
  throw new UsageError(`Exercise ${exercise.number} has ${steps.length} steps, no step ${chosen}.`)
}
