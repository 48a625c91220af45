// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'When is the key of a core known: when it is constructed, or later?',
    look: "hypercore's README: `new Hypercore(storage)`, `core.ready()`, `core.key`. `storage('writer')` of @workshop/utils returns a folder.",
    lines: { 'writer.ts': ["storage('writer')", 'core.ready()', "'hypercore key:'"] }
  },
  {
    ask: 'A peer has connected. What gives it a copy of your log, and what adds a line to the log?',
    look: '`core.replicate(socket)` for each connection, and `core.append(buffer)` for each line. The topic is `core.discoveryKey`.',
    lines: { 'writer.ts': ['new Hyperswarm(', 'core.replicate(socket)', 'keepLooking(', 'for await (const line'] }
  },
  {
    ask: 'You have just opened a copy. How could it know how long the log is, with nobody there?',
    look: "hypercore's README: `core.findingPeers()` and `core.update()`; hyperswarm's `swarm.flush()` is done when all peers that could be found are connected.",
    lines: {
      'reader.ts': [
        'core.update()',
        'core.findingPeers()',
        'swarm.flush()',
        'core.replicate(socket)',
        'new Hypercore(',
        'let next',
        'Skipping'
      ]
    }
  },
  {
    ask: 'Fifty blocks come at once. How many `append` events will there be?',
    look: "hypercore's README: `core.createReadStream({ live: true, start })`. In the writer, `lines()` gives each line once, and `await` keeps them in order.",
    lines: { 'reader.ts': ['for await (const block …'], 'writer.ts': ['for await (const line'] }
  },
  {
    ask: 'What do two runs of the same program share?',
    look: 'A core lives in its folder: the same folder, the same key. And what must you do on Ctrl-C, so that nobody waits for you? See `goodbye` of @workshop/utils.',
    lines: { 'writer.ts': ["storage('writer')", 'goodbye(async () => { …'] }
  },
  {
    ask: 'The writer is away, and nobody answers. What is `core.update()` waiting for?',
    look: 'Call the function that `core.findingPeers()` returned, or `update` waits for ever. And keep the copy in the same folder every time.',
    lines: { 'reader.ts': ['new Hypercore(', 'core.findingPeers()', 'swarm.flush()'] }
  },
  {
    ask: 'You skipped some blocks. Do you have them?',
    look: "hypercore's README: `core.download({ start: 0, end: -1 })`. A copy is sparse: it has only what you asked for.",
    lines: { 'reader.ts': ['core.download(', 'core.replicate(socket)'] }
  },
  {
    ask: 'Two programs open one folder. Which call notices it?',
    look: '`readKey` checks the key. For the folder you write nothing: `core.ready()` throws, and you do not catch it.',
    lines: { 'reader.ts': ['readKey('], 'writer.ts': ['core.ready()'] }
  }
]

export default hints
