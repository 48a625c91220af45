// Where the learner stands: what the verdicts said, exercise by exercise.

import { type Exercise, exercises, title } from '@workshop/course'
import pc from 'picocolors'
import { ex } from './caller.ts'
import { type Memory, recall } from './desk.ts'
import { lengthOf } from './frame.ts'
import { say, width } from './terminal.ts'

const BAR = 10
/** Columns that a line takes with its bar and words. */
const WITH_BAR = 80

export interface Standing extends Pick<Memory, 'done' | 'peeked'> {
  exercise: number
  title: string
  /** `broken` passed once, and does not any more. */
  state: 'done' | 'broken' | 'begun' | 'new'
  /** Steps, as the last verdict said; none before the first. */
  passed?: number
  of?: number
  /** The step that failed last. */
  step?: number
  /** The first exercise that is not done. */
  isNext: boolean
}

/** Where the learner stands with all exercises, in order. */
export function standings(): Standing[] {
  const all = exercises().map((exercise): Omit<Standing, 'isNext'> => {
    const { last, done, peeked } = recall(exercise)
    const state = !last ? 'new' : last.failed === undefined ? 'done' : done ? 'broken' : 'begun'
    return {
      exercise: exercise.number,
      title: title(exercise),
      state,
      ...(last && { passed: last.passed, of: last.of }),
      ...(last?.failed !== undefined && { step: last.failed }),
      ...(done && { done }),
      ...(peeked && { peeked })
    }
  })
  const next = all.find(({ state }) => state !== 'done')
  return all.map((standing) => ({ ...standing, isNext: standing === next }))
}

/** A sign and some words for where an exercise stands. */
export function inWords({ state, passed, of, step, isNext }: Standing): { sign: string; words: string } {
  const here = isNext ? 'you are here' : ''
  if (state === 'done') return { sign: pc.green('✓'), words: 'done' }
  if (state === 'broken') return { sign: pc.red('✗'), words: `passed before; now step ${step} fails` }
  if (state === 'begun')
    return { sign: isNext ? pc.yellow('→') : '·', words: `${passed} of ${of}${here && `, ${here}`}` }
  return { sign: isNext ? pc.yellow('→') : '·', words: here }
}

/** Prints the course, or one JSON array with a Standing for each exercise. */
export function progress(json: boolean): void {
  const all = standings()
  if (json) {
    console.log(JSON.stringify(all, undefined, 2))
    return
  }
  const longest = Math.max(...all.map(({ title }) => title.length))
  const isNarrow = width() < WITH_BAR
  for (const standing of all) {
    const { sign, words } = inWords(standing)
    const { passed = 0, of = 1, peeked } = standing
    const full = Math.round((BAR * passed) / of)
    const bar = isNarrow ? '' : `${'█'.repeat(full)}${'░'.repeat(BAR - full)}  `
    const looked = peeked ? pc.dim(`${words ? ', ' : ''}looked at our answer`) : ''
    const state = `${bar}${words}${looked}`
    const line = `  ${sign} ${standing.exercise}  ${standing.title.padEnd(longest)}  ${state}`.trimEnd()
    console.log(lengthOf(line) <= width() ? line : `  ${sign} ${standing.exercise}  ${standing.title}\n       ${state}`)
  }
  say(`\n  ${onward(all)}`)
}

function onward(all: Standing[]): string {
  const next = all.find(({ isNext }) => isNext)
  if (!next) return 'All exercises are done.'
  return next.state === 'new' ? `Next: ${ex(next.exercise)}` : `Go on: ${ex(next.exercise, 'check')}`
}

/** The standing of one exercise. */
export function standingOf({ number }: Exercise): Standing | undefined {
  return standings().find(({ exercise }) => exercise === number)
}
