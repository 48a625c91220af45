// A crowd for tests and measurements: programs that pass on the blocks of one core, at a rate.
import type { Happened } from '../src/events.ts'

const core = 'c0'.repeat(32)
const name = (i: number) => `reader ${i}`

/** How so many programs stand: each is connected to the one before it, and holds a core. */
export function crowd(programs: number): Happened[] {
  const at = 0
  const nodes = [1, 2, 3, 4].map(
    (i): Happened => ({ at, who: `node ${i}`, what: 'is a node', host: '127.0.0.1', port: i })
  )
  return [
    ...nodes,
    ...Array.from({ length: programs }, (_, i): Happened[] => [
      { at, who: name(i), what: 'starts', text: 'reader.ts', role: 'reader' },
      { at, who: name(i), what: 'has a key', key: i.toString(16).padStart(2, '0').repeat(32) },
      { at, who: name(i), what: 'opens a core', core, key: 'ab'.repeat(32), writable: i === 0, length: 0 },
      ...(i === 0
        ? []
        : [{ at, who: name(i), what: 'meets', with: name(i - 1), connection: `c${i}`, began: true } as const])
    ]).flat()
  ]
}

/** What they do from a time on for 50 ms, at so many blocks a second: each block goes one program further. */
export function passing(from: number, programs: number, rate: number): Happened[] {
  const count = Math.round(rate / 20)
  return Array.from({ length: count }, (_, i): Happened => {
    const number = Math.round((from / 1000) * rate) + i
    const to = 1 + (number % (programs - 1))
    const at = from + (i * 50) / count
    const index = Math.floor(number / (programs - 1))
    return {
      at,
      who: name(to),
      what: 'receives a block',
      core,
      index,
      connection: `c${to}`,
      with: name(to - 1),
      bytes: 100
    }
  })
}
