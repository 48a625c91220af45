// The rules that an exercise keeps, beyond what its proof shows: the same number names a step in README, starter, check
// and hints, and what the README says is seen is what is seen.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sectionOf } from '@workshop/course'
import { endingOf } from '@workshop/course/ending'
import { rolesIn, solutionOf, starterOf } from '@workshop/course/exercise'
import { hints, linesOf } from '@workshop/course/hints'
import { mistakesOf, variantsOf } from './answers.ts'
import { titles } from './judge.ts'

/** How many wrong and how many other right answers the proof of an exercise has at least. */
const MISTAKES = 10
const VARIANTS = 5
/** Characters of a step's title: with its number it stands in a line of 80. */
const TITLE = 72

/**
 * What is wrong with the exercise in a folder, as sentences; runs no program of it. A draft may
 * still have TODOs in its README, and needs no hints, no ending and no proof yet.
 */
export async function lint(dir: string, { isDraft = false } = {}): Promise<string[]> {
  const name = basename(dir)
  const solution = solutionOf(dir)
  if (!existsSync(solution)) return [`There is no folder solutions/${name}.`]
  const steps = await titles(dir)
  const all = steps.map((_, i) => i + 1)
  return [
    ...lintReadme(dir, all, isDraft),
    ...lintStarter(starterOf(dir), solution, all),
    ...(isDraft
      ? []
      : [...(await lintHints(dir, solution, all)), ...(await lintEnding(dir)), ...(await lintProof(dir, all))]),
    ...steps.filter((title) => title.length > TITLE).map((title) => `“${title}” is longer than ${TITLE} characters.`)
  ]
}

function lintReadme(dir: string, steps: number[], isDraft: boolean): string[] {
  const file = join(dir, 'README.md')
  if (!existsSync(file)) return ['There is no README.md.']
  const text = readFileSync(file, 'utf8')
  const number = Number.parseInt(basename(dir), 10)
  const complaints: string[] = []
  if (!new RegExp(`^# ${number} · \\S`).test(text))
    complaints.push(`README.md does not begin with “# ${number} · ” and a title.`)
  if (!isDraft && /\bTODO\b(?! ?`)/.test(text.replaceAll('`// TODO`', '')))
    complaints.push('README.md still says TODO.')
  for (const [command, other] of text.matchAll(/\$ pnpm ex (\d+)/g)) {
    if (Number(other) !== number) complaints.push(`README.md runs “${command}”, and this is exercise ${number}.`)
  }
  const section = sectionOf(text, 'The steps')
  const listed = [...section.matchAll(/^(\d+)\. /gm)].map(([, step]) => Number(step))
  if (listed.join() !== steps.join()) {
    complaints.push(`README.md lists the steps ${listed.join(', ') || 'not at all'}; steps.ts has ${steps.join(', ')}.`)
  }
  if (sectionOf(text, 'What you should see') === '') complaints.push('README.md has no part “What you should see”.')
  return complaints
}

function lintStarter(starter: string, solution: string, steps: number[]): string[] {
  const complaints: string[] = []
  if (!existsSync(starter)) return ['There is no folder starter.']
  const [ours, theirs] = [rolesIn(solution), rolesIn(starter)]
  if (ours.join() !== theirs.join())
    complaints.push(`The starter has ${theirs.join(', ')}; the solution has ${ours.join(', ')}.`)
  const text = theirs.map((file) => readFileSync(join(starter, file), 'utf8')).join('\n')
  const todos = new Set([...text.matchAll(/TODO (\d+)/g)].map(([, step]) => Number(step)))
  for (const step of steps) if (!todos.has(step)) complaints.push(`No file of the starter has a TODO ${step}.`)
  for (const step of todos) if (!steps.includes(step)) complaints.push(`There is a TODO ${step}, and no step ${step}.`)
  for (const file of ours) {
    if (/\bTODO\b/.test(readFileSync(join(solution, file), 'utf8')))
      complaints.push(`${file} of the solution has a TODO.`)
  }
  return complaints
}

async function lintHints(dir: string, solution: string, steps: number[]): Promise<string[]> {
  const all = await hints(dir)
  if (all.length !== steps.length) return [`hints.ts has ${all.length} hints for ${steps.length} steps.`]
  return all.flatMap(({ ask, look, lines }, i) => {
    const complaints: string[] = []
    const where = `Hint ${i + 1}`
    if (!ask.endsWith('?')) complaints.push(`${where} does not begin with a question.`)
    if (look.trim() === '') complaints.push(`${where} does not say where to look.`)
    if (Object.keys(lines).length === 0) complaints.push(`${where} shows no line of the solution.`)
    for (const [file, anchors] of Object.entries(lines)) {
      if (!existsSync(join(solution, file))) complaints.push(`${where} speaks of ${file}; the solution has none.`)
      else {
        try {
          linesOf(readFileSync(join(solution, file), 'utf8'), anchors)
        } catch (error) {
          complaints.push(`${where}: ${(error as Error).message} of ${file}.`)
        }
      }
    }
    return complaints
  })
}

async function lintEnding(dir: string): Promise<string[]> {
  const { withstands, byHand } = await endingOf(dir)
  return [
    ...(withstands.length === 0 ? ['ending.ts does not say what a program that passes withstands.'] : []),
    ...(byHand.length === 0 ? ['ending.ts has nothing to try by hand.'] : [])
  ]
}

async function lintProof(dir: string, steps: number[]): Promise<string[]> {
  const mistakes = await mistakesOf(dir)
  const variants = await variantsOf(dir)
  const idle = steps.filter((number) => !mistakes.some(({ step }) => step === number))
  return [
    ...(mistakes.length < MISTAKES ? [`mistakes.ts has ${mistakes.length} mistakes; ${MISTAKES} are the least.`] : []),
    ...(variants.length < VARIANTS ? [`There are ${variants.length} variants; ${VARIANTS} are the least.`] : []),
    ...idle.map((step) => `No mistake dies at step ${step}: it is not yet a check.`)
  ]
}
