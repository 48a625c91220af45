// What a room looks like: a pure function from feeds of entries, the same for a live room and for a recorded one. A late
// or doubled feed changes nothing; the order of entries is each feed's own.
import type { Entry, Seal, Verdict } from './entries.ts'

/** What one person wrote. */
export interface Feed {
  /** 64 hex digits. */
  key: string
  /** Its seal was checked against the room's code. */
  isTeacher: boolean
  /** What could be read of it, in its order. */
  entries: readonly Entry[]
  /** So many blocks it has, also those that say nothing. */
  length: number
  /** It has more than an honest one: nothing more of it is read. */
  floods: boolean
}

/** How far somebody is with an exercise, at their best. */
export interface Progress {
  passed: number
  of: number
}

export interface Hand {
  /** The number of this hand of theirs, from 1: what `coming` names. */
  number: number
  /** When it went up. */
  since: number
  words?: string
  /** When the teacher said that they come. */
  coming?: number
}

export interface Person {
  /** The key of their feed, in hex. */
  id: string
  /** Their name, cleaned. Two people may have the same. */
  name: string
  /** The name, with a number where another one has it too. */
  label: string
  joined: number
  /** The exercise of their last verdict; none before the first. */
  exercise?: number
  /** The step that failed; none when all of the exercise passes. */
  step?: number
  /** They passed all of that exercise. */
  isDone: boolean
  /** Since when they are at this exercise and step; before a verdict, since when they are here. */
  since: number
  /** When they last said anything. */
  seen: number
  /** What the last verdict said. */
  sentence?: string
  /** Their best by exercise. */
  progress: Record<number, Progress>
  /** Up now. */
  hand?: Hand
  hasLeft: boolean
  floods: boolean
  /** How many blocks their feed has. */
  entries: number
}

/** What several people read at the same step. */
export interface Reading {
  exercise: number
  step: number
  sentence: string
  /** How many are at this step and read this. */
  readers: number
}

/** Somebody's best of an exercise became better. */
export interface Advance extends Progress {
  at: number
  id: string
  exercise: number
}

export interface View {
  /** All learners that came, in the order in which they came; those who left too. */
  people: Person[]
  /** Those whose hand is up, in the order in which they went up. */
  hands: Person[]
  /** What is read right now, by most people first. */
  readings: Reading[]
  /** What the teacher told, the latest last. */
  told: { at: number; text: string }[]
  /** How the class came on, the latest last. */
  timeline: Advance[]
  /** Feeds that say more than an honest one, with a name if they have one. */
  floods: { id: string; label: string; entries: number }[]
  /** The teacher's name and where the room's network is, as said last. */
  teacher?: { name: string; network: string }
}

/** The room as it is at `now`, in ms since 1970. Times in the future count as now. */
export function view(feeds: Iterable<Feed>, now: number): View {
  const known = [...feeds].sort((a, b) => compare(a.key, b.key)) // so that equal times leave no choice
  const unique = new Map(known.map((feed) => [feed.key, feed]))
  const timeline: Advance[] = []
  const people: Person[] = []
  const told: View['told'] = []
  const coming = new Map<string, number>()
  let teacher: (Seal & { at: number; name: string }) | undefined
  for (const feed of unique.values()) {
    if (feed.isTeacher) {
      for (const { entry, at } of timed(feed, now)) {
        if (entry.kind === 'told') told.push({ at, text: entry.text })
        if (entry.kind === 'coming') coming.set(`${entry.to} ${entry.hand}`, at)
        if (entry.kind === 'joined' && entry.teacher && at >= (teacher?.at ?? 0))
          teacher = { ...entry.teacher, at, name: entry.name }
      }
    } else {
      const person = personIn(feed, now, timeline)
      if (person) people.push(person)
    }
  }
  people.sort((a, b) => a.joined - b.joined || compare(a.id, b.id))
  tellApart(people)
  for (const { id, hand } of people) {
    const at = hand && coming.get(`${id} ${hand.number}`)
    if (at !== undefined) Object.assign(hand as Hand, { coming: at })
  }
  const here = people.filter(({ hasLeft }) => !hasLeft)
  const labels = new Map(people.map(({ id, label }) => [id, label]))
  return {
    people,
    hands: here.filter(({ hand }) => hand).sort((a, b) => (a.hand?.since ?? 0) - (b.hand?.since ?? 0)),
    readings: readings(here),
    told: told.sort((a, b) => a.at - b.at),
    timeline: timeline.sort((a, b) => a.at - b.at),
    floods: [...unique.values()]
      .filter(({ floods }) => floods)
      .map(({ key, length }) => ({ id: key, label: labels.get(key) ?? '?', entries: length })),
    ...(teacher && { teacher: { name: teacher.name, network: teacher.network } })
  }
}

