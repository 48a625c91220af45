// Loaded before a program that is written in TypeScript. A newer Node runs it by itself, and only keeps what it has
// compiled; an older one is given each file without its types. Plain JavaScript: it runs before all else.
import module from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { CACHE, hasTypeScript, moduleOf } from './strip.js'

/**
 * So many bytes of bytecode V8 runs of a function before it thinks of optimizing it; Node 20 has 67,584. A program that is
 * up for a few seconds spends more on compiling than it wins: with this figure a check and its roles take a quarter less of
 * the processor's time. One that computes for long is optimized all the same. Newer lines have other figures.
 */
const BUDGET = 1_000_000

const isNode20 = process.version.startsWith('v20.')

if (isNode20) setFlagsFromString(`--interrupt-budget=${BUDGET}`)
if (!hasTypeScript) {
  const loader = loaderOfNode20()
  if (loader) {
    const { load } = loader
    loader.load = (url, context) => {
      const ours = moduleOf(url)
      return ours ? { ...ours, responseURL: url } : load.call(loader, url, context)
    }
  } else {
    module.register('./hooks.js', import.meta.url)
  }
}
/** @type {{ enableCompileCache?: (folder: string) => unknown, register: unknown }} */
const { enableCompileCache } = module // Node 22.8 and newer
enableCompileCache?.(CACHE)

/**
 * The loader of modules inside Node 20, where it was started with `--expose-internals`. Module hooks run in a thread of
 * their own there, whose start costs each program 50 ms of the 300 that it takes to be up with the libraries: a check
 * starts dozens. What is inside Node 20 will not change any more; later lines have other hooks, and then their own
 * TypeScript.
 * @returns {{ load(url: string, context: unknown): unknown } | undefined}
 */
function loaderOfNode20() {
  if (!process.execArgv.includes('--expose-internals') || !isNode20) return undefined
  return module
    .createRequire(import.meta.url)('internal/modules/esm/loader')
    .getOrInitializeCascadedLoader()
}
