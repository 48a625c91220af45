// `pnpm ex N reset`, `catch-up`, `undo`, `restore`, and the list of what was kept.

import { type Exercise, exercises, next } from '@workshop/course'
import { starterOf } from '@workshop/course/exercise'
import pc from 'picocolors'
import { ours } from './answer.ts'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { remember } from './desk.ts'
import { answerIn, contents, learnersFiles, replace, snapshots, undo as undoLast } from './files.ts'

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
  console.log(`Our answer to exercise ${exercise.number} is in your files now. ${kept(before)}`)
  console.log(`Take it back: ${ex(exercise.number, 'undo')}${following ? `   Go on: ${ex(following.number)}` : ''}`)
}

/** Takes the last reset, catch-up or restore back. */
export function undo(exercise: Exercise): void {
  const undone = undoLast(exercise)
  if (!undone) throw new UsageError(`There is nothing to take back in exercise ${exercise.number}.`)
  console.log(`Exercise ${exercise.number} is again as in snapshot ${undone.back}. ${kept(undone.until)}`)
  console.log(`If that was wrong: ${ex(exercise.number, 'restore', undone.until)}`)
}

/** The files of a snapshot become the learner's. */
export function restore(exercise: Exercise, number: number): void {
  const snapshot = snapshots(exercise).find((snapshot) => snapshot.number === number)
  if (!snapshot)
    throw new UsageError(`Exercise ${exercise.number} has no snapshot ${number}. There are: ${ex('snapshots')}`)
  const before = replace(exercise, contents(exercise, snapshot), 'restore')
  console.log(`Exercise ${exercise.number} is again as in snapshot ${number}. ${kept(before)}`)
  console.log(`Take it back: ${ex(exercise.number, 'undo')}`)
}

/** Lists what was kept, the newest last. */
export function list(): void {
  let found = 0
  for (const exercise of exercises()) {
    const now = JSON.stringify(learnersFiles(exercise))
    for (const snapshot of snapshots(exercise)) {
      const files = contents(exercise, snapshot)
      const isNow = JSON.stringify(files) === now ? pc.dim('   as it is now') : ''
      const when = snapshot.at.slice(0, 19).replace('T', ' ')
      console.log(
        `  ${exercise.name.padEnd(14)} ${String(snapshot.number).padStart(4)}   ${when}   ${snapshot.reason}${isNow}`
      )
      found++
    }
  }
  console.log(
    found === 0
      ? 'Nothing is kept yet: each check keeps a snapshot of your files.'
      : `\n  Put one back: ${ex(1, 'restore', 2)}`
  )
}

function kept(number: number): string {
  return `What was there is snapshot ${number}.`
}
