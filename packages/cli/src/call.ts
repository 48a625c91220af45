// The command line as a typed call. Everything after a role's name that is not an option of ours belongs to the role.
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Exercise, exercises, roles } from '@workshop/course'
import { distance } from 'fastest-levenshtein'

export type Call =
  | { command: 'list' | 'doctor' | 'snapshots' }
  | { command: 'progress'; json: boolean }
  | { command: 'show' | 'hint' | 'reset' | 'undo' | 'catch-up'; exercise: Exercise }
  | { command: 'restore'; exercise: Exercise; snapshot: number }
  | AllCall
  | CheckCall
  | DiffCall
  | NetworkCall
  | RunCall
  | { command: 'lint' | 'proof'; exercises: Exercise[] }
  | { command: 'new'; name: string }

export interface CheckCall {
  command: 'check'
  exercise: Exercise
  /** The folder with the answer. */
  dir: string
  step?: number
  json: boolean
  verbose: boolean
  /** Again at each save. */
  watch: boolean
}

export interface DiffCall {
  command: 'diff'
  exercise: Exercise
  /** As in `server.ts`. */
  files: string[]
  step?: number
  /** The learner knows that they see our answer. */
  peek: boolean
}

export interface AllCall {
  command: 'all'
  exercise: Exercise
  solution: boolean
  /** local, public or HOST:PORT. */
  network: string
}

export interface NetworkCall {
  command: 'network'
  /** An address of this machine, for a network that others reach there. */
  host?: string
  /** Its UDP port. */
  port: number
}

export interface RunCall {
  command: 'run'
  role: string
  file: string
  args: string[]
  /** local, public or HOST:PORT. */
  network: string
  /** The library's own words and the stack of an error too. */
  verbose: boolean
}

/** The UDP port of a network for a room, when nothing is said: beside those of the local one. */
const ROOM_PORT = 49800

/** The call was wrong; the message says what is, and what to type. */
export class UsageError extends Error {}

/** Reads the words behind `pnpm ex`. Throws a UsageError. */
export function parse(words: string[]): Call {
  const [first, second, ...rest] = words
  if (first === undefined) return { command: 'list' }
  if (first === 'doctor' || first === 'snapshots') {
    nothingMore(words.slice(1), `pnpm ex ${first}`)
    return { command: first }
  }
  if (first === 'progress') return parseProgress(words.slice(1))
  if (first === 'network') return parseNetwork(words.slice(1))
  if (first === 'lint' || first === 'proof') return { command: first, exercises: some(words.slice(1)) }
  if (first === 'new') return { command: 'new', name: newName(words.slice(1)) }
  const exercise = findExercise(first)
  switch (second) {
    case undefined:
      return { command: 'show', exercise }
    case 'check':
      return parseCheck(exercise, rest)
    case 'diff':
      return parseDiff(exercise, rest)
    case 'all':
      return parseAll(exercise, rest)
    case 'hint':
    case 'reset':
    case 'undo':
    case 'catch-up':
      nothingMore(rest, `pnpm ex ${exercise.number} ${second}`)
      return { command: second, exercise }
    case 'restore': {
      const [number = '', ...more] = rest
      nothingMore(more, `pnpm ex ${exercise.number} restore 3`)
      if (!/^[1-9]\d*$/.test(number))
        throw new UsageError(`“${number}” is no snapshot: give its number. There are: pnpm ex snapshots`)
      return { command: 'restore', exercise, snapshot: Number(number) }
    }
  }
  return parseRun(exercise, second, rest)
}

/** Words behind the number of an exercise that no role can be called. */
export const COMMANDS = ['all', 'check', 'hint', 'diff', 'reset', 'undo', 'catch-up', 'restore']

/** The exercises with these numbers; all of them when there is no word. */
function some(words: string[]): Exercise[] {
  return words.length === 0 ? exercises() : words.map(findExercise)
}

function newName(words: string[]): string {
  const [name = '', ...rest] = words
  nothingMore(rest, 'pnpm ex new 8-name')
  const number = /^([1-9]\d*)-[a-z][a-z0-9-]*$/.exec(name)?.[1]
  if (!number)
    throw new UsageError(`“${name}” is no name for an exercise: its number and a word, as in: pnpm ex new 8-name`)
  const taken = exercises().find((exercise) => exercise.number === Number(number))
  if (taken) throw new UsageError(`There is an exercise ${number} already: ${taken.name}.`)
  return name
}

function nothingMore([word]: string[], usage: string): void {
  if (word !== undefined) throw new UsageError(`“${word}” is too much here: ${usage}`)
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
      : `“${word}” is no exercise: first its number, ${numbers}, then what to do with it, as in: pnpm ex 1 check${didYouMean(word)}`
  )
}

function didYouMean(word: string): string {
  const near = nearest(word, ['doctor', 'lint', 'network', 'new', 'progress', 'proof', 'snapshots'])
  return near ? `. Or did you mean: pnpm ex ${near}` : ''
}

function parseProgress(rest: string[]): Call {
  const { values, positionals } = ours(rest, { json: { type: 'boolean' } })
  nothingMore(positionals, 'pnpm ex progress [--json]')
  return { command: 'progress', json: values.json ?? false }
}

