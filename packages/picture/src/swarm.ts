// What the swarm looks like at a time: a pure function of what happened until then. It imports nothing but the events, so
// that a browser can use it.
import type { Happened } from './events.ts'

/** Pairs of a start and the end behind it, in order and apart. */
export type Ranges = [start: number, end: number][]

/** A core as a program holds it. */
export interface Core {
  /** Its discovery key: the same wherever it is held. */
  core: string
  key: string
  label: string
  writable: boolean
  length: number
  /** The blocks that are there. */
  has: Ranges
  /** Those that are asked for and have not come. */
  asked: Set<number>
  /** Those that were not what the writer signed, and have not come since. */
  refused: Set<number>
}

export interface Program {
  name: string
  /** Its file and its arguments. */
  text: string
  /** Hex, or empty until it is known. */
  key: string
  /** When it ended, in ms; undefined while it runs. */
  ended: number | undefined
  /** How it ended: as its exit code or signal, or empty when nobody saw that. */
  how: string
  /** The topics that it has joined. */
  topics: Set<string>
  /** What it is announced under: topics, and hashes of keys. */
  announced: Set<string>
  cores: Map<string, Core>
}

export interface Connection {
  id: string
  /** The two ends; the first one began, where anybody knows that. */
  ends: [string, string]
  isBegunByFirst: boolean
  /** Bytes from the first end to the second one, and back. */
  bytes: [number, number]
  /** When it ended, in ms; undefined while it is open. */
  ended: number | undefined
  /** goodbye, broken or killed. */
  how: string
}

export interface Swarm {
  /** The nodes of the DHT, in order. */
  nodes: string[]
  programs: Map<string, Program>
  connections: Map<string, Connection>
  /** Events that were too many to be told. */
  leftOut: number
}

/** So many blocks that are asked for, or refused, are remembered of a core. */
const MOST = 2_000
/** What has ended is seen for so many ms. */
export const LINGER = 6_000

export const emptySwarm = (): Swarm => ({ nodes: [], programs: new Map(), connections: new Map(), leftOut: 0 })

/** Changes a swarm by what happened. */
export function apply(swarm: Swarm, event: Happened): void {
  switch (event.what) {
    case 'is a node':
      if (!swarm.nodes.includes(event.who)) swarm.nodes.push(event.who)
      return
    case 'starts': {
      const known = swarm.programs.get(event.who)
      // One that runs is told of again when somebody begins to look.
      if (known?.ended === undefined && known) return
      swarm.programs.set(event.who, { ...program(event.who), text: event.text })
      return
    }
    case 'ends':
    case 'is killed': {
      const ending = programOf(swarm, event.who)
      ending.how = event.what === 'ends' && ending.how !== 'killed' ? event.text : 'killed'
      ending.ended ??= event.at
      return
    }
    case 'has a key':
      programOf(swarm, event.who).key ||= event.key
      return
    case 'joins a topic':
      programOf(swarm, event.who).topics.add(event.target)
      return
    case 'leaves a topic':
      programOf(swarm, event.who).topics.delete(event.target)
      return
    case 'announces':
      if (event.target) swarm.programs.get(event.who)?.announced.add(event.target)
      return
    case 'unannounces':
      if (event.target) swarm.programs.get(event.who)?.announced.delete(event.target)
      return
    case 'meets':
      meets(swarm, event)
      return
    case 'sends':
    case 'receives':
      counts(swarm, event)
      return
    case 'loses': {
      const connection = swarm.connections.get(idOf(event))
      if (!connection) return
      connection.ended ??= event.at
      // Of what the two ends say, the sadder word is the whole truth.
      if (connection.how === '' || event.how === 'killed') connection.how = event.how ?? 'goodbye'
      return
    }
    case 'opens a core': {
      const { cores } = programOf(swarm, event.who)
      const known = cores.get(event.core) ?? coreOf(swarm, event.who, event.core)
      Object.assign(known, { key: event.key, writable: event.writable, length: event.length })
      if (event.label) known.label = event.label
      return
    }
    case 'closes a core':
      swarm.programs.get(event.who)?.cores.delete(event.core)
      return
    case 'leaves out':
      swarm.leftOut += event.events
      return
    default:
      if ('core' in event) changesCore(coreOf(swarm, event.who, event.core), event)
  }
}

type OfCore = Extract<
  Happened,
  {
    what:
      | 'holds'
      | 'appends'
      | 'hears of a length'
      | 'truncates'
      | 'asks for a block'
      | 'sends a block'
      | 'receives a block'
      | 'refuses a block'
      | 'clears blocks'
  }
>

function changesCore(core: Core, event: OfCore): void {
  switch (event.what) {
    case 'holds':
      core.length = Math.max(event.length, event.ranges.at(-1)?.[1] ?? 0)
      core.has = event.ranges.map(([start, end]) => [start, end])
      for (const index of core.asked) if (holds(core.has, index)) core.asked.delete(index)
      return
    case 'appends':
      core.length = Math.max(core.length, event.length)
      add(core.has, event.start, event.length)
      return
    case 'hears of a length':
      core.length = Math.max(core.length, event.length)
      return
    case 'truncates':
      core.length = event.length
      remove(core.has, event.length, Number.POSITIVE_INFINITY)
      return
    case 'asks for a block':
      if (core.asked.size < MOST && !holds(core.has, event.index)) core.asked.add(event.index)
      return
    case 'receives a block':
      core.length = Math.max(core.length, event.index + 1)
      core.asked.delete(event.index)
      core.refused.delete(event.index)
      add(core.has, event.index, event.index + 1)
      return
    case 'refuses a block':
      if (event.index === undefined || core.refused.size >= MOST) return
      core.asked.delete(event.index)
      core.refused.add(event.index)
      return
    case 'clears blocks':
      remove(core.has, event.start, event.end)
  }
}

