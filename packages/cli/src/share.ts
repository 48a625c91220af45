// `pnpm ex share`: the whole workshop on the teacher's laptop, for a class without internet.
import { join } from 'node:path'
import { progress as bar } from '@clack/prompts'
import { root } from '@workshop/course'
import {
  fetchAll,
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
  timeFor
} from '@workshop/share'
import { ex } from './caller.ts'
import { lanAddresses } from './doctor.ts'
import { workshop } from './lock.ts'
import { leaveWithPnpm } from './parent.ts'

const dir = join(workshop, 'share')
const LEARNERS = 30
const SPEED = 20 // Mbit/s

/** Fetches what is missing, or says what there is. Gives the exit code. */
export async function share({ prepare, serve }: { prepare: boolean; serve: boolean }): Promise<number> {
  try {
    if (prepare) await prepareShare()
    else if (serve) return await serveUntilCtrlC()
    return tell(shareIn(dir))
  } catch (error) {
    if (!(error instanceof ShareError)) throw error
    console.error(error.message)
    return 3
  }
}

/** Serves the share while a room is open, and prints the line for whoever has only Node. Throws a ShareError. */
export async function shareWith(room?: Room): Promise<Serving> {
  const serving = await serve(root, dir, room)
  console.log('Whoever has nothing but Node types one line, and gets the workshop from this laptop:\n')
  for (const address of lanAddresses()) console.log(`  npx -y http://${address}:${serving.port}/workshop.tgz`)
  console.log('')
  return serving
}

async function prepareShare(): Promise<void> {
  console.log('Asking the registry how large everything is …')
  const plan = await planOf(root, dir)
  const there = plan.packages.length - plan.missing.length
  console.log(`${plan.packages.length} packages, ${there} of them are here. ${mega(plan.bytes)} are to come.`)
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
    line.stop('All is here, with the hashes that the lockfile says.')
  } catch (error) {
    line.error('It broke off.')
    throw error
  }
}

function tell(share: Share): number {
  if (share.packages.length === 0) {
    console.log(`There is no share yet. Where there is internet, type: ${ex('share', '--prepare')}`)
    return 3
  }
  const missing = missingOf(root, share)
  const all = share.packages.reduce((sum, { size }) => sum + size, 0)
  const age = share.made ? `made ${ago(share.made)}` : 'not complete'
  console.log(`The share: ${share.packages.length} packages, ${mega(all)}, ${age}.\n`)
  console.log('  A laptop with        gets')
  const sizes = SYSTEMS.map((system) => ({ system, size: sizeFor(share, system) }))
  for (const { system, size } of sizes)
    console.log(
      `  ${`${NAMES[system.os] ?? system.os} ${system.cpu}`.padEnd(20)} ${mega(size)}${without(share, system)}`
    )
  const most = Math.max(...sizes.map(({ size }) => size))
  const minutes = Math.ceil(timeFor(most, LEARNERS, SPEED) / 60)
  console.log(`\n${LEARNERS} of them over one line of ${SPEED} Mbit/s: ${minutes} minutes at most.`)
  if (missing.length === 0) {
    console.log(`It fits this checkout. In the room: ${ex('teach', '--share')}`)
    return 0
  }
  const why = share.made ? 'This checkout has changed since' : 'It is not complete'
  console.log(`${why}: ${missing.length} packages are missing. Where there is internet: ${ex('share', '--prepare')}`)
  return 3
}

/** What a system has to get from the internet all the same. */
function without({ absent = [] }: Share, system: System): string {
  const names = absent.filter((one) => isFor(one, [system])).map(({ name }) => name)
  return names.length > 0 ? `, without ${names.join(', ')}: your registry does not have it` : ''
}

const NAMES: Record<string, string> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

async function serveUntilCtrlC(): Promise<number> {
  const serving = await shareWith()
  const goodbye = async () => {
    await serving.close()
    process.exit(0)
  }
  process.once('SIGINT', goodbye).once('SIGTERM', goodbye)
  leaveWithPnpm(goodbye)
  console.log('It serves until Ctrl-C.')
  return 0
}

function ago(at: string): string {
  const hours = (Date.now() - Date.parse(at)) / 1000 / 60 / 60
  if (hours < 1) return 'less than an hour ago'
  return hours < 48 ? `${Math.floor(hours)} hours ago` : `${Math.floor(hours / 24)} days ago`
}

function mega(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
