// `pnpm ex teach`: opens the room of a class. Its machine runs the network, and reads what everybody says.
import { readFileSync, writeFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { userInfo } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { root } from '@workshop/course'
import { createNetwork, type Network } from '@workshop/network'
import { claim, DaemonError, EXIT } from '@workshop/network/daemon'
import { agentOf, findAgent } from '@workshop/room/agent'
import { attendRoom } from '@workshop/room/attend'
import { codeOf, keyPairOf, showCode } from '@workshop/room/code'
import { nameIn } from '@workshop/room/entries'
import { openRoom } from '@workshop/room/make'
import { forgetRoom, keepMembership, type Membership, membership, roomFolder } from '@workshop/room/place'
import { Room } from '@workshop/room/room'
import { type Serving, ShareError } from '@workshop/share'
import { boardOf } from './board.ts'
import { ex, userDir } from './caller.ts'
import { UsageError } from './command.ts'
import { lanAddresses } from './doctor.ts'
import { networkTrouble } from './network.ts'
import { leaveWithPnpm } from './parent.ts'
import { showAddress } from './room.ts'
import { shareInRoom, shareLine } from './share.ts'
import { complain, say } from './terminal.ts'
import { ROOM_PORT } from './words.ts'

export interface TeachOptions {
  name: string | undefined
  /** The file that opens a room which was opened before, perhaps on another machine. */
  room: string | undefined
  /** The address at which others reach this machine, with a port or without. */
  host: string | undefined
  /** Whether laptops that have only Node get the workshop from this one. */
  share: boolean
}

/** What lies beside the feeds for another laptop. */
interface KeyFile {
  'p2p-workshop room': 1
  name: string
  /** 32 bytes in hex. */
  seed: string
}

/** A room that is open in this process. */
export interface OpenRoom {
  room: Room
  /** What learners type. */
  line: string
  close(): Promise<void>
}

/** Opens a room, and stays until Ctrl-C. Gives the exit code when it cannot be opened. */
export async function teach(options: TeachOptions): Promise<number> {
  const open = await openHere(options)
  if (typeof open === 'string') {
    complain(open)
    return 3
  }
  const { line, close, room } = open
  const member = membership(room.folder)
  let serving: Serving | undefined
  try {
    if (options.share && member) serving = await shareInRoom(member)
  } catch (error) {
    await close()
    if (!(error instanceof ShareError)) throw error
    complain(error.message)
    return 3
  }
  const board = await boardOf(open)
  const leave = async () => {
    setTimeout(() => process.exit(), 5_000).unref()
    await Promise.all([board.close(), serving?.close()])
    await close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  leaveWithPnpm(leave)
  const file = relative(root, join(room.folder, 'teacher.json'))
  say(`The room is open until Ctrl-C, and tomorrow again with ${ex('teach')}. Everybody types:\n`)
  say(`  ${line}\n`)
  if (serving && member)
    say(`People who have only Node, and no workshop yet, type instead:\n\n  ${shareLine(member, serving)}\n`)
  say(`The board, for the projector and for you:         ${board.address}`)
  say(`To everybody in the room, from another terminal:  ${ex('tell', '"Back at 14:00"')}`)
  say(`To go on with another laptop, copy ${file} there:  ${ex('teach', '--room', 'teacher.json')}`)
  return 0
}

/** Opens the room of this machine, a new one or the one of a file; or gives the sentence that says why not. */
export async function openHere({ name, room: file, host }: TeachOptions): Promise<OpenRoom | string> {
  const folder = roomFolder()
  const before = membership(folder)
  const key = file === undefined ? undefined : readKeyFile(resolve(userDir(), file))
  if (before && !before.seed && !key)
    throw new UsageError(`You are a learner in a room, ${showCode(before.code)}. Leave it first: ${ex('leave')}`)
  const seed = key?.seed ?? before?.seed
  if (key && before) {
    const code = await codeOf(keyPairOf(Buffer.from(key.seed, 'hex')).publicKey)
    if (code !== before.code)
      throw new UsageError(
        `${file} opens the room ${showCode(code)}, and this machine has another one, ${showCode(before.code)}. Remove that first: ${ex('leave')}`
      )
  }
  const place = placeOf(host, before?.seed ? before.network : undefined)
  const called = nameIn(name ?? key?.name ?? before?.name ?? userInfo().username)

  let network: Network | undefined
  let room: Room | undefined
  const close = async () => {
    await room?.close()
    await network?.close()
  }
  const agent = before && (await findAgent(folder))
  if (agent) {
    if (before.seed) return 'The room is open already, in another terminal.'
    await agent.leave() // a learner's: from now on this program is the agent
  }
  try {
    network = await createNetwork({ ...place, forgetful: true })
  } catch (error) {
    return networkTrouble(error, place, `--host ${place.host}:${place.port + 1}`)
  }
  try {
    const fresh = await openRoom(called, `${place.host}:${place.port}`, seed ? Buffer.from(seed, 'hex') : undefined)
    const member: Membership = { ...fresh, ...(before && { token: before.token }) }
    if (!before) forgetRoom(folder) // feeds of another room must not come into this one
    keepMembership(folder, member)
    keepKeyFile(folder, member)
    const daemon = agentOf(folder, member)
    const server = await claim(daemon)
    room = await Room.open(folder, member)
    await room.enter()
    room.connect()
    const opened = room
    attendRoom(server, daemon, opened, { leave: () => process.kill(process.pid, 'SIGTERM') })
    const line = ex('join', showAddress(member.network), showCode(member.code))
    return { room: opened, line, close }
  } catch (error) {
    await close()
    if (!(error instanceof DaemonError)) throw error
    return error.code === EXIT.isThere
      ? 'The room is open already, in another terminal.'
      : 'The TCP ports that the terminals of this machine need to find the room are taken by other programs.'
  }
}

/** The address and port of the room's network. Throws a UsageError when there is a choice that only the user can make. */
function placeOf(host: string | undefined, before: string | undefined): { host: string; port: number } {
  const addresses = lanAddresses()
  const [last, lastPort] = before?.split(':') ?? []
  if (host !== undefined) {
    const [address = '', port] = host.split(':')
    if (!isIPv4(address) || (port !== undefined && !(Number(port) > 0 && Number(port) < 65_536)))
      throw new UsageError(
        `“${host}” is not an IPv4 address. This machine has: ${addresses.join(', ') || 'none that others could reach'}.`
      )
    return { host: address, port: Number(port ?? (address === last && lastPort) ?? ROOM_PORT) || ROOM_PORT }
  }
  if (last && lastPort && (addresses.includes(last) || last.startsWith('127.')))
    return { host: last, port: Number(lastPort) }
  const [only, ...others] = addresses
  if (only !== undefined && others.length === 0) return { host: only, port: ROOM_PORT }
  if (only === undefined)
    throw new UsageError(
      `This machine has no address that others could reach. Connect it to the Wi-Fi of the room. To try the room alone: ${ex('teach', '--host', '127.0.0.1')}`
    )
  throw new UsageError(
    `This machine has ${addresses.length} addresses. Say which one the others reach:\n${addresses.map((address) => `  ${ex('teach', '--host', address)}`).join('\n')}`
  )
}

function readKeyFile(file: string): { name: string; seed: string } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`${file} cannot be read.`)
  }
  try {
    const { 'p2p-workshop room': version, name, seed } = JSON.parse(text) as KeyFile
    if (version === 1 && typeof name === 'string' && /^[0-9a-f]{64}$/.test(seed)) return { name, seed }
  } catch {}
  throw new UsageError(`${file} opens no room. The file that does is called teacher.json.`)
}

function keepKeyFile(folder: string, { name, seed = '' }: Membership): void {
  const file: KeyFile = { 'p2p-workshop room': 1, name, seed }
  writeFileSync(join(folder, 'teacher.json'), `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 })
}
