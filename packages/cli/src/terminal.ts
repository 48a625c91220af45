// The terminal that we write to.

import { wrap } from '@workshop/checks/report'

/** Lines longer than this are hard to read. */
const WIDEST = 120
/** What a pipe gets. */
const USUAL = 80

/** Columns for text on stdout. */
export function width({ columns, isTTY }: Pick<NodeJS.WriteStream, 'columns' | 'isTTY'> = process.stdout): number {
  return isTTY ? Math.min(columns, WIDEST) : USUAL
}

/** A text in lines that fit; `first` and `rest` are the indents of the first and the others. */
export function fit(text: string, first = '', rest = first, columns = width()): string[] {
  return wrap(text, first, rest, columns)
}

/**
 * A line of code in lines that fit, broken between its words; `first` and `rest` stand before the first and the others.
 * In a pipe, where `columns` is 0 or undefined, it stays one line.
 */
export function fold(code: string, first: string, rest: string, columns: number | undefined): string[] {
  if (!columns || first.length + code.length <= columns) return [first + code]
  const indent = code.slice(0, code.length - code.trimStart().length)
  return fit(code.trimStart(), first + indent, `${rest}${indent}    `, columns)
}

/**
 * Prints sentences: on a terminal in lines that fit, each with the indent that it has; in a pipe as they are. `paint`
 * colours a line.
 */
export function say(
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
  paint = (line: string): string => line
): void {
  const lines = text.split('\n').flatMap((line) => {
    const indent = line.slice(0, line.length - line.trimStart().length)
    return stream.isTTY ? fit(line.trimStart(), indent, indent, width(stream)) : [line]
  })
  stream.write(`${lines.map(paint).join('\n')}\n`)
}

/** The same, for what is wrong. */
export function complain(text: string): void {
  say(text, process.stderr)
}
