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
const EXCESS = 'The event `excess` is beyond the exercise; the tests of our answer hold it.'
const FORKED =
  'What becomes of a feed that its writer shortens is beyond the exercise; the tests of our answer hold it.'
const WITHDRAWN =
  'It is for a feed that is blocked, removed, shortened or more than a pack can hold: all beyond the exercise.'
const DECIDED =
  'It is for `block`, `unblock` and `removeFeed` alone, which are extra credits; the tests of our answer hold them.'
const DELAY = 'Without the option `delay`, which is beyond the exercise, nothing ever waits there.'
const SIGNAL = 'That `sync` takes a timeout or a signal is beyond the exercise; the tests of our answer hold it.'
const DISK = 'It is for a writer that cannot be stored, as on a full disk, and what becomes of that is not said.'
const BOUND = 'How many offers are too many for a stream is not said: one more than a million is as good as a million.'
const PULL = 'It looks again about every second: for what does not come, “within seconds” is all that is asked.'
const FIVE = 'It speaks the five messages alone then, as the text has it.'
const SEVERAL = 'Several multifeeds on one connection are beyond the exercise; the tests of our answer hold them.'
const SPARSE = 'Sparse feeds are beyond the exercise; the tests of our answer hold them.'
const OPENS = 'Each call waits for `ready()` by itself.'
const MOMENT = 'It was asked before the wait, too: only who closes in that moment gets another error.'
const ORDER = 'A feed that was asked for before waits a moment longer; that is all the number is for.'
const ADOPTED = 'That a feed which a peer has brought becomes one’s own by its key pair is not said.'
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
  { file: 'multifeed.ts', was: 'feed', now: 'true', reason: POLICY },
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
  {
    file: 'link.ts',
    was: '{ this.#toTell.delete(feed) this.#later.delete(feed) this.#forget(fee…',
    now: '{}',
    reason: WITHDRAWN
  },
  { file: 'link.ts', was: 'this.#later.delete(feed)', now: ';', reason: DELAY },
  { file: 'link.ts', was: 'needsPieces && !this.#wire.hasExtras', now: 'false', reason: PIECES },
  { file: 'link.ts', was: "'abort'", now: '""', reason: SIGNAL },
  { file: 'link.ts', was: 'index >= MOST_OFFERS', now: 'index > MOST_OFFERS', reason: BOUND },
  { file: 'link.ts', was: "'They sent pieces of what fits into a pack.'", now: '""', reason: WORDS },
  { file: 'link.ts', was: 'piece.upgrade?.length ?? 0', now: 'piece.upgrade?.length && 0', reason: PIECES },
  {
    file: 'link.ts',
    was: 'this.#offered.get(feed)?.index === index',
    now: 'this.#offered.get(feed)?.index !== index',
    reason: WITHDRAWN
  },
  {
    file: 'multifeed.ts',
    was: 'ontruncate: (feed) => { feed.isForked = true for (const link of this.…',
    now: '',
    reason: FORKED
  },
  {
    file: 'multifeed.ts',
    was: '{ feed.isForked = true for (const link of this.#links.keys()) link.wi…',
    now: '{}',
    reason: FORKED
  },
  { file: 'multifeed.ts', was: 'true', now: 'false', line: 117, reason: FORKED },
  { file: 'multifeed.ts', was: '0', now: '1', line: 427, reason: FORKED },
  {
    file: 'multifeed.ts',
    was: 'await findNewest(this.#store, this.#feeds.values())',
    now: ';',
    reason: SPARSE
  },
  { file: 'multifeed.ts', was: 'this.#feeds.delete(feed.id)', now: ';', reason: DISK },
  { file: 'multifeed.ts', was: 'await', now: '', line: 277, reason: REMOVED },
  { file: 'multifeed.ts', was: 'await', now: '', line: 292, reason: DECIDED },
  { file: 'multifeed.ts', was: 'await', now: '', line: 297, reason: DECIDED },
  { file: 'multifeed.ts', was: '{ id: Buffer.from(id) }', now: '{}', reason: SEVERAL },
  { file: 'multifeed.ts', was: 'true', now: 'false', line: 327, reason: FIVE },
  { file: 'multifeed.ts', was: '1000', now: '1001', reason: PULL },
  {
    file: 'multifeed.ts',
    was: "this.#call(() => this.emit('excess', key, length, stream))",
    now: ';',
    reason: EXCESS
  },
  { file: 'multifeed.ts', was: 'this.#stir()', now: ';', reason: MERGED },
  { file: 'wire.ts', was: '`They sent what is no message: ${(error as Error).message}`', now: '``', reason: WORDS },
  { file: 'multifeed.ts', was: '!secretKey', now: 'true', reason: ADOPTED }
]

export default equivalents
