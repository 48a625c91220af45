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
