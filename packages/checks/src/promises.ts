// What an exercise promises, as functions of what was given and what was seen.
import { stripVTControlCharacters } from 'node:util'
import { WORD } from './corpus.ts'
import { changeOf, type Difference, IN_PIECES, listed, quote, trait } from './difference.ts'
import { sentences } from './outcome.ts'
import { shorten } from './role.ts'

/**
 * How a promise stands: kept (undefined), not yet kept but still possible (`yet`), or broken for good (`broken`); each
 * with a sentence of what was seen. `means` is what just that means, where it tells more than the promise does; `how`
 * what kind of difference was seen, `lost` the line that did not come, and `odd` what came and was not due.
 */
export type Standing =
  | undefined
  | (({ yet: string } | { broken: string }) & { means?: string; how?: Difference; lost?: Lost; odd?: string })

/** A line that did not come. */
interface Lost {
  line: string
  /** What is special in it, for which it may be lost, as a sentence; empty when it is like those before it. */
  hint: string
}

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

const SAID_AGAIN =
  'What was said before may be said again, and counts each time: do not compare it with what came before.'

/**
 * Whether `came` is what was `given`: each once, in its order, unchanged, and nothing else. `who` is the subject of the
 * sentences: “My first client received”.
 */
export function delivered(given: readonly string[], came: readonly string[], who: string): Standing {
  const differs = came.findIndex((text, i) => text !== given[i])
  const i = differs === -1 ? came.length : differs
  const [text, due] = [String(came[i]), String(given[i])]
  const lose = (): Lost => ({ line: due, hint: trait(due, given.slice(0, i)) })
  if (differs === -1) {
    if (came.length === given.length) return undefined
    const [isAgain, lost] = [came.includes(due), lose()]
    const saw = `${who} ${i} of ${given.length}; ${quote(due)} is missing${isAgain ? ', which was said more than once' : ''}.`
    if (isAgain) return { yet: saw, how: 'missing', lost, means: SAID_AGAIN }
    return { yet: sentences(saw, lost.hint), how: i === 0 ? 'nothing' : 'missing', lost }
  }
  if (i >= given.length) {
    return given.includes(text)
      ? { broken: `${who} ${quote(text)} more often than it should.`, how: 'again' }
      : { broken: `${who} ${quote(text)}, which was not due.`, how: 'extra', odd: text }
  }
  if (given.includes(text, i)) {
    const saw = `${who} ${quote(text)} where ${quote(due)} was due.`
    const isOnce = given.indexOf(due) === given.lastIndexOf(due)
    if (isOnce && came.includes(due, i)) return { broken: `${saw} That came later: in another order.`, how: 'order' }
    const lost = lose()
    return { broken: sentences(saw, lost.hint), how: 'left out', lost }
  }
  if (given.slice(0, i).includes(text)) {
    const isAnew = i > 1 && text === given[0] && (came[i + 1] ?? given[1]) === given[1]
    const saw = `${who} ${quote(text)} again, where ${quote(due)} was due.`
    return { broken: sentences(saw, isAnew ? 'It began again with the first.' : ''), how: 'again' }
  }
  const [has, should] = [text, due].map(quote)
  const saw =
    has === should
      ? `${who} ${text.length} characters that begin ${has} instead of ${due.length}.`
      : `${who} ${has} instead of ${should}.`
  const { how, hint } = changeOf(due, text, { given, came, i })
  return { broken: sentences(saw, hint), how, odd: how === 'order' ? '' : foreignWord(text, due) }
}

