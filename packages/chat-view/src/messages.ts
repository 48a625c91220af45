// What the page and the program behind it say to each other: JSON, one message in a WebSocket frame.

/** From the program to its page. A page that has just connected is first told how things stand, in the same messages. */
export type ToPage =
  /** `setup`: in no room yet. `loading`: on the way into one. `chat`: in it; `topic` has 64 hex digits. */
  | { type: 'room'; state: 'setup' | 'loading' }
  | { type: 'room'; state: 'chat'; topic: string }
  /** How many peers are connected. */
  | { type: 'peers'; count: number }
  /** What somebody is called from now on, and in all their earlier lines. `who` is `local` or a public key in hex. */
  | { type: 'nickname'; who: string; nickname: string }
  /** A line of the chat, and what its author is called so far. */
  | { type: 'message'; who: string; nickname: string; text: string }
  /** What the user asked for did not work: a sentence. */
  | { type: 'error'; text: string }

/** From the page to the program: what the user wants. */
export type FromPage =
  | { type: 'create' }
  | { type: 'join'; topic: string }
  | { type: 'message'; text: string }
  | { type: 'rename'; nickname: string }

/** Reads a message from a page, which anybody may have written. Throws a sentence for everything that is none. */
export function readMessage(data: string): FromPage {
  let message: unknown
  try {
    message = JSON.parse(data)
  } catch {
    throw new Error('That message of the page is not JSON.')
  }
  const { type, ...rest } = Object(message) as Record<string, unknown>
  const text = (key: string): string => {
    if (!Object.hasOwn(rest, key) || typeof rest[key] !== 'string') {
      throw new Error(`The message “${String(type)}” of the page has no text in “${key}”.`)
    }
    return rest[key]
  }
  if (type === 'create') return { type }
  if (type === 'join') return { type, topic: text('topic') }
  if (type === 'message') return { type, text: text('text') }
  if (type === 'rename') return { type, nickname: text('nickname') }
  throw new Error('That message of the page is of no known type.')
}
