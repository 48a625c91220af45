// `pnpm ex picture`: what happens in the terminals of this machine, in a page; or a recording of it.
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs'
import { joinLocal, NetworkError } from '@workshop/network/local'
import { PortTaken } from '@workshop/page'
import type { Happened } from '@workshop/picture/events'
import { heading, line, RecordingError, readRecording } from '@workshop/picture/recording'
import { showPicture } from '@workshop/picture/show'
import { look } from '@workshop/picture/view'
import { UsageError } from './command.ts'
import { complain, say } from './terminal.ts'

export interface PictureOptions {
  /** The file that what happens is written to as well. */
  record: string | undefined
  /** The port of the page; with 0 any that is free. */
  port: number
}

/** Shows the swarm of this machine, or plays a recording, until Ctrl-C. Gives the exit code when it cannot begin. */
export async function picture(file: string | undefined, { record, port }: PictureOptions): Promise<number | undefined> {
  const recorded = file === undefined ? undefined : eventsOf(file)
  const writing = record === undefined ? undefined : await recorder(record)
  const page = await showPicture({ port, isRecording: recorded !== undefined }).catch((error) => {
    throw error instanceof PortTaken ? new UsageError(error.message) : error
  })
  const leave = () => page.close().finally(() => process.exit())
  process.once('SIGINT', leave).once('SIGTERM', leave)
  say(`The picture: ${page.address}`)
  if (recorded) {
    page.tell(recorded)
    return
  }
  try {
    const { held } = await joinLocal()
    held.ref()
    held.on('close', () => {
      complain('The local network has ended, and the picture with it.')
      void page.close().finally(() => process.exit(3))
    })
    look(held, (events) => {
      page.tell(events)
      writing?.write(events.map(line).join(''))
    })
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    complain(error.message)
    await page.close()
    return 3
  }
  say('It shows what the programs of this machine do, whichever terminal they run in. Ctrl-C ends it.')
  return undefined
}

/** The events of a file. Throws a UsageError where it cannot be played. */
function eventsOf(file: string): Happened[] {
  try {
    return readRecording(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof RecordingError) throw new UsageError(`${file}: ${error.message}`)
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/** A file that events are written to, as far as the disk takes them. Rejects with a UsageError where it cannot be made. */
async function recorder(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file)
  await new Promise((resolve, reject) => {
    stream.once('open', resolve)
    stream.once('error', ({ message }) => reject(new UsageError(`${file} cannot be written: ${message}`)))
  })
  stream.on('error', ({ message }) => complain(`${file} cannot be written any more: ${message}. The page goes on.`))
  stream.write(heading())
  return stream
}
