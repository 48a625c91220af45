// Where in an answer to look, when a story names no line itself.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rolesIn } from '@workshop/course/exercise'
import { bare, hints } from '@workshop/course/hints'
import type { Result } from './judge.ts'

/** A line in which nothing is done. */
const IDLE = /^\s*(?:import\b|\/\/|\/?\*)/
/** In a piece of code that advice quotes: a call, or the property that it ends with. */
const NAMED = /[\w$]+(?=\()|(?<=\.)[\w$]+$/g

interface Line {
  text: string
  /** `file:line`. */
  where: string
  /** Which line of our answer for the step it is, the most telling one first; -1 for none of them. */
  rank: number
}

/**
 * The `file:line` of the TODO of the step that failed, or else of the code that the advice names: the only line of the
 * answer that has it, or the most telling one of several that our answer has for this step, too. A wrong line is worse than none.
 */
export async function placeOf(result: Result, exercise: string, dir: string): Promise<Pick<Result, 'where'>> {
  const { step, saw, means = '' } = result
  if (/\.ts:\d+/.test(saw ?? '')) return {}
  const lines = await linesOf(result, exercise, dir)
  const todo = lines.find(({ text }) => new RegExp(`TODO ${step}\\b`).test(text))
  if (todo) return { where: todo.where }
  const code = lines.filter(({ text }) => !IDLE.test(text))
  for (const name of namesIn(means)) {
    const named = code.filter(({ text }) => new Set(text.match(/[\w$]+/g)).has(name))
    const ours = named.filter(({ rank }) => rank !== -1).sort((a, b) => a.rank - b.rank)
    const place = named.length === 1 ? named[0] : ours[0]
    if (place) return { where: place.where }
  }
  return {}
}

/** The lines of the file at fault, or of all where it is not known. */
async function linesOf({ step, file: ofRole }: Result, exercise: string, dir: string): Promise<Line[]> {
  const anchors = (await hints(exercise))[step - 1]?.lines ?? {}
  const all = rolesIn(dir)
  const files = ofRole && all.includes(ofRole) ? [ofRole] : all
  const lines = files.map(async (file) => {
    const ours = (anchors[file] ?? []).map(bare)
    return (await readFile(join(dir, file), 'utf8')).split('\n').map((text, i) => ({
      text,
      where: `${file}:${i + 1}`,
      rank: ours.findIndex((anchor) => text.includes(anchor))
    }))
  })
  return (await Promise.all(lines)).flat()
}

/** What advice names of a program: calls and properties, and then single names, as those of events. */
function namesIn(advice: string): string[] {
  const quoted = [...advice.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
  const single = quoted.filter((code) => /^[a-z][\w$]*$/.test(code))
  return [...quoted.flatMap((code) => code.match(NAMED) ?? []), ...single]
}
