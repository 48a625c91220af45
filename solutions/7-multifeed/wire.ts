// The handshake of two multifeeds, the bounds of what they say, and what becomes of an error.
import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  BareWire,
  type Encodings,
  type Messages as Five,
  type Growth,
  type Hello,
  helloOf,
  MOST_BLOCKS,
  MultifeedError,
  type Offer,
  type WireOptions as Options,
  optional,
  type Pack,
  type Request,
  record,
  VERSION
} from '@workshop/wire'
import c from 'compact-encoding'
import type Protomux from 'protomux'
import type { Encoding } from 'protomux'
import { checkUserData, few, length, proof, told } from './lib/bounds.ts'
import { type Extras, extras } from './lib/extras.ts'

export * from '@workshop/wire' // of what has the same name here, ours

/** As large as hypercore makes a block: with what proves it, it fits into a message of the connection, of 16 MiB. */
export const LARGEST_BLOCK = 15 * 1024 * 1024

/** The five messages, and more of them in extras.ts. */
export interface Messages extends Five, Extras {}
export type WireOptions = Options<Messages>

export const hello = helloOf(told)
/** What is beyond a bound is no message. */
export const encodings: Encodings<Messages> = {
  offer: c.array(record<Offer>({ key: c.fixed32, length })),
  growth: c.array(record<Growth>({ index: c.uint, length })),
  request: c.array(record<Request>({ index: c.uint, start: length })),
  pack: record<Pack>({
    index: c.uint,
    start: length,
    blocks: few(c.array(c.buffer), MOST_BLOCKS),
    signature: proof.signature,
    manifest: optional(proof.manifest)
  }),
  have: c.uint,
  ...extras
}

/** One side of the channel on a stream. */
export class Wire extends BareWire<Messages> {
  /** Throws `ERR_DUPLICATE_STREAM` when the stream carries such a multifeed already, and for user data that is not sent. */
  constructor(mux: Protomux, options: WireOptions) {
    checkUserData(options.userData)
    super(mux, options, { hello, encodings })
  }

  protected admit({ version, client, proof }: Hello): void {
    const us = this.options
    if (version !== VERSION) {
      throw new MultifeedError('ERR_VERSION_MISMATCH', `Their multifeed speaks version ${version}, ours ${VERSION}.`, {
        usVersion: VERSION,
        themVersion: version
      })
    }
    if (client !== us.client) {
      throw new MultifeedError('ERR_CLIENT_MISMATCH', `They are “${client.slice(0, 80)}”, and we “${us.client}”.`, {
        usClient: us.client,
        themClient: client
      })
    }
    const expected = this.proof(!this.mux.stream.isInitiator)
    if (expected.length !== proof.length || !timingSafeEqual(expected, proof)) {
      throw new MultifeedError('ERR_GATE_MISMATCH', 'They have another gate than we.')
    }
  }

  /** What only somebody with the gate can say on this connection, and only this side of it. */
  protected proof(isInitiator: boolean): Uint8Array {
    const { gate } = this.options
    const { handshakeHash } = this.mux.stream
    if (!gate || !handshakeHash) return new Uint8Array(0)
    const side = isInitiator ? 'initiator' : 'responder'
    return createHmac('sha256', gate).update(handshakeHash).update(side).digest()
  }

  /** Bytes that are no message end this stream with a code. Protomux would end the process for some of them. */
  protected safe<Value>(encoding: Encoding<Value>): Encoding<Value> {
    return {
      preencode: encoding.preencode,
      encode: encoding.encode,
      decode: (state) => {
        try {
          return encoding.decode(state)
        } catch (error) {
          this.close(new MultifeedError('ERR_PROTOCOL', `They sent what is no message: ${(error as Error).message}`))
          return undefined as Value // nobody reads it: `guard` is given nothing any more
        }
      }
    }
  }

  /** An error of ours closes this stream; one of the program's own must neither pass unseen nor end the process. */
  protected guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.close(MultifeedError.thrown(error))
    }
  }
}
