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
      if (call.watch) await (await import('./watch.ts')).watch(call.exercise, call)
      else process.exitCode = await (await import('./check.ts')).check(call)
      break
    case 'hint':
      console.log(await (await import('./hint.ts')).hint(call.exercise))
      break
    case 'diff':
      process.exitCode = await (await import('./diff.ts')).compare(call)
      break
    case 'lint':
      process.exitCode = await (await import('./author.ts')).lint(call.exercises)
      break
    case 'proof':
      await (await import('./author.ts')).proof(call.exercises)
      break
    case 'new':
      await (await import('./author.ts')).create(call.name)
      break
    case 'run':
      await (await import('./run.ts')).run(call)
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
