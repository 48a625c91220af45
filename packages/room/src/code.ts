// The code of a room: twelve letters and digits that commit to the teacher's key, and what follows from them.
import sodium from 'sodium-universal'

/** Letters and digits without 0, 1, i and l. A 0 that somebody reads is an o. */
const ALPHABET = '23456789abcdefghjkmnopqrstuvwxyz'
const LETTERS = 12 // of 5 bits
const GROUP = 4

/** What one try costs whoever guesses: three passes over 64 MiB, some 0.3 s of a core. */
const COST = { passes: 3, memory: 64 * 1024 * 1024 }

/** A code that cannot be one, or does not fit. The message is for the user. */
export class CodeError extends Error {
  override name = 'CodeError'
}

/** The teacher's key pair: whoever has its secret opens the room. */
export interface KeyPair {
  /** 32 bytes. */
  publicKey: Buffer
  /** 64 bytes. */
  secretKey: Buffer
}

/** What everybody in a room has, and nobody else. Each is 32 bytes. */
export interface Secrets {
  /** Those who have it replicate with each other. */
  gate: Buffer
  /** Where the teacher's machine is found. */
  teacherTopic: Buffer
  /** Where learners find each other. */
  learnersTopic: Buffer
}

/** The key pair that belongs to a seed of 32 bytes. */
export function keyPairOf(seed: Buffer): KeyPair {
  const pair = { publicKey: Buffer.alloc(32), secretKey: Buffer.alloc(64) }
  sodium.crypto_sign_seed_keypair(pair.publicKey, pair.secretKey, seed)
  return pair
}

/** The code of the room of a teacher: the first 60 bits of a slow hash of their public key. Takes some 0.3 s. */
export async function codeOf(publicKey: Buffer): Promise<string> {
  const hash = await slowly(publicKey, 'room code')
  let bits = 0n
  for (const byte of hash.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length: LETTERS }, (_, i) => ALPHABET[Number((bits >> BigInt(64 - 5 * (i + 1))) & 31n)]).join('')
}

/**
 * What follows from a code. It is hashed slowly as well: strangers see the topics, and whatever they compare a guess
 * with, each of the 2⁶⁰ guesses takes that long. Takes some 0.3 s.
 */
export async function secretsOf(code: string): Promise<Secrets> {
  const root = await slowly(Buffer.from(code), 'room keys')
  const derive = (what: string) => {
    const output = Buffer.alloc(32)
    sodium.crypto_generichash(output, Buffer.from(what), root)
    return output
  }
  return { gate: derive('gate'), teacherTopic: derive('teacher'), learnersTopic: derive('learners') }
}

/** A code as a user typed it, in the form of `codeOf`. Throws a CodeError that says which part cannot be right. */
export function codeIn(word: string): string {
  const code = word.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('0', 'o')
  const wrong = [...code].find((letter) => !ALPHABET.includes(letter))
  if (wrong !== undefined) {
    const part = word.split('-').find((group) => group.toLowerCase().includes(wrong)) ?? word
    throw new CodeError(
      `“${shorten(part)}” cannot be a part of a code: codes have no “${wrong}”. A code looks like k7qp-3xfm-9d2h.`
    )
  }
  if (code.length !== LETTERS) {
    throw new CodeError(
      `“${shorten(word)}” has ${code.length} letters and digits, and a code has ${LETTERS}, as in k7qp-3xfm-9d2h.`
    )
  }
  return code
}

/** A code as it is shown, in groups of four. */
export function showCode(code: string): string {
  return Array.from({ length: LETTERS / GROUP }, (_, i) => code.slice(i * GROUP, (i + 1) * GROUP)).join('-')
}

/** What a teacher seals: the key of a feed, or the hash of the workshop that they share. */
export type Sealed = 'feed' | 'share'

/** The teacher's proof that something is theirs: a signature of 64 bytes. */
export function seal(bytes: Buffer, { secretKey }: KeyPair, what: Sealed = 'feed'): Buffer {
  const proof = Buffer.alloc(64)
  sodium.crypto_sign_detached(proof, sealed(bytes, what), secretKey)
  return proof
}

/** Whether the owner of a public key says that something is theirs. */
export function isSealed(bytes: Buffer, proof: Buffer, publicKey: Buffer, what: Sealed = 'feed'): boolean {
  return sodium.crypto_sign_verify_detached(proof, sealed(bytes, what), publicKey)
}

const sealed = (bytes: Buffer, what: Sealed) =>
  Buffer.concat([Buffer.from(`p2p-workshop ${what} of the teacher `), bytes])

async function slowly(input: Buffer, purpose: string): Promise<Buffer> {
  const salt = Buffer.alloc(16)
  sodium.crypto_generichash(salt, Buffer.from(`p2p-workshop ${purpose}`))
  const output = Buffer.alloc(32)
  const { passes, memory } = COST
  await sodium.crypto_pwhash_async(output, input, salt, passes, memory, sodium.crypto_pwhash_ALG_ARGON2ID13)
  return output
}

const shorten = (word: string) => (word.length > 40 ? `${word.slice(0, 39)}…` : word)
