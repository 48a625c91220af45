// Makes one script for a browser of a TypeScript file and all that it imports.
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** The JavaScript of a module of ours, with everything that it imports, for a browser. Throws where esbuild finds an error. */
export function bundle(module: URL, { minify = false } = {}): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    minify,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'silent' // it throws what it finds
  })
  return outputFiles.map(({ text }) => text).join('')
}
