// The hints of an exercise: for each step a question, where to look, and the lines of our answer.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkOf } from './exercise.ts'

/** What helps with one step, rung by rung. `hints.ts` of an exercise has one for each step, in order. */
export interface Hint {
  /** A question whose answer is what is missing. */
  ask: string
  /** Where to look: a name in the documentation of a library, a place in the learner's file. */
  look: string
  /**
   * The lines of our answer that the step is about: for each file texts that each stand in one line of it, the most
   * telling one first. A text with ` …` behind it means the line and the block that it opens.
   */
  lines: Record<string, string[]>
}

/** The hints of the exercise in a folder, by step; none when it has no hints.ts. */
export async function hints(exercise: string): Promise<Hint[]> {
  const file = join(checkOf(exercise), 'hints.ts')
  if (!existsSync(file)) return []
  const module: { default: Hint[] } = await import(pathToFileURL(file).href)
  return module.default
}

const BLOCK = ' …'

/** The text of an anchor that stands in a line. */
export function bare(anchor: string): string {
  return anchor.endsWith(BLOCK) ? anchor.slice(0, -BLOCK.length) : anchor
}

/** The indexes of the lines of a text that anchors mean, in order. Throws for one that does not stand in one line. */
export function linesOf(text: string, anchors: string[]): number[] {
  const lines = text.split('\n')
  const found = new Set<number>()
  for (const anchor of anchors) {
    const starts = lines.flatMap((line, i) => (line.includes(bare(anchor)) ? [i] : []))
    const [start = 0] = starts
    if (starts.length !== 1) throw new Error(`“${bare(anchor)}” stands in ${starts.length} lines`)
    const end = bare(anchor) === anchor ? start : endOfBlock(lines, start)
    for (let i = start; i <= end; i++) found.add(i)
  }
  return [...found].sort((a, b) => a - b)
}

/** The next line that is indented as the first and closes what it opened. */
function endOfBlock(lines: string[], start: number): number {
  const indent = /^ */.exec(String(lines[start]))?.[0] ?? ''
  const end = lines.findIndex(
    (line, i) => i > start && line.startsWith(indent) && /^[}\])]/.test(line.slice(indent.length))
  )
  return end === -1 ? start : end
}
