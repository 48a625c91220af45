// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'Your folder is opened again. Where do you read which feeds there are, and the names of your own?',
    look: 'Keep an index in a core of your own: append each feed that you learn of, and read it all in `ready()`. For ten calls at once keep the promise, not the core.',
    lines: {
      'multifeed.ts': [
        'async #open(): Promise<void> { …',
        'async writer(name?',
        'async #makeWriter(',
        '#save(entry: Entry): Promise<unknown> { …'
      ]
    }
  },
  {
    ask: 'How do you show that you know a key without telling it?',
    look: "Node's `createHmac` and `timingSafeEqual`. Only the two of you know `stream.handshakeHash`. Sign the side too, or the other could send back your own proof.",
    lines: {
      'wire.ts': ['admit({ version, client, proof }: Hello): void { …', 'proof(isInitiator: boolean): Uint8Array { …']
    }
  },
  {
    ask: 'What is the smallest thing that proves a hundred blocks?',
    look: "hypercore's README: `core.proof({ upgrade })`, `core.get(i, { raw: true })`, `core.append(blocks, { signature })`.",
    lines: {
      'link.ts': [
        "#onoffer(offers: Messages['offer']): void { …",
        '#onrequest(requests: (Request & Partial<Fetch>)[]): void { …',
        '#write(feed: Feed, asked: Arriving, { signature, manifest }: Pack): Promise<void> { …',
        '#onhave(count: number): void { …',
        'synced(signal?: AbortSignal): Promise<void> { …'
      ],
      'lib/answers.ts': ['async #givePack(']
    }
  },
  {
    ask: 'A feed came from the left. Who on the right does not know it yet, and who told you?',
    look: 'For each stream keep what you have told and what they have offered. Tell what is longer than both.',
    lines: {
      'link.ts': [
        'tell(feed: Feed): void { …',
        '#flush(): void { …',
        "#ongrowth(growths: Messages['growth']): void { …"
      ]
    }
  },
  {
    ask: 'Both sides say “I have all that you offered”. What must be true on disk before you may say it?',
    look: 'Count your offers and growths. `have` says how many of theirs are stored. Resolve when both counts are complete.',
    lines: {
      'link.ts': ['#settle(): void { …']
    }
  },
  {
    ask: 'The power fails between two writes. Which of them may be missing without harm?',
    look: 'Append a pack in one call: it is stored as a whole or not at all. Say `have` when the index has the feed too; what the index lacks, the next peer offers again. Read the lengths when you open.',
    lines: {
      'multifeed.ts': ['async #open(): Promise<void> { …', 'async #onlonger(feed: Known): Promise<void> { …'],
      'link.ts': ['#write(feed: Feed, asked: Arriving, { signature, manifest }: Pack): Promise<void> { …']
    }
  },
  {
    ask: 'For each message: what if you did not ask for it, or it comes twice, is too large, or lies?',
    look: 'Protomux ends the process for a TypeError in a handler or a decoder: catch it in one place. If `Hypercore.key(manifest)` is not the key, the pack is a lie.',
    lines: {
      'wire.ts': ['safe<Value>(encoding: Encoding<Value>): Encoding<Value> { …', 'guard(run: () => void): void { …'],
      'link.ts': ['#onpack(pack: Pack): void { …', 'Hypercore.key(manifest).equals(feed.key)']
    }
  },
  {
    ask: 'Which feeds are there when you start, and which come later?',
    look: "`multi.feeds()` and the event `feed`; `multi.replicate(socket)` for each connection of a swarm on a topic that you derive from the room's name.",
    lines: {
      'chat.ts': [
        "multi.writer('mine')",
        'of multi.feeds()',
        "multi.on('feed'",
        "swarm.on('connection', (socket) => { …",
        'goodbye(async () => { …',
        'async function show(feed: typeof writer): Promise<void> { …'
      ]
    }
  }
]

export default hints
