// Gives the verdict on right answers, our solutions and their variants, again and again with several at once, and prints
// a table of what failed. `stress.ts [--runs N] [--at-once 4,8] [exercise…]`: how often each answer is judged at each width.
// Exit code 1 when a verdict failed.
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { variantsOf, withEdited } from '@workshop/checks/answers'
import { type Exercise, exercises, root } from '@workshop/course'

const TIMEOUT = 300_000 // ms for one verdict

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '10' }, 'at-once': { type: 'string', default: '4,8' } }
})
const runs = Number(values.runs)
const widths = values['at-once'].split(',').map(Number)
if (![runs, ...widths].every((number) => Number.isInteger(number) && number > 0)) {
  console.error('--runs takes a whole number, --at-once some of them with commas between.')
  process.exit(2)
}

/** One verdict, through the command: how long it took, and its story when it failed. */
async function verdict(exercise: Exercise, which: string[]): Promise<{ ms: number; story?: string }> {
  const begin = performance.now()
  const command = [join('packages', 'cli', 'ex.js'), String(exercise.number), 'check', ...which]
  try {
    await promisify(execFile)(process.execPath, command, { cwd: root, timeout: TIMEOUT })
    return { ms: performance.now() - begin }
  } catch (error) {
    const { stdout, message } = error as Error & { stdout?: string }
    return { ms: performance.now() - begin, story: stdout || message }
  }
}

let failed = 0
console.log(`${availableParallelism()} cores, Node ${process.versions.node}\n`)
console.log('| exercise | answer | at once | failed | median | slowest |')
console.log('| -------- | ------ | ------: | -----: | -----: | ------: |')
for (const exercise of exercises()) {
  if (positionals.length > 0 && !positionals.includes(String(exercise.number))) continue
  await repeat(exercise, 'the solution', ['--solution'])
  for (const variant of await variantsOf(exercise.dir)) {
    await withEdited(exercise.dir, variant, (dir) => repeat(exercise, variant.name, ['--dir', dir]))
  }
}
process.exit(failed > 0 ? 1 : 0)

/** Judges one answer as often as was asked for, and prints its rows. */
async function repeat(exercise: Exercise, answer: string, which: string[]): Promise<void> {
  for (const width of widths) {
    const times: number[] = []
    let begun = 0
    let failures = 0
    const oneAfterTheOther = async () => {
      while (begun < runs) {
        begun++
        const { ms, story } = await verdict(exercise, which)
        times.push(ms)
        if (story === undefined) continue
        failures++
        console.error(`${exercise.name}, ${answer}:\n${story}`)
      }
    }
    await Promise.all(Array.from({ length: width }, oneAfterTheOther))
    times.sort((a, b) => a - b)
    const seconds = (ms = Number.NaN) => `${(ms / 1000).toFixed(1)} s`
    const figures = [width, `${failures} of ${runs}`, seconds(times[times.length >> 1]), seconds(times.at(-1))]
    console.log(`| ${[exercise.name, answer, ...figures].join(' | ')} |`)
    failed += failures
  }
}
