// The command line: which command, about which exercise, with which words and options.
import { parseArgs } from 'node:util'
import { type Exercise, roles } from '@workshop/course'
import { distance } from 'fastest-levenshtein'
import { ex } from './caller.ts'
import { type Command, type Options, UsageError } from './command.ts'
import { commands, help, list, role, show, version } from './commands.ts'
import { usage } from './help.ts'
import { exerciseIn, range } from './words.ts'

/** What the user wants. `command.run` takes it. */
export interface Call {
  command: Command
  exercise: Exercise | undefined
  words: string[]
  options: Record<string, unknown>
}

const HELP = ['--help', '-h']

/** Reads the words behind `pnpm ex`; `here` is the exercise in whose folder the user is. Throws a UsageError. */
export function parse(words: string[], here?: Exercise): Call {
  const named = words[0] === undefined ? undefined : exerciseIn(words[0])
  const [name, ...rest] = named ? words.slice(1) : words
  const exercise = named ?? here
  const ours = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  if (ours.some((word) => HELP.includes(word))) {
    const about = name !== undefined && name !== 'help' && !name.startsWith('-') ? [name] : rest.filter(isNoOption)
    return { command: help, exercise: about.length > 0 ? exercise : named, words: about, options: {} }
  }
  if (ours.includes('--version')) return { command: version, exercise: undefined, words: [], options: {} }
  if (name === undefined) return { command: named ? show : list, exercise: named, words: [], options: {} }
  const command = commands.find((command) => command.name === name)
  if (!command) return { ...runRole(name, rest, exercise), command: role }
  // `pnpm ex help 3 check` and `pnpm ex 3 help check` mean the same.
  const about = command === help && !named && rest[0] !== undefined ? exerciseIn(rest[0]) : undefined
  if (about) return { command, exercise: about, words: rest.slice(1), options: {} }
  if (command.of === 'workshop' && named)
    throw new UsageError(`${name} is not about one exercise. Leave the number out: ${usage(command)}`)
  if (command.of === 'exercise' && !exercise)
    throw new UsageError(`Which exercise? Type its number, as in “${ex(1, name)}”, or go into its folder.`)
  return { command, exercise: command === help ? named : exercise, ...read(rest, command, exercise) }
}

const isNoOption = (word: string) => !word.startsWith('-')

/** The call of a role. Its name comes first among the words. */
function runRole(word: string, rest: string[], exercise: Exercise | undefined): Omit<Call, 'command'> {
  const name = word.replace(/\.ts$/, '')
  const known = exercise ? roles(exercise.dir) : []
  if (!known.includes(name)) throw unknown(word, exercise)
  const { words, options } = read(rest, role, exercise)
  return { exercise, words: [name, ...words], options }
}

/** What to say about a first word that is neither a command nor a role. */
function unknown(word: string, exercise: Exercise | undefined): UsageError {
  if (/^\d+$/.test(word)) return new UsageError(`There is no exercise ${word}. ${range()} To see them all: ${ex()}`)
  if (word.startsWith('-')) return new UsageError(`There is no option ${word} here. All commands: ${ex('help')}`)
  const typed = commands.filter(({ name, group }) => group && name !== list.name && name !== role.name)
  const own = exercise ? roles(exercise.dir) : []
  const near = nearest(word, [...own, ...typed.map(({ name }) => name)])
  const isGeneral = typed.some(({ name, of }) => name === near && of !== 'exercise')
  return new UsageError(
    [
      exercise
        ? `Exercise ${exercise.number} has no role “${word}”, and there is no such command.`
        : `There is no command “${word}”.`,
      ...(near ? [`Did you mean “${ex(...(isGeneral ? [] : [exercise?.number ?? 1]), near)}”?`] : []),
      ...(exercise ? [`Its roles: ${own.join(', ')}.`] : []),
      `All commands: ${ex('help')}`
    ].join(' ')
  )
}

/** Tells words and options apart, with complaints of ours. */
function read(args: string[], command: Command, exercise: Exercise | undefined): Pick<Call, 'words' | 'options'> {
  const options: Options = command.options ?? {}
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, { type: 'read' in option ? 'string' : 'boolean' }])
    ),
    strict: false,
    allowPositionals: true,
    tokens: true
  })
  const words: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options)) if (!('read' in option)) values[name] = false
  let passed = -1
  const fail = (problem: string) => new UsageError(`${problem} Usage: ${usage(command, exercise)}`)
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    const typed = String(args[token.index])
    if (token.kind === 'positional') {
      words.push(typed)
      continue
    }
    const option = options[token.name]
    if (!option || token.rawName !== `--${token.name}`) {
      if (!command.passesOn) throw fail(`There is no option ${token.rawName} here.${didYouMean(token.name, options)}`)
      if (token.index !== passed) words.push(typed) // several short options may be one word
      passed = token.index
    } else if (!('read' in option)) {
      if (token.value !== undefined) throw fail(`${token.rawName} takes no value.`)
      values[token.name] = true
    } else {
      if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-')))
        throw fail(`${token.rawName} needs a value: ${token.rawName} ${option.value}.`)
      values[token.name] = option.read(token.value)
    }
  }
  const most = command.words?.most ?? 0
  if (words.length > most) throw fail(`Unexpected “${words[most]}”.`)
  return { words, options: values }
}

function didYouMean(name: string, options: Options): string {
  const near = nearest(name, Object.keys(options))
  return near ? ` Did you mean --${near}?` : ''
}

/** The candidate that is at most two typing errors away, and no more than half of the word. */
function nearest(word: string, candidates: string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .sort((a, b) => a.away - b.away)
  return best && best.away <= Math.min(2, word.length / 2) ? best.candidate : undefined
}
