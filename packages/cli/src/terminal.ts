// The terminal that we write to.

/** Lines longer than this are hard to read. */
const WIDEST = 120
/** What a pipe gets. */
const USUAL = 80

/** Columns for text on stdout. */
export function width({ columns, isTTY }: Pick<NodeJS.WriteStream, 'columns' | 'isTTY'> = process.stdout): number {
  return isTTY ? Math.min(columns, WIDEST) : USUAL
}
