// What is said of an exercise when all its steps pass.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOf } from './exercise.ts'

/** What `ending.ts` of an exercise has. A command in it is written as `pnpm ex …`. */
export interface Ending {
  /** What a program that passes takes in its stride. */
  withstands: string[]
  /** What to try with one's own hands, and what to look at. */
  byHand: string[]
}

/** The ending of the exercise in a folder; empty lists when it has no ending.ts. */
export async function endingOf(exercise: string): Promise<Ending> {
  const file = join(checkOf(exercise), 'ending.ts')
  if (!existsSync(file)) return { withstands: [], byHand: [] }
  const module: { default: Ending } = await import(pathToFileURL(file).href)
  return module.default
}

/** The names of the extra credits in the README of the exercise in a folder. */
export function extraCreditsOf(exercise: string): string[] {
  const [, part = ''] = readFileSync(join(exercise, 'README.md'), 'utf8').split(/^## Extra credit$/m)
  const items = String(part.split(/^## /m)[0]).matchAll(/^- \*\*(.+?)\.?\*\*/gms)
  return [...items].map(([, name]) => String(name).replaceAll(/\s+/g, ' ').replaceAll('`', ''))
}
