// `pnpm ex`: reads the command line and hands over.
import { type Call, parse, UsageError } from './call.ts'
import { layOut } from './files.ts'

// Whoever reads our output has seen enough, as in `pnpm ex | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

// A terminal that was never given a size says that it has 0 columns: one of 80 by 24 is meant.
for (const stream of [process.stdout, process.stderr]) {
  if (stream.isTTY && !stream.columns) Object.assign(stream, { columns: 80, rows: 24 })
}

/** Errors of the disk, which say something about this machine and nothing about the workshop. */
const DISK = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EMFILE', 'EIO']

try {
  layOut()
  const code = await perform(parse(process.argv.slice(2)))
  if (typeof code === 'number' && code !== 0) process.exitCode = code // a role sets its own
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  if (!(error instanceof UsageError) && !DISK.includes(String(code))) throw error
  console.error(message)
  process.exitCode = error instanceof UsageError ? 2 : 3
}

/** Does what was called, and gives the exit code where it is not 0. Only what is needed is loaded. */
async function perform(call: Call): Promise<unknown> {
  switch (call.command) {
    case 'list':
      return (await import('./show.ts')).list()
    case 'show':
      return (await import('./show.ts')).show(call.exercise)
    case 'progress':
      return (await import('./progress.ts')).progress(call.json)
    case 'check':
      return call.watch
        ? (await import('./watch.ts')).watch(call.exercise, call)
        : (await import('./check.ts')).check(call)
    case 'hint':
      return console.log(await (await import('./hint.ts')).hint(call.exercise))
    case 'diff':
      return (await import('./diff.ts')).compare(call)
    case 'all':
      return (await import('./all.ts')).all(call)
    case 'reset':
      return (await import('./over.ts')).reset(call.exercise)
    case 'catch-up':
      return (await import('./over.ts')).catchUp(call.exercise)
    case 'undo':
      return (await import('./over.ts')).undo(call.exercise)
    case 'restore':
      return (await import('./over.ts')).restore(call.exercise, call.snapshot)
    case 'snapshots':
      return (await import('./over.ts')).list()
    case 'doctor':
      return (await import('./doctor.ts')).doctor()
    case 'network':
      return (await import('./network.ts')).network(call)
    case 'lint':
      return (await import('./author.ts')).lint(call.exercises)
    case 'proof':
      return (await import('./author.ts')).proof(call.exercises)
    case 'new':
      return (await import('./author.ts')).create(call.name)
    case 'run':
      return (await import('./run.ts')).run(call)
  }
}
