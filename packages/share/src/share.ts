// The share as it lies on the disk: tarballs, and a file that says which.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Package } from './lockfile.ts'

/** In the words of `process.platform` and `process.arch`. */
export interface System {
  os: string
  cpu: string
}

/** What the share is made for. The libraries have no binaries for others. */
export const SYSTEMS: System[] = ['linux', 'darwin', 'win32'].flatMap((os) =>
  ['x64', 'arm64'].map((cpu) => ({ os, cpu }))
)

/** What goes wrong in a way that a sentence explains, with what to do. */
export class ShareError extends Error {}

/** A package whose tarball the share has, or should have. */
export interface Held extends Package {
  /** Bytes of the tarball. */
  size: number
  /** What the registry says of it, where npm reads that: for pnpm and its parts. */
  manifest?: Record<string, unknown>
}

/** What `share.json` says. */
export interface Contents {
  /** When everything was there, ISO. Not given while some of it is still missing. */
  made?: string
  packages: Held[]
  /** Parts for single systems that the registry does not have. Laptops with such a system need the internet. */
  absent?: Package[]
}

export interface Share extends Contents {
  /** The folder. */
  dir: string
}

/** Whether a package is for one of the systems that the share is made for, or for the one that is given. */
export function isFor({ os, cpu, libc }: Package, systems: System[] = SYSTEMS): boolean {
  if (libc && !libc.includes('glibc')) return false
  return systems.some((system) => (!os || os.includes(system.os)) && (!cpu || cpu.includes(system.cpu)))
}

/** Where the tarball of a package lies below the folder, and below a registry's address. */
export function pathOf({ name, version }: Package): string {
  return `${name}/-/${name.replace(/^@[^/]+\//, '')}-${version}.tgz`
}

/** Where it lies on the disk. */
export function fileOf(dir: string, held: Package): string {
  return join(dir, 'registry', ...pathOf(held).split('/'))
}

/** What the folder holds by its own account; nothing when there is no share. */
export function shareIn(dir: string): Share {
  const file = join(dir, 'share.json')
  if (!existsSync(file)) return { dir, packages: [] }
  try {
    return { dir, ...(JSON.parse(readFileSync(file, 'utf8')) as Contents) }
  } catch {
    throw new ShareError(`${file} cannot be read. Delete the folder ${dir}, and prepare the share again.`)
  }
}

/** Writes what the folder holds; another process reads the old text or the new one. */
export function write({ dir, ...contents }: Share): void {
  const file = join(dir, 'share.json')
  mkdirSync(dir, { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(contents, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** Whether a tarball is there in full. Its hash is another question. */
export function isThere(dir: string, held: Held): boolean {
  const file = fileOf(dir, held)
  return existsSync(file) && statSync(file).size === held.size
}

/** Whether the file has the hash that the lockfile or the registry says. */
export async function isGenuine(file: string, integrity: string): Promise<boolean> {
  const [algorithm = '', hash] = integrity.split(' ')[0]?.split(/-(.*)/) ?? []
  const digest = createHash(algorithm)
  for await (const piece of createReadStream(file)) digest.update(piece)
  return digest.digest('base64') === hash
}

/** Bytes that cross for one learner with such a system. */
export function sizeFor({ packages }: Contents, system: System): number {
  return packages.filter((held) => isFor(held, [system])).reduce((sum, { size }) => sum + size, 0)
}

/** Seconds for so many bytes to each of so many learners over one line of `speed` Mbit/s, which carries three quarters of it: so it was measured. */
export function timeFor(bytes: number, learners = 30, speed = 20): number {
  return (bytes * 8 * learners) / (speed * 1_000_000 * 0.75)
}
