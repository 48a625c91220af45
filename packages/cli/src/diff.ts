// `pnpm ex N diff`: the learner's files beside ours.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { confirm } from '@clack/prompts'
import { type Exercise, root } from '@workshop/course'
import { bare, type Hint, hints, linesOf } from '@workshop/course/hints'
import { ours, rolesOfAnswer } from './answer.ts'
import { UsageError } from './command.ts'
import { recall, remember } from './desk.ts'
import { draw, type Hunk, hunksOf } from './patch.ts'
import { stepsOf } from './steps.ts'
import { complain } from './terminal.ts'

/** Lines of context around a difference; with a step only the difference itself counts. */
const CONTEXT = 3

export interface DiffOptions {
  /** The files to compare, as in `server.ts`. */
  files: string[]
  /** Only what belongs to this step. */
  step?: number
  /** Columns of the terminal; undefined in a pipe. */
  columns?: number | undefined
}

/** Prints the differences; before the learner's own answer passes it asks once. Gives the exit code. */
export async function compare(
  exercise: Exercise,
  role: string | undefined,
  { step, peek }: { step: number | undefined; peek: boolean }
): Promise<number> {
  ours(exercise)
  const all = rolesOfAnswer(exercise)
  const name = role?.replace(/\.ts$/, '')
  if (name !== undefined && !all.includes(name))
    throw new UsageError(`Exercise ${exercise.number} has no role “${name}”. Its roles: ${all.join(', ')}.`)
  const files = (name === undefined ? all : [name]).map((name) => `${name}.ts`)
  await stepsOf(exercise, step)
  const { done, peeked } = recall(exercise)
  const { stdin, stdout } = process
  if (!done && !peeked) {
    if (!peek && !(stdin.isTTY && stdout.isTTY)) {
      complain('This shows our answer, and yours does not pass yet. If that is what you want: --peek')
      return 1
    }
    const wants =
      peek ||
      (await confirm({ message: 'This shows our answer, and yours does not pass yet. Look?', initialValue: false }))
    if (wants !== true) return 1
    remember(exercise, () => ({ peeked: new Date().toISOString() }))
  }
  console.log(await diff(exercise, { files, columns: stdout.columns, ...(step !== undefined && { step }) }))
  return 0
}

/** The differences as text. Lines with `-` are the learner's, lines with `+` ours. */
export async function diff(exercise: Exercise, { files, step, columns = 0 }: DiffOptions): Promise<string> {
  const steps = step === undefined ? [] : await hints(exercise.dir)
  const parts = files.flatMap((file) => {
    const [yours, ours] = [join(exercise.dir, file), join(exercise.solution, file)]
    const [from, to] = [yours, ours].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')) as [
      string,
      string
    ]
    const hunks =
      step === undefined
        ? hunksOf(from, to, CONTEXT)
        : hunksOf(from, to, 0).flatMap((hunk) => ofStep(step, hunk, linesOfStep(step, steps, file, to)))
    return hunks.length > 0 ? [draw([relative(root, yours), relative(root, ours)], hunks, columns)] : []
  })
  if (parts.length > 0) return parts.join('\n\n')
  const which = step === undefined ? '' : ` in step ${step}`
  return `Yours and ours do not differ${which}: ${files.join(', ')}.`
}

/** The lines of our file, from 1, that a step is about, without those that only a later step explains. */
function linesOfStep(step: number, steps: Hint[], file: string, text: string): Set<number> {
  const anchors = (i: number) => steps[i]?.lines[file] ?? []
  const own = new Set(linesOf(text, anchors(step - 1).map(bare)))
  const later = new Set(steps.flatMap((_, i) => (i >= step ? linesOf(text, anchors(i)) : [])))
  const all = linesOf(text, anchors(step - 1))
  return new Set(all.filter((index) => own.has(index) || !later.has(index)).map((index) => index + 1))
}

/** What of a difference belongs to a step: our lines of it, and the learner's, without the TODOs of other steps. */
function ofStep(step: number, { lines, oldStart, newStart }: Hunk, ours: Set<number>): Hunk[] {
  let number = newStart
  let todo: number | undefined
  const left = lines.filter((line) => {
    if (line.startsWith('+')) return ours.has(number++)
    const told = /TODO (\d+)\b/.exec(line)?.[1]
    if (told !== undefined) todo = Number(told)
    else if (!/^-\s*\/\//.test(line)) todo = undefined // a TODO goes on until its comment ends
    return /^-./.test(line) && (todo === undefined || todo === step)
  })
  const isAboutIt = left.some((line) => line.startsWith('+') || new RegExp(`TODO ${step}\\b`).test(line))
  return isAboutIt ? [{ oldStart, newStart, lines: left }] : []
}
