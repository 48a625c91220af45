// The multifeed that a room is made of: our answer to exercise 7. A teacher may have moved it away with the others.

/** Why no room can be opened here, as a sentence; undefined when one can. */
export function missing(): string | undefined {
  try {
    import.meta.resolve('solution-7-multifeed')
    return undefined
  } catch {
    return 'A room is built on our answer to exercise 7. Put the folder solutions/7-multifeed back, and type this again.'
  }
}
