// The proof of an exercise, as tests.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { firstTodo, solutionOf, starterOf } from '@workshop/course/exercise'
import { judgeEdited, type Mistake, mistakesOf, together, variantsOf } from './answers.ts'
import { judge, type Result, titles, type Verdict } from './judge.ts'
import { lint } from './lint.ts'
import { paced } from './pace.ts'
import { report, reportStep } from './report.ts'
import { transcript } from './transcript.ts'

const TIMEOUT = 180_000 // ms for one verdict on a loaded machine

/**
 * Declares the tests of the exercise that has this `check/` folder: it keeps the rules, the solution passes, the starter
 * fails at its first TODO, every mistake dies where and as it should, every variant passes, and the README's transcripts
 * are true.
 *
 * The first mistake of each step is played, at the step where it must die alone, with what that step needs. Variants that
 * change different places are one answer, and the answers share the steps. With the argument `--whole` all mistakes are
 * played from step 1, which also proves that no step before kills them, and each variant by itself from the first step to
 * the last.
 */
export async function prove(check: string): Promise<void> {
  const dir = dirname(check)
  const isWhole = process.argv.includes('--whole')
  const stories = await storiesOf(dir)
  const [allMistakes, allVariants] = [await mistakesOf(dir), await variantsOf(dir)]
  const mistakes = isWhole
    ? allMistakes
    : allMistakes.filter((mistake) => mistake.name in stories || isFirst(mistake, allMistakes))
  const variants = isWhole ? allVariants : together(dir, allVariants)
  const pace = paced()

  /** Declares a test that is run with others beside it. Those that take long are declared first. */
  const declare = (name: string, run: (signal: AbortSignal) => Promise<void>) => {
    const ended = pace(() => run(AbortSignal.timeout(TIMEOUT)))
    ended.catch(() => {}) // told when its turn comes
    test(name, () => ended)
  }

  test('the exercise keeps the rules', async () => {
    assert.deepEqual(await lint(dir), [])
  })

  declare('the solution passes', async (signal) => {
    passes(await judge({ exercise: dir, dir: solutionOf(dir), signal }))
  })

  declare('the transcripts of the README are what the solution prints', async () => {
    assert.deepEqual(await transcript(dir), [])
  })

  const steps = (await titles(dir)).length
  for (const [index, variant] of variants.entries()) {
    const [from, to] = isWhole ? [1, steps] : share(index, variants.length, steps)
    declare(`variant: ${variant.name}${isWhole ? '' : `: steps ${from} to ${to}`}`, async (signal) => {
      passes(await judgeEdited(dir, variant, { signal, from, to }), to - from + 1)
      if (variant.extra) passes(await judgeEdited(dir, variant, { signal, extra: true }))
    })
  }

  if (variants.some(({ extra }) => extra)) {
    declare('the solution does nothing for the extra credits', async (signal) => {
      fails(await judge({ exercise: dir, dir: solutionOf(dir), signal, extra: true }), 1)
    })
  }

  declare('the starter fails at its first TODO', async (signal) => {
    fails(await judge({ exercise: dir, dir: starterOf(dir), signal }), firstTodo(dir))
  })

  for (const mistake of mistakes) {
    declare(`mistake: ${mistake.name}`, async (signal) => {
      const { step } = mistake
      const printed = stories[mistake.name]
      const verdict = await judgeEdited(dir, mistake, { signal, from: isWhole || printed ? 1 : step, to: step })
      const failed = fails(verdict, step)
      const { did, saw, means } = failed
      assert.match(`${did} ${saw} ${means}`, mistake.says)
      if (printed) assert.equal(bare(reportStep(failed).join('\n')), bare(printed))
    })
  }
}

/** Whether no mistake before it in its file must die at the same step. */
function isFirst(mistake: Mistake, all: Mistake[]): boolean {
  return all.find(({ step }) => step === mistake.step) === mistake
}

/** The first and the last step that one of `answers` answers plays, so that all together play all. */
function share(index: number, answers: number, steps: number): [from: number, to: number] {
  const end = (number: number) => Math.ceil((number * steps) / answers)
  return [Math.min(end(index) + 1, steps), end(index + 1)] // one at least, when there are more answers than steps
}

function passes(verdict: Verdict, steps = verdict.results.length): void {
  assert.equal(verdict.passed, steps, `\n${report(verdict, verdict.exercise, '')}`)
}

/** The result of the step that must have failed, by the learner's own fault. */
function fails(verdict: Verdict, step: number): Result {
  const text = `\n${report(verdict, verdict.exercise, '')}`
  const failed = verdict.results.find((result) => result.state === 'failed')
  assert.equal(failed?.step, step, text)
  assert.equal(failed?.fault, 'your code', text)
  for (const part of [failed?.did, failed?.saw, failed?.means]) assert.ok(part, `a story has three parts${text}`)
  return failed as Result
}

/** The stories of an exercise that the README of this package tells, by the names of the mistakes. */
async function storiesOf(dir: string): Promise<Record<string, string>> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const stories = text.matchAll(/^\*\*(\S+): (.+)\*\*\n\n```\n([\s\S]*?)\n```$/gm)
  return Object.fromEntries(
    [...stories].flatMap(([, name, mistake, story]) => (name === basename(dir) ? [[mistake, story]] : []))
  )
}

/** A story without what is another one each time, or with other inputs, and without the colours that a CI may ask for. */
function bare(story: string): string {
  return stripVTControlCharacters(story)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/“[^”]*”/g, '“…”')
    .replaceAll(/[0-9a-z]{6}…[0-9a-z]{4}/gi, '<key>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d+/g, '<number>')
}
