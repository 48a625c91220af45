// The proof of an exercise as data: wrong answers and other right ones, each the solution with something changed.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOf, rolesIn, solutionOf } from '@workshop/course/exercise'
import { type JudgeOptions, judge, type Verdict } from './judge.ts'

/** Another right answer: the solution with some things changed, where a folder in `variants/` would repeat the rest. */
export interface Variant {
  /** What is different, as the name of the test. */
  name: string
  /** For each file the text to find, which must be there once, and what stands there instead; or the whole new file. */
  edits: Record<string, [find: string, replace: string][] | string>
  /** It does what the extra credits ask for, too. */
  extra?: true
}

/** A wrong answer: the solution with one thing changed. */
export interface Mistake extends Variant {
  /** The step it must fail at. */
  step: number
  /** What the learner must read, in what was seen or in what it means. */
  says: RegExp
}

/** The wrong answers of an exercise. */
export function mistakesOf(dir: string): Promise<Mistake[]> {
  return list<Mistake>(join(checkOf(dir), 'mistakes.ts'))
}

/** The other right answers of an exercise: whole files in folders of `variants/`, or edits in `variants.ts`. */
export async function variantsOf(dir: string): Promise<Variant[]> {
  const folder = join(checkOf(dir), 'variants')
  const names = existsSync(folder) ? readdirSync(folder) : []
  const whole = names.map((name): Variant => {
    const files = readdirSync(join(folder, name))
    return {
      name,
      edits: Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, name, file), 'utf8')]))
    }
  })
  return [...whole, ...(await list<Variant>(join(checkOf(dir), 'variants.ts')))]
}

/** The verdict on the solution of the exercise in `dir` with something changed. */
export function judgeEdited(
  dir: string,
  variant: Variant,
  options: Omit<JudgeOptions, 'exercise' | 'dir'> = {}
): Promise<Verdict> {
  return withEdited(dir, variant, (folder) => judge({ ...options, exercise: dir, dir: folder }))
}

/** Makes a folder with the solution of the exercise in `dir` with something changed, for as long as it is used. */
export async function withEdited<Value>(
  dir: string,
  variant: Variant,
  use: (folder: string) => Promise<Value>
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-edited-'))
  try {
    const solution = solutionOf(dir)
    for (const file of rolesIn(solution)) await cp(join(solution, file), join(folder, file))
    const lib = join(solution, 'lib') // what the answer has beyond what the exercise asks for
    if (existsSync(lib)) await cp(lib, join(folder, 'lib'), { recursive: true })
    await apply(variant, folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The default export of a file; nothing where there is no file. */
async function list<Item>(file: string): Promise<Item[]> {
  if (!existsSync(file)) return []
  const module: { default: Item[] } = await import(pathToFileURL(file).href)
  return module.default
}

async function apply({ name, edits }: Variant, folder: string): Promise<void> {
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(folder, file)
    if (typeof edit === 'string') {
      await writeFile(path, edit)
      continue
    }
    let text = await readFile(path, 'utf8')
    for (const [find, replace] of edit) {
      assert.equal(text.split(find).length, 2, `“${name}” must find its place in ${file} once: ${find}`)
      text = text.replace(find, () => replace)
    }
    await writeFile(path, text)
  }
}
