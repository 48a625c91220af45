// The board: a page on 127.0.0.1 of the teacher's machine that shows a room.
import { servePage } from '@workshop/page'
import type { View } from '@workshop/room/view'
import { toCSV, toJSON } from './export.ts'
import { type FromPage, readMessage, type Stretch, type ToPage } from './messages.ts'
import { shownOf } from './shown.ts'

export type { Stretch } from './messages.ts'

/** The least time between two pictures of the room, in ms: many verdicts come in the same instant. */
const FRAME = 150

/** The room behind a board. */
export interface BoardRoom {
  /** Which room it is: its board has the same address each time. */
  name: string
  /** What lets a page in, in letters and digits. When it is the same as the last time, a page that is still open goes on. */
  token: string
  /** What a learner types to come in. */
  line: string
  isRehearsal?: boolean
  /** How the room looks now. */
  view(): View
  /** The teacher comes to somebody whose hand is up. Throws a sentence when that does not work. */
  come(to: string, hand: number): void | Promise<void>
  /** The teacher says something to everybody. Throws a sentence when that does not work. */
  tell(text: string): void | Promise<void>
}

export interface Board {
  /** Where the page is, for the teacher alone: it ends with the token. */
  address: string
  /** The room looks different now. */
  changed(): void
  close(): Promise<void>
}

const file = (name: string) => new URL(`../page/${name}`, import.meta.url)

/**
 * Opens the board of a room for a course. Whoever has not the whole address, as other accounts of this machine, hears
 * nothing and can do nothing.
 */
export async function openBoard(room: BoardRoom, road: Stretch[]): Promise<Board> {
  const { name, token, line, isRehearsal = false } = room
  let due: NodeJS.Timeout | undefined
  let last = 0
  const shown = () => shownOf(room.view(), Date.now(), road)
  const page = await servePage<ToPage>({
    files: { '/': file('index.html'), '/page.css': file('page.css'), '/page.js': file('page.ts') },
    name: `board ${name}`,
    token,
    standing: () => [{ type: 'course', road, line, isRehearsal }, shown()],
    async onmessage(text, reply) {
      try {
        await perform(readMessage(text), reply)
      } catch (error) {
        reply({ type: 'problem', text: (error as Error).message })
      }
    }
  })
  const perform = async (wish: FromPage, reply: (message: ToPage) => void) => {
    if (wish.type === 'come') await room.come(wish.to, wish.hand)
    if (wish.type === 'tell') await room.tell(wish.text)
    if (wish.type === 'export') {
      const text = wish.format === 'csv' ? toCSV(shown(), road) : toJSON(shown(), road)
      reply({ type: 'file', name: `room.${wish.format}`, text })
    }
  }
  const show = () => {
    due = undefined
    last = Date.now()
    page.tell(shown())
  }
  return {
    address: `${page.address}#${token}`,
    changed() {
      due ??= setTimeout(show, Math.max(0, last + FRAME - Date.now()))
    },
    async close() {
      clearTimeout(due)
      await page.close()
    }
  }
}
