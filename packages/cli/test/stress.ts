// Runs the check of each solution again and again while all cores are busy, two at once for each core, and reports
// failures, median and slowest.
// `stress.ts [--runs N] [exercise…]`: 200 runs and all exercises when nothing is said. Exit code 1 when one failed.
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { exercises, root } from '@workshop/course'

const TIMEOUT = 300_000 // ms for one verdict

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '200' } }
})
const runs = Number(values.runs)
if (!(Number.isInteger(runs) && runs > 0)) {
  console.error(`“${values.runs}” is no number of runs.`)
  process.exit(2)
}

/** One verdict, through the command: how long it took, and its story when it failed. */
async function verdict(exercise: number): Promise<{ ms: number; story?: string }> {
  const begin = performance.now()
  const command = [join('packages', 'cli', 'ex.js'), String(exercise), 'check', '--solution']
  try {
    await promisify(execFile)(process.execPath, command, { cwd: root, timeout: TIMEOUT })
    return { ms: performance.now() - begin }
  } catch (error) {
    const { stdout, message } = error as Error & { stdout?: string }
    return { ms: performance.now() - begin, story: stdout || message }
  }
}

const cores = availableParallelism()
const loops = Array.from({ length: cores }, () => new Worker('for (;;);', { eval: true }))
let failed = 0
console.log(`${cores} busy loops on ${cores} cores, ${runs} runs of each solution's check, ${2 * cores} at once`)
for (const { number, name } of exercises()) {
  if (positionals.length > 0 && !positionals.includes(String(number))) continue
  const times: number[] = []
  let begun = 0
  let failures = 0
  const oneAfterTheOther = async () => {
    while (begun < runs) {
      const run = ++begun
      const { ms, story } = await verdict(number)
      times.push(ms)
      if (story === undefined) continue
      failures++
      console.log(`run ${run} of exercise ${number} failed:\n${story}`)
    }
  }
  await Promise.all(Array.from({ length: 2 * cores }, oneAfterTheOther))
  times.sort((a, b) => a - b)
  const seconds = (ms = Number.NaN) => `${(ms / 1000).toFixed(1)} s`
  console.log(
    `${name.padEnd(14)} ${failures} of ${runs} failed   median ${seconds(times[times.length >> 1])}   slowest ${seconds(times.at(-1))}`
  )
  failed += failures
}
await Promise.all(loops.map((loop) => loop.terminate()))
process.exit(failed > 0 ? 1 : 0)
