// The progress of the class over time as paths: how far the slowest tenth, the half and the fastest tenth were.
import type { Mark } from '../src/messages.ts'

export interface Chart {
  /** Paths of SVG: from 10 to 90 of 100 people, from 25 to 75, and the one in the middle. */
  wide: string
  narrow: string
  middle: string
}

/** The chart of marks in so many px, for a course with so many steps; empty paths for less than two marks. */
export function chart(marks: Mark[], steps: number, width: number, height: number): Chart {
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || !last || first === last) return { wide: '', narrow: '', middle: '' }
  const x = ({ at }: Mark) => ((at - first.at) / (last.at - first.at || 1)) * width
  const y = (passed: number) => height - (passed / steps) * height
  const line = (which: number, order = marks) =>
    order.map((mark) => `${x(mark).toFixed(1)} ${y(mark.steps[which] ?? 0).toFixed(1)}`).join(' L ')
  const band = (low: number, high: number) => `M ${line(low)} L ${line(high, marks.toReversed())} Z`
  return { wide: band(0, 4), narrow: band(1, 3), middle: `M ${line(2)}` }
}
