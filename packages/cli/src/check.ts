// `pnpm ex N check`: the verdict, as text or as one JSON object for each step.
import { judge, titles } from '@workshop/checks/judge'
import { report } from '@workshop/checks/report'
import { type CheckCall, UsageError } from './call.ts'
import { exercises, title } from './course.ts'

/** Prints the verdict and gives the exit code: 0 right, 1 not right yet, 3 this machine or our check is in the way. */
export async function check({ exercise, dir, step, json }: CheckCall): Promise<number> {
  const { length } = await titles(exercise.dir)
  if (step !== undefined && step > length)
    throw new UsageError(`Exercise ${exercise.number} has ${length} steps, no step ${step}.`)
  // The roles and their folder go with this process, see reaper.js.
  process.on('SIGINT', () => process.exit(130))
  const busy = json ? undefined : progressLine()
  const verdict = await judge({
    exercise: exercise.dir,
    dir,
    ...(step !== undefined && { step }),
    onstep: (number, title) => busy?.(`  … ${number}  ${title}`),
    onresult: (result) => json && console.log(JSON.stringify({ exercise: exercise.number, ...result }))
  })
  busy?.('')
  if (!json) {
    const next = exercises().find(({ number }) => number > exercise.number)
    const right = verdict.fault === undefined
    const onward = next ? `On to the next one: pnpm ex ${next.number}` : 'That was the last one.'
    const advice = right
      ? step
        ? `Step ${step} passes. All of them: pnpm ex ${exercise.number} check`
        : onward
      : `Once more: pnpm ex ${exercise.number} check`
    console.log(report(verdict, `${exercise.number} · ${title(exercise)}`, advice))
  }
  return verdict.fault === undefined ? 0 : verdict.fault === 'your code' ? 1 : 3
}

/** One line on a terminal that is replaced by the next; nothing in a pipe. */
function progressLine(): ((text: string) => void) | undefined {
  const { stderr } = process
  if (!stderr.isTTY) return undefined
  return (text) => stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`)
}
