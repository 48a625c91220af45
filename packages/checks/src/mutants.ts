// Wrong answers that nobody thought of: our solution, broken in one place, systematically.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from '@babel/parser'
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import { checkOf, rolesIn, solutionOf } from '@workshop/course/exercise'
import { createInjector } from 'typed-inject'
import type { Variant } from './answers.ts'
import { Random } from './corpus.ts'

export interface Mutant extends Variant {
  file: string
  /** From 1. */
  line: number
  /** The text that was there, and what stands there instead. */
  was: string
  now: string
  /** Why it is no wrong answer, where an author has said so. */
  equivalent?: string
}

/** A mutant that is no wrong answer: `check/equivalents.ts` of an exercise has a list of them. */
export interface Equivalent {
  file: string
  /** The text that was there, as the table of mutants has it, and what stands there instead. */
  was: string
  now: string
  /** Where it is so in one line alone, as for an `await`. */
  line?: number
  reason: string
}

interface Place {
  start: number
  end: number
  now: string
}

/**
 * All mutants of the solution to the exercise in a folder: those of Stryker (conditions, comparisons, literals, blocks,
 * methods, operators), and without an `await`, a statement, an option, or with another number. One place each.
 */
export async function mutantsOf(exercise: string): Promise<Mutant[]> {
  const solution = solutionOf(exercise)
  const equivalents = await equivalentsOf(exercise)
  const mutants = new Map<string, Mutant>()
  for (const file of rolesIn(solution)) {
    const text = readFileSync(join(solution, file), 'utf8')
    for (const { start, end, now } of [...(await strykers(file, text)), ...ours(text)]) {
      const was = text.slice(start, end)
      const mutated = text.slice(0, start) + now + text.slice(end)
      const line = text.slice(0, start).split('\n').length
      const equivalent = equivalents.find(
        (one) =>
          one.file === file &&
          one.was === short(was) &&
          one.now === short(now) &&
          (one.line === undefined || one.line === line)
      )
      mutants.set(`${file}\n${mutated}`, {
        name: `${file}:${line} ${short(was)} → ${short(now)}`,
        edits: { [file]: mutated },
        file,
        line,
        was: short(was),
        now: short(now),
        ...(equivalent && { equivalent: equivalent.reason })
      })
    }
  }
  return [...mutants.values()]
}

/** So many of all mutants, in their order: the same ones for the same seed. */
export function sampleOf(all: Mutant[], count: number, seed: string): Mutant[] {
  if (all.length <= count) return all
  const drawn = new Set(new Random(seed).shuffled(all).slice(0, count))
  return all.filter((mutant) => drawn.has(mutant))
}

async function equivalentsOf(exercise: string): Promise<Equivalent[]> {
  const file = join(checkOf(exercise), 'equivalents.ts')
  if (!existsSync(file)) return []
  const module: { default: Equivalent[] } = await import(pathToFileURL(file).href)
  return module.default
}

async function strykers(file: string, text: string): Promise<Place[]> {
  const silent = new Proxy({}, { get: () => () => false }) // its logger
  const instrumenter = createInjector()
    .provideValue('logger', silent as never)
    .injectFunction(createInstrumenter)
  const { mutants } = await instrumenter.instrument([{ name: file, content: text, mutate: true }], {
    plugins: null,
    excludedMutations: [],
    ignorers: []
  })
  const starts = text
    .split('\n')
    .map((_, i, lines) => lines.slice(0, i).reduce((sum, { length }) => sum + length + 1, 0))
  const at = ({ line, column }: { line: number; column: number }) => Number(starts[line]) + column
  return mutants.map(({ location, replacement }) => ({
    start: at(location.start),
    end: at(location.end),
    now: replacement
  }))
}

interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

/** What Stryker does not do, and learners do: forget. */
function ours(text: string): Place[] {
  const places: Place[] = []
  const visit = (node: Node, parent?: Node): void => {
    const { type, start, end } = node
    if (type === 'AwaitExpression') places.push({ start, end: start + 'await '.length, now: '' })
    if (type === 'ExpressionStatement') places.push({ start, end, now: ';' })
    if (type === 'ObjectProperty' && parent?.type === 'ObjectExpression') {
      const comma = text[end] === ',' ? 1 : 0
      places.push({ start, end: end + comma, now: '' })
    }
    if (type === 'NumericLiteral') places.push({ start, end, now: `${Number(node.value) + 1}` })
    for (const child of Object.values(node).flat()) {
      if (isNode(child)) visit(child, node)
    }
  }
  visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node)
  return places
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** For a table: one line, not too long. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '¦').trim()
  return line.length > 70 ? `${line.slice(0, 69)}…` : line
}
