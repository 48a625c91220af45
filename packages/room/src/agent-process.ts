// The process behind a learner's checkout in a room: `agent-process.ts FOLDER`. It leaves a while after the last terminal.
import { claim, DaemonError } from '@workshop/network/daemon'
import { AGENT_EXIT, agentOf } from './agent.ts'
import { attendRoom } from './attend.ts'
import { missing } from './library.ts'
import { isMember, membership } from './place.ts'

/** ms without any terminal before it leaves: people read and write between two commands, and want to hear the teacher. */
const LINGER = 600_000

/** ms to find the teacher's machine before terminals are served all the same. */
const FIRST = 3_000

/** ms between two looks whether this checkout is still in the room. */
const LOOK = 2_000

const folder = String(process.argv[2])
const member = membership(folder) ?? process.exit(AGENT_EXIT.noRoom)
if (missing()) process.exit(AGENT_EXIT.noLibrary)
const { Room } = await import('./room.ts')
const daemon = agentOf(folder, member)
const server = await claim(daemon).catch((error) => process.exit(error instanceof DaemonError ? error.code : 1))
const room = await Room.open(folder, member).catch((error: Error) =>
  process.exit(/lock/i.test(error.message) ? AGENT_EXIT.inUse : AGENT_EXIT.disk)
)
// What cannot be written now is said again at the next start.
await room.enter().catch(() => {})
room.connect()
await room.reach(FIRST) // so that the first terminal is not told that the room is lost

const leave = async () => {
  setTimeout(() => process.exit(), 5_000).unref() // a network that does not answer to a goodbye
  await room.close()
  process.exit()
}
attendRoom(server, daemon, room, { linger: LINGER, onend: leave, leave })
// Whoever deletes the folder has left.
setInterval(() => isMember(folder) || leave(), LOOK).unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, leave)
