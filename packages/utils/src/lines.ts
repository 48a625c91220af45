import { createInterface } from 'node:readline'

/** The lines that are typed, pasted or piped into this program, one at a time and without their line ends; ends with the input. */
export function lines(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
}
