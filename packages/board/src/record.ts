// Writes recordings.json: the verdicts that learners get on their way through the course. The real checks judge the real
// starters, some of the wrong answers of each step, and the solutions. Some minutes for all exercises, or for some of them:
//
//   node --import @workshop/start/typescript src/record.ts [N …]
import { writeFileSync } from 'node:fs'
import { judgeEdited, mistakesOf } from '@workshop/checks/answers'
import { judge, type Verdict } from '@workshop/checks/judge'
import { paced } from '@workshop/checks/pace'
import { type Exercise, exercises } from '@workshop/course'
import { starterOf } from '@workshop/course/exercise'
import { FILE, type Recorded, recordings } from './recordings.ts'

/** Wrong answers of a step that are judged: enough that not everybody reads the same. */
const MISTAKES = 3

const pace = paced()

async function record({ number, dir, solution }: Exercise): Promise<[number, Recorded[]]> {
  const of = new Map<number, number>()
  const mistakes = (await mistakesOf(dir)).filter(({ step }) => {
    of.set(step, (of.get(step) ?? 0) + 1)
    return (of.get(step) ?? 0) <= MISTAKES
  })
  const verdicts = await Promise.all([
    pace(() => judge({ exercise: dir, dir: starterOf(dir) })),
    ...mistakes.map((mistake) => pace(() => judgeEdited(dir, mistake))),
    pace(() => judge({ exercise: dir, dir: solution }))
  ])
  const failed = verdicts.filter(({ fault }) => fault === 'your code') // others say something about this machine
  const right = verdicts.slice(-1)
  if (right.some(({ fault }) => fault !== undefined)) throw new Error(`Our answer to exercise ${number} fails here.`)
  return [number, [...failed.map(recorded).toSorted((a, b) => a.passed - b.passed), ...right.map(recorded)]]
}

function recorded({ results, passed }: Verdict): Recorded {
  const failed = results.find(({ state }) => state === 'failed')
  const sentence = failed?.means ?? failed?.saw
  return { passed, of: results.length, ...(failed && { step: failed.step }), ...(sentence && { sentence }) }
}

const chosen = process.argv.slice(2).map(Number)
const made = await Promise.all(
  exercises()
    .filter(({ number }) => chosen.length === 0 || chosen.includes(number))
    .map(record)
)
writeFileSync(FILE, `${JSON.stringify({ ...recordings(), ...Object.fromEntries(made) }, undefined, 2)}\n`)
