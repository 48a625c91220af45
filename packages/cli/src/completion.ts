// Completion in a shell: the script for it, and what may follow the words that stand there.
import { join } from 'node:path'
import { type Exercise, exercises, roles, root, title } from '@workshop/course'
import { ex, userDir } from './caller.ts'
import { type Command, UsageError } from './command.ts'
import { commands, list, role } from './commands.ts'
import { shells } from './shells.ts'
import { exerciseAt, exerciseIn } from './words.ts'

interface Candidate {
  word: string
  meaning: string
}

/** Prints what a shell runs to complete our commands. */
export function script(name: string | undefined): void {
  const shell = shells.find((shell) => shell.name === name)
  if (!shell) throw new UsageError(`For which shell? ${shells.map(({ name }) => ex('completion', name)).join('   ')}`)
  const launcher = join(root, 'packages', 'cli', 'ex.js')
  const quoted = (path: string) => `'${path.replaceAll("'", `'\\\\''`)}'`
  console.log(
    shell
      .script(quoted(root.replace(/[\\/]$/, '')), `${quoted(process.execPath)} ${quoted(launcher)} complete --`)
      .trim()
  )
}

/** Prints what may stand in place of the last of some words, a line for each: the word, a tab, its meaning. */
export function complete(words: string[]): void {
  const [current = '', ...before] = words.toReversed()
  for (const { word, meaning } of candidates(before.toReversed(), exerciseAt(userDir()))) {
    if (word.startsWith(current)) console.log(`${word}\t${meaning}`)
  }
}

/** What may follow some words; `here` is the exercise in whose folder the user is. */
export function candidates(words: string[], here: Exercise | undefined): Candidate[] {
  const named = words[0] === undefined ? undefined : exerciseIn(words[0])
  const [name, ...rest] = named ? words.slice(1) : words
  const exercise = named ?? here
  const own = exercise ? roles(exercise.dir).map((word) => ({ word, meaning: `run ${word}.ts` })) : []
  if (name === undefined) {
    const all = commands.filter(
      ({ name, group, of }) =>
        group && name !== list.name && name !== role.name && (named ? of !== 'workshop' : exercise || of !== 'exercise')
    )
    return [
      ...(named ? [] : exercises().map((exercise) => ({ word: String(exercise.number), meaning: title(exercise) }))),
      ...own,
      ...all.map(({ name, about }) => ({ word: name, meaning: about }))
    ]
  }
  const command =
    commands.find((command) => command.name === name) ?? (own.some(({ word }) => word === name) ? role : undefined)
  return command ? behind(command, rest, exercise) : []
}

/** What may follow the name of a command and some words. */
function behind(command: Command, rest: string[], exercise: Exercise | undefined): Candidate[] {
  const options = Object.entries(command.options ?? {})
  const last = options.find(([name]) => rest.at(-1) === `--${name}`)?.[1]
  if (last && 'read' in last) return (last.among ?? []).map((word) => ({ word, meaning: last.about }))
  const given = rest.filter((word) => !word.startsWith('-')).length
  const words = given < (command.words?.most ?? 0) ? (command.words?.among?.(exercise) ?? []) : []
  return [
    ...words.map((word) => ({ word, meaning: '' })),
    ...options
      .filter(([name]) => !rest.includes(`--${name}`))
      .map(([name, { about }]) => ({ word: `--${name}`, meaning: about }))
  ]
}
