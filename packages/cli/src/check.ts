// `pnpm ex N check`: the verdict, as text or as one JSON object for each step.

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { judge } from '@workshop/checks/judge'
import { report } from '@workshop/checks/report'
import { type Exercise, title } from '@workshop/course'
import { neededOf } from '@workshop/course/exercise'
import { ours } from './answer.ts'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { rememberVerdict } from './desk.ts'
import { ending } from './ending.ts'
import { keepSafely } from './files.ts'
import { isInRoom } from './is-in-room.ts'
import { leaveWithPnpm } from './parent.ts'
import { stepsOf } from './steps.ts'
import { fit, width } from './terminal.ts'

export interface CheckOptions {
  /** The only step to run. */
  step: number | undefined
  /** Our answer instead of the learner's. */
  solution: boolean
  /** The folder of another answer. */
  dir: string | undefined
  /** The steps of the extra credits. */
  extra: boolean
  /** What the inputs are drawn with, instead of the answer's own seed. */
  seed: string | undefined
  json: boolean
  verbose: boolean
  /** Writes what happened as a page. */
  picture: boolean
  /** Prints what happened. */
  trace: boolean
  /** Again at each save. */
  watch: boolean
}

/**
 * Prints the verdict and gives the exit code: 0 right, 1 not right yet, 3 this machine or our check is in the way. None
 * where it goes on to watch.
 */
export async function check(exercise: Exercise, options: CheckOptions): Promise<number | undefined> {
  const { step, extra, seed, json, verbose, picture, trace, watch } = options
  if (watch) {
    if (options.solution || options.dir || extra || step || seed || json || picture || trace)
      throw new UsageError('--watch looks at all steps of your own files, in words: leave the other options out.')
    await (await import('./watch.ts')).watch(exercise, { verbose })
    return undefined
  }
  if (json && (picture || trace))
    throw new UsageError('--json is for a program, --picture and --trace are for people: leave one of them out.')
  const dir = folderOf(exercise, options)
  await stepsOf(exercise, step, { extra })
  // The roles and their folder go with this process, see reaper.js.
  process.on('SIGINT', () => process.exit(130))
  leaveWithPnpm(() => process.exit(1))
  const isTheirs = dir === exercise.dir
  const isWhole = isTheirs && step === undefined && !extra
  const inRoom = isWhole && isInRoom() ? await import('./in-room.ts') : undefined
  const held = inRoom?.holdRoom()
  const snapshot = isTheirs ? keepSafely(exercise, 'check') : undefined
  const busy = json ? () => {} : progressLine()
  const verdict = await judge({
    exercise: exercise.dir,
    dir,
    extra,
    startsAhead: true,
    ...(step !== undefined && { from: step, to: step }),
    ...(seed !== undefined && { seed }),
    hasListener: picture || trace,
    onstep: (number, title) => busy(`  … ${number}  ${title}`),
    onwait: (saw) => busy(`  … still waiting: ${saw}`),
    onresult: (result) => json && console.log(JSON.stringify({ exercise: exercise.number, ...result }))
  })
  busy('')
  if (isWhole) rememberVerdict(exercise, verdict, snapshot)
  const trouble = held && inRoom ? await inRoom.tellVerdict(held, exercise, verdict) : []
  if (!json) {
    const advice =
      verdict.fault === undefined
        ? await allRight(exercise, options)
        : `${notYet(exercise, options)}\n  Its inputs come from --seed ${verdict.seed}.`
    console.log(report(verdict, heading(exercise), advice, { isVerbose: verbose, width: width() }))
    if (picture || trace) await (await import('./story.ts')).tell(exercise, verdict, { picture, trace })
  }
  for (const line of trouble) console.error(`\n${line}`)
  await held?.then((agent) => agent?.release())
  return verdict.fault === undefined ? 0 : verdict.fault === 'your code' ? 1 : 3
}

/** The folder with the answer to judge. Throws a UsageError where there is none. */
function folderOf(exercise: Exercise, { solution, dir }: CheckOptions): string {
  if (solution && dir) throw new UsageError('--solution and --dir name two answers: give one of them.')
  const folder = dir ?? (solution ? ours(exercise) : exercise.dir)
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`There is no folder ${folder}.`)
  const missing = neededOf(exercise.dir).filter((file) => !existsSync(join(folder, file)))
  if (missing.length === 0) return folder
  throw new UsageError(`${folder} has no ${missing.join(' and no ')}.`)
}

/** The first line of a verdict. */
export function heading(exercise: Exercise): string {
  return `${exercise.number} · ${title(exercise)}`
}

/** What follows a verdict where nothing failed. */
async function allRight(exercise: Exercise, { step, extra, dir, solution }: CheckOptions): Promise<string> {
  if (step !== undefined) return `Step ${step} passes. All of them: ${again(exercise, { extra, dir, solution })}`
  if (extra) return 'The extra credits pass.'
  return dir || solution ? 'All steps pass.' : (await ending(exercise))(width()).join('\n').trimStart()
}

function notYet(exercise: Exercise, options: CheckOptions): string {
  const { number } = exercise
  const next =
    options.dir || options.solution
      ? `Once more: ${again(exercise, options)}`
      : [ex(number, 'hint'), ex(number, 'diff'), ex(number, 'watch')].join('   ')
  return fit(next, '  ').join('\n')
}

/** The command that judges the same answer. */
function again(
  { number }: Exercise,
  { extra, dir, solution }: Pick<CheckOptions, 'extra' | 'dir' | 'solution'>
): string {
  const answer = solution ? ['--solution'] : dir ? ['--dir', dir] : []
  return ex(number, 'check', ...(extra ? ['--extra'] : []), ...answer)
}

/** One line on a terminal that is replaced by the next; nothing in a pipe. */
export function progressLine(): (text: string) => void {
  const { stderr } = process
  if (!stderr.isTTY) return () => {}
  return (text) => stderr.write(`\r\x1b[K${text.replaceAll('\n', ' ').slice(0, (stderr.columns ?? 80) - 1)}`)
}
