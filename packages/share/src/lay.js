// Lays the workshop out in a folder, and corrects it later. It never touches what a learner wrote.
// Plain JavaScript without imports of ours: a laptop that has nothing but Node runs it.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What was laid out, by path: a hash of each file. A file that has another one by now was changed by the learner. */
const RECORD = '.workshop/laid-out.json'
/** What nothing that comes over a network may write: folders of the learner's, of git's and of pnpm's. */
const OTHERS = new Set(['.git', '.workshop', 'node_modules', '.turbo'])
/** What an author keeps in the folder of an exercise. All else there is the learner's. */
const AUTHORS = new Set(['README.md', 'package.json', 'tsconfig.json', 'starter', 'check'])

/**
 * Writes the files that are new or have changed, and removes those that are gone.
 * @param {string} folder
 * @param {Record<string, { text: string, encoding?: 'base64', isProgram?: true }>} files by path
 * @returns {{ written: string[], removed: string[], kept: string[] }} paths; `kept` are those with a correction that the learner has changed, too
 */
export function lay(folder, files) {
  for (const path of Object.keys(files))
    if (!isOurs(path)) throw new Error(`The share names a file that is none of the workshop's: ${path}`)
  const record = recordIn(folder)
  /** @type {{ written: string[], removed: string[], kept: string[] }} */
  const done = { written: [], removed: [], kept: [] }
  /** @type {Record<string, string>} */
  const next = {}
  for (const [path, { text, encoding, isProgram }] of Object.entries(files)) {
    const bytes = Buffer.from(text, encoding ?? 'utf8')
    const file = join(folder, path)
    const now = hashIn(folder, path)
    const wanted = hash(bytes)
    next[path] = wanted
    if (now === wanted) continue
    if (now !== undefined && now !== record[path]) {
      if (wanted !== record[path]) done.kept.push(path)
      next[path] = record[path] ?? ''
      continue
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, bytes)
    if (isProgram) chmodSync(`${file}.new`, 0o755)
    renameSync(`${file}.new`, file)
    done.written.push(path)
  }
  for (const path of Object.keys(record)) {
    if (path in files || !isOurs(path)) continue
    const now = hashIn(folder, path)
    if (now === undefined) continue
    if (now === record[path]) {
      rmSync(join(folder, path))
      done.removed.push(path)
    } else {
      done.kept.push(path)
      next[path] = record[path] ?? ''
    }
  }
  mkdirSync(join(folder, '.workshop'), { recursive: true })
  writeFileSync(join(folder, RECORD), JSON.stringify(next))
  return done
}

/**
 * Whether a folder was laid out by a share.
 * @param {string} folder
 */
export function isLaidOut(folder) {
  return existsSync(join(folder, RECORD))
}

/**
 * Whether a path may be written: below the folder, and nothing of the learner's.
 * @param {string} path
 */
function isOurs(path) {
  const parts = path.split('/')
  if (/[\\:\0]/.test(path) || parts.some((part) => ['', '.', '..'].includes(part) || OTHERS.has(part))) return false
  return parts[0] !== 'exercises' || parts.length < 3 || AUTHORS.has(parts[2] ?? '')
}

/**
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function recordIn(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, RECORD), 'utf8'))
  } catch {
    return {} // nothing was laid out yet
  }
}

/**
 * @param {string} folder
 * @param {string} path
 * @returns {string | undefined} nothing when there is no file
 */
function hashIn(folder, path) {
  let way = folder
  for (const part of path.split('/')) {
    way = join(way, part)
    const stats = lstatSync(way, { throwIfNoEntry: false })
    if (!stats) return undefined
    if (stats.isSymbolicLink()) throw new Error(`${way} is a link; the workshop has none. Remove it.`)
  }
  return hash(readFileSync(way))
}

/** @param {Buffer} bytes */
function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
