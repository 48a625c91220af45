// The one look that every command has for the room.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@workshop/course'

/** Whether this checkout is in a room. Where that lies is said in packages/room/src/place.ts too. */
export function isInRoom(): boolean {
  return existsSync(join(process.env.WORKSHOP_ROOM ?? join(root, '.workshop', 'room'), 'room.json'))
}
