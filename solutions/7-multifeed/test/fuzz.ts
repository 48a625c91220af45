// Peers that say anything, in an order that makes no sense, as a seed says.
import c from 'compact-encoding'
import type Multifeed from '../multifeed.ts'
import { encodings, type Messages, type Pack } from '../wire.ts'
import { speak } from './help.ts'

/** A small random number generator that gives the same numbers for the same seed: from 0 to before 1. */
export function mulberry32(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A feed that exists, and the answer to a request for it: lies are best when they are almost true. */
export interface True {
  key: Buffer
  pack: Pack
}

/** Meets a multifeed once, says up to 100 things, and leaves; gives how many it said. */
export async function babble(multi: Multifeed<string>, random: () => number, truths: True[]): Promise<number> {
  const below = (limit: number) => Math.floor(random() * limit)
  const is = () => below(2) === 1
  const pick = <Value>(all: readonly Value[]) => all[below(all.length)] as Value
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)))
  const length = () => pick([0, 1, 2, 3, 5, 1000, 2 ** 27, 2 ** 40, Number.MAX_SAFE_INTEGER])
  const index = () => pick([0, 0, 1, 2, 3, 99])
  const node = () => ({ index: below(9), size: below(99), hash: bytes(32) })
  const truth = () => pick(truths)
  const some = <Value>(make: () => Value): Value[] => Array.from({ length: below(4) }, make)
  const make: { [Name in keyof Messages]: () => Messages[Name] } = {
    offer: () => some(() => ({ key: is() ? truth().key : bytes(32), length: length() })),
    growth: () => some(() => ({ index: index(), length: length() })),
    request: () => some(() => ({ index: index(), start: length() })),
    pack: () => {
      const pack = { ...truth().pack, index: index() }
      if (is()) pack.blocks = some(() => bytes(below(50)))
      if (below(4) === 0) pack.signature = bytes(pick([0, 64, pack.signature.byteLength]))
      if (below(4) === 0) pack.manifest = pick([null, truth().pack.manifest])
      if (below(4) === 0) pack.start = length()
      return pack
    },
    have: index,
    digest: () => ({ count: length(), symbols: bytes(pick([0, 5, 104, 104, 208])) }),
    differ: () => ({ isAll: is(), ids: bytes(below(40)) }),
    more: () => pick([0, 1, 8, 16, 2 ** 20]),
    fetch: () => some(() => ({ index: index(), start: length(), length: length(), isLatest: is() })),
    piece: () => ({
      index: index(),
      start: length(),
      blocks: is() ? truth().pack.blocks : some(() => bytes(below(50))),
      nodes: some(node),
      upgrade: is()
        ? null
        : {
            start: length(),
            length: length(),
            nodes: some(node),
            signature: truth().pack.signature,
            manifest: truth().pack.manifest as NonNullable<Pack['manifest']>
          },
      isLast: is()
    }),
    withdraw: () => some(index)
  }
  const names = Object.keys(encodings) as (keyof Messages)[]
  const peer = speak(multi, { hasExtras: is() })
  await peer.opened
  /** Past all encodings: on the wire a message is the number of the channel, that of the message, and its bytes. */
  const raw = (type: number, body: Uint8Array) =>
    peer.mux.stream.write(Buffer.concat([c.encode(c.uint, 1), c.encode(c.uint, type), body]))
  // Most peers begin as they should, or they would be gone with their first word.
  if (below(4) > 0) peer.wire.send('offer', [{ key: truth().key, length: 2 }])
  let said = 0
  for (const count = below(100); said < count && !peer.mux.stream.destroyed; said++) {
    const name = pick(names)
    const value = make[name]()
    if (below(3) > 0) peer.wire.send(name, value as never)
    else {
      const body = Buffer.from(c.encode(encodings[name] as never, value as never))
      if (body.byteLength > 0) body[below(body.byteLength)] = below(256)
      raw(names.indexOf(name), is() ? body : body.subarray(0, below(body.byteLength)))
    }
    if (below(10) === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  if (is()) raw(below(15), bytes(below(1000)))
  if (is()) peer.mux.stream.end()
  else peer.mux.stream.destroy()
  await peer.closed
  return said
}
