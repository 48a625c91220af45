// What the board and the program behind it say to each other: JSON, one message in a WebSocket frame.

/** An exercise on the road. */
export interface Stretch {
  exercise: number
  title: string
  /** The titles of its steps, in order. */
  steps: string[]
}

/** A person in the room, as the board shows them. Times are ms since 1970. */
export interface Person {
  id: string
  /** Which nobody else in the room has. */
  name: string
  /** Where they work; nothing before the first verdict. The step is one more than the exercise has when all of it passes. */
  exercise?: number
  step?: number
  /** Since when they have been there. */
  since: number
  /** What their last verdict says of the step that failed. */
  sentence?: string
  hand?: Hand
}

/** A hand that is up. */
export interface Hand {
  /** Counts the hands of this person. */
  number: number
  since: number
  words?: string
  /** The teacher has said that they come. */
  isAwaited: boolean
}

/** The sentence that most people read right now. */
export interface Sentence {
  text: string
  exercise: number
  step: number
  readers: number
}

/** How far the class was at a time. */
export interface Mark {
  at: number
  people: number
  /** How many steps had passed with those of whom 10, 25, 50, 75 and 90 of 100 people were no further. */
  steps: [number, number, number, number, number]
}

/** All that changes on the board. */
export interface Shown {
  type: 'shown'
  at: number
  /** Who has been stuck longest comes first; then those who have passed what they began, and those who have not begun. */
  people: Person[]
  /** The ids of those whose hand is up, in the order in which they went up. */
  hands: string[]
  sentence?: Sentence
  /** What the teacher said last. */
  told?: { text: string; at: number }
  /** At most some dozens, in their order. */
  marks: Mark[]
  /** Who says more than an honest one, and how much. */
  floods: { label: string; entries: number }[]
}

/** From the program to a page. */
export type ToPage =
  /** What stays as it is: the course, and what a learner types to come in. Comes first. */
  | { type: 'course'; road: Stretch[]; line: string; isRehearsal: boolean }
  | Shown
  /** A file for the teacher to keep. */
  | { type: 'file'; name: string; text: string }
  /** What the teacher asked for did not work: a sentence. */
  | { type: 'problem'; text: string }

/** From a page to the program: what the teacher wants. */
export type FromPage =
  | { type: 'come'; to: string; hand: number }
  | { type: 'tell'; text: string }
  | { type: 'export'; format: 'csv' | 'json' }

/** Reads a message from a page. Throws a sentence for everything that is none. */
export function readMessage(data: string): FromPage {
  const message: unknown = JSON.parse(data)
  const { type, to, hand, text, format } = Object(message) as Record<string, unknown>
  if (type === 'come' && typeof to === 'string' && typeof hand === 'number') return { type, to, hand }
  if (type === 'tell' && typeof text === 'string') return { type, text }
  if (type === 'export' && (format === 'csv' || format === 'json')) return { type, format }
  throw new Error('The page said something that the board does not know.')
}
