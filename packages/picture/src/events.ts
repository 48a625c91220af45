// The one vocabulary of what happens: in the learner's own terminals, in a verdict, and in a recording of either. It
// imports nothing, so that a browser can use it too.

/** The first thing that a recording says of itself. It grows when an old reader would misread what a new one writes. */
export const VERSION = 1

/** Who does what no program and no named peer does, in the events of a verdict. */
export const CHECK = 'the check'

/** So many characters of a text are kept, and so many ranges of a list. */
export const LONGEST = 2_000

/** The fields of each kind of event. A field with `?` may be missing. */
type Field = 'text' | 'number' | 'truth' | 'ranges' | 'text?' | 'number?' | 'truth?' | 'ranges?'

/**
 * What a field is: `topic`, `key` and the like are hex, in full. A connection has the same name at both ends. The name
 * of a core is its discovery key, which both ends know; its key is in `opens a core`.
 */
const connection = 'text' as const
const core = 'text' as const
const target = 'text' as const

/** Every kind of event. The subject of the sentence is `who`: a program, a peer of a check, or a node of the network. */
export const KINDS = {
  // Programs and their terminals
  starts: {
    about: 'A program starts: `text` is its file and its arguments.',
    fields: { text: 'text', role: 'text?', exercise: 'text?', pid: 'number?' }
  },
  'has a key': {
    about: 'A program goes by this public key: its own, or that of a server that it listens with.',
    fields: { key: 'text' }
  },
  'has an address': {
    about: 'A program, or a node of the network, sends from this UDP address.',
    fields: { host: 'text', port: 'number' }
  },
  'is typed into': { about: 'The keyboard: `text` is what was typed.', fields: { text: 'text' } },
  prints: { about: 'A program writes to stdout.', fields: { text: 'text' } },
  complains: { about: 'A program writes to stderr.', fields: { text: 'text' } },
  'gets Ctrl-C': { about: 'A program is asked to leave.', fields: {} },
  'is killed': { about: 'A program is ended without a chance to say goodbye.', fields: {} },
  ends: {
    about: 'A program has ended: `text` is its exit code or the signal, or empty when nobody saw which.',
    fields: { text: 'text' }
  },

  // The network, and what it is asked for
  'is a node': {
    about: 'A node of the DHT, at the address where it stores.',
    fields: { host: 'text', port: 'number' }
  },
  connects: {
    about: 'A program asks a `node` to help it connect to the key whose hash is the target.',
    fields: { target: 'text?', node: 'text?' }
  },
  'looks for a key': {
    about: 'A program asks a `node` for the record of the key whose hash is the target.',
    fields: { target: 'text?', node: 'text?' }
  },
  'looks up': {
    about: 'A program asks a `node` who is announced under the target.',
    fields: { target: 'text?', node: 'text?' }
  },
  announces: {
    about: 'A program asks a `node` to remember it under the target.',
    fields: { target: 'text?', node: 'text?' }
  },
  unannounces: {
    about: 'A program asks a `node` to forget it under the target.',
    fields: { target: 'text?', node: 'text?' }
  },
  'joins a topic': {
    about: 'A swarm joins a topic: `client` when it looks for others, `server` when it lets itself be found.',
    fields: { target, client: 'truth', server: 'truth' }
  },
  'leaves a topic': { about: 'A swarm leaves a topic.', fields: { target } },

  // Connections. `with` is the name of the other end where it is known, and its key shortened where it is not.
  meets: {
    about: 'A connection is open; `began` says that `who` opened it, and `key` is that of the other end.',
    fields: { with: 'text?', connection: 'text?', key: 'text?', began: 'truth?' }
  },
  sends: {
    about: 'Bytes go out: `text` is what they say, `bytes` how many they were since the last event of this kind.',
    fields: { with: 'text?', connection: 'text?', text: 'text?', bytes: 'number?' }
  },
  receives: {
    about: 'Bytes come in, as in `sends`.',
    fields: { with: 'text?', connection: 'text?', text: 'text?', bytes: 'number?' }
  },
  loses: {
    about: 'A connection is over: `how` is goodbye (it was closed), broken (an error; `text` is its code) or killed.',
    fields: { with: 'text?', connection: 'text?', how: 'text?', text: 'text?' }
  },

  // Cores
  'opens a core': {
    about: 'A program holds a core from now on: `label` is its name in a store, where it has one.',
    fields: { core, key: 'text', writable: 'truth', length: 'number', label: 'text?' }
  },
  'closes a core': { about: 'A program holds a core no longer.', fields: { core } },
  holds: {
    about: 'A core is so long, and these blocks of it are there: `ranges` are pairs of a start and the end behind it.',
    fields: { core, length: 'number', ranges: 'ranges' }
  },
  appends: {
    about:
      'A writer adds the blocks from `start` to before `length`; or a reader does so to its copy (`isCopy`), with what it got beside the replication, as in a pack.',
    fields: { core, start: 'number', length: 'number', isCopy: 'truth?' }
  },
  'hears of a length': { about: 'A reader learns how long a core is.', fields: { core, length: 'number' } },
  truncates: { about: 'A core is shorter from now on.', fields: { core, length: 'number' } },
  'asks for a block': {
    about: 'A program wants a block that it has not got; it asks over a `connection`, or nobody has it yet.',
    fields: { core, index: 'number', connection: 'text?', with: 'text?' }
  },
  'sends a block': {
    about: 'A block is on its way over a connection.',
    fields: { core, index: 'number', connection, with: 'text?', bytes: 'number' }
  },
  'receives a block': {
    about: 'A block has arrived over a connection, and its proof is right.',
    fields: { core, index: 'number', connection, with: 'text?', bytes: 'number' }
  },
  'refuses a block': {
    about: 'What arrived is not what the writer signed: `text` says what is wrong.',
    fields: { core, index: 'number?', connection: 'text?', with: 'text?', text: 'text?' }
  },
  'clears blocks': {
    about: 'A program frees the blocks from `start` to before `end`: it knows of them, and has not got them.',
    fields: { core, start: 'number', end: 'number' }
  },

  // Verdicts
  'begins a step': { about: 'A check begins this step.', fields: { step: 'number', text: 'text' } },
  does: {
    about: 'A check does something that is no other event: `text` is its sentence, in the first person.',
    fields: { text: 'text' }
  },
  'is missed': {
    about:
      'A check gives up: what was due did not come, from the time `since` on, or something else came. `text` says what was seen, and `from` who owed it.',
    fields: { text: 'text', since: 'number?', from: 'text?' }
  },

  // What the picture says of itself
  'leaves out': {
    about: 'So many events of `who` were too many to be told: the picture is thinned.',
    fields: { events: 'number' }
  },
  'has caught up': {
    about: 'What came before is how things stood when somebody began to look; from here on it happens.',
    fields: {}
  },
  'fails to tell': {
    about: 'Something was wrong in the telling itself, so many times: `text` is the last of it.',
    fields: { events: 'number', text: 'text' }
  }
} as const satisfies Record<string, { about: string; fields: Record<string, Field> }>

