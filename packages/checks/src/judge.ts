// Runs the steps of a check against a folder with an answer.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, realpath, symlink, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOf, rolesIn, starterOf } from '@workshop/course/exercise'
import { CHECK, type Happened } from '@workshop/picture/events'
import { MachineTrouble, Unseen } from './outcome.ts'
import { placeOf } from './place.ts'
import { type Check, Stage, type Step } from './stage.ts'

/** Whose fault a failure is. */
export type Fault = 'your code' | 'our check' | 'this machine'

export interface Result {
  /** From 1. */
  step: number
  title: string
  state: 'passed' | 'failed' | 'not run'
  /** Only when it failed: whose fault it is, and the three parts of the story. */
  fault?: Fault
  did?: string
  saw?: string
  means?: string
  /** `file:line` of the learner's files to look at, where the story itself names none. */
  where?: string
  /** The file that it was awaited of, where it was one's. */
  file?: string
  /** What the roles of the step said on stderr, as it came. */
  original?: string
}

export interface Verdict {
  /** The folder name of the exercise, as in `1-dht`. */
  exercise: string
  results: Result[]
  passed: number
  fault?: Fault
  /** All that happened, oldest first. */
  events: Happened[]
  /** What the inputs were drawn with; `seed` of the options repeats it. */
  seed: string
}

export interface JudgeOptions {
  /** The folder of the exercise. */
  exercise: string
  /** The folder with the answer; one without node_modules is copied to where it finds the exercise's libraries. */
  dir: string
  /** The first and the last step to run, from 1; all of them when not given. */
  from?: number
  to?: number
  /** What the inputs are drawn with; when nothing is said a hash of the answer, so that it has one verdict. */
  seed?: string
  /** Whether some roles are started ahead of being needed: on a machine with idle cores a verdict comes sooner. */
  startsAhead?: boolean
  /** The events tell also what the libraries of the roles did. */
  hasListener?: boolean
  /** The steps of the extra credits instead of the others. */
  extra?: boolean
  /** Ends the run: the promise then rejects with its reason, when all has ended that was started. */
  signal?: AbortSignal
  /** Called before each step that is run. */
  onstep?(step: number, title: string): void
  /** Called when a fact is slow: with what the story would say if it never came, and the ms for which it is awaited. */
  onwait?(saw: string, patience: number): void
  /** Called with each result as it is known. */
  onresult?(result: Result): void
}

/** The titles of an exercise's steps, in order, or of those of its extra credits. Runs nothing. */
export async function titles(exercise: string, { extra = false } = {}): Promise<string[]> {
  return (await load(exercise, extra))(new Stage({ dir: exercise })).map(({ title }) => title)
}

/** Gives the verdict. Stops at the first step that fails. Everything that it started has ended when it resolves. */
export async function judge(options: JudgeOptions): Promise<Verdict> {
  const {
    exercise,
    extra = false,
    startsAhead = false,
    hasListener = false,
    from = 1,
    to = Number.POSITIVE_INFINITY,
    signal,
    onstep,
    onwait,
    onresult
  } = options
  const dir = resolve(options.dir)
  const files = new Map(rolesIn(dir).map((file) => [file, readFileSync(join(dir, file), 'utf8')]))
  const { seed = hashOf(files) } = options
  const verdict: Verdict = { exercise: basename(exercise), results: [], passed: 0, events: [], seed }
  const stage = new Stage({ dir, exercise, hasListener, startsAhead }, seed)
  if (onwait) stage.onwait = onwait
  // A step that waits for nothing that could be given up goes on behind our back until what it plays on is gone.
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
  aborted.catch(() => {})
  try {
    const untouched = extra ? undefined : untouchedStarter(exercise, files)
    if (!untouched) stage.prepare().catch(() => {}) // what is in the way is told by the first step
    const steps = (await load(exercise, extra))(stage)
    const titles = steps.map(({ title }) => title)
    for (const [index, { title, run }] of steps.entries()) {
      const number = index + 1
      const play = async () => {
        stage.now = { step: number, titles }
        stage.history.add(CHECK, 'begins a step', { step: number, text: title })
        await run()
        await stage.keepPromises()
      }
      const result: Result = { step: number, title, state: 'not run' }
      if (from <= number && number <= to && verdict.fault === undefined) {
        signal?.throwIfAborted()
        onstep?.(number, title)
        Object.assign(result, untouched ?? (await Promise.race([perform(stage, exercise, play), aborted])))
        if (result.fault === 'your code') Object.assign(result, await placeOf(result, exercise, dir))
      }
      if (result.fault) verdict.fault = result.fault
      if (result.state === 'passed') verdict.passed++
      verdict.results.push(result)
      onresult?.(result)
    }
    verdict.events = await stage.happened()
  } finally {
    await stage.close()
  }
  return verdict
}

