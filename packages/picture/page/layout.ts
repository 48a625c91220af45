// Where things stand: the nodes of the DHT on a ring, the programs inside it.

/** How large the stage is, in pixels. */
export interface Place {
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

/** Numbers of places: with one program more, most stay where they are. */
const SIZES = [3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]

/** Gives each program a place of its own, which it keeps for as long as it is there. */
export class Places {
  readonly #places = new Map<string, number>()
  #most = 0

  /** The places of those who are there, and of how many. */
  of(names: Iterable<string>): { places: ReadonlyMap<string, number>; count: number } {
    const present = new Set(names)
    for (const name of this.#places.keys()) if (!present.has(name)) this.#places.delete(name)
    const taken = new Set(this.#places.values())
    let place = 0
    for (const name of present) {
      if (this.#places.has(name)) continue
      while (taken.has(place)) place++
      taken.add(place)
      this.#places.set(name, place)
    }
    this.#most = present.size === 0 ? 0 : Math.max(this.#most, ...taken)
    return { places: this.#places, count: SIZES.find((size) => size > this.#most) ?? this.#most + 1 }
  }
}

/** The point of a node on the ring. */
export const onRing = (index: number, count: number, { width, height }: Place): Point =>
  onEllipse((index + 0.5) / Math.max(1, count), width / 2 - 26, height / 2 - 26, width, height)

/** The point of a program: on one circle, or, when they are many, on several by turns. */
export function inside(place: number, count: number, { width, height }: Place): Point {
  // Those outside have room for more.
  const circles = count <= 8 ? [0.56] : count <= 16 ? [0.7, 0.35] : [0.84, 0.58, 0.84, 0.58, 0.84, 0.3]
  const share = circles[place % circles.length] ?? 0.6
  return onEllipse(place / count, (width / 2) * share, (height / 2) * share, width, height)
}

/** Begins at the top, and goes round as a clock does. */
function onEllipse(turn: number, a: number, b: number, width: number, height: number): Point {
  const angle = turn * 2 * Math.PI - Math.PI / 2
  return { x: width / 2 + a * Math.cos(angle), y: height / 2 + b * Math.sin(angle) }
}

/** The point in the middle of a line that bends aside, and the one that it bends to. */
export function bent(from: Point, to: Point, by: number): { control: Point; middle: Point } {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const control = { x: (from.x + to.x) / 2 - (dy / length) * by, y: (from.y + to.y) / 2 + (dx / length) * by }
  return { control, middle: alongCurve(from, control, to, 0.5) }
}

/** The point on a curve when it has gone a share of its way. */
export function alongCurve(from: Point, control: Point, to: Point, share: number): Point {
  const rest = 1 - share
  return {
    x: rest * rest * from.x + 2 * rest * share * control.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * control.y + share * share * to.y
  }
}