export type Kind = keyof typeof KINDS

interface Types {
  text: string
  number: number
  truth: boolean
  ranges: [start: number, end: number][]
}
type Fields<K extends Kind> = (typeof KINDS)[K]['fields']
type Required<F> = {
  [N in keyof F as F[N] extends keyof Types ? N : never]: F[N] extends keyof Types ? Types[F[N]] : never
}
type Optional<F> = {
  [N in keyof F as F[N] extends `${string}?` ? N : never]?: F[N] extends `${infer T extends keyof Types}?`
    ? Types[T]
    : never
}

/** What an event of a kind says besides who and when. */
export type Told<K extends Kind> = Required<Fields<K>> & Optional<Fields<K>>

/** Something that happened. */
export type Happened<K extends Kind = Kind> = {
  [Each in K]: {
    /** ms since the recording, or the check, began. */
    at: number
    /** A program by its name, as in `writer` or `peer 2`, a peer of ours in a check, or a node of the network. */
    who: string
    what: Each
  } & Told<Each>
}[K]

/** Whether an event is of a kind; for `find` and `filter`. */
export function is<K extends Kind>(what: K): (event: Happened) => event is Extract<Happened, { what: K }> {
  return (event): event is Extract<Happened, { what: K }> => event.what === what
}

/**
 * The event that a value of unknown origin is, with the fields of its kind and no others, and with texts cut to LONGEST
 * characters; undefined when it is none.
 */
export function readEvent(value: unknown): Happened | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { at, who, what } = value as Record<string, unknown>
  if (typeof at !== 'number' || !Number.isFinite(at) || typeof who !== 'string') return undefined
  if (typeof what !== 'string' || !Object.hasOwn(KINDS, what)) return undefined
  const event: Record<string, unknown> = { at, who: who.slice(0, LONGEST), what }
  for (const [name, field] of Object.entries(KINDS[what as Kind].fields) as [string, Field][]) {
    const given = (value as Record<string, unknown>)[name]
    if (given === undefined && field.endsWith('?')) continue
    const read = readField(field.replace('?', '') as keyof Types, given)
    if (read === undefined) return undefined
    event[name] = read
  }
  return event as unknown as Happened
}

function readField(type: keyof Types, value: unknown): unknown {
  if (type === 'text') return typeof value === 'string' ? value.slice(0, LONGEST) : undefined
  if (type === 'truth') return typeof value === 'boolean' ? value : undefined
  if (type === 'number') return isCount(value) ? value : undefined
  if (!Array.isArray(value)) return undefined
  const ranges = value.slice(0, LONGEST)
  const areRanges = ranges.every((range) => Array.isArray(range) && range.length === 2 && range.every(isCount))
  return areRanges ? ranges : undefined
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
