// Mutants of our solution that are no wrong answers, and why.
import type { Equivalent } from '@workshop/checks/mutants'

const SILENT = 'What the chat prints of a refused peer is not said.'
const POLICY =
  'Which feeds are shared, accepted, blocked and taken back is beyond the exercise; the tests of our answer hold it.'
const BUDGET =
  'How much is asked for at once, and `maxLength`, are beyond the exercise; the tests of our answer hold them.'
const PIECES = 'Pieces of a feed are beyond the exercise, which asks for packs; the tests of our answer hold them.'
const EMPTY = 'After a number of offers that fills the last message, one more message says nothing.'
const DIGEST = 'What both have is told by a digest, which is beyond the exercise; the tests of our answer hold it.'
const LINKS = 'Two links that store the same feed at the same moment: a feed never gets shorter, so it never is.'
const MERGED = 'One stream of all feeds is beyond the exercise; the tests of our answer hold it.'
const REMOVED = '`removeFeed` is an extra credit, with a check of its own.'
const STORE = 'That a core of the program is no feed is beyond the exercise; the tests of our answer hold it.'
const SEVERAL = 'Several multifeeds on one connection are beyond the exercise; the tests of our answer hold them.'
const SPARSE = 'Sparse feeds are beyond the exercise; the tests of our answer hold them.'
const OPENS = 'Each call waits for `ready()` by itself.'
const MOMENT = 'It was asked before the wait, too: only who closes in that moment gets another error.'
const ORDER = 'A feed that was asked for before waits a moment longer; that is all the number is for.'
const WORDS = 'The sentence of an error may have any words.'

const equivalents: Equivalent[] = [
  {
    file: 'chat.ts',
    was: '(error) => console.log(`* a peer was refused: ${error.message}`)',
    now: '() => undefined',
    reason: SILENT
  },
  {
    file: 'link.ts',
    was: '{ told.length = Number.POSITIVE_INFINITY // nothing more is told of i…',
    now: '{}',
    reason: POLICY
  },
  { file: 'link.ts', was: 'this.#forget(feed)', now: ';', line: 144, reason: POLICY },
  { file: 'link.ts', was: 'this.#asked.size >= ASKED', now: 'false', reason: BUDGET },
  { file: 'link.ts', was: 'needsPieces', now: 'false', line: 173, reason: PIECES },
  {
    file: 'link.ts',
    was: '[...this.#host.feeds()].filter((feed) => this.#host.isGiven(feed))',
    now: '[...this.#host.feeds()]',
    reason: POLICY
  },
  { file: 'link.ts', was: 'from < value.length', now: 'from <= value.length', reason: EMPTY },
  { file: 'link.ts', was: '!feed', now: 'false', line: 259, reason: POLICY },
  { file: 'link.ts', was: 'offer.index !== index', now: 'false', reason: DIGEST },
  { file: 'link.ts', was: 'from < start', now: 'false', reason: LINKS },
  { file: 'link.ts', was: '!feed ¦¦ !asked', now: 'false', line: 356, reason: PIECES },
  {
    file: 'link.ts',
    was: '(piece.upgrade?.length ?? 0) > this.#host.maxLength',
    now: '(piece.upgrade?.length ?? 0) <= this.#host.maxLength',
    reason: PIECES
  },
  { file: 'link.ts', was: 'asked.stored += weight', now: 'asked.stored -= weight', reason: PIECES },
  {
    file: 'link.ts',
    was: '{ // For a tree that another link has made longer meanwhile it is no …',
    now: '{}',
    reason: PIECES
  },
  { file: 'link.ts', was: '-1', now: '+1', line: 445, reason: DIGEST },
  { file: 'multifeed.ts', was: '() => this.#feeds.values()', now: '() => undefined', line: 237, reason: MERGED },
  { file: 'multifeed.ts', was: 'feed', now: 'true', line: 251, reason: POLICY },
  {
    file: 'multifeed.ts',
    was: 'this.#blocklist.removed(id) > 0',
    now: 'this.#blocklist.removed(id) <= 0',
    reason: REMOVED
  },
  {
    file: 'multifeed.ts',
    was: 'await this.#writing.take(feed, async () => { await session?.close() /…',
    now: ';',
    reason: REMOVED
  },
  { file: 'multifeed.ts', was: '!this.#feeds.has(feed.id)', now: 'this.#feeds.has(feed.id)', line: 333, reason: STORE },
  { file: 'multifeed.ts', was: 'id: Buffer.from(id)', now: '', line: 325, reason: SEVERAL },
  { file: 'multifeed.ts', was: 'isSparse: sparse,', now: '', reason: SPARSE },
  {
    file: 'multifeed.ts',
    was: '(feed, length) => this.#exceed(feed.key, length, stream)',
    now: '() => undefined',
    reason: BUDGET
  },
  { file: 'multifeed.ts', was: 'await', now: '', line: 136, reason: OPENS },
  { file: 'multifeed.ts', was: 'this.#mustBeOpen()', now: ';', line: 166, reason: MOMENT },
  { file: 'multifeed.ts', was: '0', now: '1', line: 339, reason: ORDER },
  { file: 'multifeed.ts', was: '0', now: '1', line: 423, reason: ORDER },
  { file: 'wire.ts', was: '`They sent what is no message: ${(error as Error).message}`', now: '``', reason: WORDS }
]

export default equivalents
