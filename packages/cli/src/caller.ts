// How the user called us: what they type to do it again, and in which folder they are.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What `node ex` runs, for a laptop that has no pnpm: at the top of the workshop. */
const DIRECT = fileURLToPath(new URL('../../../ex', import.meta.url))

/** A command of ours as the user types it: `ex(3, 'check')` is `pnpm ex 3 check`. */
export function ex(...words: (string | number)[]): string {
  return [caller(), ...words].join(' ')
}

/** The folder where the user is. A package manager runs us in a folder of its own, and tells where it was called. */
export function userDir({ npm_lifecycle_event, INIT_CWD }: NodeJS.ProcessEnv = process.env): string {
  return npm_lifecycle_event === 'ex' && INIT_CWD ? INIT_CWD : startDir
}

const startDir = process.cwd()

/**
 * The words that reach this program from where the user is, as in `pnpm ex`. A command in a message begins with them, so
 * that it can be pasted. npm sets a variable for whatever it runs: without pnpm 12 of one's own, that is npx.
 */
function caller(): string {
  if (isDirect()) return `node ${relative(startDir, DIRECT)}`
  return process.env.npm_config_npm_version === undefined ? 'pnpm ex' : 'npx -y pnpm@12 ex'
}

/** Whether Node alone runs us, as on a laptop that a share has laid the workshop out on. */
export function isDirect(): boolean {
  return process.argv[1]?.replace(/\.js$/, '') === DIRECT
}
