// In the room: the share over HTTP, as much of a registry as npm and pnpm need. It serves its own files and no others.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createGzip, gzip } from 'node:zlib'
import sirv from 'sirv'
import { pack } from 'tar-stream'
import { allPackages, type Package } from './lockfile.ts'
import { missingOf } from './prepare.ts'
import { bundleOf } from './repository.ts'
import { fileOf, isGenuine, pathOf, type Share, ShareError, shareIn } from './share.ts'

/** The TCP port of a share: beside the one of a room's network. */
export const PORT = 49801
/** Connections in all, and from one address. */
const MOST = 1024
const MOST_OF_ONE = 48
/** How long a client may be slow, in ms. */
const LIMITS = {
  /** No byte moves. */
  idle: 20_000,
  /** From its first byte until its question is complete. */
  question: 10_000
}
const BREATH = 1_000 // ms in which the repository is not read twice

/** The programs that the one line brings. */
const PROGRAMS = ['bin.js', 'install.js', 'lay.js', 'relay.js']

/** The room that a laptop joins when it has the workshop. */
export interface Room {
  code: string
  /** The teacher's proof that a hash is theirs. */
  seal: (hash: Buffer) => Proof
}

/** Who says that something is theirs, and the signature. Both in hex. */
export interface Proof {
  key: string
  signature: string
}

/** The headers in which a proof travels. */
export const PROOF = { key: 'x-workshop-teacher', signature: 'x-workshop-signature' }

export interface Serving {
  port: number
  /** Bytes that went out so far. */
  sent: () => number
  close: () => Promise<void>
}

/**
 * Serves the share of the workshop in `root`, until it is closed. Throws a ShareError when the share is not complete, not
 * genuine, or not made for this checkout, and when the port is taken.
 */
export async function serve(root: string, dir: string, room?: Room, port = PORT, limits = LIMITS): Promise<Serving> {
  const share = shareIn(dir)
  await examine(root, share)
  const answer = await answers(root, share, room)
  const open = new Map<Socket, string>()
  let sent = 0
  const server = createServer({ connectionsCheckingInterval: limits.question / 2 }, answer)
  server.maxConnections = MOST
  server.headersTimeout = server.requestTimeout = limits.question // a question here has no body
  server.keepAliveTimeout = 5_000 // ms
  server.setTimeout(limits.idle)
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? ''
    if ([...open.values()].filter((other) => other === address).length >= MOST_OF_ONE) return socket.destroy()
    open.set(socket, address)
    socket.on('error', () => {}) // it closes, too
    socket.on('close', () => {
      open.delete(socket)
      sent += socket.bytesWritten
    })
  })
  server.listen(port)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ShareError(
      code === 'EADDRINUSE'
        ? `Another program has the TCP port ${port}, where laptops look for the workshop. Is another terminal sharing already? End it, and try again.`
        : `The share cannot be served: ${message}`
    )
  }
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => [...open.keys()].reduce((sum, { bytesWritten }) => sum + bytesWritten, sent),
    async close() {
      server.close()
      for (const socket of open.keys()) socket.destroy()
      await once(server, 'close')
    }
  }
}

