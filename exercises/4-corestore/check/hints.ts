// Three rungs of help for each step: a question, where to look, and the lines of our answer.
import type { Hint } from '@workshop/checks'

const hints: Hint[] = [
  {
    ask: 'You know no key yet. How do you get the same three cores at every start?',
    look: "corestore's README: `store.get({ name })`. All three must be ready before you know a key.",
    lines: {
      'writer.ts': [
        'new Corestore(',
        "name: 'main'",
        "name: 'core2'",
        "name: 'core3'",
        'Promise.all(',
        "'main core key:'"
      ]
    }
  },
  {
    ask: 'A reader has the main key and nothing else. Where does it find the other two?',
    look: 'Block 0 of the main core: `main.append({ otherKeys: [...] })`, once, while it is empty. The value encoding `json` turns an object into a block.',
    lines: { 'writer.ts': ["name: 'main'", 'main.length === 0'] }
  },
  {
    ask: 'Which lines are short?',
    look: 'Those with `line.length < 5`. Print where each line goes, in the words of README.md.',
    lines: { 'writer.ts': ['line.length < 5', "'appending short data", "'appending long data"] }
  },
  {
    ask: 'Three cores, one connection. What do you replicate?',
    look: "corestore's README: `store.replicate(socket)` carries every core of the store whose key the other side has.",
    lines: { 'writer.ts': ['store.replicate(socket)', 'keepLooking(', 'core2.append', 'core3.append'] }
  },
  {
    ask: 'You follow two cores at the same time. Does one loop wait for the other?',
    look: '`await main.get(0)` waits for the writer; `main.has(0)` does not. Get the others by key, `store.get(key)`, and read each with a live stream of its own.',
    lines: {
      'reader.ts': [
        'for (const key of otherKeys)',
        'main.get(0)',
        'main.has(0)',
        'store.get<{',
        'async function print …'
      ]
    }
  },
  {
    ask: 'What remains when a program ends, and what does it make anew when it starts?',
    look: "`storage('writer')` and `storage('reader')` give the same folders each time. Append the keys only while the main core is empty.",
    lines: {
      'writer.ts': ['new Corestore(', 'main.length === 0', 'goodbye(async () => { …'],
      'reader.ts': ['new Corestore(', 'goodbye(']
    }
  },
  {
    ask: 'What is a name in a store, and who knows it?',
    look: "`store.get({ name })` makes a core of your own. Somebody else's core is opened by its key.",
    lines: { 'reader.ts': ['store.get<{', 'store.get(key)'] }
  },
  {
    ask: 'What checks the key before you open a core with it?',
    look: '`readKey` of @workshop/utils.',
    lines: { 'reader.ts': ['readKey('] }
  }
]

export default hints
