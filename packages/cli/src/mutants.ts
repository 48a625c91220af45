// `pnpm ex proof N --mutants`: which changes of our solution no step notices.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { judgeEdited } from '@workshop/checks/answers'
import { titles } from '@workshop/checks/judge'
import { type Mutant, mutantsOf, sampleOf } from '@workshop/checks/mutants'
import { paced } from '@workshop/checks/pace'
import { type Exercise, root, title } from '@workshop/course'
import { checkOf } from '@workshop/course/exercise'

const TIMEOUT = 180_000 // ms for one verdict on a loaded machine
/** How often a mutant is played on a machine that is in the way. */
const TRIES = 3

/**
 * Plays each mutant of the solutions, or so many of them as a sample has, and writes `check/mutants.md` of each exercise.
 * Gives the exit code: 0 when every mutant that was played dies or is listed as equivalent, with a reason.
 */
export async function mutants(exercises: Exercise[], sample = Number.POSITIVE_INFINITY): Promise<number> {
  let survivors = 0
  for (const exercise of exercises) {
    const every = await mutantsOf(exercise.dir)
    const all = sampleOf(every, sample, exercise.name)
    const died = new Map<Mutant, number>()
    const pace = paced()
    let played = 0
    await Promise.all(
      all
        .filter(({ equivalent }) => equivalent === undefined)
        .map(async (mutant) => {
          const step = await pace(() => stepThatKills(exercise, mutant))
          if (step !== undefined) died.set(mutant, step)
          played++
          const fate = step === undefined ? 'survives' : `dies at step ${step}`
          console.log(`${exercise.name}: ${played} of ${all.length}: ${mutant.name} ${fate}`)
        })
    )
    const file = join(checkOf(exercise.dir), 'mutants.md')
    writeFileSync(file, await page(exercise, all, died, every.length))
    const alive = all.filter((mutant) => mutant.equivalent === undefined && !died.has(mutant))
    survivors += alive.length
    console.log(`${alive.length} of ${all.length} survive: ${relative(root, file)}`)
  }
  return survivors === 0 ? 0 : 1
}

async function stepThatKills(exercise: Exercise, mutant: Mutant): Promise<number | undefined> {
  for (let left = TRIES; ; left--) {
    const { results } = await judgeEdited(exercise.dir, mutant, { signal: AbortSignal.timeout(TIMEOUT) })
    const failed = results.find(({ state }) => state === 'failed')
    if (failed?.fault === 'your code' || !failed) return failed?.step
    if (left === 1) throw new Error(`${mutant.name}: ${failed.saw}`) // that says nothing of the mutant
  }
}

async function page(exercise: Exercise, all: Mutant[], died: Map<Mutant, number>, existing: number): Promise<string> {
  const steps = await titles(exercise.dir)
  const counted = all.filter(({ equivalent }) => equivalent === undefined)
  const share = counted.length === 0 ? 100 : (100 * died.size) / counted.length
  const code = (text: string) => (text === '' ? 'nothing' : `\`${text.replaceAll('`', 'ˋ')}\``)
  const row = ({ file, line, was, now }: Mutant, ...more: string[]) =>
    `| ${[`${file}:${line}`, code(was), code(now), ...more].join(' | ')} |`
  const alive = counted.filter((mutant) => !died.has(mutant))
  const same = all.filter(({ equivalent }) => equivalent !== undefined)
  const { length } = all
  const count =
    length === existing
      ? `${length} mutants`
      : `${length} of ${existing} mutants, drawn with the seed “${exercise.name}”`
  return `# Mutants of ${exercise.number} · ${title(exercise)}

Our solution, broken in one place at a time. Written by \`pnpm ex proof ${exercise.number} --mutants${length === existing ? '' : ` --sample ${length}`}\`.

${count}, ${same.length} of them no wrong answers. Of the others ${died.size} of ${counted.length} die (${share.toFixed(0)} %).

| step | | mutants that die there |
| ---: | --- | ---: |
${steps.map((step, i) => `| ${i + 1} | ${step} | ${[...died.values()].filter((at) => at === i + 1).length} |`).join('\n')}

## Survivors

${alive.length === 0 ? 'None.' : ['| where | was | is | ', '| --- | --- | --- |', ...alive.map((mutant) => row(mutant))].join('\n')}

## No wrong answers

${same.length === 0 ? 'None.' : ['| where | was | is | why |', '| --- | --- | --- | --- |', ...same.map((mutant) => row(mutant, String(mutant.equivalent)))].join('\n')}
`
}
