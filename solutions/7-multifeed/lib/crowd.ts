import type NoiseSecretStream from '@hyperswarm/secret-stream'

/** Streams of one peer, which its key pair tells, at a time. */
export const MOST_STREAMS = 4

/** The links of the same peer that are too many: those that came first, as they may be dead. */
export function tooMany<Link>(links: Iterable<[Link, NoiseSecretStream]>, peer: NoiseSecretStream): Link[] {
  const { remotePublicKey } = peer
  const same = [...links].filter(([, stream]) => stream.remotePublicKey?.equals(remotePublicKey))
  return same.slice(0, -MOST_STREAMS).map(([link]) => link)
}