function parseNetwork(rest: string[]): NetworkCall {
  const { values, positionals } = ours(rest, {
    host: { type: 'string' },
    port: { type: 'string', default: String(ROOM_PORT) }
  })
  nothingMore(positionals, 'pnpm ex network [--host ADDRESS [--port PORT]]')
  const port = Number(values.port)
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new UsageError(`“${values.port}” is no port: 1 to 65535.`)
  return { command: 'network', port, ...(values.host !== undefined && { host: values.host }) }
}

function parseAll(exercise: Exercise, rest: string[]): AllCall {
  const { values, positionals } = ours(rest, { solution: { type: 'boolean' }, network: { type: 'string' } })
  nothingMore(positionals, `pnpm ex ${exercise.number} all [--solution] [--network local|public|HOST:PORT]`)
  return { command: 'all', exercise, solution: values.solution ?? false, network: networkIn(values.network) }
}

/** The network to use, from the option, else from the environment. */
function networkIn(word = process.env.WORKSHOP_NETWORK ?? 'local'): string {
  if (/^(local|public|[^\s:]+:\d{1,5})$/.test(word)) return word
  throw new UsageError(`“${word}” is no network: --network local, --network public or --network HOST:PORT.`)
}

function parseCheck(exercise: Exercise, rest: string[]): CheckCall {
  const { values, positionals } = ours(rest, {
    solution: { type: 'boolean' },
    dir: { type: 'string' },
    step: { type: 'string' },
    json: { type: 'boolean' },
    watch: { type: 'boolean' },
    verbose: { type: 'boolean' }
  })
  const usage = `pnpm ex ${exercise.number} check [--solution | --dir DIR] [--step N] [--json | --watch] [--verbose]`
  nothingMore(positionals, usage)
  if (values.watch && (values.solution || values.dir || values.step || values.json)) {
    throw new UsageError(`--watch looks at your own files, all steps, in words; leave the rest out: ${usage}`)
  }
  if (values.solution && values.dir) throw new UsageError(`--solution and --dir name two answers; give one: ${usage}`)
  const dir = values.dir === undefined ? (values.solution ? exercise.solution : exercise.dir) : fromHere(values.dir)
  if (!existsSync(dir) || !statSync(dir).isDirectory()) throw new UsageError(`There is no folder ${dir}.`)
  // What our answer has is what an answer needs; the learner's folder may hold more.
  const missing = roles(exercise.solution).filter((role) => !existsSync(join(dir, `${role}.ts`)))
  if (missing.length > 0) throw new UsageError(`${dir} has no ${missing.map((role) => `${role}.ts`).join(' and no ')}.`)
  return {
    command: 'check',
    exercise,
    dir,
    json: values.json ?? false,
    watch: values.watch ?? false,
    verbose: values.verbose ?? false,
    ...stepIn(values.step)
  }
}

function parseDiff(exercise: Exercise, rest: string[]): DiffCall {
  const { values, positionals } = ours(rest, { step: { type: 'string' }, peek: { type: 'boolean' } })
  const all = roles(exercise.solution)
  const [role, ...more] = positionals
  nothingMore(more, `pnpm ex ${exercise.number} diff [${all.join(' | ')}] [--step N] [--peek]`)
  const name = role?.replace(/\.ts$/, '')
  if (name !== undefined && !all.includes(name)) throw unknown(exercise, name, all)
  const files = (name === undefined ? all : [name]).map((name) => `${name}.ts`)
  return { command: 'diff', exercise, files, peek: values.peek ?? false, ...stepIn(values.step) }
}

function stepIn(word: string | undefined): { step?: number } {
  if (word === undefined) return {}
  if (/^[1-9]\d*$/.test(word)) return { step: Number(word) }
  throw new UsageError(`“${word}” is no step: give its number, as in --step 2.`)
}

function unknown({ number }: Exercise, word: string, known: string[]): UsageError {
  const near = nearest(word, known)
  return new UsageError(
    `Exercise ${number} has no “${word}”.${near ? ` Did you mean “${near}”?` : ''} It has: ${known.join(', ')}.`
  )
}

function parseRun(exercise: Exercise, word: string, rest: string[]): RunCall {
  const role = word.replace(/\.ts$/, '')
  const known = roles(exercise.dir)
  if (!known.includes(role)) throw unknown(exercise, role, [...known, ...COMMANDS])
  // Only --solution, --network and --verbose are ours; the role's own words and options pass as they were typed.
  const args: string[] = []
  let solution = false
  let verbose = false
  let network: string | undefined
  for (let i = 0; i < rest.length; i++) {
    const word = String(rest[i])
    if (word === '--solution') solution = true
    else if (word === '--verbose') verbose = true
    else if (word === '--network') network = rest[++i] ?? ''
    else if (word.startsWith('--network=')) network = word.slice('--network='.length)
    else args.push(word)
  }
  const file = resolve(solution ? exercise.solution : exercise.dir, `${role}.ts`)
  if (!existsSync(file)) throw new UsageError(`There is no ${file}.`)
  return { command: 'run', role, file, args, network: networkIn(network), verbose }
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
