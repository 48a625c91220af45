// An exercise as the files that it is.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Files at the top of an exercise that are the author's, and no roles. */
const RESERVED = /^(check|hints|mistakes|variants)\.ts$|\.test\.ts$/

/** Where our answer to the exercise in a folder lies. */
export function solutionOf(dir: string): string {
  return join(dir, '..', '..', 'solutions', basename(dir))
}

/** The files of an answer, and of a starter: every `.ts` that is not the author's. */
export function rolesIn(dir: string): string[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.ts') && !RESERVED.test(file))
    .sort()
}

/** The lowest number of a TODO in the starter of an exercise. */
export function firstTodo(dir: string): number {
  const text = rolesIn(dir).map((file) => readFileSync(join(dir, file), 'utf8'))
  return Math.min(...text.flatMap((text) => [...text.matchAll(/TODO (\d+)/g)].map(([, step]) => Number(step))))
}
