// The story of a step as text for a terminal, a pipe or a screen reader.
import { sentence, visible } from './sentences.ts'
import type { Row, Story } from './story.ts'

/** Nothing for so many ms is worth a line. */
export const PAUSE = 1_000

/** The lines of a story, of at most `width` columns: a time in seconds, and a sentence. */
export function trace({ step, title, rows, began }: Story, width = 80): string[] {
  const lines = [`  Step ${step}: ${title}`, '']
  let last = began
  for (const row of rows) {
    const { event, isEarlier } = row
    const waited = event.at - last
    if (!isEarlier && waited > PAUSE) lines.push(`${' '.repeat(9)}⋮ nothing for ${seconds(waited)} s`)
    if (!isEarlier) last = event.at
    const time = isEarlier ? 'before' : `${seconds(event.at - began)} s`
    lines.push(...hang(`${time.padStart(9)}  ${mark(row)} `, said(row, began), width))
    if (row.more > 0) lines.push(`${' '.repeat(13)}… ${count(row.more)} like this`)
  }
  return lines
}

/** As a number with three digits behind the point. */
export const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** How many more lines there are. */
export const count = (more: number): string => (more === 1 ? '1 line more' : `${more} lines`)

function mark({ event, isMarked }: Row): string {
  if (event.what === 'is missed') return '✗'
  return isMarked ? '▸' : ' '
}

function said({ event }: Row, began: number): string {
  const text = sentence(event)
  if (event.what === 'does') return text
  if (event.what !== 'is missed') return text
  const owed = event.from === undefined ? '' : ` ${visible(event.from)} owed it.`
  return `${text}${owed}${event.since === undefined ? '' : ` The check waited from ${seconds(Math.max(0, event.since - began))} s on.`}`
}

/** Breaks a text into lines behind a head; the others stand under its first. */
function hang(head: string, text: string, width: number): string[] {
  const lines: string[] = []
  let line = head
  for (const word of text.split(' ')) {
    if (line.length + word.length > width && line.trim() !== '' && line !== head) {
      lines.push(line.trimEnd())
      line = ' '.repeat(head.length)
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}
