import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { typescript } from '@workshop/start'

export interface Peer {
  child: ChildProcess
  /** The rest of the first line, past or future, that begins with this word. Rejects when the process ends without it. */
  said(word: string): Promise<string>
}

/** Runs `command` (default: peer.ts under node) with an environment of its own; killed when the test ends. */
export function start(t: TestContext, args: string[], env: NodeJS.ProcessEnv, command = [process.execPath]): Peer {
  const script = fileURLToPath(new URL('peer.ts', import.meta.url))
  const [file, ...before] = command
  const child = spawn(String(file), [...before, ...typescript, script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.after(() => end(child))
  const lines: string[] = []
  const wakers = new Set<() => void>()
  const wake = () => {
    for (const one of wakers) one()
  }
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    wake()
  })
  let ended = false
  child.on('close', () => {
    ended = true
    wake()
  })
  const said = (word: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = lines.find((line) => line === word || line.startsWith(`${word} `))
        if (line === undefined && !ended) return
        wakers.delete(look)
        if (line === undefined) reject(new Error(`ended without saying “${word}”: ${lines.join(' | ')}`))
        else resolve(line.slice(word.length + 1))
      }
      wakers.add(look)
      look()
    })
  return { child, said }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Listens on 127.0.0.1, on any port by default; closed when the test ends. */
export async function occupy(t: TestContext, port = 0, greet = ''): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    if (greet) socket.write(greet)
  })
  server.listen({ host: '127.0.0.1', port })
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A port with two more free ones behind it, for a local network that only this test knows. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const servers: Server[] = []
    const bind = async (port: number) => {
      const server = createServer().listen({ host: '127.0.0.1', port })
      await once(server, 'listening')
      servers.push(server)
      return (server.address() as AddressInfo).port
    }
    try {
      const port = await bind(0)
      await bind(port + 1)
      await bind(port + 2)
      return port
    } catch {
      // Not three in a row: try others.
    } finally {
      for (const server of servers) server.close()
    }
  }
}

/** Resolves when nobody listens on a port. Tries to bind it: a connection would keep the network alive. */
export async function silence(port: number): Promise<void> {
  for (;;) {
    const server = createServer().listen({ host: '127.0.0.1', port })
    try {
      await once(server, 'listening')
      server.close()
      return
    } catch {
      await delay(50)
    }
  }
}
