/**
 * Prints a sentence for the user on stderr, and ends this process. Codes: 1 it did not work, 2 the command line is wrong,
 * 3 the machine is not ready. On a terminal its lines break between words.
 */
export function exitWith(code: 1 | 2 | 3, sentence: string): never {
  const { isTTY, columns } = process.stderr
  // A terminal that was never given a size says that it has 0 columns.
  console.error(isTTY && columns ? wrapped(sentence, columns) : sentence)
  process.exit(code)
}

function wrapped(sentence: string, columns: number): string {
  const line = new RegExp(`(.{1,${columns}})(?: +|\\n|$)`, 'g')
  return sentence.replaceAll(line, '$1\n').trimEnd()
}
