// `pnpm ex N diff`: the learner's files beside ours.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { confirm } from '@clack/prompts'
import { type Exercise, root } from '@workshop/course'
import { hints, linesOf } from '@workshop/course/hints'
import { type StructuredPatchHunk as Hunk, structuredPatch } from 'diff'
import pc from 'picocolors'
import { ours, rolesOfAnswer } from './answer.ts'
import { UsageError } from './command.ts'
import { recall, remember } from './desk.ts'
import { stepsOf } from './steps.ts'

/** Lines of context around a difference; with a step only the difference itself counts. */
const CONTEXT = 3
/** Columns from which on two files fit side by side. */
const WIDE = 140

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
      console.error('This shows our answer, and yours does not pass yet. If that is what you want: --peek')
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
  const anchors = step === undefined ? undefined : (await hints(exercise.dir))[step - 1]?.lines
  const parts = files.flatMap((file) => {
    const [yours, ours] = [join(exercise.dir, file), join(exercise.solution, file)]
    const [from, to] = [yours, ours].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')) as [
      string,
      string
    ]
    let { hunks } = structuredPatch(yours, ours, from, to, '', '', { context: step === undefined ? CONTEXT : 0 })
    if (step !== undefined) {
      const lines = new Set(anchors?.[file] ? linesOf(to, anchors[file]).map((index) => index + 1) : [])
      hunks = hunks.filter((hunk) => belongsTo(step, hunk, lines))
    }
    if (hunks.length === 0) return []
    const names = [yours, ours].map((path) => relative(root, path)) as [string, string]
    return [columns >= WIDE ? beside(names, hunks, columns) : unified(names, hunks)]
  })
  if (parts.length > 0) return parts.join('\n\n')
  const which = step === undefined ? '' : ` in step ${step}`
  return `Yours and ours do not differ${which}: ${files.join(', ')}.`
}

/** Whether a difference touches our lines of a step, or holds its TODO. */
function belongsTo(step: number, { lines, newStart }: Hunk, ofStep: Set<number>): boolean {
  let number = newStart
  return lines.some((line) => {
    if (line.startsWith('-')) return new RegExp(`TODO ${step}\\b`).test(line)
    return ofStep.has(number++) && line.startsWith('+')
  })
}

function unified([yours, ours]: [string, string], hunks: Hunk[]): string {
  const paint = (line: string) => (line.startsWith('-') ? pc.red(line) : line.startsWith('+') ? pc.green(line) : line)
  return [
    pc.bold(`--- ${yours}`),
    pc.bold(`+++ ${ours}`),
    ...hunks.flatMap(({ oldStart, newStart, lines }) => [
      pc.dim(`@@ line ${oldStart}, ours ${newStart} @@`),
      ...lines.map(paint)
    ])
  ].join('\n')
}

function beside(names: [string, string], hunks: Hunk[], columns: number): string {
  const width = Math.floor((columns - 3) / 2)
  const cell = (text: string) => {
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text
    return cut.padEnd(width)
  }
  const row = (left: string, right: string, paint = (text: string) => text, paintRight = paint) =>
    `${paint(cell(left))} │ ${paintRight(cell(right).trimEnd())}`
  return [
    row(...names, pc.bold),
    ...hunks.flatMap(({ oldStart, newStart, lines }) => {
      const rows = [row(`line ${oldStart}`, `line ${newStart}`, pc.dim)]
      let mine: string[] = []
      let ours: string[] = []
      const flush = () => {
        for (let i = 0; i < Math.max(mine.length, ours.length); i++)
          rows.push(row(mine[i] ?? '', ours[i] ?? '', pc.red, pc.green))
        mine = []
        ours = []
      }
      for (const line of lines) {
        if (line.startsWith('-')) mine.push(line.slice(1))
        else if (line.startsWith('+')) ours.push(line.slice(1))
        else {
          flush()
          if (!line.startsWith('\\')) rows.push(row(line.slice(1), line.slice(1)))
        }
      }
      flush()
      return rows
    })
  ].join('\n')
}
