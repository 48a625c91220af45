// The two views of the chat, of which any number may be open at once: a page, and the terminal. They show what the peer
// tells and pass on what the user wants; they know nothing of peers, cores or keys.
import type { FromPage, ToPage } from './messages.ts'
import { servePage } from './server.ts'
import { openTerminal } from './terminal.ts'

/** What the user may want. A sentence that is thrown is shown to the user who asked. */
export interface Actions {
  /** Opens a room with a topic of its own. */
  create(): void | Promise<void>
  /** Goes into the room with this topic, as the user typed or pasted it. */
  join(topic: string): void | Promise<void>
  /** Says something to everybody in the room. */
  send(text: string): void | Promise<void>
  /** Is called something else from now on. */
  rename(nickname: string): void | Promise<void>
}

/** Where the peer tells what is to be seen. `who` is `local` for the user, else a public key in hex. */
export interface View {
  /** On the way into a room. */
  loading(): void
  /** In the room with this topic, 64 hex digits. */
  room(topic: string): void
  /** How many peers are connected. */
  peers(count: number): void
  /** What somebody is called from now on; all their earlier lines show it. */
  nickname(who: string, nickname: string): void
  /** Somebody called so has said something. */
  message(who: string, nickname: string, text: string): void
}

/** Lines of the chat that a page opened later is still shown. */
const REMEMBERED = 500

/**
 * Serves the page on 127.0.0.1 and prints its address, and reads lines from the terminal. With `port` 0 the page has the
 * same address each time for a program with the same storage `folder`, if that is free: a page that is still open when
 * the program comes back goes on. Ends the program with a sentence and code 3 when a port that was chosen is taken.
 */
export async function openView(port: number, actions: Actions, folder?: string): Promise<View> {
  let room: ToPage = { type: 'room', state: 'setup' }
  let peers: ToPage = { type: 'peers', count: 0 }
  const nicknames = new Map<string, string>()
  const lines: Extract<ToPage, { type: 'message' }>[] = []

  const perform = async (wish: FromPage): Promise<void> => {
    if (wish.type === 'create') await actions.create()
    if (wish.type === 'join') await actions.join(wish.topic)
    if (wish.type === 'message') await actions.send(wish.text)
    if (wish.type === 'rename') await actions.rename(wish.nickname)
  }
  const standing = (): ToPage[] => [
    room,
    peers,
    ...[...nicknames].map(([who, nickname]): ToPage => ({ type: 'nickname', who, nickname })),
    ...lines
  ]
  const page = await servePage(port, perform, standing, folder)
  const terminal = openTerminal(page.address, perform)
  const tell = (message: ToPage) => {
    page.tell(message)
    terminal.tell(message)
  }

  return {
    loading() {
      room = { type: 'room', state: 'loading' }
      tell(room)
    },
    room(topic) {
      room = { type: 'room', state: 'chat', topic }
      tell(room)
    },
    peers(count) {
      peers = { type: 'peers', count }
      tell(peers)
    },
    nickname(who, nickname) {
      nicknames.set(who, nickname)
      for (const line of lines) if (line.who === who) line.nickname = nickname
      tell({ type: 'nickname', who, nickname })
    },
    message(who, nickname, text) {
      // A chat that is not finished hands on what a peer sent, whatever that is.
      const line = { type: 'message', who, nickname: String(nickname), text: String(text) } as const
      lines.push({ ...line })
      if (lines.length > REMEMBERED) lines.shift()
      tell(line)
    }
  }
}
