// What the command line takes, as text: all commands, one of them, or those of one exercise.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Exercise, roles, rolesAndModules, root, title } from '@workshop/course'
import pc from 'picocolors'
import { ex } from './caller.ts'
import { type Command, GROUPS, UsageError } from './command.ts'
import { commands, role } from './commands.ts'
import { fit, width } from './terminal.ts'

/** How a command is called, as in `pnpm ex N restore SNAPSHOT`, with all its options. */
export function usage(command: Command, exercise?: Exercise): string {
  const options = optionsOf(command).map(([option]) => `[${option}]`)
  return ex(...call(command, exercise?.number ?? 'N'), ...words(command), ...options)
}

/** The list of commands, one of them with its options, or those of an exercise. */
export function help(exercise: Exercise | undefined, name: string | undefined): string {
  if (name === undefined) return exercise ? ofExercise(exercise) : ofAll()
  const command = commands.find((command) => command.name === name)
  if (command) return ofCommand(command, exercise)
  if (exercise && roles(exercise.dir).includes(name)) return ofCommand({ ...role, name }, exercise)
  throw new UsageError(`There is no command “${name}”. All commands: ${ex('help')}`)
}

/**
 * The commands under each heading: how each is called and what it does; `n` stands for the number of an exercise. The
 * README has the same.
 */
export function overview(n: number | string): { heading: string; rows: Row[] }[] {
  return GROUPS.map((heading) => ({
    heading,
    rows: commands.filter(({ group }) => group === heading).map((command) => row(command, n))
  }))
}

/** The workshop, and what runs it: lines for an issue. */
export async function versions(): Promise<string> {
  const { arch, platform, release } = await import('node:os')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const manager = process.env.npm_config_user_agent?.split(' ')[0]
  return [
    `p2p-workshop ${version}`,
    `Node ${process.version}${manager ? `, ${manager}` : ''}, ${platform()} ${release()} ${arch()}`
  ].join('\n')
}

function ofAll(): string {
  const all = overview('N')
  const left = Math.max(...all.map(({ rows }) => widthOf(rows)))
  return [
    `Usage: ${ex('[N] COMMAND [options]')}`,
    '',
    ...fit(N),
    ...all.flatMap(({ heading, rows }) => [
      '',
      pc.bold(heading),
      ...table(
        rows.map(([call, about]): Row => [call || ex(), about]),
        left
      )
    ]),
    '',
    `All about one command: ${ex('help check')}`,
    `Something does not work: ${ex('doctor')}`
  ].join('\n')
}

function ofExercise(exercise: Exercise): string {
  const { number } = exercise
  const own = commands.filter(({ of, group, name }) => group && of !== 'workshop' && name !== 'help')
  return [
    `Usage: ${ex(number, 'COMMAND [options]')}`,
    '',
    pc.bold(`${number} · ${title(exercise)}`),
    ...table(
      own.flatMap((command) =>
        command === role ? rolesAndModules(exercise).run.map(rowOfRole) : [row(command, number)]
      )
    ),
    '',
    `All commands: ${ex('help')}`
  ].join('\n')

  function rowOfRole(name: string): Row {
    return [`${number} ${name}`, `run your ${name}.ts`]
  }
}

function ofCommand(command: Command, exercise: Exercise | undefined): string {
  const { about, more } = command
  const options = optionsOf(command)
  const paragraphs = [
    fit(`Usage: ${usage(command, exercise)}`, '', '  '),
    fit(`${about[0]?.toUpperCase()}${about.slice(1)}.`),
    more ? fit(more) : [],
    options.length > 0 ? table(options) : [],
    command.of === 'exercise' && !exercise ? fit(N) : []
  ]
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

const N = 'N is the number of an exercise. In the folder of an exercise you can leave it out.'

type Row = [call: string, meaning: string]

function row(command: Command, n: number | string): Row {
  return [[...call(command, n), ...words(command)].join(' '), command.about]
}

function optionsOf({ options = {} }: Command): Row[] {
  return Object.entries(options).map(([name, option]) => [
    'read' in option ? `--${name} ${option.value}` : `--${name}`,
    option.about
  ])
}

const widthOf = (rows: Row[]) => Math.max(...rows.map(([call]) => call.length)) + 3

/** Two indented columns, the first `left` wide; the second one is wrapped. */
function table(rows: Row[], left = widthOf(rows)): string[] {
  return rows.flatMap(([call, meaning]) => {
    const [first = '', ...more] = fit(meaning, '', '', width() - left - 2)
    return [`  ${call.padEnd(left)}${first}`, ...more.map((line) => ' '.repeat(left + 2) + line)]
  })
}

function call({ name, of }: Command, n: number | string): (number | string)[] {
  const isAboutOne = of !== 'workshop' && name !== 'help'
  const number = of === 'either' && typeof n === 'string' ? `[${n}]` : n
  return [...(isAboutOne ? [number] : []), ...(name === '' ? [] : [name])]
}

function words({ words }: Command): string[] {
  return words ? [words.usage] : []
}
