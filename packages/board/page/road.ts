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
export const NUMBERS = 30
/** px between the road and the dots that stand on it. */
const AIR = 6
/** px between two exercises. */
const GAP = 32
/** px of a dot with the space around it, when there is room for it. */
const LARGEST = 30

/** Lays a road out in so many px, with the longer half of its exercises in the upper row. `title` is the height of a title. */
export function layOut(road: Stretch[], width: number, height: number, title: number): Road {
  const rows = inTwo(road)
  const lanes: Lane[] = []
  const cells: Cell[] = []
  const rowHeight = height / rows.length
  let place = 0
  for (const [row, stretches] of rows.entries()) {
    // Each exercise has a place for everybody who passed it; the first one also has one for those who have just come.
    const places = stretches.reduce((sum, { steps }) => sum + steps.length + 1, row === 0 ? 1 : 0)
    const cell = (width - GAP * (stretches.length - 1)) / places
    const floor = (row + 1) * rowHeight - NUMBERS
    let x = 0
    for (const stretch of stretches) {
      const kinds = [
        ...(place === 0 ? (['start'] as const) : []),
        ...stretch.steps.map(() => 'step' as const),
        'end' as const
      ]
      lanes.push({ stretch, x, width: kinds.length * cell, top: row * rowHeight, floor })
      let step = 0
      for (const kind of kinds) {
        if (kind === 'step') step++
        cells.push({ place: place++, kind, step, x, width: cell, floor })
        x += cell
      }
      x += GAP
    }
  }
  return { lanes, cells, height: rowHeight - title - NUMBERS - AIR }
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
  return best || LARGEST
}

/** The middle of a dot, in px. */
export function pointOf({ x, width, floor }: Cell, slot: number, size: number): { x: number; y: number } {
  const columns = Math.max(1, Math.floor(width / size + 1e-6))
  const [column, row] = [slot % columns, Math.floor(slot / columns)]
  const indent = (width - columns * size) / 2
  return { x: x + indent + (column + 0.5) * size, y: floor - AIR - (row + 0.5) * size }
}
