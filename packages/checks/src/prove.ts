// The proof of an exercise, as tests.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { firstTodo, solutionOf, starterOf } from '@workshop/course/exercise'
import { judgeEdited, mistakesOf, variantsOf } from './answers.ts'
import { judge, type Result, type Verdict } from './judge.ts'
import { lint } from './lint.ts'
import { report, reportStep } from './report.ts'
import { transcript } from './transcript.ts'

const TIMEOUT = 180_000 // ms for one verdict on a loaded machine

/**
 * Declares the tests of the exercise that has this `check/` folder: it keeps the rules, the solution passes, the starter
 * fails at its first TODO, every mistake dies where and as it should, every variant passes, and the README's transcripts
 * are true.
 */
export async function prove(check: string): Promise<void> {
  const dir = dirname(check)
  const mistakes = await mistakesOf(dir)
  const variants = await variantsOf(dir)
  const stories = await storiesOf(dir)

  test('the exercise keeps the rules', async () => {
    assert.deepEqual(await lint(dir), [])
  })

  test('the solution passes', { timeout: TIMEOUT }, async () => {
    passes(await judge({ exercise: dir, dir: solutionOf(dir) }))
  })

  test('the starter fails at its first TODO', { timeout: TIMEOUT }, async () => {
    fails(await judge({ exercise: dir, dir: starterOf(dir) }), firstTodo(dir))
  })

  test('the transcripts of the README are what the solution prints', { timeout: TIMEOUT }, async () => {
    assert.deepEqual(await transcript(dir), [])
  })

  test('mistakes', { timeout: TIMEOUT * 10, concurrency: 2 }, async (t) => {
    await Promise.all(
      mistakes.map((mistake) =>
        t.test(`mistake: ${mistake.name}`, { timeout: TIMEOUT }, async () => {
          const failed = fails(await judgeEdited(dir, mistake), mistake.step)
          const { did, saw, means } = failed
          assert.match(`${did} ${saw} ${means}`, mistake.says)
          const printed = stories[mistake.name]
          if (printed) assert.equal(bare(reportStep(failed, false).join('\n')), bare(printed))
        })
      )
    )
  })

  test('variants', { timeout: TIMEOUT * 10, concurrency: 2 }, async (t) => {
    await Promise.all(
      variants.map((variant) =>
        t.test(`variant: ${variant.name}`, { timeout: TIMEOUT }, async () => {
          passes(await judgeEdited(dir, variant))
        })
      )
    )
  })
}

function passes(verdict: Verdict): void {
  assert.equal(verdict.passed, verdict.results.length, `\n${report(verdict, verdict.exercise, '')}`)
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

/** A story without what is another one each time, keys and times, and without the colours that a CI may ask for. */
function bare(story: string): string {
  return stripVTControlCharacters(story)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[0-9a-z]{6}…[0-9a-z]{4}/g, '<key>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
}
