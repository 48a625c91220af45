// The network that all terminals of one machine share: a program in the background, see daemon.ts.
import type { Socket } from 'node:net'
import { type Daemon, DaemonError, EXIT, find, type Held, hold } from './daemon.ts'

/** Off hyperdht's own 49737–49742. */
const PORT = 49790
const PORTS = 3

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

/** Says `ready HOST:PORT`, the UDP address to enter by. */
export function localNetwork(): Daemon {
  return { greeting: 'p2p-workshop network 1', ports: ports() }
}

/**
 * Finds the local network of this machine or starts it, in a process of its own that outlives the caller and ends
 * some seconds after the last one let go. About 5 ms when it runs already. Rejects with a NetworkError.
 */
export async function joinLocal(): Promise<LocalNetwork> {
  try {
    return entered(await hold(localNetwork(), new URL('service.ts', import.meta.url)))
  } catch (error) {
    throw error instanceof DaemonError ? new NetworkError(reason(error)) : error
  }
}

/** The local network if it runs and is ready, without starting it. */
export async function findLocal(): Promise<LocalNetwork | undefined> {
  const held = await find(localNetwork())
  return held && entered(held)
}

const entered = ({ said, socket }: Held): LocalNetwork => ({ address: said, held: socket })

/** Why it is not there, as a sentence. */
function reason({ code }: DaemonError): string {
  const [first, last] = [ports().at(0), ports().at(-1)]
  if (code === undefined) return 'The local network did not start within 20 s. Is this machine very busy?'
  if (code === EXIT.portsTaken)
    return `Other programs hold the TCP ports ${first} to ${last} of this machine. Set WORKSHOP_LOCAL_PORT to a free one, the same in every terminal.`
  if (code === EXIT.noLoopback)
    return 'The local network could not bind to 127.0.0.1. Is the loopback interface up (ip link set lo up)?'
  return `The local network could not be started (it ended with code ${code}).`
}
