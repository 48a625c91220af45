// The end of one who looks: asks the process of the local network to show what happens.
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Happened, readEvent } from './events.ts'
import { parse } from './recording.ts'

/**
 * Has `onevents` called with what happens from now on, beginning with how things stand, oldest first; `at` counts from
 * the first of them. `socket` is connected to the process of the local network.
 */
export function look(socket: Socket, onevents: (events: Happened[]) => void): void {
  let begin: number | undefined
  let events: Happened[] = []
  const lines = createInterface({ input: socket })
  lines.on('error', () => {}) // it passes on those of the socket, which tells of its end itself
  lines.on('line', (line) => {
    const event = readEvent(parse(line))
    if (!event) return // its greeting
    begin ??= event.at
    // Those of one sending together: the page draws them at once.
    if (events.push({ ...event, at: Math.round((event.at - begin) * 100) / 100 }) > 1) return
    setImmediate(() => {
      onevents(events)
      events = []
    })
  })
  socket.write('look\n')
}
