// Wrong answers that fit every exercise: programs that do not even try.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mistake } from './answers.ts'

/**
 * A role that waits for ever, one that ends at once and one that prints without end. `step` is the first that needs the
 * role, `misses` what that step says when it sees nothing of it.
 */
export function idlers(file: string, step: number, misses: RegExp): Mistake[] {
  const idler = (name: string, program: string, says: RegExp): Mistake => ({
    name: `${file} ${name}`,
    edits: { [file]: program },
    step,
    says
  })
  const both = (says: string) => new RegExp(`${misses.source}.*${says}|${says}.*${misses.source}`)
  return [
    idler('only waits', 'setInterval(() => {}, 1_000)\n', both('printed nothing')),
    idler('ends at once', '', /had ended, with exit code 0/), // of several roles not always the one that is awaited
    idler(
      'prints without end',
      "setInterval(() => console.log('still starting '.repeat(1_000)), 0)\n",
      both('never stopped printing')
    )
  ]
}

/**
 * A role that takes what is no key for an end, and one that makes a buffer of whatever it is given. `reading` is the
 * expression of the solution that reads the key, `step` the one that calls the role wrongly.
 */
export function credulous(file: string, reading: string, step: number): Mistake[] {
  const checked = `/^[0-9a-f]{64}$/.test(process.argv[2] ?? '')
  ? Buffer.from(String(process.argv[2]), 'hex')
  : (console.log('That is none at all.'), process.exit(0))`
  return [
    {
      name: 'takes what is no key for an end, as if all were well',
      edits: { [file]: [[reading, checked]] },
      step,
      says: /it ended with exit code 0, as if all were well/
    },
    {
      name: 'makes a buffer of whatever it is given',
      edits: { [file]: [[reading, "Buffer.from(process.argv[2] ?? '', 'hex')"]] },
      step,
      says: /it gave no sentence|was still running/
    }
  ]
}

/** A program that prints what the text says it should, and does nothing else. */
export function printer(...lines: string[]): string {
  return `console.log(${JSON.stringify(lines.join('\n'))})\nprocess.stdin.pipe(process.stdout)\n`
}

/** The answer to another exercise, as in `1-dht/server.ts`. `check` is the `check/` folder of the one that asks. */
export function another(check: string, file: string): string {
  return readFileSync(join(check, '..', '..', '..', 'solutions', file), 'utf8')
}
