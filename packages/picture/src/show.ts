// Shows events in a page: what happens now, or a recording.
import { servePage } from '@workshop/page'
import type { Happened } from './events.ts'

/** So many events are kept for a page that is opened later; of older ones it sees no more. */
const KEPT = 200_000

/** What the page is told. */
export type Message =
  /** Once, first: whether it plays a recording, or shows what happens now. */
  | { isRecording: boolean }
  /** Events, oldest first; each of them after those of the message before. */
  | { events: Happened[] }

export interface Picture {
  /** `http://127.0.0.1:<port>/` */
  address: string
  tell(events: Happened[]): void
  close(): Promise<void>
}

/** Serves the picture on 127.0.0.1. Rejects with PortTaken. */
export async function showPicture({ port = 0, isRecording = false } = {}): Promise<Picture> {
  const events: Happened[] = []
  const page = await servePage<Message>({
    files: {
      '/': new URL('../page/index.html', import.meta.url),
      '/page.css': new URL('../page/page.css', import.meta.url),
      '/page.js': new URL('../page/page.ts', import.meta.url)
    },
    standing: () => [{ isRecording }, { events }],
    port,
    name: 'picture'
  })
  return {
    address: page.address,
    tell(more) {
      for (const event of more) events.push(event)
      if (events.length > KEPT) events.splice(0, events.length - KEPT)
      page.tell({ events: more })
    },
    close: () => page.close()
  }
}
