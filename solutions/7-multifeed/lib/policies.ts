// What a program may decide beyond the exercise: whom it tells of a feed, from whom it takes it, how much, and when.
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import { MultifeedError } from '../wire.ts'

/** A peer, as a policy sees it. */
export interface Peer {
  /** 32 bytes: whom the connection proves it to be. */
  publicKey: Buffer
  stream: NoiseSecretStream
}

export interface Policies {
  /** No feed of a peer is fetched beyond so many blocks; default: no bound but that of the wire. */
  maxLength?: number
  /** No feed of a peer is fetched beyond so many bytes; default: no bound. */
  maxBytes?: number
  /** By it two multifeeds find each other on a connection that carries several. */
  id?: string
  /** Only the newest block of each feed is fetched. */
  sparse?: boolean
  /** Whether a peer is told of a feed; default: of all. */
  share?(key: Buffer, peer: Peer): boolean
  /**
   * How long what is new of a feed may wait before a peer is told, in ms; then all that waits is told at once. Default 0.
   * What a peer is offered when it comes does not wait. See also `tell`.
   */
  delay?(key: Buffer, peer: Peer): number
  /** Whether a feed is taken from a peer; default: all are. */
  accept?(key: Buffer, peer: Peer): boolean
}

/**
 * The policies for one stream. When `share` or `delay` throws, `complain` is told; then a feed is not given, and does not
 * wait. What `accept` throws is for who calls it.
 */
export function policiesFor(
  stream: NoiseSecretStream,
  { share, delay, accept }: Policies,
  complain: (error: MultifeedError) => void
) {
  const peer = (): Peer => ({ publicKey: stream.remotePublicKey, stream })
  const safely = <Answer>(ask: () => Answer, otherwise: Answer): Answer => {
    try {
      return ask()
    } catch (error) {
      complain(MultifeedError.thrown(error))
      return otherwise
    }
  }
  return {
    isShared: (key: Buffer) => safely(() => share?.(key, peer()) ?? true, false),
    delay: (key: Buffer) => safely(() => delay?.(key, peer()) ?? 0, 0),
    isAccepted: (key: Buffer) => accept?.(key, peer()) !== false
  }
}
