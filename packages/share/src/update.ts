// In the room: corrections of texts and checks come from the teacher's laptop.
import { install } from './install.js'
import { isLaidOut, lay } from './lay.js'
import type { Bundle } from './repository.ts'
import { hashOf, PORT, PROOF, type Proof } from './server.ts'
import { ShareError } from './share.ts'

const PATIENCE = 5_000 // ms for a laptop in the same room
/** A change of these changes what is installed. */
const LIBRARIES = /(^|\/)(package\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/

/** What came, as paths; `kept` would have come, had the learner not changed it. */
export type Laid = ReturnType<typeof lay>

/** Whether the proof of a hash is the teacher's. */
export type IsTeachers = (hash: Buffer, proof: Proof) => Promise<boolean>

/**
 * Brings a workshop that a share has laid out to what the laptop at `host` has now. Gives nothing when there is nothing
 * to do: the workshop came otherwise, or nobody shares there. Throws a ShareError when what comes is not the teacher's,
 * and when libraries should be installed and cannot.
 */
export async function update(
  root: string,
  host: string,
  isTeachers: IsTeachers,
  port = PORT
): Promise<Laid | undefined> {
  if (!isLaidOut(root)) return undefined
  const share = `http://${host}:${port}/`
  const response = await fetch(new URL('workshop.json', share), { signal: AbortSignal.timeout(PATIENCE) }).catch(
    () => undefined
  )
  if (!response?.ok) return undefined
  const json = Buffer.from(await response.arrayBuffer())
  const proof = { key: response.headers.get(PROOF.key) ?? '', signature: response.headers.get(PROOF.signature) ?? '' }
  if (!(await isTeachers(hashOf(json), proof)))
    throw new ShareError(
      `Somebody offers corrections at ${host}:${port} that are not signed by the teacher of this room. Nothing was changed.`
    )
  const { files, pnpm } = JSON.parse(json.toString()) as Bundle
  const laid = lay(root, files)
  if (laid.written.some((path) => LIBRARIES.test(path))) await install(root, pnpm, share)
  return laid
}
