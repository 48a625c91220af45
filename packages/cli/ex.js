// `pnpm ex`. Plain JavaScript, since it is this that lets Node run the rest.
import { existsSync } from 'node:fs'

// pnpm 12 installs what is missing before it runs us. npm and an older pnpm do not.
if (!existsSync(new URL('node_modules', import.meta.url))) {
  const command = ['npx -y pnpm@12 ex', ...process.argv.slice(2)].join(' ')
  console.error(`The libraries of the workshop are not installed yet.\nThis installs them and goes on: ${command}`)
  process.exit(3)
}

await import('@workshop/start/typescript')
await import('./src/main.ts')
