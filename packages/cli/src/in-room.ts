// What the other commands have to do with the room that this checkout is in. Nothing of it is loaded in none.
import { setTimeout as delay } from 'node:timers/promises'
import type { Verdict } from '@workshop/checks/judge'
import type { Exercise } from '@workshop/course'
import { type Agent, holdAgent, wakeAgent } from '@workshop/room/agent'
import { isMember, keepReadUntil, membership, type News, news, readUntil, roomFolder } from '@workshop/room/place'
import { reach } from './reach.ts'
import { complain } from './terminal.ts'

const PATIENCE = 5_000 // ms; longer no command waits for the agent
/** ms before an agent that has ended is started again. */
const AGAIN = 1_000
/** ms after the start of a role: it must not start later because of the room. */
const ROLE_FIRST = 1_500

/** The agent, held while this command works. A room that does not work is told in a line, and is in nobody's way. */
export function holdRoom(): Promise<Agent | undefined> {
  return holdAgent(roomFolder()).catch((error: Error) => {
    complain(`The room: ${error.message}`)
    return undefined
  })
}

/** The agent, held as long as this process runs: when it ends, another one is started. */
export function stayInRoom(onnews: (news: News) => void): () => Promise<Agent | undefined> {
  let held = Promise.resolve<Agent | undefined>(undefined)
  const stay = async () => {
    while (isMember(roomFolder())) {
      held = holdRoom()
      const agent = await held
      agent?.onnews(onnews)
      await agent?.ended
      await delay(AGAIN, undefined, { ref: false })
    }
    held = Promise.resolve(undefined)
  }
  stay()
  return () => held
}

/** Holds the agent as long as this process runs, once what it is for has begun. */
export function holdRoomLater(): void {
  setTimeout(() => holdAgent(roomFolder(), { keepsAlive: false }).catch(() => {}), ROLE_FIRST).unref()
}

/**
 * Tells the room what a check said about the learner's files: exercise, steps, and the sentence of a failure. Gives what
 * to say when that could not be done yet.
 */
export async function tellVerdict(
  held: Promise<Agent | undefined>,
  { number }: Exercise,
  verdict: Verdict
): Promise<string[]> {
  const { results, passed, fault } = verdict
  if (fault !== undefined && fault !== 'your code') return []
  const failed = results.find(({ state }) => state === 'failed')
  const sentence = failed?.means ?? failed?.saw
  const agent = await inTime(held)
  if (!agent) return []
  try {
    await agent.say({
      kind: 'verdict',
      exercise: number,
      passed,
      of: results.length,
      ...(failed && { step: failed.step }),
      ...(failed && sentence !== undefined && { sentence })
    })
    return agent.news ? lost(agent.news) : []
  } catch (error) {
    return [`The room: ${(error as Error).message}`]
  }
}

/** Prints what the teacher told since the last command, and sees to it that the next one hears too. */
export async function printNews(): Promise<void> {
  const latest = news()
  for (const line of latest ? unread(latest) : []) complain(`\n${line}`)
  await wakeAgent(roomFolder())
}

/** What the teacher told and was not shown yet, as lines; from now on it is. */
export function unread({ told, coming }: News): string[] {
  const folder = roomFolder()
  const until = readUntil(folder)
  const fresh = told.filter(({ at }) => at > until)
  const isComing = coming !== undefined && coming > until
  if (fresh.length === 0 && !isComing) return []
  try {
    keepReadUntil(folder, Math.max(...fresh.map(({ at }) => at), coming ?? 0))
  } catch {} // a full disk: it is shown once more
  return [...fresh.map(({ text }) => `The teacher: ${text}`), ...(isComing ? ['The teacher is coming to you.'] : [])]
}

/** What to say about a room that cannot be reached; nothing of one that can. */
export function lost({ isReached }: News): string[] {
  return isReached ? [] : ['The room cannot be reached. Go on: it will be told when it is back.']
}

/** The network of the room when it answers; `local`, with a line that says so, when it does not. */
export async function networkOfRoom(): Promise<string> {
  const { network = 'local' } = membership() ?? {}
  if (network === 'local') return network
  const found = await reach(network)
  if ('address' in found) return found.address
  complain('The room cannot be reached: this runs on the network of this machine.')
  return 'local'
}

function inTime<T>(held: Promise<T>): Promise<T | undefined> {
  return Promise.race([
    held,
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE).unref())
  ])
}
