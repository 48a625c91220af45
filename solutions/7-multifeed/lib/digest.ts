// What differs between two sets, told in about as many bytes as it is large: rateless invertible Bloom lookup tables
// (Yang, Gilad and Alizadeh, “Practical Rateless Set Reconciliation”, SIGCOMM 2024). WIRE.md has them to the byte.
import { hash } from 'node:crypto'

/** The bytes of a symbol: the xor of 8-byte ids, the xor of their 4-byte checks, and how many they are in a byte. */
export const SYMBOL = 13
/** … and those of an id. */
export const ID = 8

/** An element of a set, as the 8 bytes of its id. */
export interface Id {
  readonly high: number
  readonly low: number
}

/** The id of “this feed up to this length”, on this connection alone: nobody can prepare two that are the same. */
export function idOf(salt: Uint8Array, key: Uint8Array, length: number): Id {
  const bytes = Buffer.alloc(salt.byteLength + key.byteLength + 8)
  bytes.set(salt)
  bytes.set(key, salt.byteLength)
  bytes.writeBigUInt64LE(BigInt(length), salt.byteLength + key.byteLength)
  const digest = hash('sha256', bytes, 'buffer')
  return { high: digest.readUInt32LE(4), low: digest.readUInt32LE(0) }
}

/** The symbols from `from` to before `to` of a set. */
export function symbolsOf(set: Iterable<Id>, from: number, to: number): Buffer {
  const symbols = new Symbols(to)
  for (const id of set) symbols.add(id, 1)
  return symbols.bytes(from)
}

/**
 * What is only in the set behind these symbols, and what is only in ours; undefined when the symbols are too few to
 * tell.
 */
export function difference(theirs: Uint8Array, ours: Iterable<Id>): { theirs: Id[]; ours: Id[] } | undefined {
  const symbols = new Symbols(Math.floor(theirs.byteLength / SYMBOL))
  symbols.load(Buffer.from(theirs.buffer, theirs.byteOffset, theirs.byteLength))
  for (const id of ours) symbols.add(id, -1)
  return symbols.peel()
}

export const encodeIds = (ids: Id[]): Buffer => {
  const bytes = Buffer.alloc(ids.length * ID)
  for (const [i, { low, high }] of ids.entries()) {
    bytes.writeUInt32LE(low, i * ID)
    bytes.writeUInt32LE(high, i * ID + 4)
  }
  return bytes
}

/** Bytes that are no whole id at the end are no id. */
export const decodeIds = (bytes: Uint8Array): Id[] => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.byteLength / ID) }, (_, i) => ({
    low: buffer.readUInt32LE(i * ID),
    high: buffer.readUInt32LE(i * ID + 4)
  }))
}

export const same = (id: Id): string => `${id.high}.${id.low}`

class Symbols {
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #check: Uint32Array
  /** Counts are told in a byte: what matters is whether one is left, and the check tells 1 from 257. */
  readonly #count: Int8Array

  constructor(length: number) {
    this.#low = new Uint32Array(length)
    this.#high = new Uint32Array(length)
    this.#check = new Uint32Array(length)
    this.#count = new Int8Array(length)
  }

  add(id: Id, count: number): void {
    const check = checkOf(id)
    for (const i of places(id, this.#count.length)) this.#addAt(i, id, check, count)
  }

  #addAt(i: number, { low, high }: Id, check: number, count: number): void {
    this.#low[i] = (this.#low[i] as number) ^ low
    this.#high[i] = (this.#high[i] as number) ^ high
    this.#check[i] = (this.#check[i] as number) ^ check
    this.#count[i] = (this.#count[i] as number) + count
  }

  bytes(from: number): Buffer {
    const bytes = Buffer.alloc((this.#count.length - from) * SYMBOL)
    for (let i = from, at = 0; i < this.#count.length; i++, at += SYMBOL) {
      bytes.writeUInt32LE(this.#low[i] as number, at)
      bytes.writeUInt32LE(this.#high[i] as number, at + 4)
      bytes.writeUInt32LE(this.#check[i] as number, at + 8)
      bytes.writeInt8(this.#count[i] as number, at + 12)
    }
    return bytes
  }

  load(bytes: Buffer): void {
    for (let i = 0; i < this.#count.length; i++) {
      const at = i * SYMBOL
      this.#low[i] = bytes.readUInt32LE(at)
      this.#high[i] = bytes.readUInt32LE(at + 4)
      this.#check[i] = bytes.readUInt32LE(at + 8)
      this.#count[i] = bytes.readInt8(at + 12)
    }
  }

  /** Takes out what stands alone, again and again, until nothing is left. */
  peel(): { theirs: Id[]; ours: Id[] } | undefined {
    const found: { theirs: Id[]; ours: Id[] } = { theirs: [], ours: [] }
    const waiting = Array.from(this.#count.keys())
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      const sign = this.#count[i] as number
      const id = { low: this.#low[i] as number, high: this.#high[i] as number }
      if ((sign !== 1 && sign !== -1) || this.#check[i] !== checkOf(id)) continue
      found[sign === 1 ? 'theirs' : 'ours'].push(id)
      // Symbols that were made to be peeled for ever end here: no set has more elements than symbols that tell it.
      if (found.theirs.length + found.ours.length > this.#count.length) return undefined
      const check = checkOf(id)
      for (const place of places(id, this.#count.length)) {
        this.#addAt(place, id, check, -sign)
        waiting.push(place)
      }
    }
    return this.#count.every((count, i) => count === 0 && this.#low[i] === 0 && this.#high[i] === 0) ? found : undefined
  }
}

/** The symbols that an id is in: always the first, then ever fewer of them. */
function* places({ low, high }: Id, end: number): Generator<number> {
  let state = mix(low ^ mix(high))
  for (let i = 0; i < end; ) {
    yield i
    state = (state + 0x9e3779b9) >>> 0
    i += Math.ceil((i + 1.5) * (2 ** 16 / Math.sqrt(mix(state) + 1) - 1))
  }
}

const checkOf = ({ low, high }: Id): number => mix(high ^ mix(low ^ 0x6d756c74))

/** Spreads 32 bits: the end of MurmurHash3. */
function mix(value: number): number {
  let h = value ^ (value >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
