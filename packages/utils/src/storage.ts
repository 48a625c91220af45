import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { exitWith } from './exit.ts'

/**
 * Returns a folder for what this program stores, and makes it: `.workshop/<exercise>/<name>`, the same in every run. Our
 * solution has a folder of its own. Two programs that run at once need two names. Ends the program with a sentence and
 * code 2 when the name has anything but letters, digits, `-` and `_`, and with code 3 when the disk refuses.
 */
export function storage(name: string): string {
  if (!/^[\w-]{1,64}$/.test(name)) {
    exitWith(2, `“${name.slice(0, 80)}” is not a name for a storage folder: use letters, digits, - and _.`)
  }
  const script = dirname(process.argv[1] ?? '.')
  const isSolution = basename(dirname(script)) === 'solutions'
  const base = process.env.WORKSHOP_STORAGE ?? join(process.cwd(), '.workshop', basename(script))
  const folder = join(base, isSolution ? `${name}-of-the-solution` : name)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    exitWith(3, `The storage folder ${folder} cannot be made: ${(error as Error).message}`)
  }
  return folder
}
