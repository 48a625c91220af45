/** Ends this process with a sentence for its user on stderr. Codes: 1 it did not work, 2 the call was wrong, 3 the machine is not ready. */
export function exitWith(code: 1 | 2 | 3, sentence: string): never {
  console.error(sentence)
  process.exit(code)
}
