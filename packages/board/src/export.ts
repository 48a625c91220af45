// What a teacher takes home of a room: JSON for programs, CSV for spreadsheets.
import type { Shown, Stretch } from './messages.ts'

const COLUMNS = ['name', 'exercise', 'title', 'step', 'since', 'sentence', 'hand', 'words'] as const
/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^\s*[=+\-@]/

type Row = Partial<Record<(typeof COLUMNS)[number], string | number>>

/** Everybody in the room and where they are, what the teacher told last, and the class over time, as JSON. Times are ISO texts. */
export function toJSON(shown: Shown, road: Stretch[]): string {
  const { at, told, marks } = shown
  const document = {
    at: iso(at),
    people: rows(shown, road),
    ...(told && { told: { at: iso(told.at), text: told.text } }),
    progress: marks.map(({ at, people, steps }) => ({ at: iso(at), people, steps }))
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/** Everybody in the room, a line each, as CSV of RFC 4180. No cell begins a formula: one that would has an apostrophe first. */
export function toCSV(shown: Shown, road: Stretch[]): string {
  const lines = rows(shown, road).map((row) => COLUMNS.map((column) => cell(row[column])))
  return [COLUMNS, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')
}

function rows({ people }: Shown, road: Stretch[]): Row[] {
  return people.map(({ name, exercise, step, since, sentence, hand }) => {
    const stretch = road.find((stretch) => stretch.exercise === exercise)
    return {
      name,
      ...(exercise !== undefined && { exercise }),
      ...(stretch && { title: stretch.title }),
      ...(step !== undefined && { step: stretch && step > stretch.steps.length ? 'all' : step }),
      since: iso(since),
      ...(sentence !== undefined && { sentence }),
      ...(hand && { hand: iso(hand.since) }),
      ...(hand?.words !== undefined && { words: hand.words })
    }
  })
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function cell(value: string | number = ''): string {
  const text = String(value)
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
