// `pnpm ex join`, `ask`, `tell` and `leave`: the room, as its people use it.
import { confirm } from '@clack/prompts'
import { type Agent, AgentError, findAgent, holdAgent } from '@workshop/room/agent'
import { CodeError, codeIn, showCode } from '@workshop/room/code'
import { LONGEST_TEXT, nameIn } from '@workshop/room/entries'
import { joinRoom } from '@workshop/room/make'
import { forgetRoom, keepMembership, type Membership, membership, roomFolder } from '@workshop/room/place'
import { ex } from './caller.ts'
import { UsageError } from './command.ts'
import { reach } from './reach.ts'
import { someName } from './some-name.ts'
import { complain, say } from './terminal.ts'
import { ROOM_PORT } from './words.ts'

const PATIENCE = 15_000 // ms to be let in
const SOON = 3_000 // ms for what is said to reach the teacher; it goes on trying
const LOOKS = 4
const LOOK_AGAIN = 500 // ms

/** Joins a room. Gives the exit code. */
export async function join(
  words: string[],
  { name, yes }: { name: string | undefined; yes: boolean }
): Promise<number> {
  const folder = roomFolder()
  const before = membership(folder)
  const { address, code } =
    words.length === 0 && before ? { address: before.network, code: before.code } : placeAndCode(words)
  if (before && before.code !== code)
    throw new UsageError(`You are in another room already, ${showCode(before.code)}. Leave it first: ${ex('leave')}`)
  if (before?.seed) throw new UsageError(`You teach this room from here. To open it: ${ex('teach')}`)
  const found = await reach(address)
  if ('trouble' in found) {
    complain(`No room answers at ${showAddress(address)}. Compare the address with the teacher’s screen.`)
    complain('Is this laptop in the same Wi-Fi, and do both firewalls let UDP through?')
    return 3
  }
  const called = nameIn(name ?? before?.name ?? someName())
  const fresh = await joinRoom(called, found.address, code)
  if (!(await isOpen(fresh))) {
    complain(
      `There is a network at ${showAddress(address)}, but no room with the code ${showCode(code)}. Compare the code with the teacher’s screen.`
    )
    return 2
  }
  if (!before && !(await agrees(called, yes))) return 1
  if (!before) {
    forgetRoom(folder) // feeds of another room must not come into this one
    keepMembership(folder, fresh)
  }
  const agent = await agentHere()
  if (before) await agent.move(found.address, called)
  if (await agent.isTold(PATIENCE)) {
    say(`You are in the room, as ${called}. It sees what ${ex('1', 'check')} and watch say.`)
    say(`Ask for help: ${ex('ask')}   Leave the room: ${ex('leave')}`)
  } else say(`The room knows of you as soon as it can be reached. You are ${called}.`)
  agent.release()
  const { correct } = await import('./share.ts')
  await correct({ ...fresh, network: found.address })
  return 0
}

/** Says what the room will see, and asks. */
async function agrees(name: string, yes: boolean): Promise<boolean> {
  say(`The room will see your name, ${name}, as everybody in it does;`)
  say('the exercise and the step that you are at, and the sentence of a verdict that fails.')
  say('It never sees your code, nor what you type.')
  if (yes) return true
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    complain('If that is what you want: --yes')
    return false
  }
  return (await confirm({ message: 'Join?' })) === true
}

/** Whether a teacher's machine is announced in the network of this membership. */
async function isOpen({ network, secrets: [, topic] }: Membership): Promise<boolean> {
  const { default: DHT } = await import('hyperdht')
  const [host = '', port] = network.split(':')
  const here = host.startsWith('127.') ? { host: '127.0.0.1', firewalled: false } : {}
  const dht = new DHT({ bootstrap: [{ host, port: Number(port) }], ephemeral: true, ...here })
  try {
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN))
      for await (const { peers } of dht.lookup(Buffer.from(topic, 'hex'))) if (peers.length > 0) return true
    }
    return false
  } catch {
    return false // it ended meanwhile
  } finally {
    await dht.destroy()
  }
}

