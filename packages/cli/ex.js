// `pnpm ex`. Plain JavaScript, since it is this that lets Node run the rest.
import '@workshop/start/typescript'

await import('./src/main.ts')
