// `pnpm ex N reset`, `catch-up`, `undo`, `restore`, and the list of what was kept.

import { type Exercise, exercises, next } from '@workshop/course'
import { starterOf } from '@workshop/course/exercise'
import pc from 'picocolors'
import { ours } from './answer.ts'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { remember } from './desk.ts'
import {
  answerIn,
  contents,
  type Files,
  learnersFiles,
  replace,
  type Snapshot,
  snapshots,
  undo as undoLast
} from './files.ts'
import { draw, hunksOf } from './patch.ts'
import { fit, say } from './terminal.ts'

/** Lines around a difference. */
const CONTEXT = 3

/** The learner's files become the starter's again. Gives what to say. */
export function reset(exercise: Exercise): string {
  const before = replace(exercise, answerIn(starterOf(exercise.dir)), 'reset')
  return `Exercise ${exercise.number} is as it was at the beginning. ${kept(before)}\nTake it back: ${ex(exercise.number, 'undo')}`
}

/** Our solution becomes the learner's, to go on with the next exercise. */
export function catchUp(exercise: Exercise): void {
  const before = replace(exercise, answerIn(ours(exercise)), 'catch-up')
  remember(exercise, ({ done, peeked = new Date().toISOString() }) => (done ? {} : { peeked }))
  const following = next(exercise)
  say(`Our answer to exercise ${exercise.number} is in your files now. ${kept(before)}`)
  say(`Take it back: ${ex(exercise.number, 'undo')}`)
  if (following) say(`Go on: ${ex(following.number)}`)
}

/** Takes the last reset, catch-up or restore back. */
export function undo(exercise: Exercise): void {
  const undone = undoLast(exercise)
  if (!undone) throw new UsageError(`There is nothing to take back in exercise ${exercise.number}.`)
  say(`Exercise ${exercise.number} is back at snapshot ${undone.back}. ${kept(undone.until)}`)
  say(`If that was wrong: ${ex(exercise.number, 'restore', undone.until)}`)
}

/** The files of a snapshot become the learner's. */
export function restore(exercise: Exercise, number: number): void {
  const before = replace(exercise, contents(exercise, snapshotOf(exercise, number)), 'restore')
  say(`Exercise ${exercise.number} is back at snapshot ${number}. ${kept(before)}`)
  say(`Take it back: ${ex(exercise.number, 'undo')}`)
}

/**
 * Lists what was kept of one exercise, or of all, the newest last; with one or two numbers, what differs between that
 * snapshot and the files as they are, or between the two. Gives what to say.
 */
export function listSnapshots(exercise: Exercise | undefined, numbers: number[]): string {
  if (numbers.length > 0) return difference(exercise, numbers)
  const lines = (exercise ? [exercise] : exercises()).flatMap((one) => {
    const now = JSON.stringify(learnersFiles(one))
    return snapshots(one).map((snapshot) => {
      const isNow = JSON.stringify(contents(one, snapshot)) === now ? pc.dim('   as it is now') : ''
      const when = snapshot.at.slice(0, 16).replace('T', ' ')
      const passed = snapshot.passed === undefined ? '' : `${snapshot.passed} of ${snapshot.of}`
      const number = String(snapshot.number).padStart(4)
      const name = exercise ? '' : `${one.name.padEnd(14)} `
      return `  ${name}${number}   ${when}   ${passed.padEnd(8)} ${snapshot.reason}${isNow}`
    })
  })
  if (lines.length === 0) return 'There is no snapshot yet: each check keeps one of your files.'
  const number = exercise?.number ?? 1
  return [
    ...lines,
    '',
    ...fit(
      `What has changed since one, or between two: ${ex(number, 'snapshots', 2)}   ${ex(number, 'snapshots', 2, 3)}`,
      '  '
    ),
    ...fit(`Put one back: ${ex(number, 'restore', 2)}`, '  ')
  ].join('\n')
}

interface Version {
  name: string
  files: Files
}

function difference(exercise: Exercise | undefined, numbers: number[]): string {
  if (!exercise) throw new UsageError(`Snapshots of which exercise? ${ex(1, 'snapshots', ...numbers)}`)
  const [from, to = { name: 'your files', files: learnersFiles(exercise) }] = numbers.map((number) => ({
    name: `snapshot ${number}`,
    files: contents(exercise, snapshotOf(exercise, number))
  })) as [Version, Version?]
  const names = [...new Set([...Object.keys(from.files), ...Object.keys(to.files)])].sort()
  const parts = names.flatMap((file) => {
    const hunks = hunksOf(textOf(from.files[file]), textOf(to.files[file]), CONTEXT)
    return hunks.length > 0
      ? [draw([`${from.name}: ${file}`, `${to.name}: ${file}`], hunks, process.stdout.columns ?? 0)]
      : []
  })
  return parts.length > 0 ? parts.join('\n\n') : `There is no difference between ${from.name} and ${to.name}.`
}

/** The snapshot with a number. Throws a UsageError when there is none. */
function snapshotOf(exercise: Exercise, number: number): Snapshot {
  const snapshot = snapshots(exercise).find((snapshot) => snapshot.number === number)
  if (snapshot) return snapshot
  throw new UsageError(
    `Exercise ${exercise.number} has no snapshot ${number}. To list them: ${ex(exercise.number, 'snapshots')}`
  )
}

/** Snapshots hold bytes, as latin1. */
const textOf = (bytes = '') => Buffer.from(bytes, 'latin1').toString()

function kept(number: number): string {
  return `What you had is snapshot ${number}.`
}
