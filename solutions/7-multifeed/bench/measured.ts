/** What one run measures. */
export interface Measured {
  /** From making a multifeed with these feeds to its `ready`, in ms. */
  reopen: number
  /** From the start of the replication until all blocks are on both sides, in ms. */
  replicate: number
  /** … until the first block is there, in ms. */
  firstBlock: number
  /** Heap that both sides need for a feed while they are connected, in bytes. */
  heapPerFeed: number
  /** Peak of the process with both sides, in bytes. */
  rss: number
}

export const rss = (): number => process.resourceUsage().maxRSS * 1024
