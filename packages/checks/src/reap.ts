// Has what a check starts ended, and what it writes removed, even when the check itself is killed.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** One for all checks of this process, started with the first of them. */
let reaper: ChildProcess | undefined

/** Tells of a process that has begun or ended (its id), or of a folder that was made or removed (its path). */
export function tellReaper(act: 'begun' | 'ended' | 'made' | 'removed', what: number | string): void {
  reaper ??= start()
  reaper.stdin?.write(`${act} ${what}\n`)
}

function start(): ChildProcess {
  // Detached, so that neither Ctrl-C nor the end of the terminal ends it before its work is done.
  const child = spawn(process.execPath, [fileURLToPath(new URL('reaper.js', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true
  })
  child.on('error', () => {}) // then nobody cleans up behind a check that is killed; no reason to give no verdict
  child.stdin.on('error', () => {})
  child.unref()
  ;(child.stdin as Socket).unref() // it is no reason for this process to live on
  return child
}
