// The page of the chat: shows it what the peer tells, and does what its user wants.
import { resolve } from 'node:path'
import { type Page, PortTaken, servePage as serve } from '@workshop/page'
import { exitWith } from '@workshop/utils/exit'
import { type FromPage, readMessage, type ToPage } from './messages.ts'

const FILES = {
  '/': new URL('../page/index.html', import.meta.url),
  '/page.css': new URL('../page/page.css', import.meta.url),
  '/page.js': new URL('../page/page.ts', import.meta.url)
}

/**
 * Serves the page, with port 0 at the usual port of a `folder`. `perform` does what its user wants; `standing` gives what
 * a page that has just connected must know. Ends the program with code 3 when a port that was chosen is taken.
 */
export async function servePage(
  port: number,
  perform: (wish: FromPage) => Promise<void>,
  standing: () => ToPage[],
  folder?: string
): Promise<Page<ToPage>> {
  try {
    return await serve<ToPage>({
      files: FILES,
      standing,
      port,
      ...(folder !== undefined && { name: resolve(folder) }),
      async onmessage(text, reply) {
        try {
          await perform(readMessage(text))
        } catch (error) {
          reply({ type: 'error', text: (error as Error).message })
        }
      }
    })
  } catch (error) {
    if (error instanceof PortTaken) exitWith(3, error.message)
    throw error
  }
}
