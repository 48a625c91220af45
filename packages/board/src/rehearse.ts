// A rehearsal: a room on this machine alone, filled with learners who are none, so that a teacher can try the board the
// evening before. Network, feeds and agents are the real ones; what the learners read are recorded verdicts.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createNetwork } from '@workshop/network'
import { openRoom } from '@workshop/room/make'
import { keepMembership, type Membership } from '@workshop/room/place'
import { Room } from '@workshop/room/room'
import { environment, typescript } from '@workshop/start'
import { openBoard, type Stretch } from './index.ts'

/** Learners that share a process. */
const TOGETHER = 50

/** What a process of learners is told. */
export interface Task {
  /** The folder of the rehearsal, which is gone afterwards. */
  folder: string
  /** What a learner knows of the room; each has a name of their own. */
  membership: Membership
  /** The numbers of its learners, from and before. */
  first: number
  end: number
}

export interface Rehearsal {
  /** Of the board. */
  address: string
  room: Room
  /** Ends everything, and deletes what it has left. */
  close(): Promise<void>
}

/** Opens a room with so many learners and its board. They come within seconds, and then work by themselves. */
export async function rehearse(learners: number, road: Stretch[]): Promise<Rehearsal> {
  const folder = await mkdtemp(join(tmpdir(), 'workshop-rehearsal-'))
  const children: ChildProcess[] = []
  const endings: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })]
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end()
  }
  try {
    const network = await createNetwork({ forgetful: true })
    endings.push(() => network.close())
    const [entry] = network.bootstrap
    const member = await openRoom('Rehearsal', `${entry?.host}:${entry?.port}`)
    const place = join(folder, 'teacher')
    keepMembership(place, member)
    const room = await Room.open(place, member)
    endings.push(() => room.close())
    await room.enter()
    room.connect()
    const board = await openBoard(
      {
        name: 'rehearsal',
        token: member.token,
        line: `${learners} learners at ten times their speed`,
        isRehearsal: true,
        view: () => room.view(),
        come: (to, hand) => room.say({ kind: 'coming', to, hand }),
        tell: (text) => room.say({ kind: 'told', text })
      },
      road
    )
    endings.push(() => board.close())
    room.on('change', () => board.changed())
    const { seed: _, ...membership } = member
    endings.push(() => Promise.all(children.map(end)))
    for (let first = 0; first < learners; first += TOGETHER) {
      children.push(start({ folder, membership, first, end: Math.min(first + TOGETHER, learners) }))
    }
    return { address: board.address, room, close }
  } catch (error) {
    await close()
    throw error
  }
}

function start(task: Task): ChildProcess {
  const child = fork(fileURLToPath(new URL('learners.ts', import.meta.url)), {
    execArgv: [...typescript],
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  child.send(task)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL') // its files are deleted
  await ended
}
