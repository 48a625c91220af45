// `pnpm ex`: reads the command line and hands over.
import { parse, UsageError } from './call.ts'

// Whoever reads our output has seen enough, as in `pnpm ex | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

try {
  const call = parse(process.argv.slice(2))
  switch (call.command) {
    case 'list':
      ;(await import('./show.ts')).list()
      break
    case 'show':
      await (await import('./show.ts')).show(call.exercise)
      break
    case 'check':
      process.exitCode = await (await import('./check.ts')).check(call)
      break
    case 'run':
      await (await import('./run.ts')).run(call)
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
