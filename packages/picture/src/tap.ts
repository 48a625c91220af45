// Loaded beside a program: remembers what its libraries hold, so that it can be told when somebody begins to look at the
// picture. Only then the rest of the tap is loaded (teller.ts). No library is loaded because of it, and nothing that it
// does can be noticed by the program. One small file: it is part of the start of every role.
import { subscribe } from 'node:diagnostics_channel'
import { createRequire, Module } from 'node:module'
import type { Socket } from 'node:net'
import type { Teller } from './teller.ts'

/** Where a program says that it is connected to the process of the local network: the message is the socket. */
export const CHANNEL = 'workshop:held'

/** What a program says of itself, once. */
export interface Program {
  /** As in `writer`. */
  role: string
  /** As in `3-hypercore`. */
  exercise?: string
  pid: number
  /** Its file and its arguments. */
  text: string
}

/** What a program holds now. */
export interface Held {
  nodes: Set<object>
  swarms: Set<object>
  /** Encrypted streams that are open. */
  streams: Set<object>
  /** Cores, each with a session of it. */
  cores: Map<object, object>
  /** The names of cores in a store, by the session that was asked for. */
  labels: WeakMap<object, string>
  /** Once the program has asked for it. */
  stdin?: object
  /** Whether what is typed and printed is told, too. */
  hasTerminal: boolean
}

/** What is done with a file of a library once it is loaded, by the end of its path, as in `hyperdht/lib/server.js`. */
export type Files = Record<string, (library: { prototype: object }) => void>

/** What is told of a call: whose method it was, its arguments, and what it gave. */
export type See = (self: object, args: unknown[], result: unknown) => void

/** Watches this process from now on. `hasTerminal` also tells what is typed and printed. */
export function tap(program: Omit<Program, 'pid'>, { hasTerminal = false } = {}): void {
  const held: Held = {
    nodes: new Set(),
    swarms: new Set(),
    streams: new Set(),
    cores: new Map(),
    labels: new WeakMap(),
    hasTerminal
  }
  whenLoaded(remembering(held))
  if (hasTerminal) rememberStdin(held)
  let teller: Promise<Teller> | undefined
  let leave = (_code: number) => {}
  process.on('exit', (code) => leave(code))
  subscribe(CHANNEL, (message) => {
    const socket = message as Socket
    socket.write(`${JSON.stringify({ program: { ...program, pid: process.pid } })}\n`)
    leave = (code) =>
      socket.write(
        `${JSON.stringify({ at: performance.timeOrigin + performance.now(), what: 'ends', text: String(code) })}\n`
      )
    let rest = ''
    socket.on('data', (data) => {
      const lines = `${rest}${data}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!/^(look|stop)\b/.test(line)) continue
        teller ??= import('./teller.ts').then(({ Teller }) => new Teller(held, socket))
        teller.then(
          (teller) => {
            leave = (code) => teller.leave(code)
            teller.obey(line)
          },
          () => {}
        ) // the program goes on untold
      }
    })
  })
}

/** Notes what is opened and closed, and no more. */
function remembering({ nodes, swarms, streams, cores, labels }: Held): Files {
  return {
    'dht-rpc/index.js': ({ prototype }) => {
      wrap(prototype, '_bootstrap', (node) => nodes.add(node))
      wrap(prototype, 'destroy', (node) => nodes.delete(node))
    },
    'hyperswarm/index.js': ({ prototype }) => {
      wrap(prototype, 'join', (swarm) => swarms.add(swarm))
      wrap(prototype, 'destroy', (swarm) => swarms.delete(swarm))
    },
    '@hyperswarm/secret-stream/index.js': ({ prototype }) => {
      wrap(prototype, '_resolveOpened', (stream, [isOpen]) => isOpen && streams.add(stream))
      wrap(prototype, '_destroy', (stream) => streams.delete(stream))
    },
    'corestore/index.js': ({ prototype }) => {
      wrap(prototype, 'get', (_, [options], session) => {
        const { name } = Object(options)
        if (typeof name === 'string') labels.set(session as object, name)
      })
    },
    'hypercore/index.js': ({ prototype }) => {
      // The library itself awaits this promise, so that one more to whom it is rejected changes nothing.
      wrap(prototype, '_openSession', (session, _, opening) => {
        const opened = () => {
          const { core } = session as { core: object }
          if (!cores.has(core) || labels.has(session)) cores.set(core, session)
        }
        ;(opening as Promise<void>).then(opened, () => {})
      })
    },
    'hypercore/lib/core.js': ({ prototype }) => wrap(prototype, '_close', (core) => cores.delete(core))
  }
}

/** The program alone asks for its stdin: who asks for it opens it. */
function rememberStdin(held: Held): void {
  const property = Object.getOwnPropertyDescriptor(process, 'stdin')
  Object.defineProperty(process, 'stdin', {
    ...property,
    get() {
      held.stdin = property?.get?.call(process)
      return held.stdin
    }
  })
}

const FILE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+(?:[\\/](?!node_modules[\\/])[^\\/]+)*)$/

/**
 * Has each file handled when it is loaded, or now when it is there already; each copy of a library on its own. All of the
 * stack are CommonJS modules, also where they are imported.
 */
export function whenLoaded(files: Files): void {
  const handle = ({ filename, exports }: { filename: string; exports: unknown }) => {
    const file = filename?.includes('node_modules') && FILE.exec(filename)?.[1]?.replaceAll('\\', '/')
    if (file && Object.hasOwn(files, file)) swallow(() => files[file]?.(exports as { prototype: object }))
  }
  // One that is only being read is in the cache, too, and is loaded later.
  for (const module of Object.values(createRequire(import.meta.url).cache)) if (module?.loaded) handle(module)
  const { prototype } = Module as unknown as { prototype: object }
  wrap(prototype, 'load', (module) => handle(module as { filename: string; exports: unknown }))
}

/**
 * Has something done after each call of a method, which gives and throws what it always did. Throws where another version
 * of the library has no such method.
 */
export function wrap(target: object, name: string, see: See): void {
  const property = Object.getOwnPropertyDescriptor(target, name)
  const original = property?.value
  if (typeof original !== 'function') throw new Error(`The library has no ${name}.`)
  const value = function (this: object, ...args: unknown[]): unknown {
    const result = original.apply(this, args)
    swallow(see, this, args, result)
    return result
  }
  Object.defineProperty(value, 'name', { value: name })
  Object.defineProperty(target, name, { ...property, value })
}

/** What went wrong in the telling itself since that was last told. */
export const failures = { events: 0, text: '' }

/** Does something that the program must never notice, whatever becomes of it. */
export function swallow<A extends unknown[]>(act: (...args: A) => unknown, ...args: A): void {
  try {
    act(...args)
  } catch (error) {
    failures.events++
    failures.text = String(error)
  }
}
