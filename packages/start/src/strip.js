// TypeScript without its types: Node's own stripper, which puts blanks where the types stood, so that every line and
// column stays what it was. What it made of a file is kept by the file's content.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Whether this Node runs TypeScript by itself: 22.18 and newer do. */
export const hasTypeScript = 'typescript' in process.features && Boolean(process.features.typescript)

/** Where compiled code is kept. Deleting it is always safe. */
export const CACHE = fileURLToPath(new URL('../../../.workshop/cache', import.meta.url))

/**
 * The JavaScript of a file. Throws a SyntaxError whose `code` is that of Node: ERR_INVALID_TYPESCRIPT_SYNTAX for a file
 * that is no TypeScript, ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX for one whose types cannot just be left out, as an `enum`.
 * @param {string} file a path
 * @returns {string}
 */
export function strip(file) {
  const source = readFileSync(file, 'utf8')
  const kept = join(CACHE, `${createHash('sha256').update(source).digest('hex').slice(0, 32)}.js`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {} // not yet
  const code = withoutTypes(source, file)
  try {
    mkdirSync(CACHE, { recursive: true })
    const fresh = `${kept}.${process.pid}.${basename(file)}`
    writeFileSync(fresh, code)
    renameSync(fresh, kept) // another process never reads half a file
  } catch {} // a disk that is full or read-only: then it is made anew each time
  return code
}

/**
 * What a loader is to make of an address: a module of JavaScript for a file of TypeScript, undefined for anything else.
 * @param {string} url
 * @returns {{ format: 'module', source: string } | undefined}
 */
export function moduleOf(url) {
  const isOurs = url.startsWith('file:') && url.endsWith('.ts')
  return isOurs ? { format: 'module', source: strip(fileURLToPath(url)) } : undefined
}

/**
 * @param {string} source
 * @param {string} file
 * @returns {string}
 */
function withoutTypes(source, file) {
  const { transformSync } = createRequire(import.meta.url)('amaro') // loaded only when it is needed: 60 ms
  try {
    return transformSync(source, { mode: 'strip-only' }).code
  } catch (thrown) {
    const problem = /** @type {{ code: string, message: string, startLine: number, snippet: string }} */ (thrown)
    const code = `ERR_${problem.code === 'UnsupportedSyntax' ? 'UNSUPPORTED' : 'INVALID'}_TYPESCRIPT_SYNTAX`
    const error = new SyntaxError(problem.message)
    // As Node prints it: the place, the line, what is wrong there.
    const [, ...frames] = String(error.stack).split('\n')
    const place = `${pathToFileURL(file).href}:${problem.startLine}`
    error.stack = [place, problem.snippet, `SyntaxError [${code}]: ${problem.message}`, ...frames].join('\n')
    throw Object.assign(error, { code })
  }
}
