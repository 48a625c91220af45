/**
 * Prints a sentence for the user on stderr, and ends this process. Codes: 1 it did not work, 2 the command line is wrong,
 * 3 the machine is not ready.
 */
export function exitWith(code: 1 | 2 | 3, sentence: string): never {
  console.error(sentence)
  process.exit(code)
}
