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

/** Prints sentences: on a terminal in lines that fit, each with the indent that it has; in a pipe as they are. */
export function say(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  const lines = text.split('\n').flatMap((line) => {
    const indent = line.slice(0, line.length - line.trimStart().length)
    return stream.isTTY ? fit(line.trimStart(), indent, indent, width(stream)) : [line]
  })
  stream.write(`${lines.join('\n')}\n`)
}

/** The same, for what is wrong. */
export function complain(text: string): void {
  say(text, process.stderr)
}
