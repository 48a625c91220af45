// The agent of a checkout, as commands see it: a program in the background that keeps the learner's feed in the room
// while a terminal of theirs works. On the teacher's machine `pnpm ex teach` is that program itself.
import { createHash } from 'node:crypto'
import { type Daemon, DaemonError, EXIT, find, type Held, hold, wake } from '@workshop/network/daemon'
import { missing } from './library.ts'
import { type Membership, membership, type News } from './place.ts'
import type { Saying } from './room.ts'

const SCRIPT = new URL('agent-process.ts', import.meta.url)
const FIRST_PORT = 20_000
const LAST_PORT = 32_000 // below the ports that systems give to whoever asks for any
const PORTS = 3

/** The agent cannot be had, or could not do it. The message is for the user. */
export class AgentError extends Error {
  override name = 'AgentError'
}

/** A request to an agent, one line of JSON. The first line of a connection is the token alone. */
export type Request = { id: number } & Wish

type Wish = { say: Saying } | { isTold: number } | { move: string; name: string } | { leave: true }

/** What an agent says: the answer to a request, or what is new. */
export type Answer = { id: number; isDone: boolean; trouble?: string } | { news: News }

/** The agent of the room in a folder: each checkout has its own, on ports that follow from the folder. */
export function agentOf(folder: string, { token }: Membership): Daemon {
  const hash = createHash('sha256').update(folder).digest()
  const first = FIRST_PORT + (hash.readUInt32LE() % ((LAST_PORT - FIRST_PORT) / PORTS)) * PORTS
  const id = createHash('sha256').update(token).digest('hex').slice(0, 16) // the token itself is not for everybody
  return { greeting: `p2p-workshop agent 1 ${id}`, ports: Array.from({ length: PORTS }, (_, i) => first + i) }
}

/** A connection to the agent. It does not keep the process alive, unless it waits for an answer. */
export interface Agent {
  /** What was new last. */
  readonly news: News | undefined
  /** Says something in the room: it is on this disk when this resolves. Rejects with an AgentError. */
  say(saying: Saying): Promise<void>
  /** Whether the teacher's machine has all that was said here, waited for at most `timeout` ms. */
  isTold(timeout: number): Promise<boolean>
  /** The room's network is at `network` now, and this learner is called `name`. */
  move(network: string, name: string): Promise<void>
  /** Ends the agent, also when other terminals hold it, and resolves when it is gone. */
  leave(): Promise<void>
  /** Resolves when the agent is gone, or was released. */
  readonly ended: Promise<void>
  /** Calls back when something is new. */
  onnews(listener: (news: News) => void): void
  /** Lets go of it. */
  release(): void
}

/**
 * Finds the agent of the room in a folder, or starts it; on the teacher's machine only `pnpm ex teach` is one. Rejects
 * with an AgentError; undefined where there is none.
 */
export async function holdAgent(folder: string, { keepsAlive = true } = {}): Promise<Agent | undefined> {
  const member = membership(folder)
  if (!member) return undefined
  if (member.seed) return findAgent(folder)
  try {
    return speak(await hold(agentOf(folder, member), SCRIPT, [folder], keepsAlive), member)
  } catch (error) {
    throw error instanceof DaemonError ? new AgentError(reason(error)) : error
  }
}

/** Sees to it that the agent runs, so that the next command has what is new, and does not wait for it. */
export async function wakeAgent(folder: string): Promise<void> {
  const member = membership(folder)
  if (member && !member.seed) await wake(agentOf(folder, member), SCRIPT, [folder])
}

/** The agent of the room in a folder if it runs. */
export async function findAgent(folder: string): Promise<Agent | undefined> {
  const member = membership(folder)
  const held = member && (await find(agentOf(folder, member)))
  return held && speak(held, member)
}

function speak({ socket, next }: Held, { token }: Membership): Agent {
  const waiting = new Map<number, (answer: { isDone: boolean; trouble?: string }) => void>()
  const listeners: ((news: News) => void)[] = []
  let latest: News | undefined
  let last = 0
  socket.write(`${token}\n`)

  const listen = async () => {
    for (let line = await next(); line !== undefined; line = await next()) {
      const answer = JSON.parse(line) as Answer
      if ('news' in answer) {
        latest = answer.news
        for (const listener of listeners) listener(answer.news)
      } else waiting.get(answer.id)?.(answer)
    }
    for (const done of waiting.values()) done({ isDone: false, trouble: 'The agent of the room has ended.' })
  }
  const ended = listen()

  const ask = async (wish: Wish) => {
    const id = ++last
    socket.ref()
    const answer = await new Promise<{ isDone: boolean; trouble?: string }>((resolve) => {
      waiting.set(id, resolve)
      if (socket.destroyed) resolve({ isDone: false, trouble: 'The agent of the room has ended.' })
      else socket.write(`${JSON.stringify({ id, ...wish })}\n`)
    })
    waiting.delete(id)
    if (waiting.size === 0) socket.unref()
    if (answer.trouble !== undefined) throw new AgentError(answer.trouble)
    return answer.isDone
  }

  return {
    get news() {
      return latest
    },
    async say(saying) {
      await ask({ say: saying })
    },
    isTold: (timeout) => ask({ isTold: timeout }),
    async move(network, name) {
      await ask({ move: network, name })
    },
    async leave() {
      await ask({ leave: true })
      socket.ref()
      await ended
    },
    ended,
    onnews(listener) {
      listeners.push(listener)
      if (latest) listener(latest)
    },
    release: () => socket.destroy()
  }
}

/** What the process of an agent ends with beside what every daemon does. */
export const AGENT_EXIT = { noRoom: 20, inUse: 21, disk: 22, noLibrary: 23 }

function reason({ code }: DaemonError): string {
  if (code === undefined) return 'The agent of the room did not start within 20 s. Is this machine very busy?'
  if (code === EXIT.portsTaken) return 'Other programs hold the TCP ports that the agent of the room needs.'
  if (code === EXIT.noLoopback)
    return 'The agent of the room could not bind to 127.0.0.1. Is the loopback interface up (ip link set lo up)?'
  if (code === AGENT_EXIT.inUse) return 'Another program has the room’s folder open.'
  if (code === AGENT_EXIT.disk) return 'The room’s folder cannot be written. Is the disk full?'
  if (code === AGENT_EXIT.noLibrary) return missing() ?? 'The room can be opened again.'
  return `The agent of the room could not be started (it ended with code ${code}).`
}
