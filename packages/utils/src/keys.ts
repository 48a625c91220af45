import { decode } from 'hypercore-id-encoding'
import { exitWith } from './exit.ts'

/**
 * Returns the 32 bytes of a key or topic that the user typed as 64 hex digits, or as the 52 letters of z-base-32. Anything
 * else, even nothing, ends the program with a sentence and code 2. `what` names it in that sentence: "the key that the
 * server prints".
 */
export function readKey(text: string | undefined, what: string): Buffer {
  if (text === undefined || text === '') {
    exitWith(2, `Something is missing: ${what}. Type its 64 hex digits after the name of the role.`)
  }
  try {
    return decode(text)
  } catch {
    const isHex = /^[0-9a-f]+$/i.test(text)
    const wrong = isHex && text.length !== 64 ? `has ${text.length} hex digits instead of 64` : 'is not a key'
    const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text
    exitWith(2, `“${shown}” ${wrong}. Give ${what}: all of its 64 hex digits.`)
  }
}
