// A recording: a file of JSON lines. The first says what it is, every other one is an event.
import { type Happened, readEvent, VERSION } from './events.ts'

const NAME = 'p2p-workshop picture'

/** A file that cannot be played; the message says why, with its line. */
export class RecordingError extends Error {
  override name = 'RecordingError'
}

/** The first line of a recording, with its end. */
export const heading = (): string => `${JSON.stringify({ [NAME]: VERSION })}\n`

/** An event as a line, with its end. */
export const line = (event: Happened): string => `${JSON.stringify(event)}\n`

/** The events of a recording, oldest first. Throws a RecordingError. */
export function readRecording(text: string): Happened[] {
  const [first = '', ...lines] = text.split('\n')
  const version = (parse(first) as Record<string, unknown> | undefined)?.[NAME]
  if (version === undefined)
    throw new RecordingError('This is no recording of the picture: its first line does not say so.')
  if (version !== VERSION) {
    throw new RecordingError(
      `This recording is of version ${String(version)} of the picture, and this workshop plays version ${VERSION}.`
    )
  }
  if (lines.at(-1) !== '') throw new RecordingError(`The recording is damaged: line ${lines.length + 1} has no end.`)
  let last = 0
  return lines.slice(0, -1).map((text, i) => {
    const event = readEvent(parse(text))
    if (!event) throw new RecordingError(`The recording is damaged: line ${i + 2} is no event.`)
    if (event.at < last)
      throw new RecordingError(`The recording is damaged: line ${i + 2} is older than the line before it.`)
    last = event.at
    return event
  })
}

/** What a line of JSON says; undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}
