// What comes in from a program or a peer.
import { StringDecoder } from 'node:string_decoder'

/** Pieces, which may end in the middle of a character, and their bytes need not be text. */
export class Incoming {
  /** As text, so far. */
  text = ''
  #pieces: Buffer[] = []
  readonly #decoder = new StringDecoder('utf8')

  /** Takes a piece. Gives what it adds to the text. */
  add(piece: Buffer): string {
    const text = this.#decoder.write(piece)
    this.#pieces.push(piece)
    this.text += text
    return text
  }

  /** Whether these bytes have come, one after the other. */
  has(bytes: Buffer): boolean {
    const whole = Buffer.concat(this.#pieces)
    this.#pieces = [whole]
    return whole.includes(bytes)
  }
}
