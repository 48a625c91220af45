// Serves a page on 127.0.0.1, to this machine's browsers and to no site that they have open besides.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { bundle } from './bundle.ts'

const HOST = '127.0.0.1'
/** Below the ports that systems give to programs which ask for any. */
const [FIRST_PORT, PORTS] = [20_000, 10_000]
const LONGEST_MESSAGE = 64 * 1024 // bytes from a page; a longer one ends its connection
const BACKLOG = 4 * 1024 * 1024 // bytes that a page may lag behind before it is let go, beside what it is told first

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml'
}

export interface PageOptions<Message> {
  /** What a browser may ask for: the path, as in `/page.js`, and its file. TypeScript comes as one script with all that it imports. */
  files: Record<string, URL>
  /** What a page that has just connected must know. */
  standing(): Message[]
  /** Called with what a page says, which anybody may have written. `reply` tells that page alone. It must not throw. */
  onmessage?(text: string, reply: (message: Message) => void): void
  /** Called when a page has come or gone, with how many are open now. */
  onpages?(count: number): void
  /** The port; with 0 the usual one of `name`, or any other when somebody has that, or when there is no name. */
  port?: number
  /** What a page must know to hear or say anything: without it every account of this machine can. The page gives it to `connect`. */
  token?: string
  /** What the page has the same address for each time, as the folder of a program: one that is still open goes on. */
  name?: string
}

export interface Page<Message> {
  /** `http://127.0.0.1:<port>/` */
  address: string
  /** Shows something in all pages that are open. */
  tell(message: Message): void
  /** Lets all pages go, and the port. */
  close(): Promise<void>
}

/** The port that was chosen cannot be had; the message is a sentence for a user. */
export class PortTaken extends Error {}

/**
 * Serves a page whose script hears what is told through `connect` of `./live.ts`. Throws PortTaken for a port that was
 * chosen and cannot be had.
 *
 * A browser puts the site that a request comes from into `Origin` and the name that it looked up into `Host`: both must
 * be ours, or another site's page could speak to the program, or read what it tells under a name that leads to 127.0.0.1.
 */
export async function servePage<Message>(options: PageOptions<Message>): Promise<Page<Message>> {
  const { standing, onmessage, onpages, port = 0, name, token } = options
  const files = new Map(Object.entries(options.files))
  const http = createServer()
  const ours = () => {
    const { port } = http.address() as AddressInfo
    return [`${HOST}:${port}`, `localhost:${port}`]
  }
  http.on('request', (request, response) => {
    if (!ours().includes(String(request.headers.host))) return answer(response, 403, 'This page has another name.')
    const path = String(request.url).split('?')[0] ?? ''
    const file = files.get(path)
    if (!file || request.method !== 'GET') return answer(response, 404, 'There is no such page.')
    answer(response, 200, read(file), TYPES[extname(path) || extname(file.pathname)])
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE })
  http.on('upgrade', (request, socket, head) => {
    const { host, origin } = request.headers
    const isOurs = ours().includes(String(host)) && ours().some((host) => origin === `http://${host}`)
    if (!isOurs || request.url !== liveAt(token)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      page.on('error', () => {}) // too long a message, or a frame that is none: its connection ends, the program lives on
      page.on('close', () => onpages?.(sockets.clients.size))
      page.on('message', (data) => onmessage?.(data.toString(), (message) => send(page, message)))
      for (const message of standing()) page.send(JSON.stringify(message))
      first.set(page, page.bufferedAmount)
      onpages?.(sockets.clients.size)
    })
  })

  const listen = async (port: number) => {
    http.listen(port, HOST)
    await once(http, 'listening')
  }
  try {
    const usual = port === 0 && name !== undefined ? portOf(name) : port
    // When somebody has the port that nobody chose, any other will do.
    await listen(usual).catch((error) => (usual === port ? Promise.reject(error) : listen(port)))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'another program has it' : message
    throw new PortTaken(`Port ${port} cannot be used: ${why}. Give another one, or none: then one is found.`)
  }
  return {
    address: `http://${ours()[0]}/`,
    tell(message) {
      if (sockets.clients.size === 0) return
      const data = JSON.stringify(message)
      for (const page of sockets.clients) sendData(page, data)
    },
    async close() {
      for (const page of sockets.clients) page.terminate()
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    }
  }
}

/** Where a page hears and says, for those who know the token if there is one. */
function liveAt(token: string | undefined): string {
  return token === undefined ? '/live' : `/live?${token}`
}

/** The usual port of what has this name. */
function portOf(name: string): number {
  return FIRST_PORT + (createHash('sha256').update(name).digest().readUInt32BE() % PORTS)
}

/** The bytes of how things stood, which may be many, for each page. */
const first = new WeakMap<WebSocket, number>()

function send(page: WebSocket, message: unknown): void {
  sendData(page, JSON.stringify(message))
}

function sendData(page: WebSocket, data: string): void {
  if (page.bufferedAmount > BACKLOG + (first.get(page) ?? 0)) page.terminate()
  else page.send(data)
}

/** A file of the page as a browser can read it. */
function read(file: URL): string {
  return file.pathname.endsWith('.ts') ? bundle(file) : readFileSync(file, 'utf8')
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Scripts and styles only from here, connections only to here, shown in no frame of another page.
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  })
  response.end(body)
}
