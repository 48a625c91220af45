// What a verdict says when all steps pass: what the program now withstands, what to try, and what comes next.
import { type Exercise, next } from '@workshop/course'
import { endingOf, extraCreditsOf } from '@workshop/course/ending'
import { ex } from './caller.ts'
import { stepsOf } from './steps.ts'
import { fit } from './terminal.ts'

/** The end of the verdict on a learner's own answer, as a function of the columns that its lines may have. */
export async function ending(exercise: Exercise): Promise<(columns: number) => string[]> {
  const { number, dir } = exercise
  const { withstands, byHand } = await endingOf(dir)
  const credits = extraCreditsOf(dir)
  const hasCheck = await stepsOf(exercise, 1, { extra: true }).then(
    () => true,
    () => false
  )
  const list = (heading: string, items: string[], columns: number) =>
    items.length > 0
      ? [
          ...fit(heading, '  ', '  ', columns),
          ...items.flatMap((item) => fit(pasted(item), '  - ', '    ', columns)),
          ''
        ]
      : []
  return (columns) => [
    ...list('All steps pass. Your program now withstands:', withstands, columns),
    ...list('Try by hand:', byHand, columns),
    ...list(
      `Extra credits, in the README${hasCheck ? ` and in ${ex(number, 'check', '--extra')}` : ''}:`,
      credits,
      columns
    ),
    ...onward(exercise).flatMap((line) => fit(line, '  ', '  ', columns))
  ]
}

/** What to type when all steps pass. */
export function onward(exercise: Exercise): string[] {
  const following = next(exercise)
  return [
    following ? `On to the next one: ${ex(following.number)}` : 'That was the last one.',
    `The hints that you did not need: ${ex(exercise.number, 'hint')}`
  ]
}

/** A sentence with its commands as this user types them. */
function pasted(sentence: string): string {
  return sentence.replaceAll(/`([^`]+)`/g, (_, words: string) => words.replace(/^pnpm ex\b/, ex()))
}
