// The answers to an exercise: which files make one, and ours, which a teacher may have moved away.
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { type Exercise, roles, root } from '@workshop/course'
import { starterOf } from '@workshop/course/exercise'
import { UsageError } from './command.ts'

/** The roles and modules that an answer has, as the starter does. */
export function rolesOfAnswer({ dir }: Exercise): string[] {
  return roles(starterOf(dir))
}

/** The folder with our answer. Throws a UsageError when it is not there. */
export function ours({ number, solution }: Exercise): string {
  if (existsSync(solution)) return solution
  throw new UsageError(`Our answer to exercise ${number} is not here: there is no folder ${relative(root, solution)}.`)
}
