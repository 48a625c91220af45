// The command line as a typed call. Everything after a role's name that is not an option of ours belongs to the role.
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { distance } from 'fastest-levenshtein'
import { type Exercise, exercises, roles } from './course.ts'

export type Call = { command: 'list' } | { command: 'show'; exercise: Exercise } | CheckCall | RunCall

export interface CheckCall {
  command: 'check'
  exercise: Exercise
  /** The folder with the answer. */
  dir: string
  step?: number
  json: boolean
}

export interface RunCall {
  command: 'run'
  role: string
  file: string
  args: string[]
  /** local, public or HOST:PORT. */
  network: string
}

/** The call was wrong; the message says what is, and what to type. */
export class UsageError extends Error {}

/** Reads the words behind `pnpm ex`. Throws a UsageError. */
export function parse(words: string[]): Call {
  const [first, second, ...rest] = words
  if (first === undefined) return { command: 'list' }
  const exercise = findExercise(first)
  if (second === undefined) return { command: 'show', exercise }
  if (second === 'check') return parseCheck(exercise, rest)
  return parseRun(exercise, second, rest)
}

function findExercise(word: string): Exercise {
  const all = exercises()
  const found = all.find(
    ({ number, name }) => word === String(number) || word === name || name === word.replace(/^exercises\//, '')
  )
  if (found) return found
  const numbers = `${all[0]?.number} to ${all.at(-1)?.number}`
  throw new UsageError(
    /^\d+$/.test(word)
      ? `There is no exercise ${word}; they go from ${numbers}. To see them all: pnpm ex`
      : `“${word}” is no exercise: first its number, ${numbers}, then what to do with it, as in: pnpm ex 1 check`
  )
}

function parseCheck(exercise: Exercise, rest: string[]): CheckCall {
  const { values, positionals } = ours(rest, {
    solution: { type: 'boolean' },
    dir: { type: 'string' },
    step: { type: 'string' },
    json: { type: 'boolean' }
  })
  const usage = `pnpm ex ${exercise.number} check [--solution | --dir DIR] [--step N] [--json]`
  if (positionals.length > 0) throw new UsageError(`“${positionals[0]}” is too much here: ${usage}`)
  if (values.solution && values.dir) throw new UsageError(`--solution and --dir name two answers; give one: ${usage}`)
  const dir = values.dir === undefined ? (values.solution ? exercise.solution : exercise.dir) : fromHere(values.dir)
  if (!existsSync(dir) || !statSync(dir).isDirectory()) throw new UsageError(`There is no folder ${dir}.`)
  // What our answer has is what an answer needs; the learner's folder may hold more.
  const missing = roles(exercise.solution).filter((role) => !existsSync(join(dir, `${role}.ts`)))
  if (missing.length > 0) throw new UsageError(`${dir} has no ${missing.map((role) => `${role}.ts`).join(' and no ')}.`)
  if (values.step !== undefined && !/^[1-9]\d*$/.test(values.step)) {
    throw new UsageError(`“${values.step}” is no step: give its number, as in --step 2.`)
  }
  return {
    command: 'check',
    exercise,
    dir,
    json: values.json ?? false,
    ...(values.step !== undefined && { step: Number(values.step) })
  }
}

function parseRun(exercise: Exercise, word: string, rest: string[]): RunCall {
  const role = word.replace(/\.ts$/, '')
  const known = roles(exercise.dir)
  if (!known.includes(role)) {
    const near = nearest(role, [...known, 'check'])
    throw new UsageError(
      `Exercise ${exercise.number} has no “${word}”.${near ? ` Did you mean “${near}”?` : ''} It has: ${[...known, 'check'].join(', ')}.`
    )
  }
  // Only --solution and --network are ours; the role's own words and options pass as they were typed.
  const args: string[] = []
  let solution = false
  let network = process.env.WORKSHOP_NETWORK ?? 'local'
  for (let i = 0; i < rest.length; i++) {
    const word = String(rest[i])
    if (word === '--solution') solution = true
    else if (word === '--network') network = rest[++i] ?? ''
    else if (word.startsWith('--network=')) network = word.slice('--network='.length)
    else args.push(word)
  }
  if (!/^(local|public|[^\s:]+:\d{1,5})$/.test(network)) {
    throw new UsageError(`“${network}” is no network: --network local, --network public or --network HOST:PORT.`)
  }
  const file = resolve(solution ? exercise.solution : exercise.dir, `${role}.ts`)
  if (!existsSync(file)) throw new UsageError(`There is no ${file}.`)
  return { command: 'run', role, file, args, network }
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

/** `parseArgs`, with its complaints as sentences of ours. */
function ours<O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`)
    const word = /'(-[^' ]+)/.exec((error as Error).message)?.[1]
    if (word && known.includes(word)) throw new UsageError(`${(error as Error).message.split('.')[0]}.`)
    const near = word && nearest(word, known)
    throw new UsageError(
      `There is no option ${word ?? ''} here.${near ? ` Did you mean ${near}?` : ''} There are: ${known.join(', ')}.`
    )
  }
}

/** A path as the user typed it: pnpm runs us in the root, but tells where it was called. */
function fromHere(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path)
}

/** The candidate that is at most two typing errors away. */
function nearest(word: string, candidates: string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .sort((a, b) => a.away - b.away)
  return best && best.away <= 2 ? best.candidate : undefined
}
