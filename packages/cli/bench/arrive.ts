// How long the blocks of a log take to reach a reader, from one process to another.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@workshop/course'
import Hypercore from 'hypercore'
import DHT, { type Options } from 'hyperdht'
import Hyperswarm from 'hyperswarm'

export interface Reader {
  /** What is run; the key of the log is put behind it. */
  command: string[]
  env?: NodeJS.ProcessEnv
}

/** The options of a node on a local network, by its address. */
export function optionsFor(address: string): Options {
  const [host, port] = address.split(':')
  return {
    bootstrap: [{ host: String(host), port: Number(port) }],
    host: '127.0.0.1',
    firewalled: false,
    ephemeral: true
  }
}

/** From the append of all blocks in one batch to the last line of the reader. */
export async function secondsToArrive(
  { command: [program = '', ...args], env }: Reader,
  { bytes, blocks }: { bytes: number; blocks: number },
  { folder, address }: { folder: string; address: string }
): Promise<number> {
  const run = await mkdtemp(join(folder, 'run-'))
  const log = new Hypercore(join(run, 'log'))
  await log.ready()
  const swarm = new Hyperswarm({ dht: new DHT(optionsFor(address)) })
  swarm.on('connection', (socket) => log.replicate(socket))
  await swarm.join(log.discoveryKey).flushed()
  const reader = spawn(program, [...args, log.key.toString('hex')], {
    cwd: root,
    env: { ...process.env, WORKSHOP_STORAGE: run, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    let tail = ''
    const prints = (text: string) =>
      new Promise<void>((resolve) => {
        reader.stdout.on('data', function look(data: string) {
          tail = (tail + data).slice(-bytes - 200)
          if (!tail.includes(text)) return
          reader.stdout.off('data', look)
          resolve()
        })
      })
    reader.stdout.setEncoding('latin1')
    await prints('Skipping 0')
    const begin = performance.now()
    const last = prints(`Block ${blocks - 1}: `)
    await log.append(Array.from({ length: blocks }, () => Buffer.alloc(bytes, 'x')))
    await last
    return (performance.now() - begin) / 1000
  } finally {
    reader.kill('SIGKILL')
    await once(reader, 'close')
    await swarm.destroy()
    await log.close()
  }
}
