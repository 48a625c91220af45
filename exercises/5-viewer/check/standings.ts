// How the messages stand that a program printed: whether they are there, when they were said, and what it means when not.
import { advised, type Role, type Standing, shorten } from '@workshop/checks'
import type { Entry } from './logs.ts'

/** By how much two looks at the clock may differ, in ms. */
const SLACK = 50

const TIMED = 'Take the time anew for each line, when the line comes: `new Date().toISOString()`.'
const TWIN =
  'Two entries may have one time and even one text: tell them apart by their place in the log, never by what is in them.'
/** What it means that messages of the log are printed otherwise, by the difference. */
const OTHERWISE = {
  'left out':
    'Append and print every message, whatever its text is: empty, said before, or full of quotation marks. `JSON.stringify` writes the whole entry.',
  again:
    'Read the log with one live read stream, begun once. Who reads it anew at each `append` or each connection prints some entries again, and so do two readers at once.',
  order:
    'Append and print one after the other: what is asked for side by side may end in any order. A live read stream keeps it.',
  blanks: 'Take the text as it was typed, and print it as it is in the log: trim nothing, and add nothing.',
  quoted: 'Print the text, not the JSON of it.',
  decoded: 'A block is text in UTF-8: decode all its bytes at once, `String(block)`, and what is typed by `lines()`.'
}
const NAMED = 'Print the nickname that the entry has, not your own: a log may hold messages of others.'
const ENDED =
  'No entry may end the reading: put the `try` inside the loop, around each block, and go on with the next one. The core has no value encoding: with `json` a `null` ends a stream.'

/** The messages that a role printed. */
export function shown(role: Role): string[] {
  return role.lines.flatMap((line) => /^(?:> )*(<[^<>]*> .*)$/.exec(line)?.[1] ?? [])
}

/** A printed message without its time. */
export const withoutTime = (line: string) => line.replace(/^<[^>]*> /, '')

/** A printed message without who said it. */
const withoutNickname = (line: string) => line.replace(/^(<[^>]*> ).*?: /, '$1')

/**
 * How a promise about the messages that were printed stands, with the advice for the difference. One that has the time of
 * another may be lost for that.
 */
export function hinted(standing: Standing, lines: readonly string[]): Standing {
  const { how, lost, means } = standing ?? {}
  const [time] = /^<[^>]*>/.exec(lost?.line ?? '') ?? []
  const isTwin = time !== undefined && lines.some((line) => line.startsWith(time))
  if (standing && 'yet' in standing && isTwin)
    return { ...standing, yet: `${standing.yet} Another entry has the same time.`, means: TWIN }
  // What was left out and is like all the others was lost for its moment, not for its text.
  const isPlain = how === 'left out' && lost?.hint === ''
  return means || isPlain ? standing : advised(standing, OTHERWISE)
}

/** A line that was said, and when, in ms; one that we wrote ourselves may have any time. */
export interface Said {
  line: string
  at?: number
}

/** Whether each line of chat.ts has the time at which it was said, as `toISOString` writes it. */
export function timely(said: readonly Said[], lines: readonly string[]): Standing {
  const times = lines.map((line) => /^<([^>]*)>/.exec(line)?.[1] ?? '')
  for (const [i, time] of times.entries()) {
    if (said[i] && said[i].at === undefined) continue
    const at = Date.parse(time)
    const begin = Number(said[i]?.at) - SLACK
    const isTimely = at > begin && at < Date.now() + SLACK
    if (isTimely && new Date(at).toISOString() === time) continue
    const saw = isTimely ? 'that time is not in ISO form' : 'that is not the time of this line'
    const isOld = times.indexOf(time) < i ? ' Another line has that time, too.' : ''
    return { broken: `chat.ts printed “${shorten(String(lines[i]))}”: ${saw}.${isOld}`, means: TIMED }
  }
  return undefined
}

/** Whether all messages are printed that lie between other entries; `lines` is what `who` printed. */
export function unhidden(entries: readonly Entry[], lines: readonly string[], who: string): Standing {
  const printed = new Set(lines) // looked at again and again
  const isMissing = ({ line }: Entry) => line !== undefined && !printed.has(line)
  const i = entries.findIndex(isMissing)
  if (i === -1) return undefined
  const { line = '', why } = entries[i] as Entry
  const renamed = lines.find((other) => other !== line && withoutNickname(other) === withoutNickname(line))
  if (renamed) return { yet: `${who} printed “${renamed}” instead of “${line}”.`, means: NAMED }
  if (why) return { yet: `${who} did not print “${line}”, which is a chat message: ${why.saw}.`, means: why.means }
  const before = entries[i - 1]?.what
  const isLast = entries.slice(i).every((entry) => entry.line === undefined || isMissing(entry))
  return isLast
    ? { yet: `${who} printed nothing that lies behind ${before}.`, means: ENDED }
    : { yet: `${who} did not print “${line}”, which lies behind ${before}.` }
}
