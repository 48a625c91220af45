// Loaded before a program that is written in TypeScript. A newer Node runs it by itself, and only keeps what it has
// compiled; an older one is given each file without its types (hooks.js). Plain JavaScript: it runs before all else.
import module from 'node:module'
import { CACHE, hasTypeScript } from './strip.js'

if (!hasTypeScript) module.register('./hooks.js', import.meta.url)
/** @type {{ enableCompileCache?: (folder: string) => unknown, register: unknown }} */
const { enableCompileCache } = module // Node 22.8 and newer
enableCompileCache?.(CACHE)
