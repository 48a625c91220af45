// What two terminals must not do at the same instant: change the learner's files, and what is remembered of them.
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '@workshop/course'

/** The folder of everything that is the learner's and no part of the project. Deleting it is always safe. */
export const workshop = join(root, '.workshop')

const PATIENCE = 10_000 // ms; what is done alone takes some milliseconds
const RETRY = 5 // ms

let isOurs = false

/**
 * Does something while no other process does something with this. The lock is the operating system's, which takes it
 * from a process that ends, however it ends. Throws EBUSY when another one does not let go.
 */
export function alone<T>(act: () => T): T {
  if (isOurs) return act()
  mkdirSync(workshop, { recursive: true })
  const lock = openSync(join(workshop, 'lock'), 'a')
  try {
    take(lock)
    isOurs = true
    return act()
  } finally {
    isOurs = false
    closeSync(lock)
  }
}

function take(lock: number): void {
  // A native part: loaded only where something is written.
  const { tryLock } = createRequire(import.meta.url)('fs-native-extensions') as typeof import('fs-native-extensions')
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (const deadline = Date.now() + PATIENCE; !tryLock(lock); Atomics.wait(clock, 0, 0, RETRY)) {
    if (Date.now() < deadline) continue
    const message = 'Another program of the workshop is changing your files and does not end. Stop it, and try again.'
    throw Object.assign(new Error(message), { code: 'EBUSY' })
  }
}
