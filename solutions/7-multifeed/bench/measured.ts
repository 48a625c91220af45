import { readdirSync } from 'node:fs'

/** What one run measures. */
export interface Measured {
  /** From making a multifeed with these feeds to its `ready`, in ms. */
  reopen: number
  /** From the start of the replication until all blocks are on both sides, in ms. */
  replicate: number
  /** … until the first block is there, in ms. */
  firstBlock: number
  /** Bytes that crossed for that, both ways. */
  bytes: number
  /** The same when both have all, in ms (of five, the one in the middle) and bytes. */
  reconnect: number
  reconnectBytes: number
  /** Heap that both sides need for a feed while they are connected, in bytes. */
  heapPerFeed: number
  /** Peak of the process with both sides, in bytes. */
  rss: number
  /** Open files of the process with both sides; 0 where the system does not tell. */
  open: number
}

export const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** How often the two meet again. */
export const AGAIN = 5

export const rss = (): number => process.resourceUsage().maxRSS * 1024

export const open = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0)

/** Counts the bytes that a stream gives. */
export function count(stream: { on(event: 'data', listener: (data: Uint8Array) => void): unknown }): () => number {
  let bytes = 0
  stream.on('data', (data) => {
    bytes += data.byteLength
  })
  return () => bytes
}
