// A verdict as text for a terminal, a pipe or a program.
import pc from 'picocolors'
import type { Result, Verdict } from './judge.ts'

/** Columns where nothing else is said, as in a pipe. */
const WIDTH = 80
const INDENT = '       '

export interface ReportOptions {
  /** Also what the programs themselves complained about. */
  isVerbose?: boolean
  /** Columns. */
  width?: number
}

/** The whole verdict; `heading` is the exercise's title, `next` what to do now, in lines that fit. */
export function report(
  { results, passed }: Pick<Verdict, 'results' | 'passed'>,
  heading: string,
  next: string,
  options: ReportOptions = {}
): string {
  return [
    title(heading, passed, results.length, options.width),
    '',
    ...results.flatMap((result) => reportStep(result, options)),
    '',
    ...next.split('\n').map((line) => (line === '' || line.startsWith(' ') ? line : `  ${line}`))
  ].join('\n')
}

/** The first line of a verdict: the exercise, and at the right end how many steps passed. */
export function title(heading: string, passed: number, of: number, width = WIDTH): string {
  const count = `${passed} of ${of}`
  const room = width - count.length - 2
  const cut = heading.length > room ? `${heading.slice(0, room - 1)}…` : heading
  return `${cut}${' '.repeat(width - cut.length - count.length)}${count}`
}

/** The lines of one step of a verdict. */
export function reportStep(
  { step, title, state, fault, did, saw, means, where, original }: Result,
  { isVerbose = false, width = WIDTH }: ReportOptions = {}
): string[] {
  const number = String(step).padStart(2)
  const line = (text: string) => wrap(text, '  ', INDENT, width)
  if (state === 'passed') {
    const [first = '', ...rest] = line(`✓${number}  ${title}`)
    return [first.replace('✓', pc.green('✓')), ...rest]
  }
  if (state === 'not run') return line(`·${number}  ${title}`).map((line) => pc.dim(line))
  const whose = fault === 'your code' ? '' : `  (${fault === 'our check' ? 'our check broke' : 'this machine'})`
  const [first = '', ...rest] = line(`✗${number}  ${title}${whose}`)
  return [
    first.replace('✗', pc.red('✗')),
    ...rest,
    ...(did ? wrap(did, INDENT, INDENT, width) : []),
    ...wrap(saw ?? '', INDENT, INDENT, width),
    ...(means
      ? wrap(`→ ${means}${where ? ` (${where})` : ''}`, INDENT, `${INDENT}  `, width).map((line) => pc.yellow(line))
      : []),
    ...(isVerbose && original ? ['', ...original.split('\n').map((line) => pc.dim(`${INDENT}${line}`))] : [])
  ]
}

/** Words and the spaces before them. A command of ours is one word up to the end of its sentence, so that it can be pasted. */
const WORD = /( *)(“?(?:npx -y pnpm@12|pnpm|node \S+) ex\b(?: [^\s.?!,;:”]+)*\S*|\S+)/g

/**
 * Breaks sentences into lines of at most `width` columns; `first` and `rest` are the indents of the first and the
 * others. A word that is longer than a line is broken, too.
 */
export function wrap(text: string, first = INDENT, rest = first, width = WIDTH): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = first
    let isEmpty = true
    const feed = () => {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    const put = (spaces: string, whole: string) => {
      if (!isEmpty && line.length + spaces.length + whole.length > width) feed()
      let word = whole
      for (let room = width - line.length; isEmpty && word.length > room && room > 0; room = width - line.length) {
        line += word.slice(0, room)
        word = word.slice(room)
        feed()
      }
      line += isEmpty ? word : `${spaces}${word}`
      isEmpty = isEmpty && word === ''
    }
    for (const [, spaces = '', word = ''] of paragraph.matchAll(WORD)) {
      if (word.length <= width - rest.length) put(spaces, word)
      else for (const [i, part] of word.split(' ').entries()) put(i === 0 ? spaces : ' ', part)
    }
    return [...lines, line]
  })
}
