// A pack as it is sent: in parts that are measured before they are read.
import type Hypercore from 'hypercore'
import { LARGEST_BLOCK, LARGEST_PACK, LARGEST_PART, LONGEST_PACK, MOST_BLOCKS } from '../wire.ts'

/** The blocks of a core from `start` to its end, whose bytes are `size`. */
export interface Range {
  start: number
  length: number
  size: number
}

/** Whether it can be one message; that is in memory, or must be read in pieces. */
export const kindOf = ({ start, length, size }: Range): 'message' | 'parts' | 'pieces' =>
  size > LARGEST_PACK || length - start > LONGEST_PACK
    ? 'pieces'
    : size > LARGEST_PART || length - start > MOST_BLOCKS
      ? 'parts'
      : 'message'

export async function* readParts(core: Hypercore, { start, length, size }: Range) {
  let offset = core.byteLength - size
  for (let from = start; from < length; ) {
    const rest =
      kindOf({ start: from, length, size }) === 'message'
        ? null
        : await core.seek(offset + LARGEST_PART, { wait: false })
    const end = Math.min(length, from + MOST_BLOCKS, rest ? Math.max(rest[0], from + 1) : length)
    const blocks = await readBlocks(core, from, end)
    const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0)
    offset += bytes
    size -= bytes
    yield { start: from, blocks, isLast: end === length }
    from = end
  }
}

/** Blocks as they are stored, in one go: a quarter of what as many `get` cost. Rejects when one cannot be sent. */
export async function readBlocks(core: Hypercore, from: number, to: number): Promise<Buffer[]> {
  const reading = core.state.storage.read()
  const blocks = Array.from({ length: to - from }, (_, i) => reading.getBlock(from + i))
  reading.tryFlush()
  return (await Promise.all(blocks)).map(mustFit)
}

/** A block that is here, and fits into a message: a larger one would end the connection. */
export function mustFit(block: Buffer | null | undefined): Buffer {
  if (!block || block.byteLength > LARGEST_BLOCK) throw new Error('A block is not stored here, or is too large.')
  return block
}
