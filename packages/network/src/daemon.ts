// A program in the background that all terminals share: found on a TCP port of this machine, started when it is not
// there, gone some seconds after the last one let go. The local network is one; a room's agent is another.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment, typescript } from '@workshop/start'

const JOIN_TIMEOUT = 20_000 // ms; a start takes 0.4 s on a quiet machine
const GREETING_TIMEOUT = 1_000 // ms to wait for a greeting; a miss is looked for again
const FOREIGN_TIMEOUT = 5_000 // ms of silence after which whoever holds the port counts as foreign
const RETRY = 25 // ms between two looks while it starts
const LONGEST_GREETING = 200 // characters

/** Which program in the background is meant. Client and server have the same one. */
export interface Daemon {
  /** The line that it says first to whoever connects; then `ready …`. Another one on the port is foreign. */
  greeting: string
  /** The TCP ports to look at, in this order. The next ones serve where a foreign program holds the first. */
  ports: number[]
}

/** A connection to a daemon. It keeps the daemon alive while it is open, and does not keep this process alive. */
export interface Held {
  /** What the daemon said behind `ready`. */
  said: string
  socket: Socket
  /** The next line that it says; undefined when none comes any more. */
  next(): Promise<string | undefined>
}

/** The daemon ended while it started, with this exit code; none when it did not start in time. */
export class DaemonError extends Error {
  override name = 'DaemonError'
  readonly code: number | undefined

  constructor(code?: number) {
    super(code === undefined ? 'It did not start in time.' : `It ended with code ${code}.`)
    this.code = code
  }
}

/** What the process of a daemon ends with when it cannot listen. */
export const EXIT = { isThere: 0, portsTaken: 10, noLoopback: 11 }

/**
 * Finds a daemon, or starts it: a process of its own that runs the TypeScript file `script` with `args` and outlives the
 * caller. About 5 ms when it runs already. A caller that must not be kept alive by the wait says so. Rejects with a
 * DaemonError.
 */
export async function hold(daemon: Daemon, script: URL, args: string[] = [], keepsAlive = true): Promise<Held> {
  const deadline = Date.now() + JOIN_TIMEOUT
  let started: ChildProcess | undefined
  while (Date.now() < deadline) {
    const held = await find(daemon)
    if (held) return held
    if (started?.exitCode) throw new DaemonError(started.exitCode)
    // Exit code 0: another terminal was quicker. Its daemon may have come and gone.
    if (!started || started.exitCode === 0 || started.signalCode) started = start(script, args)
    await delay(RETRY, undefined, { ref: keepsAlive })
  }
  throw new DaemonError()
}

/** Sees to it that a daemon runs, for those who come later, and does not wait for it. */
export async function wake(daemon: Daemon, script: URL, args: string[] = []): Promise<void> {
  const held = await find(daemon)
  if (held) held.socket.destroy()
  else start(script, args)
}

/** The daemon if it runs and is ready, without starting it. */
export async function find(daemon: Daemon): Promise<Held | undefined> {
  let found: Held | undefined
  const looks = daemon.ports.map(async (port) => {
    const held = await enter(daemon, port)
    if (found) held?.socket.destroy()
    found ??= held
    if (!found) throw new Error('not here')
  })
  // The first that answers: a foreign program that holds one of the ports in silence must not delay anybody.
  await Promise.any(looks).catch(() => {})
  return found
}

/** Whether this daemon holds a TCP port, ready or still starting. */
export async function isHeldBy({ greeting }: Daemon, port: number): Promise<boolean> {
  const { socket, next } = listen(port, FOREIGN_TIMEOUT)
  const line = await next()
  socket.destroy()
  return line === greeting
}

async function enter({ greeting }: Daemon, port: number): Promise<Held | undefined> {
  const { socket, next, trust } = listen(port, GREETING_TIMEOUT)
  if ((await next()) === greeting) {
    const [word, ...said] = (await next())?.split(' ') ?? []
    if (word === 'ready') {
      trust()
      return { said: said.join(' '), socket, next }
    }
  }
  socket.destroy()
  return undefined
}

