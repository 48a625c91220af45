// Where everything stands on the road: the course from left to right, in two rows, and everybody a dot above the step
// that they work at. Numbers only, no drawing.
import type { Person, Stretch } from '../src/messages.ts'

/** A place on the road where dots stand: a step, the start, or the end of an exercise. px, from the upper left corner. */
export interface Cell {
  /** Its index among all cells. */
  place: number
  kind: 'start' | 'step' | 'end'
  /** From 1, at a step. */
  step: number
  x: number
  width: number
  /** Where the road lies: dots stand above it. */
  floor: number
}

/** An exercise as it lies on the road. */
export interface Lane {
  stretch: Stretch
  x: number
  width: number
  top: number
  floor: number
}

export interface Road {
  lanes: Lane[]
  cells: Cell[]
  /** px that the dots of a place have above the road. */
  height: number
}

/** px below the road, for the numbers of the steps. */
const NUMBERS = 34
/** px between the road and the dots that stand on it, and between the dots of two places. */
const AIR = 6
/** px between two exercises. */
const GAP = 32
/** Quarters of the class that come or go before the road changes. */
const SLACK = 0.7
/** px of a dot with the space around it, when there is room for it. */
export const LARGEST = 30

/**
 * Lays a road out in so many px, with the longer half of its exercises in the upper row. `title` is the height of a
 * title. `zooms` says by exercise how much wider than others it is.
 */
export function layOut(road: Stretch[], width: number, height: number, title: number, zooms: Zooms = new Map()): Road {
  const rows = inTwo(road)
  const lanes: Lane[] = []
  const cells: Cell[] = []
  const rowHeight = height / rows.length
  let place = 0
  for (const [row, stretches] of rows.entries()) {
    const parts = stretches.map((stretch, i) => ({
      stretch,
      zoom: 1 + (zooms.get(stretch.exercise) ?? 0) / 2,
      // Each exercise has a place for everybody who passed it; the first one also has one for those who have just come.
      kinds: [
        ...(row === 0 && i === 0 ? (['start'] as const) : []),
        ...stretch.steps.map(() => 'step' as const),
        'end' as const
      ]
    }))
    const shares = parts.reduce((sum, { kinds, zoom }) => sum + kinds.length * zoom, 0)
    const share = (width - GAP * (stretches.length - 1)) / shares
    const floor = (row + 1) * rowHeight - NUMBERS
    let x = 0
    for (const { stretch, zoom, kinds } of parts) {
      const cell = share * zoom
      lanes.push({ stretch, x, width: kinds.length * cell, top: row * rowHeight, floor })
      let step = 0
      for (const kind of kinds) {
        if (kind === 'step') step++
        cells.push({ place: place++, kind, step, x: x + AIR / 2, width: cell - AIR, floor })
        x += cell
      }
      x += GAP
    }
  }
  return { lanes, cells, height: rowHeight - title - NUMBERS - AIR }
}

/** How much of the class is at an exercise, in quarters. Those where many are get more of the road. */
export type Zooms = Map<number, number>

/** How much of the class is at each exercise. One person who comes and goes changes nothing of what was `before`. */
export function zoomsOf(people: Pick<Person, 'exercise'>[], before: Zooms): Zooms {
  const counts = new Map<number, number>()
  // Who has not begun stands at the start, which is a place of the first exercise.
  for (const { exercise = 1 } of people) counts.set(exercise, (counts.get(exercise) ?? 0) + 1)
  const zooms: Zooms = new Map()
  for (const exercise of new Set([...counts.keys(), ...before.keys()])) {
    const quarters = (4 * (counts.get(exercise) ?? 0)) / people.length
    const old = before.get(exercise) ?? 0
    zooms.set(exercise, Math.abs(quarters - old) > SLACK ? Math.round(quarters) : old)
  }
  return zooms
}

/** Two rows of which neither is much longer than the other. */
function inTwo(road: Stretch[]): Stretch[][] {
  if (road.length < 2) return [road]
  const lengthOf = (part: Stretch[]) => part.reduce((sum, { steps }) => sum + steps.length + 1, 0)
  const cuts = road.slice(1).map((_, i) => [road.slice(0, i + 1), road.slice(i + 1)] as const)
  const longest = ([a, b]: readonly [Stretch[], Stretch[]]) => Math.max(lengthOf(a), lengthOf(b))
  const [first, ...others] = cuts
  return [...others.reduce((best, cut) => (longest(cut) <= longest(best) ? cut : best), first ?? [road, []])]
}

/** The place of a person; 0, the start, before their first verdict. */
export function placeOf(road: Stretch[], { exercise, step }: Pick<Person, 'exercise' | 'step'>): number {
  let place = 1
  for (const stretch of road) {
    if (stretch.exercise === exercise) return place + Math.min(Math.max(step ?? 1, 1), stretch.steps.length + 1) - 1
    place += stretch.steps.length + 1
  }
  return 0
}

/** A dot: whose, and where. `slot` counts from the road upwards, among those at the same place. */
export interface Seat {
  place: number
  slot: number
}

/** Gives everybody a seat. Who stays at a place keeps theirs, as far as there are no gaps below it. */
export function seats(places: Map<string, number>, before: Map<string, Seat>): Map<string, Seat> {
  const crowds = new Map<number, string[]>()
  for (const [id, place] of places) crowds.set(place, [...(crowds.get(place) ?? []), id])
  const given = new Map<string, Seat>()
  for (const [place, crowd] of crowds) {
    const free = new Set(crowd.keys())
    const standing: string[] = []
    for (const id of crowd) {
      const seat = before.get(id)
      if (seat?.place === place && free.delete(seat.slot)) given.set(id, seat)
      else standing.push(id)
    }
    const slots = [...free]
    for (const [i, id] of standing.entries()) given.set(id, { place, slot: slots[i] ?? 0 })
  }
  return given
}

/** How large dots can be, in px with the space around them, so that the largest crowd has room in a place. */
export function pitch(crowd: number, width: number, height: number): number {
  let best = 0
  for (let columns = 1; columns <= crowd; columns++) {
    const size = Math.min(LARGEST, width / columns, height / Math.ceil(crowd / columns))
    if (size > best) best = size
  }
  return best
}

/** The middle of a dot, in px. */
export function pointOf({ x, width, floor }: Cell, slot: number, size: number): { x: number; y: number } {
  const columns = Math.max(1, Math.floor(width / size + 1e-6))
  const [column, row] = [slot % columns, Math.floor(slot / columns)]
  const indent = (width - columns * size) / 2
  return { x: x + indent + (column + 0.5) * size, y: floor - AIR - (row + 0.5) * size }
}
