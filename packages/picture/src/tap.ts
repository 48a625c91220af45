// Loaded beside a program: tells the local network's process what the program and its libraries do, while somebody looks
// at the picture. Nothing is loaded because of it, and nothing that it does can be noticed by the program.
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Libraries } from './libraries.ts'
import { whenLoaded } from './loader.ts'
import { Outbox } from './outbox.ts'

/** Where a program says that it is connected to the process of the local network: the message is the socket. */
export const CHANNEL = 'workshop:held'
/** So many bytes wait for the other process at most; what comes then is left out. */
const BACKLOG = 1024 * 1024

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

/** Watches this process from now on. `hasTerminal` also tells what is typed and printed. */
export function tap(program: Omit<Program, 'pid'>, { hasTerminal = false } = {}): void {
  const outbox = new Outbox()
  const libraries = new Libraries(outbox)
  whenLoaded(libraries.files)
  if (hasTerminal) outbox.swallow(() => watchTerminal(outbox))
  subscribe(CHANNEL, (message) => {
    const socket = message as Socket
    socket.write(`${JSON.stringify({ program: { ...program, pid: process.pid } })}\n`)
    outbox.to((lines) => {
      if (socket.writableLength > BACKLOG) return false
      socket.write(lines)
      return true
    })
    const obey = (line: string) => {
      const [word, rate] = line.split(' ')
      if (word === 'stop') outbox.stop()
      if (word !== 'look') return
      outbox.look(Number(rate))
      outbox.swallow(() => libraries.tell())
    }
    let rest = ''
    socket.on('data', (data) => {
      const lines = `${rest}${data}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) obey(line)
    })
    socket.on('close', () => outbox.stop())
  })
  process.on('exit', (code) => outbox.swallow(() => outbox.say('ends', { text: String(code) })))
}

function watchTerminal(outbox: Outbox): void {
  for (const [stream, what] of [
    [process.stdout, 'prints'],
    [process.stderr, 'complains']
  ] as const) {
    watch(stream, 'write', (chunk) => outbox.tell(what, { text: textOf(chunk) }))
  }
  // Asked for by the program alone: who asks for it opens it.
  const property = Object.getOwnPropertyDescriptor(process, 'stdin')
  let isWatched = false
  Object.defineProperty(process, 'stdin', {
    ...property,
    get() {
      const stdin = property?.get?.call(process)
      if (!isWatched) {
        isWatched = true
        outbox.swallow(() =>
          watch(stdin, 'push', (chunk) => chunk && outbox.tell('is typed into', { text: textOf(chunk) }))
        )
      }
      return stdin
    }
  })

  /** Has what is given to a method of one object told, before the method has it. */
  function watch(target: object, name: string, tell: (chunk: unknown) => void): void {
    const original = Reflect.get(target, name)
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      if (outbox.looks) outbox.swallow(() => tell(args[0]))
      return original.apply(this, args)
    }
    Object.defineProperty(target, name, { value: watched, configurable: true, writable: true })
  }
}

const textOf = (chunk: unknown): string =>
  typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
