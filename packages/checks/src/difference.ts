// What became of texts on their way: the first difference between what was due and what came, in words.
import { within } from './outcome.ts'
import { shorten } from './role.ts'

/** What kind of difference it is. */
export type Difference =
  | 'nothing' // not even the first came
  | 'missing' // the rest did not come, or not yet
  | 'left out' // what was due behind it came
  | 'order' // it came, but later, or under the number of another
  | 'again' // what had come before came once more
  | 'extra' // more than was given
  | 'cut' // a part of it
  | 'split' // in two
  | 'joined' // two as one
  | 'blanks' // the same but for blanks
  | 'line ends' // the same but for those
  | 'quoted' // as JSON
  | 'decoded' // its bytes were not read as UTF-8, or in pieces that end inside a character
  | 'changed' // anything else

export interface Change {
  how: Difference
  /** What it is, as sentences; empty when who reads both texts sees it. */
  hint: string
}

/** So many characters of two texts are read without a word about where they differ. */
const SEEN = 60
/** So many are shown from where they differ. */
const SHOWN = 20
/** Longer lines are long, in characters. */
const LONG = 1_000
/** Fewer lines than that say nothing about what is special in the next one. */
const FEW = 3

export const IN_PIECES = 'Each “�” was a part of a character, whose bytes came in two pieces.'

/** What became of a text that came as another one; `i` is where it stands in the lists of all that was given, and that came. */
export function changeOf(due: string, came: string, { given, came: all, i }: Lists): Change {
  if (came === Buffer.from(due).toString('latin1'))
    return { how: 'decoded', hint: 'Each byte was taken for a character, and UTF-8 has characters of several.' }
  if (unspaced(came) === unspaced(due))
    return { how: 'blanks', hint: came.length < due.length ? 'Blanks of it are gone.' : 'Its blanks are others.' }
  if (came.normalize() === due.normalize())
    return {
      how: 'changed',
      hint: 'They look alike, and are not the same characters: it came in another Unicode form.'
    }
  if (came === JSON.stringify(due)) return { how: 'quoted', hint: 'It came as JSON, in quotation marks.' }
  if (came.includes('\ufffd') && ascii(came) === ascii(due)) return { how: 'decoded', hint: IN_PIECES }
  const owner = given.find((line) => line !== due && withoutLabel(line) === withoutLabel(came))
  if (owner !== undefined && owner !== withoutLabel(owner) && withoutLabel(owner) !== withoutLabel(due))
    return { how: 'order', hint: `What follows the colon belongs to ${quote(owner)}.` }
  return partOf(due, came, given[i + 1], all[i + 1]) ?? { how: 'changed', hint: whereTheyDiffer(due, came) }
}

interface Lists {
  given: readonly string[]
  came: readonly string[]
  i: number
}

/** What became of a text that came as a part of it, or with something else in one line. */
function partOf(due: string, came: string, nextDue = '', nextCame = ''): Change | undefined {
  if (due === '' || came === '') return undefined
  if (nextCame !== '' && came + nextCame === due) return { how: 'split', hint: 'One line came as two.' }
  if (nextDue !== '' && came.startsWith(due + nextDue)) return { how: 'joined', hint: 'Two lines came as one.' }
  const { length } = due
  if (due.startsWith(came)) return { how: 'cut', hint: `Only its first ${came.length} of ${length} characters came.` }
  if (due.endsWith(came))
    return { how: 'cut', hint: `Its first ${length - came.length} of ${length} characters are missing.` }
  if (came.startsWith(due))
    return { how: 'joined', hint: `“${shorten(came.slice(length))}” stands behind it, and is no part of it.` }
  if (came.endsWith(due))
    return { how: 'joined', hint: `“${shorten(came.slice(0, -length))}” stands in front of it, and is no part of it.` }
  return undefined
}

/** Where two texts differ, when that is not to be seen. */
function whereTheyDiffer(due: string, came: string): string {
  let same = 0
  while (due[same] === came[same]) same++
  if (same < SEEN) return ''
  const from = (text: string) => quote(text.slice(same, same + SHOWN))
  return `They differ from character ${same + 1} on: ${from(came)} instead of ${from(due)}.`
}

/** What a line can have that makes it hard, and how none of those before it is said to have it. */
const TRAITS: [has: (text: string) => boolean, none: string][] = [
  [(text) => text === '', 'None before it was empty.'],
  [(text) => text !== text.trim(), 'None before it had blanks at its ends.'],
  [(text) => text.length > LONG, 'None before it was that long.'],
  [(text) => /[^\0-~]/.test(text), 'None before it had a character of several bytes.'],
  [(text) => /^([[{"].*|null|true|-?\d+)$/.test(text), 'None before it could be read as JSON.']
]

/**
 * What the first line that did not come has, and none of those `before` it had, as a sentence; empty when it is like
 * those. Called at each look, so that it looks at the others only when there is something to say.
 */
export function trait(line: string, before: readonly string[]): string {
  if (before.includes(line)) return 'The same text had come before.'
  if (before.length < FEW) return ''
  const text = withoutLabel(line)
  const special = TRAITS.find(([has]) => has(text) && !before.some((other) => has(withoutLabel(other))))
  return special?.[1] ?? ''
}

/** A line without what stands in front of it: `Block 3: `, a time and a name, a key. */
const withoutLabel = (line: string) => line.replace(/^(?:Block \d+[^:]*|(?:<[^>]*> )?[^:]{1,80}): /, '')

/** A text without what UTF-8 has several bytes for. */
const ascii = (text: string) => text.replaceAll(/[^\0-~]/g, '')

/** A text without blanks and line ends. */
const unspaced = (text: string) => text.replaceAll(/\s+/g, '')

/** A text in a sentence, with its blanks at both ends. */
export function quote(text: string): string {
  if (text === '') return 'an empty line'
  const line = shorten(text)
  const [before = '', after = ''] = line ? [/^[^\S\n]+/, /[^\S\n]+$/].map((blanks) => blanks.exec(text)?.[0]) : [text]
  return `“${before}${line}${after}”`
}

/** Several names as the parts of one sentence: “my first client, my second one and 3 others”. */
export function listed(names: readonly string[], most = 3): string {
  const parts = names.slice(0, names.length > most ? most - 1 : most).map(within)
  const others = names.length - parts.length
  const all = others > 0 ? [...parts, `${others} others`] : parts
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : String(all[0])
}
