// What the check and the process with the learner's class say to each other.

/** In front of each answer, which is JSON: the class may print what it likes besides. */
export const ANSWER = '@answer '

/** The commands: what each takes, and gives. */
export interface Commands {
  open(multi: string, folder: string, options?: object, listens?: boolean): void
  ready(multi: string): void
  close(multi: string): void
  /** The writer's key in hex. */
  writer(multi: string, name?: string, keyPair?: { publicKey: string; secretKey: string }): string
  append(multi: string, key: string, blocks: string[]): void
  feeds(multi: string): { key: string; length: number; stored: number }[]
  blocks(multi: string, key: string): string[]
  /** What the multifeed told by events so far. */
  events(multi: string): { feeds: string[]; errors: string[]; userData: unknown[] }
  /** Connects to a key, and replicates; gives the number of the stream. `asMux`: over a muxer of that connection. */
  connect(multi: string, key: string, asMux?: boolean): number
  /** Connects two multifeeds here in memory. */
  pipe(a: string, b: string): [number, number]
  sync(stream: number): void
  destroy(stream: number): void
  /** Has the listener of `remote-feeds` throw from now on, or not. */
  throwing(multi: string, isThrowing: boolean): void
}
