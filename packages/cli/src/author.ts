// What an author types: `pnpm ex new`, `pnpm ex lint`, `pnpm ex proof`.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { judgeEdited, mistakesOf } from '@workshop/checks/answers'
import { judge, titles, type Verdict } from '@workshop/checks/judge'
import { lint as lintFiles } from '@workshop/checks/lint'
import { paced } from '@workshop/checks/pace'
import { transcript } from '@workshop/checks/transcript'
import { type Exercise, root, title } from '@workshop/course'
import { checkOf, firstTodo, isAuthors, starterOf } from '@workshop/course/exercise'
import { ex } from './caller.ts'
import { progressLine } from './check.ts'

const TEMPLATE = fileURLToPath(new URL('../template', import.meta.url))

/**
 * Makes the folders of a new exercise, from the template or from another exercise: its files, without what a learner has
 * written there. What is to be changed `lint` says.
 */
export function create(name: string, from?: Exercise): void {
  const number = String(Number.parseInt(name, 10))
  const [source, old] = from ? [root, from.name] : [TEMPLATE, '0-template']
  for (const room of ['exercises', 'solutions']) {
    const [model, folder] = [from ? join(source, room, old) : join(source, room), join(root, room, name)]
    const isLearners = (path: string) => room === 'exercises' && !isAuthors(relative(model, path).split(sep)[0] ?? '')
    const isOurs = (path: string) => path === model || !(/node_modules|\.turbo/.test(path) || isLearners(path))
    cpSync(model, folder, { recursive: true, filter: isOurs })
    const oldNumber = String(Number.parseInt(old, 10))
    const numbers = new RegExp(`(?<=^# |pnpm ex )${oldNumber}\\b`, 'gm')
    for (const file of readdirSync(folder).filter((file) => /\.(md|json|ts)$/.test(file))) {
      const text = readFileSync(join(folder, file), 'utf8')
      writeFileSync(join(folder, file), text.replaceAll(old, name).replaceAll(numbers, number))
    }
    console.log(`made ${relative(root, folder)}`)
  }
  console.log(`What is missing: ${ex('lint', number)}`)
}

/**
 * Says what is wrong with exercises, a line for each thing. A draft needs no hints, no proof and no transcripts yet. Gives
 * the exit code: 0 when nothing is wrong.
 */
export async function lint(exercises: Exercise[], isDraft: boolean): Promise<number> {
  const busy = progressLine()
  let found = 0
  for (const exercise of exercises) {
    const complaints = await complaintsAbout(exercise, isDraft, (what) => busy(`  … ${exercise.name}: ${what}`))
    busy('')
    for (const complaint of complaints) console.log(`${exercise.name}: ${complaint}`)
    if (complaints.length === 0) console.log(`${exercise.name}: fine`)
    found += complaints.length
  }
  return found === 0 ? 0 : 1
}

async function complaintsAbout(
  { dir, solution }: Exercise,
  isDraft: boolean,
  ontask: (what: string) => void
): Promise<string[]> {
  ontask('its files')
  const complaints = await lintFiles(dir, { isDraft })
  if (!existsSync(solution)) return complaints
  ontask('the types')
  complaints.push(...(await typeErrors(dir, checkOf(dir))), ...(await typeErrors(solution, solution)))
  const onstep = (step: number, title: string) => ontask(`step ${step}, ${title}`)
  const starter = failureOf(await judge({ exercise: dir, dir: starterOf(dir), onstep }))?.step
  const first = firstTodo(dir)
  if (starter !== first) complaints.push(`The starter fails at step ${starter}; its first TODO is ${first}.`)
  const failed = failureOf(await judge({ exercise: dir, dir: solution, onstep }))
  if (failed) complaints.push(`The solution fails at step ${failed.step}: ${failed.saw}`)
  if (isDraft) return complaints
  ontask('the transcripts of its README')
  return [...complaints, ...(await transcript(dir))]
}

function failureOf({ results }: Verdict) {
  return results.find(({ state }) => state === 'failed')
}

/** The first complaints of the compiler about a project of the package in `dir`; a learner's own files are in none. */
async function typeErrors(dir: string, project: string): Promise<string[]> {
  const require = createRequire(join(dir, 'package.json'))
  const manifest = require.resolve('typescript/package.json')
  const { bin } = require('typescript/package.json') as { bin: { tsc: string } }
  try {
    await promisify(execFile)(process.execPath, [join(dirname(manifest), bin.tsc), '-p', project])
    return []
  } catch (error) {
    const { stdout } = error as { stdout?: string }
    return String(stdout ?? error)
      .trim()
      .split('\n')
      .slice(0, 5)
  }
}

/** Prints, as Markdown, at which step each mistake dies; each one is run. */
export async function proof(exercises: Exercise[]): Promise<void> {
  const busy = progressLine()
  for (const exercise of exercises) {
    const steps = await titles(exercise.dir)
    const died = new Map<number | undefined, string[]>()
    const pace = paced()
    const mistakes = await mistakesOf(exercise.dir)
    let judged = 0
    await Promise.all(
      mistakes.map(async (mistake) => {
        const step = failureOf(await pace(() => judgeEdited(exercise.dir, mistake)))?.step
        busy(`  … ${exercise.name}: ${++judged} of ${mistakes.length} mistakes, “${mistake.name}”`)
        died.set(step, [...(died.get(step) ?? []), mistake.name])
      })
    )
    busy('')
    console.log(`\n## ${exercise.number} · ${title(exercise)}\n`)
    console.log('| step | what it sees | mistakes that die there |')
    console.log('| ---- | ------------ | ----------------------- |')
    const row = (step: string, sees: string, names: string[] = []) =>
      console.log(`| ${step} | ${sees} | ${names.join('; ') || '**none**'} |`)
    for (const [i, step] of steps.entries()) row(String(i + 1), step, died.get(i + 1))
    const survivors = died.get(undefined)
    if (survivors) row('', '**nothing: they pass**', survivors)
  }
}
