// A page without a browser: says to a chat what a page says, and keeps what it is told. For checks and tests.
import { WebSocket } from 'ws'
import type { FromPage, ToPage } from './messages.ts'

export class PageClient {
  room: 'setup' | 'loading' | 'chat' = 'setup'
  /** 64 hex digits, once in a room. */
  topic = ''
  peers = 0
  /** Names by `local` or public key. */
  readonly nicknames = new Map<string, string>()
  /** All names that it was told, of whomever, the oldest first. */
  readonly named: string[] = []
  readonly lines: { who: string; nickname: string; text: string }[] = []
  readonly errors: string[] = []
  closed = false
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
    socket.on('message', (data) => this.#show(JSON.parse(String(data)) as ToPage))
  }

  /** Connects to the chat whose page has this address; rejects when nobody answers there as a page does. */
  static open(address: string): Promise<PageClient> {
    const socket = new WebSocket(new URL('/live', address.replace('http:', 'ws:')), {
      origin: new URL(address).origin,
      maxPayload: 16 * 1024 * 1024
    })
    const client = new PageClient(socket)
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => resolve(client))
    })
  }

  tell(wish: FromPage): void {
    this.#socket.send(JSON.stringify(wish))
  }

  /** Sends what no page would. */
  tellRaw(data: string): void {
    this.#socket.send(data)
  }

  close(): void {
    this.#socket.terminate()
  }

  /** A chat may tell what is no text, whatever its types say: that is shown as its word, as `undefined`. */
  #show(message: ToPage): void {
    if (message.type === 'room') {
      this.room = message.state
      if (message.state === 'chat') this.topic = message.topic
    }
    if (message.type === 'peers') this.peers = message.count
    if (message.type === 'error') this.errors.push(message.text)
    if (message.type === 'message') {
      this.lines.push({ who: String(message.who), nickname: String(message.nickname), text: String(message.text) })
    }
    if (message.type === 'nickname') {
      const who = String(message.who)
      const nickname = String(message.nickname)
      this.named.push(nickname)
      this.nicknames.set(who, nickname)
      for (const line of this.lines) if (line.who === who) line.nickname = nickname
    }
  }
}
