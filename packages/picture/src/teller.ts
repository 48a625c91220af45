// Tells what a program does, from when somebody looks until nobody does.
import type { Socket } from 'node:net'
import { Libraries } from './libraries.ts'
import { Outbox } from './outbox.ts'
import { type Held, swallow, wrap } from './tap.ts'

/** So many bytes wait for the other process at most; what comes then is left out. */
const BACKLOG = 1024 * 1024

export class Teller {
  readonly #outbox: Outbox
  readonly #libraries: Libraries
  readonly #held: Held
  #stdin: object | undefined

  constructor(held: Held, socket: Socket) {
    this.#held = held
    this.#outbox = new Outbox((lines) => {
      if (socket.writableLength > BACKLOG) return false
      socket.write(lines)
      return true
    })
    this.#libraries = new Libraries(held, this.#outbox)
    socket.on('close', () => this.#outbox.stop())
    if (!held.hasTerminal) return
    swallow(() => this.#watch(process.stdout, 'write', 'prints'))
    swallow(() => this.#watch(process.stderr, 'write', 'complains'))
  }

  /** Does what the process of the local network says: `look` with how many events a second are wanted, or `stop`. */
  obey(line: string): void {
    const [word, rate] = line.split(' ')
    if (word === 'stop') {
      this.#outbox.stop()
      return
    }
    this.#outbox.look(Number(rate), () => this.#pace())
    swallow(() => this.#libraries.tell())
  }

  /** The process ends, with this exit code: tells what is left. */
  leave(code: number): void {
    swallow(() => this.#outbox.say('ends', { text: String(code) }))
  }

  #pace(): void {
    this.#libraries.pace()
    const { stdin } = this.#held
    if (!stdin || stdin === this.#stdin) return
    this.#stdin = stdin
    this.#watch(stdin, 'push', 'is typed into')
  }

  /** Has what is given to a method of one object told. */
  #watch(stream: object, name: string, what: 'prints' | 'complains' | 'is typed into'): void {
    // The method is that of its class: the object gets one of its own, which may be wrapped.
    const own = { value: Reflect.get(stream, name), configurable: true, writable: true }
    Object.defineProperty(stream, name, own)
    wrap(stream, name, (_, [chunk]) => {
      if (chunk !== null && this.#outbox.looks) this.#outbox.tell(what, { text: textOf(chunk) })
    })
  }
}

const textOf = (chunk: unknown): string =>
  typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
