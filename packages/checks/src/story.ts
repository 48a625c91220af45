// The story of a step: what was done, and the roles that it is about.
import type { Role } from './role.ts'

/** So many sentences of one kind in a row are told one by one. */
const FEW = 3
const QUOTED = /“[^”]*”/

export class Story {
  readonly #told: (string | Story)[] = []
  readonly #roles = new Set<Role>()

  /** Adds a sentence. */
  tell(sentence: string): void {
    this.#told.push(sentence)
  }

  /** Adds a role that it is about. */
  meet(role: Role): void {
    this.#roles.add(role)
  }

  /** Tells another story here, also what is yet to be added to that one. */
  standOn(other: Story): void {
    this.#told.push(other)
  }

  /** What was done. A story that several stand on is told where it comes first, and what was done over and over only once. */
  get did(): string[] {
    return gathered(this.#read(new Set()))
  }

  /** The roles of this story and of those that it stands on. */
  get roles(): ReadonlySet<Role> {
    const read = new Set<Story>()
    this.#read(read)
    return new Set([...read].flatMap((story) => [...story.#roles]))
  }

  /** The sentences of this story and of those that it stands on, without those that are `read` already. */
  #read(read: Set<Story>): string[] {
    if (read.has(this)) return []
    read.add(this)
    return this.#told.flatMap((part) => (typeof part === 'string' ? part : part.#read(read)))
  }
}

/** Sentences that differ in what they quote first, one after the other, as one: it quotes the first and the last. */
function gathered(sentences: string[]): string[] {
  const groups: string[][] = []
  for (const sentence of sentences) {
    const group = groups.at(-1)
    if (group && QUOTED.test(sentence) && frame(sentence) === frame(String(group[0]))) group.push(sentence)
    else groups.push([sentence])
  }
  return groups.flatMap((group) => {
    const [first, last] = [String(group[0]), String(group.at(-1))]
    if (group.length <= FEW) return group
    // A function: in a text, `$'` would stand for something else.
    return first.replace(QUOTED, (quoted) => `${quoted}, ${group.length - 2} others, and ${QUOTED.exec(last)}`)
  })
}

const frame = (sentence: string) => sentence.replace(QUOTED, '“”')
