// `pnpm ex N hint`: one rung more of help for the step that the learner is at.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '@workshop/course'
import { type Hint, hints, linesOf } from '@workshop/course/hints'
import pc from 'picocolors'
import { ex } from './caller.ts'
import { recall, remember, stepOf } from './desk.ts'
import { link, readmesIn } from './link.ts'
import { stepsOf } from './steps.ts'
import { fit, fold } from './terminal.ts'

/** A question, where to look, the lines of our answer. */
const RUNGS = 3
/** As wide as the number of a line. */
const GUTTER = ' '.repeat(7)

/**
 * Gives the next rung as text, for a step or else for the one that the learner is at, and remembers that it was read. When
 * all steps passed: everything that was not read.
 */
export async function hint(exercise: Exercise, chosen?: number): Promise<string> {
  const all = await hints(exercise.dir)
  const steps = await stepsOf(exercise, chosen)
  const { rungs = {} } = recall(exercise)
  const seen = (step: number) => rungs[step] ?? 0
  const step = chosen ?? stepOf(exercise)
  if (step === undefined) {
    const unread = all.flatMap((hint, i) =>
      seen(i + 1) < RUNGS ? ['', heading(i + 1, steps), ...show(exercise, hint, seen(i + 1), RUNGS)] : []
    )
    remember(exercise, () => ({ rungs: Object.fromEntries(all.map((_, i) => [i + 1, RUNGS])) }))
    return unread.length > 0
      ? ['All steps pass. The hints that you did not need:', ...unread].join('\n')
      : 'All steps pass, and you have read all hints.'
  }
  const hint = all[step - 1]
  if (!hint) return `There is no hint for step ${step}.`
  const before = seen(step)
  const rung = Math.min(RUNGS, before + 1)
  remember(exercise, ({ rungs }) => ({ rungs: { ...rungs, [step]: rung } }))
  return [
    heading(step, steps),
    ...show(exercise, hint, before < RUNGS ? before : 0, rung),
    '',
    ...fit(
      before < RUNGS - 1
        ? `${rung} of ${RUNGS}. More: ${ex(exercise.number, 'hint', ...(chosen === undefined ? [] : ['--step', step]))}`
        : `That is the last hint. Your files beside ours: ${ex(exercise.number, 'diff', '--step', step)}`,
      '  '
    )
  ].join('\n')
}

function heading(step: number, steps: string[]): string {
  return pc.bold(`${step} · ${steps[step - 1]}`)
}

/** The rungs behind `from`, up to `to`. */
function show(exercise: Exercise, { ask, look, lines }: Hint, from: number, to: number): string[] {
  const { solution, name } = exercise
  const rungs = [
    () => fit(ask, '  '),
    () => [...fit(look, '  '), ...readmesIn(look, exercise).map((path) => `  ${link(path)}`)],
    () =>
      Object.entries(lines).flatMap(([file, anchors]) => {
        const title = `solutions/${name}/${file}`
        return existsSync(solution) ? excerpt(join(solution, file), title, anchors) : [`  ${title} is not here.`]
      })
  ]
  return rungs.slice(from, to).flatMap((rung) => rung())
}

/** Lines of a file with their numbers, and an ellipsis where some are left out. */
function excerpt(path: string, title: string, anchors: string[]): string[] {
  const text = readFileSync(path, 'utf8')
  const lines = text.split('\n')
  const shown = linesOf(text, anchors)
  return [
    `  ${title}`,
    ...shown.flatMap((index, i) => [
      ...(i > 0 && index !== Number(shown[i - 1]) + 1 ? [pc.dim('       …')] : []),
      ...fold(lines[index] ?? '', GUTTER, GUTTER, process.stdout.columns).map((line, j) =>
        j === 0 ? `  ${pc.dim(String(index + 1).padStart(4))} ${line.slice(GUTTER.length)}` : line
      )
    ])
  ]
}
