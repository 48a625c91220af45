// The story of a step: what was done, and the roles that it is about.
import type { Role } from './role.ts'

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

  /** What was done. A story that several stand on is told where it comes first. */
  get did(): string[] {
    return this.#read(new Set())
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
