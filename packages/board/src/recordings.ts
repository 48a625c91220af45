// The verdicts that record.ts has seen, and a learner's way through them.
import { readFileSync } from 'node:fs'
import type { Saying } from '@workshop/room/room'

export const FILE = new URL('./recordings.json', import.meta.url)

/** A verdict as the room hears it. */
export interface Recorded {
  passed: number
  of: number
  /** The step that failed; none when all is right. */
  step?: number
  sentence?: string
}

/** The verdicts by exercise, in the order in which a learner gets them. */
export type Recordings = Record<string, Recorded[]>

export function recordings(): Recordings {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recordings
}

/** What a learner says to the room, so many ms after what they said before. */
export interface Move {
  after: number
  says: Saying
}

/** ms between two verdicts of one learner, on average: the time in which somebody thinks and types. */
const THINKING = 200_000
/** Of 100 failed verdicts after which a hand goes up. */
const ASKING = 6
const QUESTIONS = ['why does it never come?', 'what is a discovery key?', 'is my laptop too slow?', '']

/**
 * The way of one learner through the whole course, drawn with `random`, which gives numbers from 0 to 1. At each step
 * they make some of the recorded mistakes, or none.
 */
export function* walk(recordings: Recordings, random: () => number): Iterable<Move> {
  const skill = 0.5 + random() // some need three times as long as others
  const thinking = () => THINKING * skill * (0.3 - 0.7 * Math.log(1 - random()))
  const numbers = Object.keys(recordings)
    .map(Number)
    .sort((a, b) => a - b)
  for (const exercise of numbers) {
    const verdicts = recordings[exercise] ?? []
    for (const [i, verdict] of verdicts.entries()) {
      const isNeeded = i === 0 || verdict.step === undefined
      if (!isNeeded && random() > skill / 1.5) continue
      yield { after: thinking(), says: { kind: 'verdict', exercise, ...verdict } }
      if (verdict.step === undefined || random() * 100 > ASKING) continue
      const words = QUESTIONS[Math.floor(random() * QUESTIONS.length)]
      yield { after: thinking() / 4, says: { kind: 'asked', ...(words && { words }) } }
      yield { after: thinking(), says: { kind: 'asked', isDone: true } }
    }
  }
}

/** Names for learners who are none. */
const NAMES =
  'Ada Aiko Amara Amir Ana Anil Anouk Aroha Ayla Bao Ben Bodil Carmen Chidi Chloé Dalia Daniel Dara Diego Elif Elsa Emre Enzo Esra Eva Farid Fatima Felix Finn Freya Gabriel Greta Hana Hassan Hugo Ida Ines Ivan Jana Jonas José Jun Kai Kamala Karim Keiko Kofi Lars Laura Leila Lena Léo Liam Lin Lucía Luka Maja Malik Maria Mateo Maya Mei Mia Milan Mira Moses Nadia Naoki Nia Nils Noor Nora Olga Omar Oskar Otto Paula Petra Priya Rafael Rania Ravi Rosa Rui Saga Salma Sam Samir Sara Sofia Sven Tama Tariq Theo Tomás Uma Vera Viktor Wei Yara Yuki Zoë'.split(
    ' '
  )

/** The name of the learner with this number, from 0. */
export function nameOf(number: number): string {
  const round = Math.floor(number / NAMES.length)
  return `${NAMES[number % NAMES.length]}${round > 0 ? ` ${String.fromCharCode(65 + (round % 26))}.` : ''}`
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
