// An exercise as the files that it is.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What is not the learner's in the folder of an exercise. All else there is, and git does not look at it. */
const AUTHORS = ['README.md', 'package.json', 'tsconfig.json', 'starter', 'check', 'node_modules', '.turbo']

/** Whether an entry of an exercise's folder is its author's. */
export function isAuthors(entry: string): boolean {
  return AUTHORS.includes(entry)
}

/** Where the author's files of the exercise in a folder lie: its steps, hints, mistakes and variants. */
export function checkOf(dir: string): string {
  return join(dir, 'check')
}

/** Where our answer to the exercise in a folder lies. */
export function solutionOf(dir: string): string {
  return join(dir, '..', '..', 'solutions', basename(dir))
}

/** Where the files lie that a learner begins with. */
export function starterOf(dir: string): string {
  return join(dir, 'starter')
}

/** The files of an answer, by name: every `.ts` in its folder. */
export function rolesIn(dir: string): string[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.ts'))
    .sort()
}

/**
 * The files that an answer must have: those that `answer` in the exercise's package.json names, or else all of the
 * starter. A file of the starter that is not among them is taken from there when an answer lacks it.
 */
export function neededOf(dir: string): string[] {
  const { answer }: { answer?: string[] } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
  return answer ?? rolesIn(starterOf(dir))
}

/** The lowest number of a TODO in the starter of an exercise. */
export function firstTodo(dir: string): number {
  const starter = starterOf(dir)
  const texts = rolesIn(starter).map((file) => readFileSync(join(starter, file), 'utf8'))
  return Math.min(...texts.flatMap((text) => [...text.matchAll(/TODO (\d+)/g)].map(([, step]) => Number(step))))
}
