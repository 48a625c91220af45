// Notices when what runs us is gone, and with it the terminal: then a program must not live on unseen.
import { execFile } from 'node:child_process'

const FIRST_LOOK = 200 // ms; a start must not wait for it
const INTERVAL = 1_000 // ms between two looks
const GOODBYE_TIMEOUT = 3_000 // ms for a goodbye that nobody sees

/**
 * Calls `leave` when the pnpm that runs us is gone, and ends this process if that has not done so within three seconds.
 * pnpm runs a script through a shell, so it is the parent of our parent; where that cannot be known (Windows has no
 * `ps`), nothing is watched.
 */
export function leaveWithPnpm(leave: () => void): void {
  if (!process.env.npm_lifecycle_event) return
  const shell = String(process.ppid)
  setTimeout(() => {
    execFile('ps', ['-o', 'ppid=', '-p', shell], (error, answer) => {
      const pnpm = Number(answer)
      if (error || pnpm <= 1) return
      const watch = setInterval(() => {
        if (isAlive(pnpm)) return
        clearInterval(watch)
        leaveSoon(leave)
      }, INTERVAL)
      watch.unref()
    })
  }, FIRST_LOOK).unref()
}

/** Calls `leave`, and ends this process if that has not done so within three seconds. */
export function leaveSoon(leave: () => void): void {
  setTimeout(() => process.exit(1), GOODBYE_TIMEOUT).unref()
  leave()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
