// A module hook for a Node that does not run TypeScript by itself: gives it each file without its types.
import { moduleOf } from './strip.js'

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const ours = moduleOf(url)
  return ours ? { ...ours, shortCircuit: true } : nextLoad(url, context)
}
