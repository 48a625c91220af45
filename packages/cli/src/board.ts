// The board of a room, and a rehearsal of a whole class, for `pnpm ex teach`.
import { createHash } from 'node:crypto'
import { type Board, openBoard, type Stretch } from '@workshop/board'
import { type Rehearsal, rehearse } from '@workshop/board/rehearse'
import { exercises, title } from '@workshop/course'
import { ex } from './caller.ts'
import { leaveWithPnpm } from './parent.ts'
import { stepsOf } from './steps.ts'
import type { OpenRoom } from './teach.ts'
import { say } from './terminal.ts'

/** Opens the board of a room that is open in this process. The caller closes it, before the room. */
export async function boardOf({ room, line }: OpenRoom): Promise<Board> {
  const { code, token } = room.membership
  const board = await openBoard(
    {
      name: code,
      token: createHash('sha256').update(`board ${token}`).digest('hex').slice(0, 32), // its own stays out of browsers
      line,
      view: () => room.view(),
      come: (to, hand) => room.say({ kind: 'coming', to, hand }),
      tell: (text) => room.say({ kind: 'told', text })
    },
    await road()
  )
  room.on('change', () => board.changed())
  return board
}

/** Opens a room with learners who are none, until Ctrl-C. */
export async function rehearsal(learners: number): Promise<void> {
  let open: Rehearsal | undefined
  const leave = async () => {
    await open?.close()
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  leaveWithPnpm(leave)
  open = await rehearse(learners, await road())
  say(`The board: ${open.address}\n`)
  say(`${learners} learners come in now, and work through the course at ten times the speed of people.`)
  say('It all happens on this machine, and nothing of it stays. Ctrl-C ends it.')
  say(`The room of a real class: ${ex('teach')}`)
}

/** The course as the board shows it. */
function road(): Promise<Stretch[]> {
  return Promise.all(
    exercises().map(async (exercise) => ({
      exercise: exercise.number,
      title: title(exercise),
      steps: await stepsOf(exercise)
    }))
  )
}
