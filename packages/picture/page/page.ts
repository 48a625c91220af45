// The last events, as a list.
import { connect } from '@workshop/page/live'
import type { Message } from '../src/show.ts'

const SHOWN = 200

const list = document.querySelector('#events') as HTMLOListElement

connect<Message, never>({
  onopen: () => list.replaceChildren(),
  onmessage(message) {
    if (!('events' in message)) return
    for (const { at, who, what, ...told } of message.events.slice(-SHOWN)) {
      const item = document.createElement('li')
      item.textContent = `${(at / 1000).toFixed(2)} s: ${who} ${what} ${Object.values(told).join(' ')}`
      list.append(item)
    }
    while (list.children.length > SHOWN) list.firstElementChild?.remove()
  },
  onclose: () => {}
})
