// `pnpm ex`: reads the command line and hands over.

import { root } from '@workshop/course'
import { userDir } from './caller.ts'
import { UsageError } from './command.ts'
import { layOut } from './files.ts'
import { isInRoom } from './is-in-room.ts'
import { parse } from './parse.ts'
import { exerciseAt } from './words.ts'

/** Errors of a terminal or pipe that is gone, as in `pnpm ex | head` or after its window was closed. */
const GONE = ['EPIPE', 'EIO']
/** Errors of the disk, which say something about this machine and nothing about the workshop. */
const DISK = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EMFILE', 'EIO', 'EBUSY']

/** Commands under which a learner reads what the teacher told. A role's output is its own. */
const showsNews = new Set(['', 'check', 'hint', 'diff', 'progress', 'ask', 'reset', 'catch-up', 'undo', 'restore'])

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (GONE.includes(String(error.code))) process.exit()
  throw error
})

// A terminal that was never given a size says that it has 0 columns: one of 80 by 24 is meant.
for (const stream of [process.stdout, process.stderr]) {
  if (stream.isTTY && !stream.columns) Object.assign(stream, { columns: 80, rows: 24 })
}

try {
  const here = exerciseAt(userDir())
  process.chdir(root) // what is stored lies in one place, wherever we were called
  layOut()
  const { command, ...call } = parse(process.argv.slice(2), here)
  const code = await command.run(call)
  if (showsNews.has(command.name) && isInRoom()) await (await import('./in-room.ts')).printNews()
  if (typeof code === 'number' && code !== 0) process.exitCode = code // a role sets its own
  // A timer of hyperdht runs on for half a second when its nodes are gone: nobody has to wait for it.
  if (command.name === 'check' && code !== undefined)
    process.stderr.write('', () => process.stdout.write('', () => process.exit()))
} catch (error) {
  const { code, message, name } = error as NodeJS.ErrnoException
  const isOfMachine = DISK.includes(String(code)) || name === 'AgentError'
  if (!(error instanceof UsageError) && !isOfMachine) throw error
  ;(await import('./terminal.ts')).complain(message)
  process.exitCode = error instanceof UsageError ? 2 : 3
}
