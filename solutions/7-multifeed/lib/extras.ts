// What two multifeeds say beyond the exercise, when both have said in their handshake that they know it.
import { type Encodings, optional, record } from '@workshop/wire'
import c from 'compact-encoding'
import type { Manifest } from 'hypercore'
import { few, length, place, proof } from './bounds.ts'

/** The blocks of a piece: 2 to the power of 6 at most. */
export const LONGEST_RUN = 64
/** From a block up to the root, and the other roots: fewer than 28 each. */
const MOST_NODES = 64

/** What each side has, in a form that tells the differences apart from what is equal: see digest.ts. */
export interface Digest {
  /** How many feeds the sender has. */
  count: number
  /** Symbols of 13 bytes, the next ones. */
  symbols: Uint8Array
}

/** The answer to a digest. */
export interface Differ {
  /** “We differ too much: let us offer all.” */
  isAll: boolean
  /** The ids, 8 bytes each, of what the other side has in its digest and I have not. */
  ids: Uint8Array
}

/** “Give me pieces of your offer of this number.” */
export interface Fetch {
  index: number
  /** From this block on; what lies before it is here. */
  start: number
  /** The length of the feed that I know: a signature is only needed for more. */
  length: number
  /** Only the newest block. */
  isLatest: boolean
}

/** A node of the tree over a feed. */
export interface Node {
  index: number
  size: number
  hash: Uint8Array
}

/** A run of blocks with the proof for it, so that it can be stored before the others are there. */
export interface Piece {
  index: number
  start: number
  blocks: Uint8Array[]
  /** From the first block up to a node that the other side knows. */
  nodes: Node[]
  /** In the first piece of an answer: the length of the feed, and its signature. */
  upgrade: Upgrade | null
  /** No more of them follow: the next ones must be asked for. */
  isLast: boolean
}

export interface Upgrade {
  /** The length that the other side has. */
  start: number
  length: number
  nodes: Node[]
  signature: Uint8Array
  manifest: Manifest
}

export interface Extras {
  digest: Digest
  differ: Differ
  /** “Your digest was too short for me: so many symbols more, please.” */
  more: number
  fetch: Fetch[]
  piece: Piece
  /** “I cannot give you those offers of mine any more.” */
  withdraw: number[]
}

const nodes = few(c.array(record<Node>({ index: place, size: c.uint, hash: c.fixed32 })), MOST_NODES)
const upgrade = record<Upgrade>({ start: length, length, nodes, ...proof })

/** After those of wire.ts, in this order. */
export const extras: Encodings<Extras> = {
  digest: record<Digest>({ count: c.uint, symbols: c.buffer }),
  differ: record<Differ>({ isAll: c.bool, ids: c.buffer }),
  more: c.uint,
  fetch: c.array(record<Fetch>({ index: c.uint, start: length, length, isLatest: c.bool })),
  piece: record<Piece>({
    index: c.uint,
    start: length,
    blocks: few(c.array(c.buffer), LONGEST_RUN),
    nodes,
    upgrade: optional(upgrade),
    isLast: c.bool
  }),
  withdraw: c.array(c.uint)
}
