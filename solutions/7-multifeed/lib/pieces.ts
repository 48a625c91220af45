// Feeds that are too large for a pack, that have a gap, or of which only the newest block is wanted: runs of blocks,
// each with its proof, so that each can be stored before the others are there.
import type Hypercore from 'hypercore'
import type { Proof, TreeNode } from 'hypercore'
import { data, parent } from 'hypercore-crypto'
import { LARGEST_PART } from '../wire.ts'
import { MOST_PIECES } from './arriving.ts'
import { type Fetch, LONGEST_RUN, type Piece, type Upgrade } from './extras.ts'
import { mustFit, type Range, readBlocks } from './parts.ts'

/** After so many bytes, or `MOST_PIECES`, the other side must ask again. */
const LARGEST_ANSWER = 1024 * 1024

/** What is asked for, and the length of the feed that the other side knows. */
export type Wanted = Omit<Fetch, 'index'>

/** The next pieces of a core of ours; at least one. Rejects when nothing of what is wanted is here. */
export async function* readPieces(
  core: Hypercore,
  { start, length: known, isLatest }: Wanted
): AsyncGenerator<Omit<Piece, 'index'>> {
  const { length } = core
  let from = isLatest ? length - 1 : start
  const isNew = known < length && (isLatest || from >= known)
  const end = isLatest ? length : Math.min(isNew ? length : known, core.contiguousLength)
  if (from >= end || from < 0) throw new Error('They want what we have not.')
  for (let bytes = 0, pieces = 1; from < end; pieces++) {
    const isFirst = isNew && pieces === 1
    const proof: Proof = await core.proof({
      block: { index: from, nodes: isFirst ? 0 : levels(from, isNew ? length : known) },
      ...(isFirst && { upgrade: { start: known, length: length - known } })
    })
    const blocks = [mustFit(proof.block?.value)]
    // The first node beside a block has the size of its neighbour, the next that of the two after them: so a run is
    // measured before it is read.
    let size = (blocks[0] as Buffer).byteLength
    let run = 1
    const nodes = proof.block?.nodes ?? []
    for (let i = 0; run < LONGEST_RUN && from % (run * 2) === 0 && from + run * 2 <= end && i < nodes.length; i++) {
      size += (nodes[i] as TreeNode).size
      if (size > LARGEST_PART) break
      run *= 2
    }
    if (run > 1) {
      blocks.push(...(await readBlocks(core, from + 1, from + run)))
    }
    bytes += blocks.reduce((sum, block) => sum + block.byteLength, 0)
    const start = from
    from += blocks.length
    const isLast = from >= end || bytes >= LARGEST_ANSWER || pieces === MOST_PIECES
    const upgrade = isFirst ? upgradeOf(core, known, proof) : null
    yield { start, blocks, nodes, upgrade, isLast }
    if (isLast) return
  }
}

/** What an answer is that begins with this piece, as far as it says so. */
export function sizeOf({
  start,
  blocks,
  nodes,
  upgrade
}: Pick<Piece, 'start' | 'blocks' | 'nodes' | 'upgrade'>): Range {
  const sizes = [...nodes, ...(upgrade?.nodes ?? [])].map(({ size }) => size)
  const size = sizes.reduce((sum, size) => sum + size, blocks[0]?.byteLength ?? 0)
  return { start, length: upgrade?.length ?? start + blocks.length, size }
}

/** Stores a piece. Rejects when the proof does not hold. */
export async function writePiece(
  core: Hypercore,
  { start, blocks, nodes, upgrade }: Omit<Piece, 'index'>
): Promise<void> {
  const [first, ...others] = blocks as Buffer[]
  const count = blocks.length
  if (!first || count !== 2 ** Math.floor(Math.log2(count)) || start % count !== 0)
    throw new Error('They sent no run of blocks.')
  const proof: Proof = {
    fork: 0,
    block: { index: start, value: first, nodes: nodes as TreeNode[] },
    hash: null,
    seek: null,
    upgrade: upgrade && { ...upgrade, length: upgrade.length - upgrade.start, additionalNodes: [] },
    manifest: upgrade?.manifest ?? null
  } as Proof
  // hypercore compares the hash of a block, which has its length in it, but not the size that a neighbour said before.
  const reading = core.state.storage.read()
  const known = reading.getTreeNode(2 * start)
  reading.tryFlush()
  const [leaf, second] = [await known, nodes.find(({ index }) => index === 2 * (start + 1))]
  const lies = [leaf && leaf.size !== first.byteLength, second && others[0] && second.size !== others[0].byteLength]
  if (lies.some(Boolean)) throw new RangeError('A block has not the size that was said.')
  await core.core.verify(proof)
  if (others.length === 0) return
  // The others hang on the node over the run, which is known with the first block.
  const leaves = (blocks as Buffer[]).map((block, i) => ({
    index: 2 * (start + i),
    size: block.byteLength,
    hash: data(block)
  }))
  const rows: TreeNode[][] = [leaves]
  for (let row = leaves; row.length > 1; ) {
    row = Array.from({ length: Math.floor(row.length / 2) }, (_, i) => {
      const [left, right] = row.slice(2 * i, 2 * i + 2) as [TreeNode, TreeNode]
      return { index: (left.index + right.index) / 2, size: left.size + right.size, hash: parent(left, right) }
    })
    rows.push(row)
  }
  await Promise.all(
    others.map((value, i) => {
      const path = rows.slice(0, -1).map((row, level) => row[((i + 1) >> level) ^ 1] as TreeNode)
      return core.core.verify({
        ...proof,
        upgrade: null,
        manifest: null,
        block: { index: start + i + 1, value, nodes: path }
      })
    })
  )
}

function upgradeOf(core: Hypercore, start: number, { upgrade }: Proof): Upgrade {
  if (!upgrade || !core.manifest) throw new Error('There is no signature for it.')
  return {
    start,
    length: start + upgrade.length,
    nodes: upgrade.nodes,
    signature: upgrade.signature,
    manifest: core.manifest
  }
}

/** How far above a block the root is, in the tree over so many blocks. */
function levels(block: number, length: number): number {
  for (let from = 0; ; ) {
    const level = Math.floor(Math.log2(length - from))
    if (block < from + 2 ** level) return level
    from += 2 ** level
  }
}
