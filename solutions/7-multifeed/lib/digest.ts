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

/** A set, of which symbols are made as far as they are needed. */
export class Sketch {
  readonly #walks: Walk[]
  #symbols = new Symbols(0)

  constructor(set: Iterable<Id>) {
    this.#walks = Array.from(set, (id) => new Walk(id))
  }

  /** The symbols from `from` to before `to`. */
  bytes(from: number, to: number): Buffer {
    return this.#upTo(to).bytes(from, to)
  }

  /**
   * What is only in the set behind these symbols, and what is only in ours; undefined when the symbols are too few to
   * tell.
   */
  difference(theirs: Uint8Array): { theirs: Id[]; ours: Id[] } | undefined {
    const symbols = new Symbols(Math.floor(theirs.byteLength / SYMBOL))
    symbols.load(Buffer.from(theirs.buffer, theirs.byteOffset, theirs.byteLength))
    symbols.subtract(this.#upTo(symbols.length))
    return symbols.peel()
  }

  /** Each element goes on from the place to which it had come. */
  #upTo(length: number): Symbols {
    if (length > this.#symbols.length) {
      this.#symbols = this.#symbols.grown(length)
      for (const walk of this.#walks) for (; walk.place < length; walk.next()) this.#symbols.add(walk, 1)
    }
    return this.#symbols
  }
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
  readonly length: number
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #check: Uint32Array
  /** Counts are told in a byte: what matters is whether one is left, and the check tells 1 from 257. */
  readonly #count: Int8Array

  constructor(length: number) {
    this.length = length
    this.#low = new Uint32Array(length)
    this.#high = new Uint32Array(length)
    this.#check = new Uint32Array(length)
    this.#count = new Int8Array(length)
  }

  /** The same, with place for more. */
  grown(length: number): Symbols {
    const symbols = new Symbols(length)
    symbols.#low.set(this.#low)
    symbols.#high.set(this.#high)
    symbols.#check.set(this.#check)
    symbols.#count.set(this.#count)
    return symbols
  }

  /** Adds an element where it is, so many times. */
  add({ place, id: { low, high }, check }: Walk, count: number): void {
    this.#low[place] = (this.#low[place] as number) ^ low
    this.#high[place] = (this.#high[place] as number) ^ high
    this.#check[place] = (this.#check[place] as number) ^ check
    this.#count[place] = (this.#count[place] as number) + count
  }

  /** Takes out what is in these, which are at least as many. */
  subtract(others: Symbols): void {
    for (let i = 0; i < this.length; i++) {
      this.#low[i] = (this.#low[i] as number) ^ (others.#low[i] as number)
      this.#high[i] = (this.#high[i] as number) ^ (others.#high[i] as number)
      this.#check[i] = (this.#check[i] as number) ^ (others.#check[i] as number)
      this.#count[i] = (this.#count[i] as number) - (others.#count[i] as number)
    }
  }

  bytes(from: number, to: number): Buffer {
    const bytes = Buffer.alloc((to - from) * SYMBOL)
    for (let i = from, at = 0; i < to; i++, at += SYMBOL) {
      bytes.writeUInt32LE(this.#low[i] as number, at)
      bytes.writeUInt32LE(this.#high[i] as number, at + 4)
      bytes.writeUInt32LE(this.#check[i] as number, at + 8)
      bytes.writeInt8(this.#count[i] as number, at + 12)
    }
    return bytes
  }

  load(bytes: Buffer): void {
    for (let i = 0; i < this.length; i++) {
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
      if (found.theirs.length + found.ours.length > this.length) return undefined
      for (const walk = new Walk(id); walk.place < this.length; walk.next()) {
        this.add(walk, -sign)
        waiting.push(walk.place)
      }
    }
    return this.#count.every((count, i) => count === 0 && this.#low[i] === 0 && this.#high[i] === 0) ? found : undefined
  }
}

/** Goes through the symbols that an element is in: always the first, then ever fewer of them. */
class Walk {
  readonly id: Id
  readonly check: number
  place = 0
  #state: number

  constructor(id: Id) {
    this.id = id
    this.check = checkOf(id)
    this.#state = mix(id.low ^ mix(id.high))
  }

  next(): void {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    this.place += Math.ceil((this.place + 1.5) * (2 ** 16 / Math.sqrt(mix(this.#state) + 1) - 1))
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
