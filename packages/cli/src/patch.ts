// The differences between two versions of files, as text for a terminal.
import { structuredPatch } from 'diff'
import pc from 'picocolors'
import { fold } from './terminal.ts'

/** Columns from which on two files fit side by side. */
const WIDE = 140

/** A piece of two files that differs. Lines begin with `-`, `+` or a blank, as in every patch. */
export interface Hunk {
  oldStart: number
  newStart: number
  lines: string[]
}

/** The pieces in which two texts differ, each with so many lines around it. */
export function hunksOf(from: string, to: string, context: number): Hunk[] {
  return structuredPatch('', '', from, to, '', '', { context }).hunks
}

/** The pieces of one file as text; `names` are those of its two versions. Side by side where the terminal is wide; 0 columns are a pipe. */
export function draw(names: [string, string], hunks: Hunk[], columns: number): string {
  return columns >= WIDE ? beside(names, hunks, columns) : unified(names, hunks, columns)
}

function unified([yours, ours]: [string, string], hunks: Hunk[], columns: number): string {
  const paint = (line: string) => (line.startsWith('-') ? pc.red(line) : line.startsWith('+') ? pc.green(line) : line)
  return [
    pc.bold(`--- ${yours}`),
    pc.bold(`+++ ${ours}`),
    ...hunks.flatMap(({ oldStart, newStart, lines }) => [
      pc.dim(`@@ line ${oldStart}, ours ${newStart} @@`),
      ...lines.flatMap((line) => fold(line.slice(1), line.slice(0, 1), line.slice(0, 1), columns)).map(paint)
    ])
  ].join('\n')
}

function beside(names: [string, string], hunks: Hunk[], columns: number): string {
  const width = Math.floor((columns - 3) / 2)
  const cell = (text: string) => {
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text
    return cut.padEnd(width)
  }
  const row = (left: string, right: string, paint = (text: string) => text, paintRight = paint) =>
    `${paint(cell(left))} │ ${paintRight(cell(right).trimEnd())}`
  return [
    row(...names, pc.bold),
    ...hunks.flatMap(({ oldStart, newStart, lines }) => {
      const rows = [row(`line ${oldStart}`, `line ${newStart}`, pc.dim)]
      let mine: string[] = []
      let ours: string[] = []
      const flush = () => {
        for (let i = 0; i < Math.max(mine.length, ours.length); i++)
          rows.push(row(mine[i] ?? '', ours[i] ?? '', pc.red, pc.green))
        mine = []
        ours = []
      }
      for (const line of lines) {
        if (line.startsWith('-')) mine.push(line.slice(1))
        else if (line.startsWith('+')) ours.push(line.slice(1))
        else {
          flush()
          if (!line.startsWith('\\')) rows.push(row(line.slice(1), line.slice(1)))
        }
      }
      flush()
      return rows
    })
  ].join('\n')
}
