// What a command of ours is. Parsing, help, suggestions and completion follow from it; the commands are in commands.ts.
import type { Exercise } from '@workshop/course'

/** The call was wrong. The message says what is wrong, and what to type. */
export class UsageError extends Error {}

/** An option without a word of its own, as `--json`. */
interface Flag {
  about: string
}

/** An option that takes a word, as `--step 3`. */
interface Valued<T> {
  about: string
  /** What stands for the word in a usage, as `N`. */
  value: string
  /** What the word means. Throws a UsageError for a wrong one. */
  read(word: string): T
  /** Words to offer. */
  among?: string[]
}

export type Options = Record<string, Flag | Valued<unknown>>

/** What was given for options: the meaning of a word, or whether a flag is there. */
type Values<O extends Options> = { [Name in keyof O]: Value<O[Name]> }
type Value<O> = O extends { read(word: string): infer T } ? T | undefined : boolean

/** What a command can be about, and the exercise that it then has. */
interface About {
  workshop: undefined
  exercise: Exercise
  either: Exercise | undefined
}

export type Group = (typeof GROUPS)[number]

/** The headings of the list of commands, in order. */
export const GROUPS = ['Learn', 'The room', 'Your files', 'This machine', 'For authors', 'This command'] as const

export interface Command<Of extends keyof About = keyof About, O extends Options = Options> {
  /** What the user types for it; '' for the command of somebody who types nothing more. */
  name: string
  /** What it is about: the workshop, one exercise, or one if the user names it or is in its folder. */
  of: Of
  /** Where the list of commands has it; nowhere when no user types it. */
  group?: Group
  /** What it does, in a few words. */
  about: string
  /** What else is to know, in whole sentences. */
  more?: string
  /** The words that are no options. */
  words?: {
    /** As in `[ROLE]`. */
    usage: string
    /** How many there may be. */
    most: number
    /** Words to offer. */
    among?(exercise: Exercise | undefined): string[]
  }
  options?: O
  /** Options that are not ours, and all that follows `--`, are words too. */
  passesOn?: boolean
  /** Does it, and gives the exit code where that is not 0. What it needs is loaded only now. */
  run(call: { exercise: About[Of]; words: string[]; options: Values<O> }): unknown
}

/** A command, with the types of its options. */
export function command<Of extends keyof About, const O extends Options = Record<never, never>>(
  entry: Command<Of, O>
): Command<Of, O> {
  return entry
}
