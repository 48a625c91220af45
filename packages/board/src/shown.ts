// What the board shows of a room: a pure function from the view of the room.
import type { Person as Learner, View } from '@workshop/room/view'
import type { Mark, Person, Shown, Stretch } from './messages.ts'

/** Marks of the class over time, at most. */
const MARKS = 60
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9] as const

/** What the board shows of a room that looked like this at `at`, in ms since 1970. */
export function shownOf(view: View, at: number, road: Stretch[]): Shown {
  const here = view.people.filter(({ hasLeft }) => !hasLeft)
  const [reading] = view.readings
  const told = view.told.at(-1)
  return {
    type: 'shown',
    at,
    people: here.toSorted((a, b) => rank(a) - rank(b) || a.since - b.since).map((person) => personOf(person, road)),
    hands: view.hands.map(({ id }) => id),
    ...(reading && {
      sentence: {
        text: reading.sentence,
        exercise: reading.exercise,
        step: reading.step,
        readers: reading.readers
      }
    }),
    ...(told && { told }),
    marks: marksOf(here, view.timeline, at),
    floods: view.floods.map(({ label, entries }) => ({ label, entries }))
  }
}

/** Who is stuck comes before those who are done with something, and these before those who have not begun. */
function rank({ exercise, isDone }: Learner): number {
  return exercise === undefined ? 2 : isDone ? 1 : 0
}

function personOf({ id, label, exercise, step, since, sentence, hand }: Learner, road: Stretch[]): Person {
  const steps = road.find((stretch) => stretch.exercise === exercise)?.steps.length ?? 0
  return {
    id,
    name: label,
    ...(exercise !== undefined && { exercise, step: step ?? steps + 1 }),
    since,
    ...(step !== undefined && sentence !== undefined && { sentence }),
    ...(hand && {
      hand: {
        number: hand.number,
        since: hand.since,
        ...(hand.words && { words: hand.words }),
        isAwaited: hand.coming !== undefined
      }
    })
  }
}

/** How far these people were from when the first of them came until now. */
export function marksOf(people: Pick<Learner, 'id' | 'joined'>[], timeline: View['timeline'], now: number): Mark[] {
  const begin = Math.min(...people.map(({ joined }) => joined))
  if (!(begin < now)) return []
  const best = new Map<string, number>() // by person and exercise
  const total = new Map(people.map(({ id }) => [id, 0]))
  const marks: Mark[] = []
  let next = 0
  for (let i = 0; i <= MARKS; i++) {
    const at = begin + ((now - begin) * i) / MARKS
    for (let advance = timeline[next]; advance && advance.at <= at; advance = timeline[++next]) {
      const { id, exercise, passed } = advance
      const before = best.get(`${id} ${exercise}`) ?? 0
      best.set(`${id} ${exercise}`, passed)
      total.set(id, (total.get(id) ?? 0) + passed - before)
    }
    const passed = people
      .filter(({ joined }) => joined <= at)
      .map(({ id }) => total.get(id) ?? 0)
      .sort((a, b) => a - b)
    const [a, b, c, d, e] = SHARES.map((share) => passed[Math.ceil(share * passed.length) - 1] ?? 0)
    marks.push({ at: Math.round(at), people: passed.length, steps: [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0] })
  }
  return marks
}
