// One screen of the watch, as lines. Nothing here writes: the same scene and size give the same lines.
import { stripVTControlCharacters } from 'node:util'
import type { Result } from '@workshop/checks/judge'
import { reportStep, title } from '@workshop/checks/report'
import pc from 'picocolors'
import { fit } from './terminal.ts'

export interface Size {
  columns: number
  rows: number
}

export interface Scene {
  /** The exercise, as in `1 · Connect two peers by key`. */
  heading: string
  results: Result[]
  /** What the teacher told last, and whether the room is lost. */
  news?: string[]
  /** What happens now, or what to do. */
  status: string
  /** What each key does, as in `h hint`. */
  keys: string[]
  /** A text that covers the steps, for so many columns. */
  page?: ((columns: number) => string[]) | undefined
  /** What is said below the steps when all of them pass, for so many columns. */
  ending?: ((columns: number) => string[]) | undefined
  /** How many lines of the body have been scrolled away. */
  scrolled: number
  isVerbose: boolean
}

const ESCAPE = '\x1b'
/** A colour or the address of a link, which take no column, or a character. */
const PIECE = new RegExp(`${ESCAPE}\\[[\\d;]*m|${ESCAPE}\\].*?\x07|.`, 'gu')

/** What the status may take of a small screen. */
const STATUS_LINES = 3

/** The lines of the screen: title, body, status and keys. The body takes what the others leave, and can be scrolled. */
export function frame(scene: Scene, size: Size): string[] {
  const { columns, rows } = size
  const passed = scene.results.filter(({ state }) => state === 'passed').length
  const room = roomIn(scene, size)
  const shown = part(body(scene, columns, room), scene.scrolled, room)
  // What stays the same stays in the same place.
  const gap = Array<string>(room - shown.length).fill('')
  return [
    pc.bold(title(scene.heading, passed, scene.results.length, columns)),
    '',
    ...shown,
    ...gap,
    ...foot(scene, columns)
  ].slice(0, rows)
}

/** How far the body of a scene can be scrolled on a screen of this size. */
export function scrollable(scene: Scene, size: Size): number {
  const room = roomIn(scene, size)
  return Math.max(0, body(scene, size.columns, room).length - room)
}

/** Lines for the body: what the title, an empty line and the foot leave. */
function roomIn(scene: Scene, { columns, rows }: Size): number {
  return Math.max(1, rows - 2 - foot(scene, columns).length)
}

function foot({ news = [], status, keys }: Scene, columns: number): string[] {
  const told = news.flatMap((line) => cut(fit(line, '  ', '  ', columns), STATUS_LINES)).map((line) => pc.cyan(line))
  const words = cut(fit(status, '  ', '  ', columns), STATUS_LINES)
  return ['', ...told, ...words, ...keyLines(keys, columns).map((line) => pc.dim(line))]
}

/** The page, or the steps: as many of them in one line each as must be, those that passed first. */
function body({ page, results, ending, isVerbose }: Scene, columns: number, room: number): string[] {
  if (page) return page(columns).flatMap((line) => broken(line, columns))
  const report = (results: Result[]) => results.flatMap((result) => reportStep(result, { isVerbose, width: columns }))
  const end = ending ? ['', ...ending(columns)] : []
  const [passed, others] = split(results, ({ state }) => state === 'passed')
  const [failed, rest] = split(others, ({ state }) => state === 'failed')
  const folded = [
    () => [...report(results), ...end],
    () => [...fold(passed, pc.green('✓'), 'passed'), ...report(others), ...end],
    () => [
      ...fold(passed, pc.green('✓'), 'passed'),
      ...report(failed),
      ...fold(rest, pc.dim('·'), 'not looked at yet'),
      ...end
    ]
  ].map((lines) => lines())
  return folded.find((lines) => lines.length <= room) ?? folded.at(-1) ?? []
}

/** Columns that a line takes. */
export function lengthOf(line: string): number {
  return stripVTControlCharacters(line).length
}

/** A line of code in as many as it needs: it is broken anywhere. Its colours go on in the next one. */
function broken(line: string, columns: number): string[] {
  if (lengthOf(line) <= columns) return [line]
  const lines = ['']
  let length = 0
  for (const piece of line.match(PIECE) ?? []) {
    if (!piece.startsWith(ESCAPE) && ++length > columns) {
      lines.push('')
      length = 1
    }
    lines[lines.length - 1] += piece
  }
  return lines
}

function fold(results: Result[], sign: string, word: string): string[] {
  const [first, last] = [results[0]?.step, results.at(-1)?.step]
  if (first === undefined) return []
  return [`  ${sign} ${first === last ? first : `${first} to ${last}`}  ${word}`]
}

function split<T>(items: T[], isIt: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isIt), items.filter((item) => !isIt(item))]
}

/** So many of the lines as fit, after those that were scrolled away; the last one says what is below. */
function part(lines: string[], scrolled: number, room: number): string[] {
  const shown = lines.slice(scrolled, scrolled + room)
  const below = lines.length - scrolled - room
  if (below <= 0) return shown
  return [...shown.slice(0, -1), pc.dim(`  … ${below + 1} more lines: ↓`)]
}

function cut(lines: string[], most: number): string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]?.slice(0, -1)}…`]
}

/** The keys in lines that break between two of them only. */
function keyLines(keys: string[], columns: number): string[] {
  const lines: string[] = []
  for (const key of keys) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 3 + key.length <= columns) lines[lines.length - 1] = `${line}   ${key}`
    else lines.push(`  ${key}`)
  }
  return lines
}