/** Connects to a port of this machine. Until it is trusted it must be quick and brief. */
function listen(port: number, timeout: number): Pick<Held, 'socket' | 'next'> & { trust(): void } {
  const socket = connect({ host: '127.0.0.1', port }).setEncoding('utf8').setTimeout(timeout)
  let text = ''
  let ended = false
  let isTrusted = false
  let wake = () => {}
  socket.on('data', (data) => {
    text += data
    if (text.length > LONGEST_GREETING && !isTrusted) socket.destroy() // no greeting of ours
    wake()
  })
  socket.on('timeout', () => socket.destroy())
  socket.on('error', () => {}) // nobody there: `close` follows
  socket.on('close', () => {
    ended = true
    wake()
  })
  const next = async () => {
    for (;;) {
      const end = text.indexOf('\n')
      if (end !== -1) {
        const line = text.slice(0, end)
        text = text.slice(end + 1)
        return line
      }
      if (ended) return undefined
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const trust = () => {
    isTrusted = true
    socket.setTimeout(0).unref()
  }
  return { socket, next, trust }
}

function start(script: URL, args: string[]): ChildProcess {
  // Detached: Ctrl-C in the terminal that happened to come first must not end it.
  const child = spawn(process.execPath, [...typescript, fileURLToPath(script), ...args], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: 'ignore',
    windowsHide: true
  })
  child.on('error', () => {}) // told by the time-out
  child.unref()
  return child
}

/**
 * Listens on the first port that is free: the port is the lock that decides between two that start at the same instant.
 * Rejects with a DaemonError that has one of the codes of EXIT, `isThere` when this daemon runs already.
 */
export async function claim(daemon: Daemon): Promise<Server> {
  for (const port of daemon.ports) {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port, exclusive: true })
    try {
      await once(server, 'listening')
      return server
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw new DaemonError(EXIT.noLoopback)
      if (await isHeldBy(daemon, port)) throw new DaemonError(EXIT.isThere)
    }
  }
  throw new DaemonError(EXIT.portsTaken)
}

export interface Service {
  /** Those who hold the daemon now. */
  clients: Set<Socket>
  /** From now on whoever connects is told `ready` and this. */
  ready(said: string): void
}

/** What a daemon does when somebody comes and goes. */
export interface Attendance {
  /** Somebody has come. Nobody else reads the socket; whoever does not read it calls `resume`. */
  oncome(socket: Socket): void
  /** Somebody is gone. */
  ongo?(): void
  /** Nobody has been here for `linger` ms since it was ready. Nobody can come any more. */
  onend?(): void
  linger?: number
}

/** Greets whoever connects to a port that was claimed. Without `onend` it stays for ever. */
export function attend(server: Server, { greeting }: Daemon, attendance: Attendance): Service {
  const { oncome, ongo, onend, linger } = attendance
  const clients = new Set<Socket>()
  let leaving: NodeJS.Timeout | undefined
  let line: string | undefined
  const leaveLater = () => {
    clearTimeout(leaving)
    if (!onend) return
    leaving = setTimeout(() => {
      if (clients.size > 0) return
      server.close() // who comes now starts a new one instead of joining one that ends
      onend()
    }, linger)
  }
  server.on('connection', (socket) => {
    clearTimeout(leaving)
    clients.add(socket)
    socket.on('error', () => {}) // a terminal that was killed; `close` follows
    socket.write(`${greeting}\n`)
    if (line !== undefined) socket.write(line)
    socket.on('close', () => {
      clients.delete(socket)
      ongo?.()
      if (clients.size === 0 && line !== undefined) leaveLater()
    })
    oncome(socket)
  })
  const ready = (said: string) => {
    line = `ready ${said}\n`
    for (const socket of clients) socket.write(line)
    if (clients.size === 0) leaveLater()
  }
  return { clients, ready }
}
