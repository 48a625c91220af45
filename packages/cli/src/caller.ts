// How the user called us: what they type to do it again, and in which folder they are.

/**
 * The words that reach this program from where the user is, as in `pnpm ex`. A command in a message begins with them, so
 * that it can be pasted. npm sets a variable for whatever it runs: without pnpm 12 of one's own, that is npx.
 */
const WORDS = process.env.npm_config_npm_version === undefined ? 'pnpm ex' : 'npx -y pnpm@12 ex'

/** A command of ours as the user types it: `ex(3, 'check')` is `pnpm ex 3 check`. */
export function ex(...words: (string | number)[]): string {
  return [WORDS, ...words].join(' ')
}

/** The folder where the user is. A package manager runs us in a folder of its own, and tells where it was called. */
export function userDir({ npm_lifecycle_event, INIT_CWD }: NodeJS.ProcessEnv = process.env): string {
  return npm_lifecycle_event === 'ex' && INIT_CWD ? INIT_CWD : startDir
}

const startDir = process.cwd()
