// The proof of an exercise, as tests: the solution passes, the starter fails, every mistake dies where and as it
// should, every variant passes.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { judge, type Verdict } from './judge.ts'
import { report } from './report.ts'

/** Another right answer: the solution with some things changed, where a folder in `variants/` would repeat the rest. */
export interface Variant {
  /** What is different, as the name of the test. */
  name: string
  /** For each file the text to find, which must be there once, and what stands there instead; or the whole new file. */
  edits: Record<string, [find: string, replace: string][] | string>
}

/** A wrong answer: the solution with one thing changed. */
export interface Mistake extends Variant {
  /** The step it must fail at. */
  step: number
  /** What the learner must read, in what was seen or in what it means. */
  says: RegExp
}

const TIMEOUT = 180_000 // ms for one verdict on a loaded machine

/** Declares the tests of an exercise. `dir` is its folder; `starterFailsAt` the first step that its TODOs leave open. */
export async function prove(dir: string, { starterFailsAt = 1 } = {}): Promise<void> {
  const solution = join(dir, '..', '..', 'solutions', basename(dir))
  const mistakes = await list<Mistake>(join(dir, 'mistakes.ts'))
  const edited = await list<Variant>(join(dir, 'variants.ts'))
  const variants = join(dir, 'variants')

  test('the solution passes', { timeout: TIMEOUT }, async () => {
    passes(await judge({ exercise: dir, dir: solution }))
  })

  test(`the starter fails at step ${starterFailsAt}`, { timeout: TIMEOUT }, async () => {
    fails(await judge({ exercise: dir, dir }), starterFailsAt)
  })

  test('mistakes', { timeout: TIMEOUT * 10, concurrency: 2 }, async (t) => {
    await Promise.all(
      mistakes.map((mistake) =>
        t.test(`mistake: ${mistake.name}`, { timeout: TIMEOUT }, async (t) => {
          const folder = await mkdtemp(join(tmpdir(), 'p2p-mistake-'))
          t.after(() => rm(folder, { recursive: true, force: true }))
          await copyRoles(solution, folder)
          await apply(mistake, folder)
          const { did, saw, means } = fails(await judge({ exercise: dir, dir: folder }), mistake.step)
          assert.match(`${did} ${saw} ${means}`, mistake.says)
        })
      )
    )
  })

  test('variants', { timeout: TIMEOUT * 10, concurrency: 2 }, async (t) => {
    const names = existsSync(variants) ? await readdir(variants) : []
    const all: [name: string, make: (folder: string) => Promise<void>][] = [
      // A folder holds only the files that differ.
      ...names.map((name): (typeof all)[0] => [name, (to) => cp(join(variants, name), to, { recursive: true })]),
      ...edited.map((variant): (typeof all)[0] => [variant.name, (to) => apply(variant, to)])
    ]
    await Promise.all(
      all.map(([name, make]) =>
        t.test(`variant: ${name}`, { timeout: TIMEOUT }, async (t) => {
          const folder = await mkdtemp(join(tmpdir(), 'p2p-variant-'))
          t.after(() => rm(folder, { recursive: true, force: true }))
          await copyRoles(solution, folder)
          await make(folder)
          passes(await judge({ exercise: dir, dir: folder }))
        })
      )
    )
  })
}

function passes(verdict: Verdict): void {
  assert.equal(verdict.passed, verdict.results.length, `\n${report(verdict, verdict.exercise, '')}`)
}

/** The result of the step that must have failed, by the learner's own fault. */
function fails(verdict: Verdict, step: number): { did: string; saw: string; means: string } {
  const text = `\n${report(verdict, verdict.exercise, '')}`
  const failed = verdict.results.find((result) => result.state === 'failed')
  assert.equal(failed?.step, step, text)
  assert.equal(failed?.fault, 'your code', text)
  const { did = '', saw = '', means = '' } = failed ?? {}
  for (const part of [did, saw, means]) assert.notEqual(part, '', `a story has three parts${text}`)
  return { did, saw, means }
}

/** The default export of a file; nothing where there is no file. */
async function list<Item>(file: string): Promise<Item[]> {
  if (!existsSync(file)) return []
  const module: { default: Item[] } = await import(pathToFileURL(file).href)
  return module.default
}

async function copyRoles(from: string, to: string): Promise<void> {
  for (const file of await readdir(from)) if (file.endsWith('.ts')) await cp(join(from, file), join(to, file))
}

async function apply({ name, edits }: Variant, folder: string): Promise<void> {
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(folder, file)
    if (typeof edit === 'string') {
      await writeFile(path, edit)
      continue
    }
    let text = await readFile(path, 'utf8')
    for (const [find, replace] of edit) {
      assert.equal(text.split(find).length, 2, `“${name}” must find its place in ${file} once: ${find}`)
      text = text.replace(find, () => replace)
    }
    await writeFile(path, text)
  }
}
