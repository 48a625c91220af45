// `pnpm ex share`: the whole workshop on the teacher's laptop, for a class without internet.
import { join } from 'node:path'
import { progress as bar } from '@clack/prompts'
import { root } from '@workshop/course'
import { codeOf, isSealed, keyPairOf, seal, showCode } from '@workshop/room/code'
import type { Membership } from '@workshop/room/place'
import {
  fetchAll,
  type IsTeachers,
  isFor,
  missingOf,
  planOf,
  type Room,
  type Serving,
  type Share,
  ShareError,
  SYSTEMS,
  type System,
  serve,
  shareIn,
  sizeFor,
  timeFor,
  update
} from '@workshop/share'
import { ex } from './caller.ts'
import { workshop } from './lock.ts'
import { complain, say } from './terminal.ts'

const dir = join(workshop, 'share')
const LEARNERS = 30
const SPEED = 20 // Mbit/s

/** Fetches what is missing, or says what there is. Gives the exit code. */
export async function share(prepare: boolean): Promise<number> {
  try {
    if (prepare) await prepareShare()
    return tell(shareIn(dir))
  } catch (error) {
    if (!(error instanceof ShareError)) throw error
    complain(error.message)
    return 3
  }
}

/** Serves the share while a room is open. Throws a ShareError. */
export function shareInRoom(member: Membership): Promise<Serving> {
  return serve(root, dir, roomOf(member))
}

/** The room of a teacher, as the share needs it: its code, and the seal of its teacher. */
export function roomOf({ code, seed = '' }: Membership): Room {
  const pair = keyPairOf(Buffer.from(seed, 'hex'))
  const key = pair.publicKey.toString('hex')
  return { code: showCode(code), seal: (hash) => ({ key, signature: seal(hash, pair, 'share').toString('hex') }) }
}

/** Whether a proof is from the teacher of the room with this code. */
export function isTeachersOf(code: string): IsTeachers {
  return async (hash, { key, signature }) => {
    const [publicKey, proof] = [Buffer.from(key, 'hex'), Buffer.from(signature, 'hex')]
    if (publicKey.length !== 32 || proof.length !== 64) return false
    return isSealed(hash, proof, publicKey, 'share') && (await codeOf(publicKey)) === code
  }
}

/** The line for whoever has nothing but Node. */
export function shareLine({ network }: Membership, { port }: Serving): string {
  return `npx -y http://${network.split(':')[0]}:${port}/workshop.tgz`
}

/** Brings what the teacher of the room has corrected, and says so. Nothing happens in a workshop that came otherwise. */
export async function correct({ network, code }: Membership): Promise<void> {
  const [host = ''] = network.split(':')
  try {
    const laid = await update(root, host, isTeachersOf(code))
    const changed = [...(laid?.written ?? []), ...(laid?.removed ?? [])]
    if (changed.length > 0) say(`The teacher has corrected ${listed(changed)}.`)
    if (laid && laid.kept.length > 0) say(`Left as you have changed it: ${listed(laid.kept)}.`)
  } catch (error) {
    complain((error as Error).message) // the room goes on with what is there
  }
}

function listed(paths: string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more files` : paths.join(', ')
}

async function prepareShare(): Promise<void> {
  say('Asking the registry how large everything is …')
  const plan = await planOf(root, dir)
  const there = plan.packages.length - plan.missing.length
  say(`${plan.packages.length} packages, ${there} of them are here. ${mega(plan.bytes)} are left to fetch.`)
  if (!process.stdout.isTTY || plan.bytes === 0) {
    await fetchAll(plan)
    return
  }
  const line = bar({ max: Math.max(1, plan.bytes) })
  let come = 0
  line.start('')
  try {
    await fetchAll(plan, (bytes, name) => {
      come += bytes
      line.advance(bytes, `${mega(come)} of ${mega(plan.bytes)}  ${name}`)
    })
    line.stop('All files are here, with the hashes of the lockfile.')
  } catch (error) {
    line.error('It broke off.')
    throw error
  }
}

function tell(share: Share): number {
  if (share.packages.length === 0) {
    say(`There is no share yet. Where there is internet, type: ${ex('share', '--prepare')}`)
    return 3
  }
  const missing = missingOf(root, share)
  const all = share.packages.reduce((sum, { size }) => sum + size, 0)
  const age = share.made ? `made ${ago(share.made)}` : 'not complete'
  say(`The share: ${share.packages.length} packages, ${mega(all)}, ${age}.\n`)
  console.log('  A laptop with        gets')
  const sizes = SYSTEMS.map((system) => ({ system, size: sizeFor(share, system) }))
  for (const { system, size } of sizes)
    console.log(
      `  ${`${NAMES[system.os] ?? system.os} ${system.cpu}`.padEnd(20)} ${mega(size)}${without(share, system)}`
    )
  const most = Math.max(...sizes.map(({ size }) => size))
  const minutes = Math.ceil(timeFor(most, LEARNERS, SPEED) / 60)
  say(`\n${LEARNERS} of them over one line of ${SPEED} Mbit/s: ${minutes} minutes at most.`)
  if (missing.length === 0) {
    say(`It fits this checkout. In the room: ${ex('teach', '--share')}`)
    return 0
  }
  const why = share.made ? 'This checkout has changed since' : 'It is not complete'
  say(`${why}: ${missing.length} packages are missing. Where there is internet: ${ex('share', '--prepare')}`)
  return 3
}

/** What a system has to get from the internet all the same. */
function without({ absent = [] }: Share, system: System): string {
  const names = absent.filter((one) => isFor(one, [system])).map(({ name }) => name)
  return names.length > 0 ? `, without ${names.join(', ')}: your registry does not have it` : ''
}

const NAMES: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

function ago(at: string): string {
  const hours = (Date.now() - Date.parse(at)) / 1000 / 60 / 60
  if (hours < 1) return 'less than an hour ago'
  return hours < 48 ? `${Math.floor(hours)} hours ago` : `${Math.floor(hours / 24)} days ago`
}

function mega(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
