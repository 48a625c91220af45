import { createInterface } from 'node:readline'

/** The lines that are typed, pasted or piped into this program, one at a time; ends where the input ends. */
export function lines(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
}