/** The same for bytes that may be cut anywhere, lines that each end with `\n`; the end of the last one may be due later. */
export function deliveredText(given: readonly string[], received: string, who: string): Standing {
  const text = received.replaceAll(/[\r\n]/g, '')
  const due = given.join('').replaceAll(/[\r\n]/g, '')
  if (text === due) return endedAsGiven(given, received, who)
  let same = 0
  while (same < text.length && text[same] === due[same]) same++
  const { i, begin } = lineAt(given, same)
  const line = String(given[i])
  if (text === '') return { yet: `${who} nothing; ${quote(line)} is missing.`, how: 'nothing' }
  if (same === text.length) {
    const [within, { length }] = [same - begin, line]
    const hint = within > 0 ? `Only ${within} of its ${length} characters came.` : trait(line, given.slice(0, i))
    const saw = `${who} only “${shorten(text.slice(-60))}”; ${quote(line)} is missing.`
    return { yet: sentences(saw, hint), how: within > 0 ? 'cut' : 'missing' }
  }
  // Another line may begin with the same characters.
  const isOther = (other: string) => other.length > same - begin && text.startsWith(other, begin)
  const isLater = given.slice(i + 1).some(isOther)
  const isOld = given.slice(0, i).some(isOther)
  const foreign = foreignWord(text.slice(begin), due)
  const from = isLater || isOld || foreign ? begin : same
  const odd = text.slice(from)
  const came = quote(odd.slice(0, 40))
  if (same === due.length) {
    return isOld && !foreign
      ? { broken: `${who} ${came} once more, which nobody wrote.`, how: 'again' }
      : { broken: `${who} ${came}, which nobody wrote${foreign === '' ? '' : ' to it'}.`, how: 'extra', odd: foreign }
  }
  const behind = from > 0 ? `, behind ${quote(text.slice(Math.max(0, from - 20), from))}` : ''
  const saw = `${who} ${came}${isOld && !isLater && !foreign ? ' again,' : ''} where ${quote(line)} was due${behind}.`
  if (foreign) return { broken: saw, how: 'extra', odd: foreign }
  if (isLater) {
    if (odd.includes(line)) return { broken: `${saw} That came later: in another order.`, how: 'order' }
    return { broken: sentences(saw, trait(line, given.slice(0, i))), how: 'left out' }
  }
  if (isOld) return { broken: saw, how: 'again' }
  const isCut = same > begin && given.slice(i + 1).some((other) => other !== '' && odd.startsWith(other))
  if (isCut)
    return { broken: `${saw} Only the first ${same - begin} of its ${line.length} characters came.`, how: 'cut' }
  if (odd.startsWith('\ufffd')) return { broken: `${saw} ${IN_PIECES}`, how: 'decoded' }
  if (/\s/.test(String(due[same]))) return { broken: `${saw} Blanks of it are gone.`, how: 'blanks' }
  return { broken: saw, how: 'changed' }
}

/** Whether the line ends of a text are those of the lines that were given, when all else is the same. */
function endedAsGiven(given: readonly string[], received: string, who: string): Standing {
  const whole = given.map((line) => `${line}\n`).join('')
  if (received === whole || `${received}\n` === whole) return undefined
  if (whole.startsWith(received)) return { yet: `${who} all but the last line ends.`, how: 'line ends' }
  let begin = 0
  while (received[begin] === whole[begin]) begin++
  while (/[\r\n]/.test(String(whole[begin - 1]))) begin--
  const ends = (text: string) => {
    const [signs = ''] = /^[\r\n]*/.exec(text.slice(begin)) ?? []
    return signs === '' ? 'no line end' : `“${signs.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}”`
  }
  const before = quote(
    whole
      .slice(0, begin)
      .split(/[\r\n]/)
      .at(-1) ?? ''
  )
  return { broken: `${who} ${ends(received)} behind ${before} instead of ${ends(whole)}.`, how: 'line ends' }
}

/** A standing with the advice for just that difference, where there is one. */
export function advised(standing: Standing, advice: Partial<Record<Difference, string>>): Standing {
  const means = standing?.how && advice[standing.how]
  return standing && means ? { ...standing, means } : standing
}

/**
 * How a promise to several stands: as it does with the first to whom it is not kept, and with whom all is well. Each has
 * its name: “My first client”.
 */
export function toAll(standings: readonly (readonly [name: string, Standing])[]): Standing {
  const [isOver, isOpen] = [
    standings.find(([, standing]) => standing && 'broken' in standing),
    standings.find(([, standing]) => standing)
  ]
  const standing = (isOver ?? isOpen)?.[1]
  const kept = standings.flatMap(([name, standing]) => (standing ? [] : name))
  if (!standing || kept.length === 0) return standing
  const well = `All is well ${2 * kept.length < standings.length ? 'only ' : ''}with ${listed(kept)}.`
  return 'broken' in standing
    ? { ...standing, broken: sentences(standing.broken, well) }
    : { ...standing, yet: sentences(standing.yet, well) }
}

