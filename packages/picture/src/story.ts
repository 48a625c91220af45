// One step of a verdict as the rows of a diagram: from what happened, without what nobody has to see.
import { CHECK, type Happened, is, type Kind } from './events.ts'
import { apply, emptySwarm, sizeOf } from './swarm.ts'

/** So many rows of one kind in a row are drawn before the rest is counted. */
const ALIKE = 3
/** As many when the failure speaks of them. */
const MARKED = 6
/** What the nodes of the DHT are asked within so many ms is one act. */
const TOGETHER = 1_000
/** So many lines of one text are looked at; the rest are counted. */
const LINES = 20_000

const HAS_KEY = /\b(?!0{64})[0-9a-f]{64}\b/
/** So many lines with a key are shown again, of those that a program printed in earlier steps. */
const KEYS = 1
/** So many cores of each program are shown as they stand. */
const CORES = 4

/** All nodes of the DHT as one. */
export const NETWORK = 'the DHT'

/** One row of the diagram. */
export interface Row {
  event: Happened
  /** Happened in an earlier step, and still holds. */
  isEarlier: boolean
  /** The failure speaks of this very text. */
  isMarked: boolean
  /** So many rows like this follow and are not drawn. */
  more: number
}

export interface Story {
  step: number
  title: string
  /** From left to right: those who appear in the rows. */
  lanes: string[]
  /** Those who are programs of the answer; the others are peers of the check. */
  programs: ReadonlySet<string>
  rows: Row[]
  /** When the step began, in ms of the events. */
  began: number
}

/**
 * The story of a step; of the one that failed, or the last one, when none is given. Undefined when the check did not get
 * that far.
 */
export function storyOf(events: readonly Happened[], step?: number): Story | undefined {
  const begins = events.filter(is('begins a step'))
  const begin = step === undefined ? begins.at(-1) : begins.find((event) => event.step === step)
  if (!begin) return undefined
  const end = begins[begins.indexOf(begin) + 1]
  const first = events.indexOf(begin)
  const all = events.slice(first + 1, end ? events.indexOf(end) : undefined)
  const here = withoutBystanders(withoutRelays(events, all).filter(isSeen))
  const involved = new Set(here.map(({ who }) => who))
  const texts = quotesOf(here)
  const rows: Row[] = fold(
    [
      ...standing(events.slice(0, first))
        .filter((event) => involved.has(event.who) || involved.has(otherOf(event) ?? ''))
        .map((event) => ({ event, isEarlier: true })),
      ...together(here.flatMap(linesOf)).map((event) => ({
        event,
        isEarlier: false
      }))
    ].map((row) => ({ ...row, isMarked: hasOneOf(row.event, texts), more: 0 }))
  )
  const programs = new Set(events.filter(is('starts')).map(({ who }) => who))
  return { step: begin.step, title: begin.text, lanes: lanesOf(rows), programs, rows, began: begin.at }
}

/** Who is at the other end of an event: the one that an arrow leads to or comes from. */
export function otherOf(event: Happened): string | undefined {
  if (ACTS.has(event.what)) return NETWORK
  if (event.what === 'is missed') return event.from
  return 'with' in event ? event.with : undefined
}

const ACTS = new Set<Kind>(['connects', 'looks for a key', 'looks up', 'announces', 'unannounces'])

/** What has no row: it says nothing that another event does not say. */
function isSeen(event: Happened): boolean {
  if (['has an address', 'is a node', 'has caught up'].includes(event.what)) return false
  // Of a core that is whole its opening has said it all.
  if (event.what === 'holds') return sizeOf(event.ranges) < event.length
  // What a peer of ours asks on its way to somebody is nobody's answer.
  if (event.who === CHECK && (event.what === 'connects' || event.what === 'looks for a key')) return false
  // A connection that never opened says so when it ends.
  return event.what !== 'meets' || event.with !== undefined
}

/**
 * A program that is announced answers through the nodes that it is announced at, and looks whether its key is there
 * before it announces it: neither is a request of its own.
 */
function withoutRelays(all: readonly Happened[], events: readonly Happened[]): Happened[] {
  const announced = new Set(all.filter(is('announces')).map(({ who, target }) => `${who} ${target}`))
  return events.filter(
    (event) =>
      (event.what !== 'connects' && event.what !== 'looks for a key') || !announced.has(`${event.who} ${event.target}`)
  )
}

/** Programs of earlier steps that only go on announcing themselves, and looking around, have no part in this one. */
function withoutBystanders(events: readonly Happened[]): Happened[] {
  const cast = new Set<string | undefined>([CHECK])
  for (const event of events) if (!ACTS.has(event.what)) cast.add(event.who).add(otherOf(event))
  return events.filter(({ who }) => cast.has(who))
}

