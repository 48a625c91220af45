// The proof of an exercise as data: wrong answers and other right ones, each the solution with something changed.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
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
    return { name, edits: textsIn(join(folder, name)) }
  })
  return [...whole, ...(await list<Variant>(join(checkOf(dir), 'variants.ts')))]
}

/**
 * The same variants in fewer answers: those that change different places of the solution are one answer, which has all that
 * is different in them.
 */
export function together(dir: string, variants: readonly Variant[]): Variant[] {
  const files = textsIn(solutionOf(dir))
  const groups: Variant[][] = []
  for (const variant of variants) {
    const group = groups.find((group) => group.every((other) => areApart(files, other, variant)))
    if (group) group.push(variant)
    else groups.push([variant])
  }
  return groups.map((group) => {
    const edits: Variant['edits'] = {}
    for (const [file, edit] of group.flatMap((variant) => Object.entries(variant.edits))) {
      const before = edits[file]
      edits[file] = Array.isArray(edit) && Array.isArray(before) ? [...before, ...edit] : edit
    }
    return {
      name: group.map(({ name }) => name).join(' + '),
      edits,
      ...(group.some(({ extra }) => extra) && { extra: true })
    }
  })
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
    for (const [file, text] of Object.entries(edited(textsIn(solution), variant))) {
      await writeFile(join(folder, file), text)
    }
    const lib = join(solution, 'lib') // what the answer has beyond what the exercise asks for
    if (existsSync(lib)) await cp(lib, join(folder, 'lib'), { recursive: true })
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

/** The files of an answer, by name. */
function textsIn(dir: string): Record<string, string> {
  return Object.fromEntries(rolesIn(dir).map((file) => [file, readFileSync(join(dir, file), 'utf8')]))
}

/** The files of a folder with a variant's changes. Throws when a text to find is not there once. */
function edited(files: Readonly<Record<string, string>>, { name, edits }: Variant): Record<string, string> {
  const changed = Object.entries(edits).map(([file, edit]): [string, string] => {
    if (typeof edit === 'string') return [file, edit]
    let text = files[file] ?? ''
    for (const [find, replace] of edit) {
      assert.equal(text.split(find).length, 2, `“${name}” must find its place in ${file} once: ${find}`)
      text = text.replace(find, () => replace)
    }
    return [file, text]
  })
  return { ...files, ...Object.fromEntries(changed) }
}

/** Whether two variants change different places of the solution, so that one answer can have what is different in both. */
function areApart(files: Readonly<Record<string, string>>, one: Variant, other: Variant): boolean {
  const places = ({ edits }: Variant, file: string): [from: number, to: number][] => {
    const [edit, text = ''] = [edits[file], files[file]]
    if (edit === undefined) return []
    if (typeof edit === 'string') return [[0, Number.POSITIVE_INFINITY]]
    return edit.map(([find]) => [text.indexOf(find), text.indexOf(find) + find.length])
  }
  return Object.keys(one.edits).every((file) =>
    places(one, file).every(([from, to]) => places(other, file).every(([start, end]) => end <= from || to <= start))
  )
}
