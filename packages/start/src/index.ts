// How a program of ours, or of a learner's, is started with node.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export { hasTypeScript } from './strip.js'

import { CACHE, hasTypeScript, strip } from './strip.js'

/** What node needs before the name of a TypeScript file; nothing where it runs TypeScript by itself. */
export const typescript: readonly string[] = hasTypeScript
  ? []
  : ['--expose-internals', '--import', import.meta.resolve('@workshop/start/typescript')]

/** The same for a file that is more than JavaScript with types: a compiler, which costs 0.2 s at each start. */
export const compiler: readonly string[] = ['--import', import.meta.resolve('tsx')]

/** Variables of the environment with which node keeps what it has compiled. */
export const environment: Readonly<Record<string, string>> = { NODE_COMPILE_CACHE: CACHE }

/**
 * Whether the files of an answer need a compiler: Node leaves out types, but does not make code of an `enum`, and takes
 * the path of an import as it stands (`./peer.js` and `./peer` are no `./peer.ts`). A file that is no TypeScript at all
 * needs none: Node says so best.
 */
export function needsCompiler(dir: string): boolean {
  const files = readdirSync(dir).filter((file) => file.endsWith('.ts'))
  return files.some((file) => {
    if (
      /(?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*?(?<!\.ts|\.json|\.mjs|\.cjs|\.node)['"]/.test(
        readFileSync(join(dir, file), 'utf8')
      )
    ) {
      return true
    }
    try {
      strip(join(dir, file))
      return false
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
    }
  })
}
