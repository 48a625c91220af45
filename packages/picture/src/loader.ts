// Notices that a library is loaded: all of the stack are CommonJS modules, also where they are imported.
import { createRequire, Module } from 'node:module'

/** What is done with a file of a library once it is loaded, by the end of its path, as in `hyperdht/lib/server.js`. */
export type Files = Record<string, (exports: never) => void>

interface Loaded {
  filename: string
  exports: unknown
}

const FILE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+(?:[\\/](?!node_modules[\\/])[^\\/]+)*)$/

/**
 * Has each file handled when it is loaded, or now when it is there already; each copy of a library on its own. Nothing is
 * loaded because of it.
 */
export function whenLoaded(files: Files): void {
  const handle = ({ filename, exports }: Loaded) => {
    const file = filename?.includes('node_modules') && FILE.exec(filename)?.[1]?.replaceAll('\\', '/')
    if (file && Object.hasOwn(files, file)) files[file]?.(exports as never)
  }
  for (const loaded of Object.values(createRequire(import.meta.url).cache)) if (loaded) handle(loaded)
  const { prototype } = Module as unknown as { prototype: { load(this: Loaded, filename: string): unknown } }
  const { load } = prototype
  prototype.load = function (filename) {
    const result = load.call(this, filename)
    handle(this)
    return result
  }
}