/** A copy that does not change with its original. */
export function copyOf(swarm: Swarm): Swarm {
  return {
    nodes: [...swarm.nodes],
    leftOut: swarm.leftOut,
    connections: new Map(
      [...swarm.connections].map(([id, one]) => [id, { ...one, ends: [...one.ends], bytes: [...one.bytes] }])
    ),
    programs: new Map(
      [...swarm.programs].map(([name, one]) => [
        name,
        {
          ...one,
          topics: new Set(one.topics),
          announced: new Set(one.announced),
          cores: new Map(
            [...one.cores].map(([id, core]) => [
              id,
              {
                ...core,
                has: core.has.map(([start, end]) => [start, end]),
                asked: new Set(core.asked),
                refused: new Set(core.refused)
              }
            ])
          )
        }
      ])
    )
  }
}

/** Forgets what ended so long before a time that it is no longer seen. */
export function forget(swarm: Swarm, at: number): void {
  for (const [id, { ended }] of swarm.connections) if (isOver(ended, at)) swarm.connections.delete(id)
  for (const [name, { ended }] of swarm.programs) if (isOver(ended, at)) swarm.programs.delete(name)
}

const isOver = (ended: number | undefined, at: number): boolean => ended !== undefined && at - ended > LINGER

const program = (name: string): Program => ({
  name,
  text: '',
  key: '',
  ended: undefined,
  how: '',
  topics: new Set(),
  announced: new Set(),
  cores: new Map()
})

function programOf(swarm: Swarm, name: string): Program {
  const known = swarm.programs.get(name) ?? program(name)
  swarm.programs.set(name, known)
  return known
}

function coreOf(swarm: Swarm, name: string, core: string): Core {
  const { cores } = programOf(swarm, name)
  const known = cores.get(core) ?? {
    core,
    key: '',
    label: '',
    writable: false,
    length: 0,
    has: [],
    asked: new Set(),
    refused: new Set()
  }
  cores.set(core, known)
  return known
}

type OfConnection = Extract<Happened, { what: 'meets' | 'sends' | 'receives' | 'loses' }>

/** Where a connection has no name, as between a check's peers, it is that of its two ends. */
const idOf = ({ connection, who, with: other = '' }: OfConnection): string =>
  connection ?? [who, other].sort().join(' and ')

function meets(swarm: Swarm, event: Extract<Happened, { what: 'meets' }>): void {
  programOf(swarm, event.who)
  const { who, with: other = 'somebody', began } = event
  const ends: [string, string] = began === false ? [other, who] : [who, other]
  const id = idOf(event)
  const known = swarm.connections.get(id)
  if (known && known.ended === undefined) {
    // The other end speaks: it knows its own name best.
    known.ends = began === undefined ? known.ends : began ? [who, known.ends[1]] : [known.ends[0], who]
    return
  }
  swarm.connections.set(id, {
    id,
    ends,
    isBegunByFirst: began !== undefined,
    bytes: [0, 0],
    ended: undefined,
    how: ''
  })
}

/** Bytes count where they are sent, or where they come in from somebody who does not say so. */
function counts(swarm: Swarm, event: Extract<Happened, { what: 'sends' | 'receives' }>): void {
  const connection = swarm.connections.get(idOf(event))
  const bytes = event.bytes ?? event.text?.length ?? 0
  if (!connection) return
  const from = connection.ends.indexOf(event.who)
  if (event.what === 'sends') connection.bytes[from === 1 ? 1 : 0] += bytes
  else if (!swarm.programs.has(connection.ends[from === 1 ? 0 : 1])) connection.bytes[from === 1 ? 0 : 1] += bytes
}

/** Whether an index lies in one of the ranges. */
export function holds(ranges: Ranges, index: number): boolean {
  const range = ranges[firstEndingBehind(ranges, index)]
  return range !== undefined && range[0] <= index
}

/** How many indexes lie in the ranges. */
export const sizeOf = (ranges: Ranges): number => ranges.reduce((sum, [start, end]) => sum + end - start, 0)

/** The index of the first range that ends behind a number. */
function firstEndingBehind(ranges: Ranges, number: number): number {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.[1] ?? 0) > number) high = middle
    else low = middle + 1
  }
  return low
}

function add(ranges: Ranges, start: number, end: number): void {
  if (start >= end) return
  // Also those that only touch it become one with it.
  const first = firstEndingBehind(ranges, start - 1)
  let behind = first
  let [from, to] = [start, end]
  for (let range = ranges[behind]; range && range[0] <= end; range = ranges[++behind]) {
    from = Math.min(from, range[0])
    to = Math.max(to, range[1])
  }
  ranges.splice(first, behind - first, [from, to])
}

function remove(ranges: Ranges, start: number, end: number): void {
  const left = ranges.flatMap(([from, to]): Ranges => {
    const pieces: Ranges = [
      [from, Math.min(to, start)],
      [Math.max(from, end), to]
    ]
    return pieces.filter(([from, to]) => from < to)
  })
  ranges.splice(0, ranges.length, ...left)
}
