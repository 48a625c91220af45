// At home: which tarballs are needed, how large they are, and getting them, from the registry that the user has set up.
import {
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import token from 'registry-auth-token'
import registryUrl from 'registry-auth-token/registry-url.js'
import { learnersPackages, type Package } from './lockfile.ts'
import {
  fileOf,
  type Held,
  isFor,
  isGenuine,
  isThere,
  pathOf,
  type Share,
  ShareError,
  SYSTEMS,
  shareIn,
  write
} from './share.ts'

/** Files that are fetched at the same time. */
const LANES = 6
/** How often one file is tried, each time from where the last try stopped. */
const TRIES = 4
const PAUSE = 500 // ms before the second, and longer before the next
const PATIENCE = 30_000 // ms without a byte
/** What stays free on the disk. */
const RESERVE = 200 * 1024 * 1024 // bytes

/** The registry answered, and asking again is no use. */
class Refusal extends ShareError {}

/** What a share holds when it is complete. */
export interface Plan extends Share {
  /** Those whose tarballs are not there yet. */
  missing: Held[]
  /** Bytes that are still to come. */
  bytes: number
}

/** Told while tarballs come: bytes that have come since the last time, and the package. */
export type Progress = (bytes: number, name: string) => void

/** The names and versions that the workshop in `root` needs and the share does not hold, or not in full. */
export function missingOf(root: string, share: Share): string[] {
  const held = new Map([...share.packages, ...(share.absent ?? [])].map((one) => [keyOf(one), one.integrity]))
  const pnpm = keyOf({ name: 'pnpm', version: pnpmOf(root) })
  const unknown = neededBy(root).filter((one) => held.get(keyOf(one)) !== one.integrity)
  const away = share.packages.filter((one) => !isThere(share.dir, one))
  return [...new Set([...unknown.map(keyOf), ...(held.has(pnpm) ? [] : [pnpm]), ...away.map(keyOf)])]
}

/** Asks the registry how large everything is. Nothing is fetched yet. */
export async function planOf(root: string, dir: string): Promise<Plan> {
  const before = new Map(shareIn(dir).packages.map((held) => [held.integrity, held]))
  const needed = [...neededBy(root), ...(await pnpmParts(pnpmOf(root)))]
  const absent: Package[] = []
  const found = await inLanes(needed, async (one): Promise<Held | undefined> => {
    const size = before.get(one.integrity)?.size ?? (one.integrity ? await sizeOf(one) : undefined)
    if (size) return { ...one, size }
    if (!one.os) throw new ShareError(`The registry has no ${keyOf(one)}.`)
    absent.push(one)
    return undefined
  })
  const packages = found.filter((held) => held !== undefined)
  const missing = packages.filter((held) => !isThere(dir, held))
  const bytes = missing.reduce((sum, held) => sum + held.size - partOf(fileOf(dir, held)), 0)
  return { dir, packages, absent, missing, bytes }
}

/**
 * Fetches what is missing, each file from where it stopped the last time, and checks every hash, also of what was there.
 * Throws a ShareError with the name of the package.
 */
export async function fetchAll(plan: Plan, progress: Progress = () => {}): Promise<Share> {
  const { dir, packages, absent } = plan
  await mkdir(dir, { recursive: true })
  const { bavail, bsize } = statfsSync(dir)
  if (plan.bytes + RESERVE > bavail * bsize)
    throw new ShareError(
      `The disk has ${mega(bavail * bsize)} free, and the share needs ${mega(plan.bytes + RESERVE)}. Make room, and try again.`
    )
  write({ dir, packages, absent })
  await inLanes(packages, (held, signal) => fetchOne(dir, held, progress, signal))
  removeOthers(dir, packages)
  const share = { dir, made: new Date().toISOString(), packages, absent }
  write(share)
  return share
}

function neededBy(root: string): Package[] {
  return learnersPackages(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')).filter((one) => isFor(one))
}

/** The version of pnpm that package.json names. */
function pnpmOf(root: string): string {
  const { packageManager = '' } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    packageManager?: string
  }
  const version = /^pnpm@([\d.]+)/.exec(packageManager)?.[1]
  if (!version) throw new ShareError('package.json names no version of pnpm in “packageManager”.')
  return version
}

type Told = Package & { manifest?: Record<string, unknown> }

/** pnpm, which is not in the lockfile, and its binaries. The registry says their hashes, as it does to npm. */
async function pnpmParts(version: string): Promise<Told[]> {
  const main = await manifestOf({ name: 'pnpm', version, integrity: '' })
  const parts = Object.entries((main.manifest?.optionalDependencies ?? {}) as Record<string, string>)
  const ours = parts.flatMap(([name, version]) => {
    const system = SYSTEMS.find(({ os, cpu }) => name.endsWith(`.${os}-${cpu}`))
    return system ? [{ name, version, integrity: '', os: [system.os], cpu: [system.cpu] }] : []
  })
  return [main, ...(await inLanes(ours, manifestOf))]
}

/** What the registry says of a version. Its hash stays empty when the registry does not have it. */
async function manifestOf(one: Package): Promise<Told> {
  const response = await ask(one.name, `${one.name.replace('/', '%2f')}/${one.version}`)
  if (!response) return one
  const manifest = (await response.json()) as Record<string, unknown> & { dist: { integrity: string } }
  const known = ['bin', 'dependencies', 'optionalDependencies', 'engines', 'scripts']
  return {
    ...one,
    integrity: manifest.dist.integrity,
    manifest: Object.fromEntries(Object.entries(manifest).filter(([key]) => known.includes(key)))
  }
}

/** Bytes of its tarball; nothing when the registry does not have it. */
async function sizeOf(one: Package): Promise<number | undefined> {
  const response = await ask(one.name, pathOf(one), { method: 'HEAD' })
  return response && Number(response.headers.get('content-length'))
}

async function fetchOne(dir: string, held: Held, progress: Progress, signal: AbortSignal): Promise<void> {
  const file = fileOf(dir, held)
  const part = `${file}.part`
  const name = `${held.name} ${held.version}`
  if (isThere(dir, held)) {
    if (await isGenuine(file, held.integrity)) return
    rmSync(file)
  }
  await mkdir(dirname(file), { recursive: true })
  for (let tries = 1; ; tries++) {
    try {
      if (partOf(file) < held.size) await fetchRest(held, part, signal, (bytes) => progress(bytes, held.name))
      break
    } catch (error) {
      signal.throwIfAborted()
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC')
        throw new ShareError(
          `The disk is full: ${name} does not fit. Make room, and type this again; it goes on where it stopped.`
        )
      if (error instanceof Refusal || tries === TRIES)
        throw error instanceof ShareError
          ? error
          : new ShareError(`${name} did not come: ${message}. Type this again; it goes on where it stopped.`)
      await delay(PAUSE * tries, undefined, { signal })
    }
  }
  if (!(await isGenuine(part, held.integrity))) {
    rmSync(part)
    throw new ShareError(
      `${name} has another hash than the lockfile says, and was thrown away. Type this again; when that does not help, your registry has another file.`
    )
  }
  renameSync(part, file)
}

/** Fetches what follows on the part that is there. */
async function fetchRest(
  held: Held,
  part: string,
  signal: AbortSignal,
  progress: (bytes: number) => void
): Promise<void> {
  const from = existsSync(part) ? statSync(part).size : 0
  const response = await ask(held.name, pathOf(held), from > 0 ? { headers: { range: `bytes=${from}-` } } : {})
  if (!response?.body) throw new Refusal(`The registry has no ${keyOf(held)}.`)
  const source = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream)
  const isRest = response.status === 206
  await pipeline(
    source,
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        progress(piece.length)
        yield piece
      }
    },
    createWriteStream(part, { flags: isRest ? 'a' : 'w' }),
    { signal }
  )
}

