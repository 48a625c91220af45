import { channel } from 'node:diagnostics_channel'
import type { Options } from 'hyperdht'
import { exitWith } from './exit.ts'

/**
 * Where this program looks for its peers: `local` (the default), `public` or `HOST:PORT`. `pnpm ex` sets it from
 * `--network`.
 */
const where = process.env.WORKSHOP_NETWORK ?? 'local'

// Joined when this module is loaded, so that `network()` can be an ordinary call inside `new DHT(…)`.
const entry = where === 'public' ? undefined : where === 'local' ? await joinLocal() : where

/**
 * Returns the options of a `new DHT(…)` for the network that this program uses; `{}` on the public network, where hyperdht
 * knows the way by itself.
 */
export function network(): Options {
  channel('workshop:network').publish(where) // so that `pnpm ex` can tell a program that forgot to ask
  if (entry === undefined) return {}
  const [, host, port] =
    /^(.+):(\d+)$/.exec(entry) ?? exitWith(2, `“${entry}” is not a network: local, public or HOST:PORT.`)
  const options: Options = { bootstrap: [{ host: String(host), port: Number(port) }] }
  // Across a LAN hyperdht finds out the rest. On one machine it cannot, so we tell it: stay on loopback, where there is no
  // firewall to cross, and let the network's own nodes do the storing. A check gives each program an address of its own
  // there, to know which program is which.
  const own = process.env.WORKSHOP_HOST ?? '127.0.0.1'
  return host?.startsWith('127.') ? { ...options, host: own, firewalled: false, ephemeral: true } : options
}

/** Joins this machine's own network, and starts it when this is the first program to ask. */
async function joinLocal(): Promise<string> {
  const entering = channel('workshop:entering') // so that `pnpm ex` does not take a slow start for a program that forgot
  entering.publish(true)
  const local = await import('@workshop/network/local')
  try {
    const { address, held } = await local.joinLocal()
    channel('workshop:held').publish(held) // for the picture
    held.on('close', () => console.error('The local network has ended. Stop this program and start it again.'))
    return address
  } catch (error) {
    if (error instanceof local.NetworkError) exitWith(3, error.message)
    throw error
  } finally {
    entering.publish(false)
  }
}