/** Puts a hand up, or down again. Gives the exit code. */
export async function ask(words: string[], { done }: { done: boolean }): Promise<number> {
  const text = words.join(' ')
  if (done && text !== '') throw new UsageError(`--done takes the hand down: give no words with it.`)
  bounded(text)
  if (mustBeMember().seed) throw new UsageError(`You teach this room. To say something to everybody: ${ex('tell')}`)
  const agent = await agentHere()
  await agent.say({ kind: 'asked', ...(text !== '' && { words: text }), ...(done && { isDone: true as const }) })
  const isTold = await agent.isTold(SOON)
  agent.release()
  if (done) say('Your hand is down.')
  else say(`Your hand is up${isTold ? '' : ', as soon as the room can be reached'}. Down again: ${ex('ask', '--done')}`)
  return 0
}

/** Says something to everybody in the room. Gives the exit code. */
export async function tell(words: string[]): Promise<number> {
  const text = words.join(' ').trim()
  if (text === '') throw new UsageError(`Tell what? ${ex('tell', '"Back at 14:00"')}`)
  bounded(text)
  if (!mustBeMember().seed) throw new UsageError(`Only the teacher can tell. To ask for help: ${ex('ask')}`)
  const agent = await findAgent(roomFolder())
  if (!agent) {
    complain(`The room is not open. Open it in another terminal: ${ex('teach')}`)
    return 3
  }
  await agent.say({ kind: 'told', text })
  agent.release()
  say('Everybody reads it under their next command, and at once in a watch.')
  return 0
}

/** Leaves the room, and removes all of it from this machine. Gives the exit code. */
export async function leave({ yes }: { yes: boolean }): Promise<number> {
  const folder = roomFolder()
  const { seed, code } = mustBeMember()
  if (seed) return close(folder, code, yes)
  let isTold = false
  try {
    const agent = await agentHere()
    await agent.say({ kind: 'left' })
    isTold = await agent.isTold(SOON)
    await agent.leave()
  } catch (error) {
    if (!(error instanceof AgentError)) throw error // otherwise the room goes, said or not
  }
  forgetRoom(folder)
  say('You have left the room. Nothing of it is on this machine any more.')
  if (!isTold) say('The teacher’s machine has not heard of it yet, so the board may still show you.')
  return 0
}

/** What leaving means for a teacher: the room is gone from this machine. */
async function close(folder: string, code: string, yes: boolean): Promise<number> {
  const open = await findAgent(folder)
  if (open) {
    open.release()
    complain('The room is open in another terminal. End that first: Ctrl-C')
    return 3
  }
  const question = `This removes the room ${showCode(code)} from this machine, and the key that opens it again.`
  if (!yes && !(process.stdin.isTTY && process.stdout.isTTY)) {
    complain(`${question} If that is what you want: --yes`)
    return 1
  }
  if (!yes && (await confirm({ message: `${question} Remove it?`, initialValue: false })) !== true) return 1
  forgetRoom(folder)
  say('The room is gone from this machine.')
  return 0
}

function mustBeMember(): Membership {
  const member = membership()
  if (member) return member
  throw new UsageError(
    `You are not in a room. The teacher’s screen says what to type: ${ex('join', 'ADDRESS', 'CODE')}`
  )
}

async function agentHere(): Promise<Agent> {
  const agent = await holdAgent(roomFolder())
  if (!agent) throw new AgentError('The room is gone.')
  return agent
}

function bounded(text: string): void {
  if (text.length > LONGEST_TEXT)
    throw new UsageError(`That has ${text.length} characters. ${LONGEST_TEXT} is the most.`)
}

/** The address of the network and the code, in the order in which they were typed. */
function placeAndCode(words: string[]): { address: string; code: string } {
  const [address, ...code] = words
  if (address === undefined || code.length === 0)
    throw new UsageError(`The teacher’s screen says what to type: ${ex('join', 'ADDRESS', 'CODE')}`)
  const [, host, port] = /^([^\s:]+)(?::(\d{1,5}))?$/.exec(address) ?? []
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1)
    throw new UsageError(
      `“${address}” is not an address. It comes first, as in ${ex('join', '192.168.1.5', 'k7qp-3xfm-9d2h')}`
    )
  try {
    return { address: `${host}:${port ?? ROOM_PORT}`, code: codeIn(code.join('-')) }
  } catch (error) {
    throw error instanceof CodeError ? new UsageError(error.message) : error
  }
}

/** An address as it is typed: without the port that everybody has. */
export function showAddress(address: string): string {
  return address.replace(new RegExp(`:${ROOM_PORT}$`), '')
}
