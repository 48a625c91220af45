// The chat in the terminal: typed lines are messages, and what begins with a slash is a command.
import { lines } from '@workshop/utils/lines'
import type { FromPage, ToPage } from './messages.ts'

const COMMANDS = '/create, /join TOPIC, /nick NAME'

/** Reads the lines that are typed, and gives the place to tell what is to be shown. */
export function openTerminal(
  address: string,
  perform: (wish: FromPage) => Promise<void>
): { tell(message: ToPage): void } {
  console.log(`page: ${address}`)
  const called = new Map<string, string>()
  let count = 0
  read(perform)

  return {
    tell(message) {
      if (message.type === 'room' && message.state === 'loading') console.log('* joining…')
      if (message.type === 'room' && message.state === 'chat') console.log(`topic: ${message.topic}`)
      if (message.type === 'peers' && message.count !== count) {
        count = message.count
        console.log(`* ${count} ${count === 1 ? 'peer' : 'peers'}`)
      }
      if (message.type === 'message') console.log(`<${message.nickname}> ${message.text}`)
      if (message.type === 'nickname' && called.get(message.who) !== message.nickname) {
        const before = called.get(message.who)
        called.set(message.who, message.nickname)
        if (message.who === 'local') console.log(`* you are ${message.nickname}`)
        else console.log(before === undefined ? `* met ${message.nickname}` : `* ${before} is now ${message.nickname}`)
      }
    }
  }
}

async function read(perform: (wish: FromPage) => Promise<void>): Promise<void> {
  for await (const line of lines()) {
    if (line.trim() === '') continue
    try {
      const wanted = wish(line)
      const done = perform(wanted)
      // The next line does not wait until everybody has heard this one: somebody may never answer.
      if (wanted.type === 'message') done.catch(complain)
      else await done
    } catch (error) {
      complain(error)
    }
  }
}

function complain(error: unknown): void {
  console.log(`* ${(error as Error).message}`)
}

/** What a typed line asks for. Throws a sentence for a command that is none. */
function wish(line: string): FromPage {
  const [, command, rest = ''] = /^\/(\w*)\s*(.*?)\s*$/.exec(line) ?? []
  if (command === undefined) return { type: 'message', text: line }
  if (command === 'create') return { type: 'create' }
  if (command === 'join') return { type: 'join', topic: rest }
  if (command === 'nick') return { type: 'rename', nickname: rest }
  throw new Error(`There is no /${command}; there are: ${COMMANDS}.`)
}
