// The network that all terminals of one machine share: found on a fixed TCP port, started when it is not there.
import { type ChildProcess, spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment, typescript } from '@workshop/start'

/** Off hyperdht's own 49737–49742. The next ports serve where a foreign program holds the first. */
const PORT = 49790
const PORTS = 3

/** What the network says first to whoever connects; then `ready HOST:PORT` with the UDP address to enter by. */
export const GREETING = 'p2p-workshop network 1'

const JOIN_TIMEOUT = 20_000 // ms; a start takes 0.4 s on a quiet machine
const GREETING_TIMEOUT = 1_000 // ms to wait for a greeting; a miss is looked for again
const FOREIGN_TIMEOUT = 5_000 // ms of silence after which whoever holds the port counts as foreign
const RETRY = 25 // ms between two looks while the network starts

/** The local network cannot be had; the message says why and what to do. */
export class NetworkError extends Error {
  override name = 'NetworkError'
}

export interface LocalNetwork {
  /** The UDP address to enter the DHT by, `HOST:PORT`. */
  address: string
  /** Keeps the network alive while it is open, and closes when the network ends. Does not keep the process alive. */
  held: Socket
}

/** The TCP ports to look at, in this order. `WORKSHOP_LOCAL_PORT` moves them, for a second network beside the first. */
export function ports(): number[] {
  const first = Number(process.env.WORKSHOP_LOCAL_PORT ?? PORT)
  return Array.from({ length: PORTS }, (_, i) => first + i)
}

/**
 * Finds the local network of this machine or starts it, in a process of its own that outlives the caller and ends
 * some seconds after the last one let go. About 5 ms when it runs already. Rejects with a NetworkError.
 */
export async function joinLocal(): Promise<LocalNetwork> {
  const deadline = Date.now() + JOIN_TIMEOUT
  let service: ChildProcess | undefined
  while (Date.now() < deadline) {
    const joined = await findLocal()
    if (joined) return joined
    if (service?.exitCode) throw new NetworkError(reason(service.exitCode))
    // Exit code 0: another terminal was quicker. It may have come and gone.
    if (!service || service.exitCode === 0 || service.signalCode) service = startService()
    await delay(RETRY)
  }
  throw new NetworkError(`The local network did not start within ${JOIN_TIMEOUT / 1000} s. Is this machine very busy?`)
}

/** The local network if it runs and is ready, without starting it. */
export async function findLocal(): Promise<LocalNetwork | undefined> {
  let found: LocalNetwork | undefined
  const looks = ports().map(async (port) => {
    const local = await enter(port)
    if (found) local?.held.destroy()
    found ??= local
    if (!found) throw new Error('not here')
  })
  // The first that answers: a foreign program that holds one of the ports in silence must not delay anybody.
  await Promise.any(looks).catch(() => {})
  return found
}

/** Whether a network of ours holds this TCP port, ready or still starting. */
export async function isLocal(port: number): Promise<boolean> {
  const { socket, next } = listen(port, FOREIGN_TIMEOUT)
  const line = await next()
  socket.destroy()
  return line === GREETING
}

async function enter(port: number): Promise<LocalNetwork | undefined> {
  const { socket, next } = listen(port, GREETING_TIMEOUT)
  if ((await next()) === GREETING) {
    const [word, address] = (await next())?.split(' ') ?? []
    if (word === 'ready' && address) {
      socket.setTimeout(0).unref()
      return { address, held: socket }
    }
  }
  socket.destroy()
  return undefined
}

/** Connects to a port of this machine. `next` gives the next line, undefined when none comes any more. */
function listen(port: number, timeout: number): { socket: Socket; next(): Promise<string | undefined> } {
  const socket = connect({ host: '127.0.0.1', port }).setEncoding('utf8').setTimeout(timeout)
  let text = ''
  let ended = false
  let wake = () => {}
  socket.on('data', (data) => {
    text += data
    if (text.length > 200) socket.destroy() // no greeting of ours
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
  return { socket, next }
}

function startService(): ChildProcess {
  const script = fileURLToPath(new URL('service.ts', import.meta.url))
  // Detached: Ctrl-C in the terminal that happened to come first must not end it.
  const service = spawn(process.execPath, [...typescript, script], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: 'ignore',
    windowsHide: true
  })
  service.on('error', () => {}) // told by the time-out
  service.unref()
  return service
}

/** Exit codes of the service (service.ts) as sentences. */
function reason(code: number): string {
  const [first, last] = [ports().at(0), ports().at(-1)]
  if (code === EXIT.portsTaken)
    return `Other programs hold the TCP ports ${first} to ${last} of this machine. Set WORKSHOP_LOCAL_PORT to a free one, the same in every terminal.`
  if (code === EXIT.noLoopback)
    return 'The local network could not bind to 127.0.0.1. Is the loopback interface up (ip link set lo up)?'
  return `The local network could not be started (it ended with code ${code}).`
}

export const EXIT = { portsTaken: 10, noLoopback: 11 }