async function examine(root: string, share: Share): Promise<void> {
  const again = 'Where there is internet, type: pnpm ex share --prepare'
  if (share.packages.length === 0) throw new ShareError(`There is no share yet. ${again}`)
  const missing = missingOf(root, share)
  if (missing.length > 0) {
    const names = missing.slice(0, 3).join(', ')
    const why = share.made ? 'This checkout has changed since the share was made' : 'The share is not complete'
    throw new ShareError(
      `${why}: ${names}${missing.length > 3 ? ` and ${missing.length - 3} others` : ''} ${missing.length > 1 ? 'are' : 'is'} missing. ${again}`
    )
  }
  for (const held of share.packages)
    if (!(await isGenuine(fileOf(share.dir, held), held.integrity)))
      throw new ShareError(
        `The tarball of ${held.name} ${held.version} has changed: it has another hash than it should have. ${again}`
      )
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What is said to each request. Nothing of it comes from the disk but the tarballs, whose list is read once. */
async function answers(root: string, share: Share, room?: Room): Promise<Answer> {
  const tarballs = sirv(join(share.dir, 'registry'), { etag: true, dotfiles: false, extensions: [] })
  const others = allPackages(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))
  const packages = byName([...share.packages, ...others])
  const pnpm = share.packages.find(({ name }) => name === 'pnpm')?.version ?? ''
  const bundle = lately(async () => {
    const json = await bundleOf(root, pnpm, room?.code)
    return { zipped: await promisify(gzip)(json), proof: room?.seal(hashOf(json)) }
  })
  await bundle() // a folder that cannot be shared says so before anybody asks

  return (request, response) => {
    answer(request, response).catch((error: Error) => {
      if (!response.headersSent) say(response, 500, error.message)
      else response.destroy()
    })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = request.headers.host ?? ''
    const [path = ''] = (request.url ?? '').split('?')
    if (!['GET', 'HEAD'].includes(request.method ?? '')) return say(response, 405, 'Only files are served here.')
    if (!/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host)) return say(response, 400, 'No such host.')
    const found = packages.get(nameIn(path))
    if (found) return sayJson(response, packument(found, `http://${host}/`))
    if (path === '/workshop.tgz') return say(response, 200, await program(`http://${host}/`), 'application/gzip')
    if (path === '/workshop.json') return sayBundle(response, await bundle())
    tarballs(request, response, () => say(response, 404, 'There is no such file in this share.'))
  }
}

function byName<T extends Package>(packages: T[]): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const one of packages) found.set(one.name, [...(found.get(one.name) ?? []), one])
  return found
}

function nameIn(path: string): string {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    return ''
  }
}

/** What a registry says of a package: no more than its hash and where it lies. */
function packument(versions: (Package & { manifest?: Record<string, unknown> })[], registry: string): object {
  const [{ name, version }] = versions as [Package]
  return {
    name,
    'dist-tags': { latest: version },
    versions: Object.fromEntries(
      // What the share holds comes first in the list, and last into the object: it knows more than the lockfile.
      [...versions].reverse().map(({ manifest, integrity, name, version, os, cpu, libc }) => [
        version,
        {
          ...manifest,
          name,
          version,
          os,
          cpu,
          libc,
          dist: { integrity, tarball: new URL(pathOf({ name, version, integrity }), registry).href }
        }
      ])
    )
  }
}

/** The npm package of the one line, which knows where it came from. */
async function program(share: string): Promise<Buffer> {
  const tar = pack()
  const about = { name: 'p2p-workshop', version: '1.0.0', type: 'module', bin: 'bin.js', share }
  tar.entry({ name: 'package/package.json' }, JSON.stringify(about))
  for (const name of PROGRAMS)
    tar.entry({ name: `package/${name}`, mode: 0o755 }, readFileSync(new URL(name, import.meta.url)))
  tar.finalize()
  const pieces: Buffer[] = []
  for await (const piece of tar.pipe(createGzip())) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** The same answer for everybody who asks at nearly the same time. */
function lately<T>(act: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined
  return () => {
    if (!last) {
      last = act()
      setTimeout(() => {
        last = undefined
      }, BREATH).unref()
    }
    return last
  }
}

function sayBundle(response: ServerResponse, { zipped, proof }: { zipped: Buffer; proof?: Proof | undefined }): void {
  response.setHeader('content-encoding', 'gzip')
  if (proof) response.setHeader(PROOF.key, proof.key).setHeader(PROOF.signature, proof.signature)
  say(response, 200, zipped, 'application/json')
}

/** What a teacher signs of the workshop. */
export function hashOf(json: Buffer): Buffer {
  return createHash('sha256').update(json).digest()
}

function sayJson(response: ServerResponse, value: object): void {
  say(response, 200, JSON.stringify(value), 'application/json')
}

function say(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type = 'text/plain; charset=utf-8'
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff'
  })
  response.end(body)
}
