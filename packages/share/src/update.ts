// In the room: corrections of texts and checks come from the teacher's laptop.
import { install } from './install.js'
import { isLaidOut, lay } from './lay.js'
import type { Bundle } from './repository.ts'
import { PORT } from './server.ts'

const PATIENCE = 5_000 // ms for a laptop in the same room
/** A change of these changes what is installed. */
const LIBRARIES = /(^|\/)(package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/

/** What came, as paths; `kept` would have come, had the learner not changed it. */
export interface Update {
  written: string[]
  removed: string[]
  kept: string[]
}

/**
 * Brings a workshop that a share has laid out to what the laptop at `host` has now. Gives nothing when there is nothing
 * to do: the workshop came otherwise, or nobody shares there. Throws when libraries should be installed and cannot.
 */
export async function update(root: string, host: string, port = PORT): Promise<Update | undefined> {
  if (!isLaidOut(root)) return undefined
  const share = `http://${host}:${port}/`
  const response = await fetch(new URL('workshop.json', share), { signal: AbortSignal.timeout(PATIENCE) }).catch(
    () => undefined
  )
  if (!response?.ok) return undefined
  const { files, pnpm } = (await response.json()) as Bundle
  const done = lay(root, files)
  if (done.written.some((path) => LIBRARIES.test(path))) await install(root, pnpm, share)
  return done
}
