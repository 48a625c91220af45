// An exercise as the files that it is.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What an author writes in the folder of an exercise. All else there is the learner's, and git does not look at it. */
const AUTHORS =
  /^(README\.md|package\.json|tsconfig\.json|(check|hints|mistakes|variants)\.ts|check|starter|variants|.+\.test\.ts|node_modules|\.turbo)$/

/** Whether an entry of an exercise's folder is its author's. */
export function isAuthors(entry: string): boolean {
  return AUTHORS.test(entry)
}

/** Where our answer to the exercise in a folder lies. */
export function solutionOf(dir: string): string {
  return join(dir, '..', '..', 'solutions', basename(dir))
}

/** Where the files lie that a learner begins with. */
export function starterOf(dir: string): string {
  return join(dir, 'starter')
}

/** The files of an answer, by name: every `.ts` that is not the author's of an exercise. */
export function rolesIn(dir: string): string[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.ts') && !isAuthors(file))
    .sort()
}

/** The lowest number of a TODO in the starter of an exercise. */
export function firstTodo(dir: string): number {
  const starter = starterOf(dir)
  const texts = rolesIn(starter).map((file) => readFileSync(join(starter, file), 'utf8'))
  return Math.min(...texts.flatMap((text) => [...text.matchAll(/TODO (\d+)/g)].map(([, step]) => Number(step))))
}
