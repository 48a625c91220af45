// `pnpm ex N check`: the verdict, as text or as one JSON object for each step.
import { judge, titles } from '@workshop/checks/judge'
import { report } from '@workshop/checks/report'
import { type Exercise, next, title } from '@workshop/course'
import { type CheckCall, UsageError } from './call.ts'
import { rememberVerdict } from './desk.ts'
import { keepSafely } from './files.ts'

/** Prints the verdict and gives the exit code: 0 right, 1 not right yet, 3 this machine or our check is in the way. */
export async function check({ exercise, dir, step, json, verbose }: CheckCall): Promise<number> {
  const { length } = await titles(exercise.dir)
  if (step !== undefined && step > length)
    throw new UsageError(`Exercise ${exercise.number} has ${length} steps, no step ${step}.`)
  // The roles and their folder go with this process, see reaper.js.
  process.on('SIGINT', () => process.exit(130))
  const busy = json ? () => {} : progressLine()
  const verdict = await judge({
    exercise: exercise.dir,
    dir,
    ...(step !== undefined && { from: step, to: step }),
    onstep: (number, title) => busy(`  … ${number}  ${title}`),
    onwait: (saw) => busy(`  … still waiting: ${saw}`),
    onresult: (result) => json && console.log(JSON.stringify({ exercise: exercise.number, ...result }))
  })
  busy('')
  const isTheirs = dir === exercise.dir
  if (isTheirs) keepSafely(exercise, 'check')
  if (isTheirs && step === undefined) rememberVerdict(exercise, verdict)
  if (!json) {
    const onlyStep = `Step ${step} passes. All of them: pnpm ex ${exercise.number} check`
    const passed = step === undefined ? onward(exercise, isTheirs) : onlyStep
    const advice = verdict.fault === undefined ? passed : notYet(exercise, isTheirs)
    console.log(report(verdict, heading(exercise), advice, verbose))
  }
  return verdict.fault === undefined ? 0 : verdict.fault === 'your code' ? 1 : 3
}

/** The first line of a verdict. */
export function heading(exercise: Exercise): string {
  return `${exercise.number} · ${title(exercise)}`
}

/** What to type when all steps pass. */
export function onward(exercise: Exercise, isTheirs = true): string {
  const following = next(exercise)
  const forward = following ? `On to the next one: pnpm ex ${following.number}` : 'That was the last one.'
  return isTheirs
    ? `${forward}\n  The hints that you did not need, for reading: pnpm ex ${exercise.number} hint`
    : forward
}

function notYet({ number }: Exercise, isTheirs: boolean): string {
  return isTheirs
    ? `pnpm ex ${number} hint   ·   pnpm ex ${number} diff   ·   pnpm ex ${number} check --watch`
    : `Once more: pnpm ex ${number} check`
}

/** One line on a terminal that is replaced by the next; nothing in a pipe. */
export function progressLine(): (text: string) => void {
  const { stderr } = process
  if (!stderr.isTTY) return () => {}
  return (text) => stderr.write(`\r\x1b[K${text.replaceAll('\n', ' ').slice(0, (stderr.columns ?? 80) - 1)}`)
}