/** What has begun before and still holds: programs that run, the keys that they printed, and connections that are open. */
function standing(before: readonly Happened[]): Happened[] {
  const holds: Happened[] = []
  const drop = (isOver: (event: Happened) => boolean) => {
    const index = holds.findLastIndex(isOver)
    if (index !== -1) holds.splice(index, 1)
    return index !== -1
  }
  for (const event of before) {
    if (event.what === 'prints' && HAS_KEY.test(event.text)) {
      const said = holds.filter((held) => held.what === 'prints' && held.who === event.who)
      const [line = ''] = event.text.split('\n').filter((line) => HAS_KEY.test(line))
      if (said.length < KEYS) holds.push({ ...event, text: line })
    }
    if (event.what === 'starts' || (event.what === 'meets' && event.with !== undefined)) holds.push(event)
    if (event.what === 'loses')
      drop((held) => held.what === 'meets' && held.who === event.who && held.with === event.with)
    if (event.what === 'ends') while (drop((held) => held.who === event.who));
  }
  return [...holds, ...coresOf(before)]
}

/** Which blocks each program holds by then. */
function coresOf(before: readonly Happened[]): Happened[] {
  const swarm = emptySwarm()
  for (const event of before) apply(swarm, event)
  return [...swarm.programs.values()].flatMap(({ name: who, ended, cores }) =>
    [...cores.values()]
      .filter(({ length }) => ended === undefined && length > 0)
      .slice(-CORES)
      .map(({ core, length, has: ranges }): Happened => ({ at: 0, who, what: 'holds', core, length, ranges }))
  )
}

/** A text of several lines as one event for each line. */
function linesOf(event: Happened): Happened[] {
  const isText = event.what === 'prints' || event.what === 'complains' || event.what === 'is typed into'
  if (!isText && event.what !== 'sends' && event.what !== 'receives') return [event]
  const { text } = event
  if (text === undefined || !/\n./.test(text)) return [event]
  const lines = text.replace(/\r?\n$/, '').split('\n')
  return lines.slice(0, LINES).map((line) => ({ ...event, text: line }))
}

/** What is asked of several nodes at once is one act. */
function together(events: Happened[]): Happened[] {
  const last = new Map<string, number>()
  return events.filter((event) => {
    if (!ACTS.has(event.what)) return true
    const key = `${event.who} ${event.what} ${'target' in event ? event.target : ''}`
    const before = last.get(key)
    last.set(key, event.at)
    // What a peer of ours asks again and again says nothing of the answer.
    return before === undefined || (event.who !== CHECK && event.at - before > TOGETHER)
  })
}

const isLate = ({ event }: Row, before: Row | undefined) =>
  !ACTS.has(event.what) && before !== undefined && event.at - before.event.at > TOGETHER

/** What makes two events of one kind alike. */
function kindOf(event: Happened): string {
  if (event.what === 'does') return event.text.split(' ', 2).join(' ')
  if (event.what === 'holds' || event.what === 'opens a core') return event.core
  return otherOf(event) ?? ''
}

const TURNS = new Set<Kind>(['does', 'starts', 'is killed', 'gets Ctrl-C', 'is missed'])

/** Counts rows that are like others instead of drawing them. The first ones, marked ones and the very last stay. */
function fold(rows: Row[]): Row[] {
  const folded: Row[] = []
  let alike = new Map<string, Row[]>()
  let before: Row | undefined
  const likeThis = ({ event }: Row) => `${event.who} ${event.what} ${kindOf(event)}`
  for (const row of rows) {
    // What the check does begins a new paragraph.
    if (TURNS.has(row.event.what) && !alike.has(likeThis(row))) alike = new Map()
    // What comes when nothing has come for a while is news, other than a question that is asked again.
    const others = (isLate(row, before) ? undefined : alike.get(likeThis(row))) ?? []
    before = row
    alike.set(likeThis(row), others)
    const last = others.at(-1)
    // The lines of one text that comes at once are told by the first of them.
    const isOneText = last?.event.at === row.event.at && last.event.what !== 'does'
    if (last && others.length >= (row.isMarked ? MARKED : isOneText ? 1 : ALIKE)) {
      last.more++
      continue
    }
    others.push(row)
    folded.push(row)
  }
  return folded
}

/** What stands in quotation marks in the sentence of the failure. */
function quotesOf(events: readonly Happened[]): string[] {
  return events
    .filter(is('is missed'))
    .flatMap(({ text }) => [...text.matchAll(/“([^”]+)”/g)].map(([, quote]) => String(quote).replace(/….*$/s, '')))
    .filter((quote) => quote.length > 3)
}

function hasOneOf(event: Happened, texts: string[]): boolean {
  const text =
    event.what === 'is missed' || event.what === 'does' ? undefined : 'text' in event ? event.text : undefined
  return text !== undefined && texts.some((quote) => text.includes(quote))
}

/** In the order in which they come; the check itself is the first, the network the last. */
function lanesOf(rows: Row[]): string[] {
  const named = rows
    .filter(({ event }) => event.what !== 'does')
    .flatMap(({ event }) => [event.who, otherOf(event)].filter((name) => name !== undefined))
  const rank = (name: string) => (name === CHECK ? 0 : name === NETWORK ? 2 : 1)
  return [...new Set(named)].sort((a, b) => rank(a) - rank(b))
}
