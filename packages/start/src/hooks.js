// A module hook for a Node that does not run TypeScript by itself: gives it each file without its types.
import { fileURLToPath } from 'node:url'
import { strip } from './strip.js'

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  return { format: 'module', source: await strip(fileURLToPath(url)), shortCircuit: true }
}
