// The handshake of two multifeeds, and what becomes of an error. @workshop/wire gives the rest: the messages, their limits,
// and a channel that opens, sends and ends, but believes whatever the other side says.
import { BareWire, encodings, type Hello, hello, type WireOptions } from '@workshop/wire'
import type Protomux from 'protomux'
import type { Encoding } from 'protomux'

export * from '@workshop/wire'

/** One side of the channel on a stream. */
export class Wire extends BareWire {
  constructor(mux: Protomux, options: WireOptions) {
    super(mux, options, { hello, encodings })
  }

  /** Called with their handshake. A MultifeedError that it throws refuses them. */
  protected admit(theirs: Hello): void {
    // TODO 2: do version, client and proof fit? If not, throw a MultifeedError with its code, and with usVersion and
    // themVersion, or usClient and themClient. this.options has ours.
  }

  /** What only somebody with the gate can say on this connection, and only this side of it. */
  protected proof(isInitiator: boolean): Uint8Array {
    // TODO 2: empty without a gate, else HMAC-SHA-256, with the gate as its key, of this.mux.stream.handshakeHash and then
    // of 'initiator' or 'responder'
    return new Uint8Array(0)
  }

  /** Each encoding goes through here before it reads what they send. */
  protected safe<Value>(encoding: Encoding<Value>): Encoding<Value> {
    // TODO 7: whatever the decoder throws, close this stream with ERR_PROTOCOL
    return encoding
  }

  /** Runs a handler: of a message, or of the opening. */
  protected guard(run: () => void): void {
    // TODO 7: whatever a handler throws, close this stream: with it if it is a MultifeedError, else with ERR_HANDLER
    run()
  }
}