function partOf(file: string): number {
  return existsSync(`${file}.part`) ? statSync(`${file}.part`).size : 0
}

/** Tarballs of versions that the lockfile no longer names. */
function removeOthers(dir: string, packages: Held[]): void {
  const known = new Set(packages.map((held) => fileOf(dir, held)))
  for (const entry of readdirSync(join(dir, 'registry'), { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name)
    if (entry.isFile() && !known.has(file)) rmSync(file)
  }
}

/**
 * Asks the registry of a package, with the user's key for it. Gives nothing for what it does not have, and throws when it
 * cannot be reached or says no.
 */
async function ask(
  name: string,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {}
): Promise<Response | undefined> {
  const registry = registryUrl(/^@[^/]+/.exec(name)?.[0])
  const key = token(registry, { recursive: true })
  const headers = { ...options.headers, ...(key && { authorization: `${key.type} ${key.token}` }) }
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Error('no answer')), PATIENCE)
  try {
    const response = await fetch(new URL(path, registry), { ...options, headers, signal: silence.signal })
    if (response.ok) return response
    await response.body?.cancel()
    if (response.status === 404) return undefined
    if (response.status < 500) throw new Refusal(`The registry ${registry} says ${response.status} to ${name}.`)
    throw new Error(`it says ${response.status}`)
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error }
    if (error instanceof Refusal) throw error
    throw new ShareError(
      `The registry ${registry} cannot be reached: ${cause?.message || message}. Type this again where there is internet; it goes on where it stopped.`
    )
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Does something with each, some at a time, and gives what came of it in their order. The first error ends the others by
 * their signal, and is thrown when they have ended.
 */
async function inLanes<T, R>(all: T[], act: (one: T, signal: AbortSignal) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const over = new AbortController()
  let next = 0
  const lane = async () => {
    for (let i = next++; i < all.length && !over.signal.aborted; i = next++) {
      try {
        results[i] = await act(all[i] as T, over.signal)
      } catch (error) {
        over.abort(error) // what is ended by it says the same
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  over.signal.throwIfAborted()
  return results
}

function keyOf({ name, version }: { name: string; version: string }): string {
  return `${name} ${version}`
}

function mega(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
