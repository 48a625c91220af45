// Loaded before a program that is written in TypeScript. A newer Node runs it by itself, and only keeps what it has
// compiled; an older one is given each file without its types. Plain JavaScript: it runs before all else.
import module from 'node:module'
import { CACHE, hasTypeScript, moduleOf } from './strip.js'

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
  if (!process.execArgv.includes('--expose-internals') || !process.version.startsWith('v20.')) return undefined
  return module
    .createRequire(import.meta.url)('internal/modules/esm/loader')
    .getOrInitializeCascadedLoader()
}
