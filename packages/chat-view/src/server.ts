// Serves the page on 127.0.0.1, to this machine's browsers and to no site that they have open besides.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { exitWith } from '@workshop/utils/exit'
import { transformSync } from 'esbuild'
import { type WebSocket, WebSocketServer } from 'ws'
import { type FromPage, readMessage, type ToPage } from './messages.ts'

const HOST = '127.0.0.1'
/** Below the ports that systems give to programs which ask for any. */
const [FIRST_PORT, PORTS] = [20_000, 10_000]
const LONGEST_MESSAGE = 64 * 1024 // bytes from a page; a longer one ends its connection
const BACKLOG = 4 * 1024 * 1024 // bytes that a page may lag behind before it is let go

const FILES = new Map([
  ['/', { file: 'index.html', type: 'text/html' }],
  ['/page.css', { file: 'page.css', type: 'text/css' }],
  ['/page.js', { file: 'page.ts', type: 'text/javascript' }]
])

export interface Page {
  /** `http://127.0.0.1:<port>/` */
  address: string
  /** Shows something in all pages that are open. */
  tell(message: ToPage): void
}

/**
 * Serves the page, with port 0 at the usual port of a `folder`. `perform` does what its user wants; `standing` gives what a page that has just connected must know.
 * A browser puts the site that a request comes from into `Origin` and the name that it looked up into `Host`: both must
 * be ours, or another site's page could write into the chat, or read it under a name that leads to 127.0.0.1.
 */
export async function servePage(
  port: number,
  perform: (wish: FromPage) => Promise<void>,
  standing: () => ToPage[],
  folder?: string
): Promise<Page> {
  const http = createServer()
  const ours = () => {
    const { port } = http.address() as AddressInfo
    return [`${HOST}:${port}`, `localhost:${port}`]
  }
  http.on('request', (request, response) => {
    if (!ours().includes(String(request.headers.host))) return answer(response, 403, 'This page has another name.')
    const found = FILES.get(String(request.url).split('?')[0] ?? '')
    if (!found || request.method !== 'GET') return answer(response, 404, 'There is no such page.')
    answer(response, 200, read(found.file), found.type)
  })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE })
  http.on('upgrade', (request, socket, head) => {
    const { host, origin } = request.headers
    const isOurs = ours().includes(String(host)) && ours().some((host) => origin === `http://${host}`)
    if (!isOurs || request.url !== '/live') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      for (const message of standing()) send(page, message)
      page.on('error', () => {}) // too long a message, or a frame that is none: its connection ends, the program lives on
      page.on('message', async (data) => {
        try {
          await perform(readMessage(data.toString()))
        } catch (error) {
          send(page, { type: 'error', text: (error as Error).message })
        }
      })
    })
  })

  const listen = async (port: number) => {
    http.listen(port, HOST)
    await once(http, 'listening')
  }
  try {
    const usual = port === 0 && folder !== undefined ? portOf(folder) : port
    // When somebody has the port that nobody chose, any other will do.
    await listen(usual).catch((error) => (usual === port ? Promise.reject(error) : listen(port)))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'another program has it' : message
    exitWith(3, `Port ${port} cannot be used: ${why}. Give another one, or none: then one is found.`)
  }
  return {
    address: `http://${ours()[0]}/`,
    tell(message) {
      for (const page of sockets.clients) send(page, message)
    }
  }
}

/** The usual port of the program with this storage folder. */
function portOf(folder: string): number {
  return FIRST_PORT + (createHash('sha256').update(resolve(folder)).digest().readUInt32BE() % PORTS)
}

function send(page: WebSocket, message: ToPage): void {
  if (page.bufferedAmount > BACKLOG) page.terminate()
  else page.send(JSON.stringify(message))
}

/** A file of the page as a browser can read it: TypeScript without its types. */
function read(file: string): string {
  const text = readFileSync(new URL(`../page/${file}`, import.meta.url), 'utf8')
  return file.endsWith('.ts') ? transformSync(text, { loader: 'ts' }).code : text
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
