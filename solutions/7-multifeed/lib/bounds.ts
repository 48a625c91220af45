// Encodings of what strangers say: what is beyond a bound is no message, and is not read to its end.
import { LONGEST_FEED } from '@workshop/wire'
import c from 'compact-encoding'
import { manifest } from 'hypercore/messages.js'
import type { Encoding } from 'protomux'

/** A manifest, and the signature of all who sign, in bytes. */
const LARGEST_PROOF = 64 * 1024
/** The name of a program, and its user data as JSON, in bytes: as values they take many times as much. */
const LARGEST_NAME = 1024
const LARGEST_USER_DATA = 64 * 1024

/** A number that is no larger. */
export const upTo = (most: number): Encoding<number> => ({
  ...c.uint,
  decode(state) {
    const value = c.uint.decode(state)
    if (value > most) throw new Error(`${value} is more than ${most}`)
    return value
  }
})

/** A list that is no longer: each element takes memory, however few bytes it has. */
export const few = <Value>(encoding: Encoding<Value[]>, most: number): Encoding<Value[]> => ({
  ...encoding,
  decode(state) {
    const { start } = state
    upTo(most).decode(state)
    state.start = start
    return encoding.decode(state)
  }
})

/** What has no more bytes. */
export const small = <Value>(encoding: Encoding<Value>, most: number): Encoding<Value> => ({
  ...encoding,
  decode(state) {
    const { start } = state
    const value = encoding.decode(state)
    if (state.start - start > most) throw new Error(`${state.start - start} bytes are more than ${most}`)
    return value
  }
})

/** Whether an error of hypercore says that a proof does not hold; others are of the disk, or of the program. */
export const isBadProof = (error: Error & { code?: string }): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  BAD_PROOF.has(error.code ?? '') ||
  error.message === 'Out of bounds' // a signature that ends too early
const BAD_PROOF = new Set([
  'ASSERTION',
  'BAD_ARGUMENT',
  'INVALID_CHECKSUM',
  'INVALID_OPERATION',
  'INVALID_PROOF',
  'INVALID_SIGNATURE'
])

/** The length of a feed, and the place of a block in it. */
export const length = upTo(LONGEST_FEED)
/** The place of a node in the tree over a feed. */
export const place = upTo(2 * LONGEST_FEED)
/** What the handshake tells of a program. */
export const told = { client: small(c.string, LARGEST_NAME), userData: small(c.string, LARGEST_USER_DATA) }
/** What shows whose the blocks are. */
export const proof = { signature: small(c.buffer, LARGEST_PROOF), manifest: small(manifest, LARGEST_PROOF) }

/** Throws a TypeError for user data that is no JSON, a RangeError for more than 64 kB of it. */
export function checkUserData(userData: unknown): void {
  const json = JSON.stringify(userData) ?? ''
  if (Buffer.byteLength(json) > LARGEST_USER_DATA - 3) throw new RangeError('User data has at most 64 kB as JSON.')
}
