// The course as it lies on the disk: a folder is an exercise, and a file in it a role. No other list exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolesIn, solutionOf } from './exercise.ts'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface Exercise {
  number: number
  /** The folder's name, as in `1-dht`. */
  name: string
  dir: string
  /** The folder with our solution, which has the same file names. */
  solution: string
}

/** All exercises by number. */
export function exercises(): Exercise[] {
  return readdirSync(join(root, 'exercises'))
    .flatMap((name) => {
      const number = /^(\d+)-/.exec(name)?.[1]
      const dir = join(root, 'exercises', name)
      return number ? [{ number: Number(number), name, dir, solution: solutionOf(dir) }] : []
    })
    .sort((a, b) => a.number - b.number)
}

/** The exercise behind one. */
export function next({ number }: Exercise): Exercise | undefined {
  return exercises().find((other) => other.number > number)
}

/** Names of the roles in a folder, and of the modules that they share, as in `server`. */
export function roles(dir: string): string[] {
  return rolesIn(dir).map((file) => file.slice(0, -'.ts'.length))
}

/** The roles that the README runs, in its order, and the modules that it does not; all are roles when it runs none. */
export function rolesAndModules(exercise: Exercise): { run: string[]; modules: string[] } {
  const text = readme(exercise)
  const place = (role: string) => text.search(new RegExp(`^\\$ pnpm ex ${exercise.number} ${role}\\b`, 'm'))
  const all = roles(exercise.dir)
  const run = all.filter((role) => place(role) !== -1).sort((a, b) => place(a) - place(b))
  return run.length > 0 ? { run, modules: all.filter((role) => !run.includes(role)) } : { run: all, modules: [] }
}

/** The commands of the README's transcripts, each as the role and its arguments. */
export function calls(exercise: Exercise): string[][] {
  const commands = readme(exercise).matchAll(/^\$ pnpm ex \d+ (.+)$/gm)
  return [...commands].map(([, words]) => String(words).split(/\s+/))
}

/** The first heading of the README, as in `Connect two peers by key`. */
export function title(exercise: Exercise): string {
  return /^# (?:\d+\s*·\s*)?(.+)$/m.exec(readme(exercise))?.[1] ?? exercise.name
}

/** The first paragraph under the heading: what the exercise is about. */
export function summary(exercise: Exercise): string {
  return /^# .+\n+([^#\n][\s\S]*?)\n\n/m.exec(readme(exercise))?.[1]?.replaceAll('\n', ' ').replaceAll('**', '') ?? ''
}

/** What stands under a heading of the second level of a README; '' when there is none. */
export function sectionOf(text: string, heading: string): string {
  const [, behind] = text.split(new RegExp(`^## ${heading}$`, 'm'))
  return behind?.split(/^## /m)[0] ?? ''
}

function readme({ dir }: Exercise): string {
  const path = join(dir, 'README.md')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
