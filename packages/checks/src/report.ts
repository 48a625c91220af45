// A verdict as text for a terminal, a pipe or a program.
import pc from 'picocolors'
import type { Result, Verdict } from './judge.ts'

const WIDTH = 80
const INDENT = '       '

/**
 * The whole verdict; `heading` is the exercise's title, `next` a line that says what to type now. With `isVerbose` also
 * what the programs themselves complained about.
 */
export function report({ results, passed }: Verdict, heading: string, next: string, isVerbose = false): string {
  const count = `${passed} of ${results.length}`
  const lines = [`${heading}${' '.repeat(Math.max(2, WIDTH - heading.length - count.length))}${count}`, '']
  for (const result of results) lines.push(...reportStep(result, isVerbose))
  return [...lines, '', `  ${next}`].join('\n')
}

/** The lines of one step of a verdict. */
export function reportStep(
  { step, title, state, fault, did, saw, means, where, original }: Result,
  isVerbose: boolean
) {
  const number = String(step).padStart(2)
  if (state === 'passed') return [`  ${pc.green('✓')}${number}  ${title}`]
  if (state === 'not run') return [pc.dim(`  ·${number}  ${title}`)]
  const whose = fault === 'your code' ? '' : `  (${fault === 'our check' ? 'our check broke' : 'this machine'})`
  return [
    `  ${pc.red('✗')}${number}  ${title}${whose}`,
    ...(did ? wrap(did) : []),
    ...wrap(saw ?? ''),
    ...(means
      ? wrap(`→ ${means}${where ? ` (${where})` : ''}`, INDENT, `${INDENT}  `).map((line) => pc.yellow(line))
      : []),
    ...(isVerbose && original ? ['', ...original.split('\n').map((line) => pc.dim(`${INDENT}${line}`))] : [])
  ]
}

/** Breaks sentences into lines of at most `width` columns; `first` and `rest` are the indents of the first and the others. */
export function wrap(text: string, first = INDENT, rest = first, width = WIDTH): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = first
    for (const word of paragraph.split(' ')) {
      if (line.trim() !== '' && line.length + 1 + word.length > width) {
        lines.push(line)
        line = rest
      }
      line += line.trim() === '' ? word : ` ${word}`
    }
    return [...lines, line]
  })
}
