// The browser's end: hears what the program behind the page tells, and connects again when that has gone and come back.

const RECONNECT_INTERVAL = 1_000 // ms

export interface Listener<Message> {
  /** The program is there. It tells how things stand from the beginning: forget what was told before. */
  onopen(): void
  onmessage(message: Message): void
  /** The program has ended, or there is none yet. It is looked for again each second. */
  onclose(): void
}

/** Connects to the program behind this page, with the token that it may ask for. Gives what says something to it: false when it is not there. */
export function connect<Message, Wish>(listener: Listener<Message>, token?: string): (wish: Wish) => boolean {
  let live: WebSocket | undefined
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/live${token === undefined ? '' : `?${token}`}`)
    socket.addEventListener('open', () => {
      live = socket
      listener.onopen()
    })
    socket.addEventListener('message', ({ data }) => listener.onmessage(JSON.parse(data) as Message))
    socket.addEventListener('close', () => {
      if (live === socket) live = undefined
      listener.onclose()
      setTimeout(open, RECONNECT_INTERVAL)
    })
  }
  open()
  return (wish) => {
    live?.send(JSON.stringify(wish))
    return live !== undefined
  }
}
