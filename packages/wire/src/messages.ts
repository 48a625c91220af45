// What two multifeeds say to each other: a handshake, and five messages.
import c from 'compact-encoding'
import type { Manifest } from 'hypercore'
import { manifest } from 'hypercore/messages.js'
import type { Encoding } from 'protomux'

/** Changes when the messages do. */
export const VERSION = 2
/** A part of a pack is one message: at most so many bytes of blocks, or one block; and at most so many blocks. */
export const LARGEST_PART = 256 * 1024
export const MOST_BLOCKS = 8192
/** A pack is in memory as a whole before it is stored, in bytes of blocks and in blocks. */
export const LARGEST_PACK = 16 * 1024 * 1024
export const LONGEST_PACK = 2 ** 18
/** In blocks. To open a feed takes a bit of memory for each block that its writer has signed, stored here or not. */
export const LONGEST_FEED = 2 ** 22

/** The handshake. */
export interface Hello {
  version: number
  client: string
  /** 32 bytes that show that the sender knows the gate, without telling it; empty without a gate. */
  proof: Uint8Array
  /** JSON. */
  userData: string
  /** 1 when the sender knows more messages than those here, else 0. */
  extras: number
}

/** “I have this feed up to this length.” Numbered from 0 in the order of sending: later messages name it by that. */
export interface Offer {
  key: Uint8Array
  length: number
}

/** “What I offered under this number has become longer.” */
export interface Growth {
  index: number
  length: number
}

/** “Give me your offer of this number, from this block on.” */
export interface Request {
  index: number
  start: number
}

/**
 * The blocks asked for, up to the end, and the one signature of the feed's writer that covers them all. A large one
 * comes in parts: only the last has the signature and the manifest, and no parts of another feed come between them.
 */
export interface Pack {
  index: number
  start: number
  blocks: Uint8Array[]
  /** Empty when another part follows. */
  signature: Uint8Array
  /** Who may sign: the feed's key is the hash of it. */
  manifest: Manifest | null
}

/** The messages by their numbers on the wire. */
export interface Messages {
  offer: Offer[]
  growth: Growth[]
  request: Request[]
  pack: Pack
  /** “I have all that your first so many offers and growths said.” */
  have: number
}

/** How messages are written and read, in the order of their numbers. */
export type Encodings<All> = { [Name in keyof All]: Encoding<All[Name]> }

/** An encoding of an object, field by field in this order. */
export function record<Value extends object>(fields: Encodings<Value>): Encoding<Value> {
  const all = Object.entries(fields) as [keyof Value, Encoding<unknown>][]
  return {
    preencode(state, value) {
      for (const [key, encoding] of all) encoding.preencode(state, value[key])
    },
    encode(state, value) {
      for (const [key, encoding] of all) encoding.encode(state, value[key])
    },
    decode: (state) => Object.fromEntries(all.map(([key, encoding]) => [key, encoding.decode(state)])) as Value
  }
}

/** Null, or a value: a byte says which. */
export function optional<Value>(encoding: Encoding<Value>): Encoding<Value | null> {
  return {
    preencode(state, value) {
      c.bool.preencode(state, value !== null)
      if (value !== null) encoding.preencode(state, value)
    },
    encode(state, value) {
      c.bool.encode(state, value !== null)
      if (value !== null) encoding.encode(state, value)
    },
    decode: (state) => (c.bool.decode(state) ? encoding.decode(state) : null)
  }
}

/** A handshake with these encodings. What follows the version is only known for one's own. */
export function helloOf(told: Pick<Encodings<Hello>, 'client' | 'userData'>): Encoding<Hello> {
  const fields = record<Hello>({
    version: c.uint,
    client: told.client,
    proof: c.buffer,
    userData: told.userData,
    extras: c.uint
  })
  return {
    ...fields,
    decode(state) {
      const { start } = state
      const version = c.uint.decode(state)
      if (version !== VERSION) return { version, client: '', proof: new Uint8Array(0), userData: '', extras: 0 }
      state.start = start
      return fields.decode(state)
    }
  }
}

export const hello = helloOf({ client: c.string, userData: c.string })

export const encodings: Encodings<Messages> = {
  offer: c.array(record<Offer>({ key: c.fixed32, length: c.uint })),
  growth: c.array(record<Growth>({ index: c.uint, length: c.uint })),
  request: c.array(record<Request>({ index: c.uint, start: c.uint })),
  pack: record<Pack>({
    index: c.uint,
    start: c.uint,
    blocks: c.array(c.buffer),
    signature: c.buffer,
    manifest: optional(manifest)
  }),
  have: c.uint
}
