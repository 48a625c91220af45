// The transcripts of a README, run: what stands under “What you should see” is what the solution prints.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sectionOf } from '@workshop/course'
import { solutionOf } from '@workshop/course/exercise'
import { Unseen } from './outcome.ts'
import type { Role } from './role.ts'
import { Stage } from './stage.ts'

/** What the text says that a terminal shows, one line after the other. */
interface Screen {
  role: Role
  lines: string[]
  /** The text behind it says that its lines may come the other way round. */
  anyOrder: boolean
}

const ORDINALS = ['first', 'second', 'third', 'fourth']
const KEY = /^[0-9a-f]{64}$/
/** What is another one in each run: keys, times, and numbers of more than one digit. The same one is the same all over. */
const VARIABLE = /[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{2,}\b/g

/**
 * Plays what the README of an exercise says under “What you should see” with the solution. Gives what the programs did
 * not print, as sentences.
 *
 * A block that begins with `$ pnpm ex N role …` is a new terminal; another one is the whole screen of the terminal that
 * the paragraph before it names (“The second now shows:”). What is typed stands in that paragraph too, in backticks:
 * “Type `x` into the first” is typed before the block, and a line of the block that is one of these texts where it stands.
 */
export async function transcript(exercise: string): Promise<string[]> {
  const text = sectionOf(readFileSync(join(exercise, 'README.md'), 'utf8'), 'What you should see')
  const stage = new Stage({ dir: solutionOf(exercise) })
  const seen = new Map<string, string>() // what the text says => what is said today
  const terminals: Role[] = []
  const screens: Screen[] = []
  const echoes = new Map<Role, string[]>() // what was typed: a terminal shows it, the program does not print it
  try {
    for (const { prose, lines } of blocksOf(text)) {
      const last = screens.at(-1)
      if (last && /other way round/.test(prose)) last.anyOrder = true
      const typed = /\btyped?\b/i.test(prose) ? [...prose.matchAll(/`([^`]+)`/g)].map(([, line]) => String(line)) : []
      if (lines.length === 0) break
      for (const [, line, where] of prose.matchAll(/type `([^`]+)` into the (\w+)/gi)) {
        for (const screen of screens) await shows(screen)
        const role = terminals[ORDINALS.indexOf(String(where))]
        if (role) type(role, String(line))
      }
      const command = /^\$ pnpm ex \d+ (\S+) ?(.*)$/.exec(lines[0] ?? '')
      const named = ORDINALS.findIndex((ordinal) => new RegExp(`\\b${ordinal}\\b[^.]*\\bshows`).test(prose))
      const role = command ? await open(String(command[1]), String(command[2])) : terminals[named]
      if (!role) throw new Unseen(`No terminal is named for the block that begins with “${lines[0]}”.`)
      const screen: Screen = { role, lines: [], anyOrder: false }
      screens.push(screen)
      for (const line of lines.slice(command ? 1 : 0)) {
        if (command && typed.includes(line)) {
          await shows(screen)
          type(role, line)
        } else if (!echoes.get(role)?.includes(line)) screen.lines.push(line)
      }
    }
    for (const screen of screens) await shows(screen)
    return []
  } catch (error) {
    if (error instanceof Unseen) return [`${stage.story.did.join(' ')} ${error.message}`]
    throw error
  } finally {
    await stage.close()
  }

  function type(role: Role, line: string): void {
    role.type(line)
    echoes.set(role, [...(echoes.get(role) ?? []), line])
  }

  async function open(name: string, args: string): Promise<Role> {
    const words: string[] = []
    for (const word of args.split(' ').filter((word) => word !== '')) {
      // A key that another terminal has to print first.
      const source = KEY.test(word) && screens.find(({ lines }) => lines.some((line) => line.includes(word)))
      if (source) await shows(source)
      words.push(seen.get(word) ?? word)
    }
    const role = await stage.start(`${name}.ts`, words)
    terminals.push(role)
    return role
  }

  /** Waits until a terminal shows the lines of a screen, and remembers what the variable parts are today. */
  async function shows({ role, lines, anyOrder }: Screen): Promise<void> {
    for (const [i, line] of lines.entries()) {
      const names: string[] = []
      const pattern = (text: string) => {
        let source = ''
        let end = 0
        for (const { 0: part, index } of text.matchAll(VARIABLE)) {
          const known = seen.get(part)
          const any = part.length === 64 ? '[0-9a-f]{64}' : part.includes('T') ? '[^>]+' : '\\d+'
          if (known === undefined) names.push(part)
          source += `${escaped(text.slice(end, index))}${known === undefined ? `(${any})` : escaped(known)}`
          end = index + part.length
        }
        return source + escaped(text.slice(end))
      }
      // Behind the lines before it, which are known by now.
      const before = anyOrder ? [] : lines.slice(0, i).map((line) => `^${pattern(line)}\\r?\\n[\\s\\S]*`)
      const whole = new RegExp(`${before.join('')}^${pattern(line)}\\r?$`, 'm')
      const match = await stage.prints(role, whole, `“${line}”${i > 0 && !anyOrder ? ` behind “${lines[i - 1]}”` : ''}`)
      for (const [j, name] of names.entries()) seen.set(name, String(match[j + 1]))
    }
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** The fenced blocks of a text, each with the paragraphs before it; the last one has only what stands behind them all. */
function blocksOf(text: string): { prose: string; lines: string[] }[] {
  const parts = text.split(/^```$/m)
  return parts.flatMap((prose, i) =>
    i % 2 === 0 ? [{ prose: prose.replaceAll('\n', ' '), lines: parts[i + 1]?.trim().split('\n') ?? [] }] : []
  )
}
