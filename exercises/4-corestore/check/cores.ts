// What cores hold, and what is said of the writer and of its readers alike.
import type Corestore from 'corestore'
import type Hypercore from 'hypercore'

/** How long a peer that was there before may take to meet somebody again, in ms: hyperswarm tries that after 1 and 5 s. */
export const MEETING_AGAIN = 10_000

export const JOIN =
  'Join a swarm on the discovery key of the main core, as server and as client, which is the default, and call `store.replicate(socket)` for every connection.'
export const EVERYBODY = 'Call `store.replicate(socket)` for every connection, also of a peer that was there before.'
export const RUNS_ON = `Only Ctrl-C may end it, whoever comes and goes. ${JOIN}`
export const LEAVE =
  'Leave the swarm in `goodbye`, return the promise of that, and call `goodbye` before you wait for anything. The reader closes nothing that it still waits for.'

export const bytes = (text: string) => Buffer.from(text)

export const hex = ({ key }: Hypercore) => key.toString('hex')

const MANY = 50
export const numbered = (what: string) => Array.from({ length: MANY }, (_, i) => `${what}${i}`)

/** Cores of a store of ours with these names, ready. */
export async function named(store: Corestore, ...names: string[]): Promise<Hypercore[]> {
  const cores = names.map((name) => store.get({ name }))
  for (const core of cores) await core.ready()
  return cores
}

/** A block that holds the keys of other cores. */
export const index = (...otherKeys: string[]) => bytes(JSON.stringify({ otherKeys }))

/** The keys in a block `{ otherKeys: [<hex>, …] }`; none when it is something else. */
export function keysIn(block: Uint8Array | string): string[] {
  try {
    const { otherKeys } = JSON.parse(String(block))
    const isKey = (key: unknown) => typeof key === 'string' && /^[0-9a-f]{64}$/.test(key)
    return Array.isArray(otherKeys) && otherKeys.every(isKey) ? otherKeys : []
  } catch {
    return []
  }
}
