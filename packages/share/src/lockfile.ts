// What a learner installs, read from pnpm-lock.yaml.
import { parse } from 'yaml'

/** What pnpm asks a registry for. */
export interface Package {
  name: string
  version: string
  /** `sha512-` and the hash in base64. */
  integrity: string
  /** The systems it is for, in the words of `process.platform` and `process.arch`; all when not given. */
  os?: string[]
  cpu?: string[]
  libc?: string[]
}

interface Importer {
  dependencies?: Record<string, { version: string }>
  optionalDependencies?: Record<string, { version: string }>
}

interface Snapshot {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

interface Lockfile {
  lockfileVersion: string
  importers: Record<string, Importer>
  packages: Record<string, { resolution: { integrity?: string }; os?: string[]; cpu?: string[]; libc?: string[] }>
  snapshots: Record<string, Snapshot>
}

/** Every package in the text of a lockfile, also those that only contributors install. */
export function allPackages(text: string): Package[] {
  const lockfile = read(text)
  return Object.keys(lockfile.packages).map((key) => packageOf(lockfile, key))
}

/**
 * What `pnpm install --prod` needs, on any system: the dependencies of all packages of the workshop, and theirs.
 * Tools of contributors are devDependencies. Throws for a lockfile that this cannot read.
 */
export function learnersPackages(text: string): Package[] {
  const lockfile = read(text)
  const found = new Set<string>()
  const waiting = Object.values(lockfile.importers).flatMap(({ dependencies = {}, optionalDependencies = {} }) =>
    Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, { version }]) => keyOf(name, version))
  )
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key) || key.includes('@link:')) continue
    found.add(key)
    const { dependencies = {}, optionalDependencies = {} } = lockfile.snapshots[key] ?? {}
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies }))
      waiting.push(keyOf(name, version))
  }
  const packages = new Set([...found].map((key) => key.replace(/\(.*$/, ''))) // without its peers
  return [...packages].sort().map((key) => packageOf(lockfile, key))
}

function read(text: string): Lockfile {
  const lockfile = parse(text) as Lockfile
  if (lockfile?.lockfileVersion?.startsWith('9.')) return lockfile
  throw new Error(`pnpm-lock.yaml is of version ${lockfile?.lockfileVersion}; the share reads version 9.`)
}

/** The key of a snapshot. An alias names the package itself: `npm:` is left out of the lockfile's versions. */
function keyOf(name: string, version: string): string {
  return /^(@[^@/]+\/)?[^@/(]+@/.test(version) ? version : `${name}@${version}`
}

function packageOf({ packages }: Lockfile, key: string): Package {
  const { resolution, os, cpu, libc } = packages[key] ?? { resolution: {} }
  if (!resolution.integrity) throw new Error(`pnpm-lock.yaml has no hash for ${key}.`)
  const at = key.lastIndexOf('@')
  const { integrity } = resolution
  return {
    name: key.slice(0, at),
    version: key.slice(at + 1),
    integrity,
    ...(os && { os }),
    ...(cpu && { cpu }),
    ...(libc && { libc })
  }
}
