// What an exercise promises, as functions of what was given and what was seen.
import { stripVTControlCharacters } from 'node:util'
import { WORD } from './corpus.ts'
import { shorten } from './role.ts'

/**
 * How a promise stands: kept (undefined), not yet kept but still possible (`yet`), or broken for good (`broken`); each
 * with a sentence of what was seen. `means` is what just that means, where it tells more than the promise does.
 */
export type Standing = undefined | (({ yet: string } | { broken: string }) & { means?: string })

export interface Promised {
  /** What is promised, in a few words: “every typed line reaches every peer, once and in order”. */
  name: string
  /** The step that is about it. */
  step: number
  /** What it usually means when it is broken. */
  means: string
  /** The role that has to keep it, as in `server.ts`. */
  file?: string
  /** Looks at what has happened so far. */
  look(): Standing | Promise<Standing>
}

/**
 * Whether `came` is what was `given`: each once, in its order, unchanged, and nothing else. `who` is the subject of the
 * sentences: “My first client received”.
 */
export function delivered(given: readonly string[], came: readonly string[], who: string): Standing {
  for (const [i, text] of came.entries()) {
    if (text === given[i]) continue
    if (i >= given.length) {
      return {
        broken:
          came.indexOf(text) < i && given.includes(text)
            ? `${who} ${quote(text)} more often than it should.`
            : `${who} ${quote(text)}, which nobody wrote.`
      }
    }
    const due = String(given[i])
    if (given.includes(text, i)) return { broken: `${who} ${quote(text)} where ${quote(due)} was due.` }
    if (given.slice(0, i).includes(text)) return { broken: `${who} ${quote(text)} again, where ${quote(due)} was due.` }
    const [has, should] = [text, due].map(quote)
    if (has === should)
      return { broken: `${who} ${text.length} characters that begin ${has} instead of ${due.length}.` }
    const isGarbled = text === Buffer.from(due).toString('latin1')
    const how = isGarbled ? ': each byte was taken for a character, and UTF-8 has characters of several' : ''
    return { broken: `${who} ${has} instead of ${should}${how}.` }
  }
  if (came.length === given.length) return undefined
  const missing = String(given[came.length])
  const isAgain = came.includes(missing) ? ', which was said more than once' : ''
  return { yet: `${who} ${came.length} of ${given.length}; ${quote(missing)} is missing${isAgain}.` }
}

/** The same for bytes that may be cut anywhere, and may keep or lose their line ends. */
export function deliveredText(given: readonly string[], came: string, who: string): Standing {
  const text = came.replaceAll(/[\r\n]/g, '')
  const due = given.join('').replaceAll(/[\r\n]/g, '')
  if (text === due) return undefined
  let same = 0
  while (same < text.length && text[same] === due[same]) same++
  const line = lineAt(given, same)
  if (same === text.length) {
    return { yet: `${who} ${text ? `only “${shorten(text.slice(-60))}”` : 'nothing'}; ${quote(line)} is missing.` }
  }
  const begin = Math.max(0, same - 20)
  if (same === due.length) return { broken: `${who} “${shorten(text.slice(same))}”, which nobody wrote.` }
  return { broken: `${who} “${shorten(text.slice(begin, begin + 60))}” where ${quote(line)} was due.` }
}

/**
 * Whether a role has printed all that was `given`, in its order, whatever it prints before, between and after them, and
 * none with a line end or a broken character inside. Blanks do not count. A line with a word of the generator must not be
 * there more often than it was given.
 */
export function shown(given: readonly string[], printed: string, who: string): Standing {
  const [text, breaks] = [bare(printed), lineEnds(printed)]
  const [times, lines] = [(line: string) => text.split(line).length - 1, given.map(bare)]
  for (const [i, line] of lines.entries()) {
    const due = lines.filter((other) => other === line).length
    if (WORD.test(line) && times(line) > due)
      return { broken: `${who} ${quote(String(given[i]))} more often than it should.` }
  }
  const isWhole = (line: string, at: number) => !breaks.some((end) => end > at && end < at + line.length)
  let end = 0
  for (const [i, line] of lines.entries()) {
    const due = quote(String(given[i]))
    const first = text.indexOf(line, end)
    let at = first
    while (at !== -1 && !isWhole(line, at)) at = text.indexOf(line, at + 1)
    if (at === -1) {
      if (first !== -1) return { yet: `${who} ${due} with a line end inside, which nobody wrote.` }
      if (text.includes('\ufffd') && /[^\0-~]/.test(line) && !lines.some((line) => line.includes('\ufffd')))
        return { broken: `${who} “�” where a character of ${due} was due, whose bytes came in two pieces.` }
      return { yet: `${who} ${i} of ${given.length} lines; ${due} is missing.` }
    }
    end = at + line.length
  }
  return undefined
}

/** A text without colours, blanks and line ends. */
const bare = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, '')

/** Where the lines of a text end when it is bare. */
function lineEnds(text: string): number[] {
  let end = 0
  return text.split('\n').map((line) => (end += bare(line).length))
}

/** The line that holds the character at an index of all lines joined. */
function lineAt(lines: readonly string[], index: number): string {
  let end = 0
  for (const line of lines) {
    end += line.length
    if (end > index) return line
  }
  return ''
}

/** A text in a sentence, with its blanks at both ends. */
function quote(text: string): string {
  if (text === '') return 'an empty line'
  const line = shorten(text)
  const [before = '', after = ''] = line ? [/^[^\S\n]+/, /[^\S\n]+$/].map((blanks) => blanks.exec(text)?.[0]) : [text]
  return `“${before}${line}${after}”`
}