/**
 * Whether a role has printed all that was `given`, in its order, whatever it prints before, between and after them, and
 * none with a line end or a broken character inside, or behind another one in the same line. A line with a word of the
 * generator must not be there more often than it was given.
 */
export function shown(given: readonly string[], printed: string, who: string): Standing {
  const [text, breaks] = [bare(printed), lineEnds(printed)]
  const [times, lines] = [(line: string) => text.split(line).length - 1, given.map(bare)]
  for (const [i, line] of lines.entries()) {
    const due = lines.filter((other) => other === line).length
    if (WORD.test(line) && times(line) > due)
      return { broken: `${who} ${quote(String(given[i]))} more often than it should.`, how: 'again' }
  }
  const isWhole = (line: string, at: number) => !breaks.some((end) => end > at && end < at + line.length)
  let end = 0
  const isApart = (line: string, at: number) =>
    end === 0 || line === '' || breaks.some((lineEnd) => lineEnd >= end && lineEnd <= at)
  for (const [i, line] of lines.entries()) {
    const due = quote(String(given[i]))
    const first = text.indexOf(line, end)
    let at = first
    let isJoined = false
    while (at !== -1 && !(isWhole(line, at) && isApart(line, at))) {
      isJoined ||= isWhole(line, at)
      at = text.indexOf(line, at + 1)
    }
    if (at === -1) {
      if (isJoined) return { yet: `${who} ${due} in one line with what was due before it.`, how: 'joined' }
      if (first !== -1) return { yet: `${who} ${due} with a line end inside, which nobody wrote.`, how: 'split' }
      if (hasTorn(line, text.slice(end)))
        return {
          yet: `${who} “�” where a character of ${due} was due, whose bytes came in two pieces.`,
          how: 'decoded'
        }
      if (printed.split('\n').some((other) => isButForBlanks(line, bare(other))))
        return { yet: `${who} ${due} without all of its blanks, or with others.`, how: 'blanks' }
      const saw = `${who} ${i} of ${given.length} lines; ${due} is missing.`
      return { yet: sentences(saw, trait(String(given[i]), given.slice(0, i))), how: i === 0 ? 'nothing' : 'missing' }
    }
    end = at + line.length
  }
  return undefined
}

/** A text without colours and line ends. */
const bare = (text: string) => stripVTControlCharacters(text).replaceAll(/[\r\n]+/g, '')

/** Whether a text has a line with “�” in place of characters. Bytes that are no text, of whomever, may look like it. */
function hasTorn(line: string, text: string): boolean {
  const worn = (text: string) => text.replaceAll(/[^\0-~]+/g, '\ufffd')
  return worn(line).includes('\ufffd') && text.includes('\ufffd') && worn(text).includes(worn(line))
}

/** Whether a line is another one, which may have a label in front of it, but for blanks. */
function isButForBlanks(line: string, other: string): boolean {
  const unspaced = (text: string) => text.replaceAll(/\s+/g, '')
  const [text, end] = [other.trimEnd(), line.trim()]
  const isLabelled = end !== line && text.endsWith(end) && !/\w$/.test(text.slice(0, text.length - end.length))
  return line !== other && (unspaced(line) === unspaced(other) || isLabelled)
}

/** Where the lines of a text end when it is bare. */
function lineEnds(text: string): number[] {
  let end = 0
  return text.split('\n').map((line) => (end += bare(line).length))
}

/** The first word of the generator in what came that is in nothing that was due; empty when there is none. */
const foreignWord = (came: string, due: string) =>
  came.match(new RegExp(WORD, 'g'))?.find((word) => !due.includes(word)) ?? ''

/** The index of the line that holds the character at an index of all lines joined, and where that line begins. */
function lineAt(lines: readonly string[], index: number): { i: number; begin: number } {
  let begin = 0
  for (const [i, line] of lines.entries()) {
    if (begin + line.length > index) return { i, begin }
    begin += line.length
  }
  return { i: lines.length, begin }
}
