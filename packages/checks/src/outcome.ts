// How a step can end badly: by the learner's program, or by this machine. Anything else that is thrown is our check's.

export interface Missed {
  text: string
  since?: number
}

/** The learner's program did not show what it should. */
export class Unseen extends Error {
  /** What that usually means, and what to do. */
  means: string | undefined
  /** The file of the role that it was awaited of, where it was one's. */
  file: string | undefined
  /** What was not seen, without what else can be told; and since when it was awaited, as `performance.now()` has it. */
  missed: Missed

  constructor(
    saw: string,
    {
      means,
      file,
      missed = { text: saw }
    }: { means?: string | undefined; file?: string | undefined; missed?: Missed } = {}
  ) {
    super(saw)
    this.means = means
    this.file = file
    this.missed = missed
  }
}

/** This machine does not let the check do its work. */
export class MachineTrouble extends Error {}

/** Several sentences as one text; one that was said is not said again. */
export function sentences(...parts: (string | undefined)[]): string {
  return [...new Set(parts.filter((part) => part))].join(' ')
}

/** A name as it stands within a sentence: “my first client”. */
export function within(name: string): string {
  return name.replace(/^My\b/, 'my')
}