async function perform(stage: Stage, exercise: string, run: Step['run']): Promise<Omit<Result, 'step' | 'title'>> {
  stage.beginStory()
  try {
    const folder = await stage.folder()
    if (!existsSync(join(stage.dir, 'node_modules')) && !stage.dir.startsWith(folder)) {
      stage.dir = await borrow(exercise, stage.dir, folder)
    }
    await stage.prepare()
    await run()
    return { state: 'passed' }
  } catch (error) {
    const { did, roles } = stage.story
    const original = [...roles]
      .map(({ errors }) => errors.trim())
      .join('\n\n')
      .trim()
    const story = { state: 'failed', did: did.join(' '), ...(original && { original }) } as const
    if (error instanceof Unseen) {
      stage.misses(error)
      return {
        ...story,
        fault: 'your code',
        saw: error.message,
        ...(error.means && { means: error.means }),
        ...(error.file && { file: error.file })
      }
    }
    if (error instanceof MachineTrouble || isMachineError(error)) {
      return {
        ...story,
        fault: 'this machine',
        saw: error.message,
        means: 'This says nothing about your code. Try again when the machine has recovered.'
      }
    }
    const stack = error instanceof Error ? String(error.stack) : String(error)
    return {
      ...story,
      fault: 'our check',
      saw: stack,
      means: 'This says nothing about your code. Please report it with these lines.'
    }
  }
}

/** Errors of the operating system that no program of a learner's causes inside the check. */
function isMachineError(error: unknown): error is Error {
  const { code } = error as NodeJS.ErrnoException
  return ['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EROFS', 'EACCES', 'EADDRNOTAVAIL'].includes(String(code))
}

/**
 * Copies an answer into `folder`, with the libraries of the exercise beside it, and with those files of the starter that
 * it lacks. Gives the copy.
 */
async function borrow(exercise: string, dir: string, folder: string): Promise<string> {
  const copy = join(folder, 'answer')
  const starter = starterOf(exercise)
  for (const file of existsSync(starter) ? rolesIn(starter) : []) await cp(join(starter, file), join(copy, file))
  await cp(await realpath(dir), copy, { recursive: true }) // of a link the copy would be a link too
  await symlink(join(exercise, 'node_modules'), join(copy, 'node_modules'), 'junction')
  if (!existsSync(join(copy, 'package.json'))) await writeFile(join(copy, 'package.json'), '{ "type": "module" }\n')
  return copy
}

/** The steps of an exercise, or of its extra credits: none when it has no check for them. */
async function load(exercise: string, extra: boolean): Promise<Check> {
  const file = join(checkOf(exercise), 'steps.ts')
  const module: { default?: Check; extra?: Check } = await import(pathToFileURL(file).href)
  if (typeof module.default !== 'function') throw new Error(`${file} has no default export`)
  return extra ? (module.extra ?? (() => [])) : module.default
}

/** Short, since a person types it; the same files give the same. */
function hashOf(files: Map<string, string>): string {
  const hash = createHash('sha256')
  for (const [name, text] of files) hash.update(`${name}\n${text}\n`)
  return hash.digest('hex').slice(0, 6)
}

/** Nobody has to wait for the verdict on files in which nothing has been written yet. */
function untouchedStarter(exercise: string, files: Map<string, string>) {
  const starter = starterOf(exercise)
  if (!existsSync(starter)) return undefined
  const names = rolesIn(starter)
  const isBegun = (name: string) => files.get(name) !== readFileSync(join(starter, name), 'utf8')
  if (names.length === 0 || names.some(isBegun)) return undefined
  return {
    state: 'failed',
    fault: 'your code',
    did: `I compared ${names.join(' and ')} with the starter.`,
    saw: 'You have not written anything yet.',
    means: 'Read README.md, and begin with the first TODO.'
  } as const
}