/** The entries of a feed with times that never go back, and never lie in the future. */
function* timed({ entries }: Feed, now: number): Iterable<{ entry: Entry; at: number }> {
  let at = 0
  for (const entry of entries) {
    at = Math.max(at, Math.min(entry.at, now))
    yield { entry, at }
  }
}

/** What a feed says about its writer; undefined before it says a name. */
function personIn(feed: Feed, now: number, timeline: Advance[]): Person | undefined {
  let person: Person | undefined
  let hands = 0
  for (const { entry, at } of timed(feed, now)) {
    if (entry.kind === 'joined') {
      const { name } = entry
      person ??= {
        id: feed.key,
        name,
        label: name,
        joined: at,
        isDone: false,
        since: at,
        seen: at,
        progress: {},
        hasLeft: false,
        floods: feed.floods,
        entries: feed.length
      }
      person.name = person.label = name
      person.hasLeft = false
    }
    if (!person) continue
    person.seen = at
    if (entry.kind === 'left') {
      person.hasLeft = true
      delete person.hand
    } else if (entry.kind === 'asked') {
      if (entry.isDone) delete person.hand
      else person.hand = { number: ++hands, since: at, ...(entry.words && { words: entry.words }) }
    } else if (entry.kind === 'verdict') {
      judged(person, entry, at, timeline)
    }
  }
  return person
}

function judged(person: Person, { exercise, step, passed, of, sentence }: Verdict, at: number, timeline: Advance[]) {
  if (person.exercise !== exercise || person.step !== step) person.since = at
  person.exercise = exercise
  person.isDone = step === undefined
  if (step === undefined) delete person.step
  else person.step = step
  if (sentence === undefined) delete person.sentence
  else person.sentence = sentence
  const best = person.progress[exercise]
  if (passed > (best?.passed ?? 0)) {
    person.progress[exercise] = { passed, of }
    timeline.push({ at, id: person.id, exercise, passed, of })
  }
}

/** Numbers those who have the same name, in the order in which they came. */
function tellApart(people: Person[]): void {
  const same = new Map<string, Person[]>()
  for (const person of people) {
    if (person.hasLeft) continue
    const name = person.name.normalize('NFKC').toLowerCase()
    same.set(name, [...(same.get(name) ?? []), person])
  }
  for (const group of same.values()) {
    if (group.length > 1) for (const [i, person] of group.entries()) person.label = `${person.name} (${i + 1})`
  }
}

/** The steps that people are at, each with the sentence that most of them read there. */
function readings(people: Person[]): Reading[] {
  const found = new Map<string, Reading>()
  for (const { exercise, step, sentence } of people) {
    if (exercise === undefined || step === undefined || sentence === undefined) continue
    const id = `${exercise} ${step} ${sentence}`
    const reading = found.get(id) ?? { exercise, step, sentence, readers: 0 }
    reading.readers++
    found.set(id, reading)
  }
  return [...found.values()].sort((a, b) => b.readers - a.readers)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
