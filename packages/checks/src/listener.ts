// Hears from roles what their libraries do, for the picture of a verdict. No verdict rests on it: a role could tell anything.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { CHECK, type Happened, is, readEvent } from '@workshop/picture/events'
import { parse } from '@workshop/picture/recording'

/** So many events a second are wanted of a role, of the kinds that there may be thousands of. */
const RATE = 1_000
/** So many are kept of all roles. */
const KEPT = 100_000

export interface Listener {
  port: number
  /** What the roles told so far; `at` is in ms as `performance.now()` has it. */
  heard(): Happened[]
  close(): Promise<void>
}

/** Listens on 127.0.0.1. `nameOf` gives the name in the story of the role with a process id. */
export async function listen(nameOf: (pid: number) => string | undefined): Promise<Listener> {
  const events: Happened[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {}) // a role that was killed
    let who: string | undefined
    const lines = createInterface({ input: socket })
    lines.on('error', () => {}) // it passes on those of the socket
    lines.on('line', (line) => {
      const said = Object(parse(line)) as { program?: { pid?: unknown }; at?: unknown }
      if (said.program && who === undefined) {
        who = nameOf(Number(said.program.pid))
        socket.write(`look ${RATE}\n`)
      }
      if (who === undefined || events.length >= KEPT) return
      const event = readEvent({ ...said, at: Number(said.at) - performance.timeOrigin, who })
      if (event) events.push(event)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => named(events),
    async close() {
      server.close()
    }
  }
}

/**
 * What is worth a row in a story, with the names of those who are meant by a key: what the check sees by itself is left
 * out, and so is what a peer of the check is told anyway.
 */
function named(events: readonly Happened[]): Happened[] {
  const names = new Map(events.filter(is('has a key')).map(({ key, who }) => [key, who]))
  const others = new Map(
    events.filter(is('meets')).map(({ who, connection, key = '' }) => [`${who} ${connection}`, names.get(key)])
  )
  const cores = new Map(events.filter(is('opens a core')).map(({ core, key }) => [core, key]))
  return events.flatMap((event): Happened[] => {
    const other = 'connection' in event ? others.get(`${event.who} ${event.connection}`) : undefined
    switch (event.what) {
      case 'meets':
        // Both ends tell.
        return other !== undefined && event.began ? [{ ...event, with: other }] : []
      case 'loses':
        return other !== undefined && other > event.who ? [{ ...event, with: other }] : []
      case 'sends a block':
        return other === undefined ? [{ ...event, core: cores.get(event.core) ?? event.core, with: CHECK }] : []
      case 'receives a block':
        return [{ ...event, core: cores.get(event.core) ?? event.core, with: other ?? CHECK }]
      case 'opens a core':
      case 'holds':
      case 'appends':
      case 'hears of a length':
      case 'refuses a block':
      case 'clears blocks':
        return [{ ...event, core: cores.get(event.core) ?? event.core }]
      default:
        return []
    }
  })
}
