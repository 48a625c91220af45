/**
 * Prints a sentence for the user on stderr, and ends this process. Codes: 1 it did not work, 2 the command line is wrong,
 * 3 the machine is not ready. On a terminal its lines break between words.
 */
export function exitWith(code: 1 | 2 | 3, sentence: string): never {
  const { isTTY, columns } = process.stderr
  const line = new RegExp(`(.{1,${columns}})(?: +|$)`, 'g')
  console.error(isTTY && columns ? sentence.replaceAll(line, '$1\n').trimEnd() : sentence)
  process.exit(code)
}
