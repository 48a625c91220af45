// What an agent does for the terminals of its checkout: says what they say in the room, and tells them what is new.
import type { Server, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Attendance, attend, type Daemon } from '@workshop/network/daemon'
import type { Answer, Request } from './agent.ts'
import { clean, entryIn, LONGEST_TEXT, nameIn } from './entries.ts'
import { keepNews, type News } from './place.ts'
import type { Room, Saying } from './room.ts'

const LONGEST_LINE = 16_384 // characters; who sends more is no terminal of ours
/** So many of the teacher's sentences are kept for terminals that come later. */
const MOST_TOLD = 20

/** Serves the terminals of a checkout. `leave` ends the agent because a terminal wants that. */
export function attendRoom(
  server: Server,
  daemon: Daemon,
  room: Room,
  { leave, ...attendance }: Pick<Attendance, 'onend' | 'linger'> & { leave(): unknown }
): void {
  const trusted = new Set<Socket>()
  let latest = newsOf(room)
  const service = attend(server, daemon, { ...attendance, oncome })

  room.on('change', () => {
    const news = newsOf(room)
    if (JSON.stringify(news) === JSON.stringify(latest)) return
    latest = news
    keep()
    for (const socket of trusted) answer(socket, { news })
  })
  keep()
  service.ready(room.membership.network)

  function oncome(socket: Socket): void {
    const lines = createInterface({ input: bounded(socket) })
    lines.on('error', () => {})
    lines.on('line', (line) => {
      if (trusted.has(socket)) return request(socket, line)
      if (line !== room.membership.token) return socket.destroy()
      trusted.add(socket)
      answer(socket, { news: latest })
      return undefined
    })
    socket.on('close', () => trusted.delete(socket))
  }

  async function request(socket: Socket, line: string): Promise<void> {
    let asked: Request
    try {
      asked = JSON.parse(line)
    } catch {
      return void socket.destroy()
    }
    const { id } = asked
    try {
      let isDone = true
      if ('say' in asked) await room.say(sayable(asked.say))
      else if ('isTold' in asked) isDone = await room.isTold(Math.min(Number(asked.isTold) || 0, 60_000))
      else if ('move' in asked) {
        room.move(String(asked.move))
        await room.rename(nameIn(String(asked.name)))
      } else if ('leave' in asked) setImmediate(leave)
      answer(socket, { id, isDone })
    } catch (error) {
      answer(socket, { id, isDone: false, trouble: `This could not be kept: ${(error as Error).message}` })
    }
  }

  function keep(): void {
    try {
      keepNews(room.folder, latest)
    } catch {} // a full disk: terminals that hold the agent are told
  }
}

const answer = (socket: Socket, line: Answer) => void (socket.writable && socket.write(`${JSON.stringify(line)}\n`))

/** What a terminal says, in the bounds of an entry. */
function sayable(saying: Saying): Saying {
  const { at: _, ...said } = entryIn({ ...saying, at: 0 }) ?? { at: 0 }
  if (!('kind' in said)) throw new TypeError('this is no entry.')
  return said as Saying
}

/** The stream of a socket that ends when a line is longer than any of ours. */
function bounded(socket: Socket): Socket {
  let length = 0
  socket.on('data', (data) => {
    const end = data.lastIndexOf('\n')
    length = end === -1 ? length + data.length : data.length - end
    if (length > LONGEST_LINE) socket.destroy()
  })
  return socket
}

/** What is new for the people at this machine. */
function newsOf(room: Room): News {
  const { told, people } = room.view()
  const coming = people.find(({ id }) => id === room.id)?.hand?.coming
  return {
    isReached: room.isReached,
    told: told.slice(-MOST_TOLD).map(({ at, text }) => ({ at, text: clean(text, LONGEST_TEXT) })),
    ...(coming !== undefined && { coming })
  }
}
