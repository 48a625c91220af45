// `pnpm ex doctor`: is this machine ready, and if not, what is to be done. Its lines can be pasted into an issue.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { arch, networkInterfaces, platform, release } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pc from 'picocolors'
import { ex, isDirect } from './caller.ts'
import { workshop } from './lock.ts'
import { fit } from './terminal.ts'

/** The oldest Node that the libraries and the loader run on. */
const NODE = [20, 19] as const
const PNPM = 12
/** What roles and snapshots of a day take, generously. */
const ROOM = 200 * 1024 * 1024 // bytes
const PATIENCE = 3_000 // ms for what takes some milliseconds on a healthy machine
const NETWORK_PATIENCE = 25_000 // ms for the local network, which tells its own reason after 20 s
/** hyperdht's public bootstrap nodes (lib/constants.js). */
const PUBLIC = ['88.99.3.86', '142.93.90.113', '138.68.147.8'].map((host) => ({ host, port: 49737 }))

/** What an examination found; without `todo` all is well. */
interface Finding {
  found: string
  todo?: string
  /** Nothing is broken, only not there. */
  isOptional?: boolean
}

const examinations: [what: string, examine: () => Finding | Promise<Finding>][] = [
  ['Node', node],
  ['package manager', packageManager],
  ['libraries', libraries],
  ['UDP on 127.0.0.1', udp],
  ['TCP ports', ports],
  ['disk', disk],
  ['local network', localNetwork],
  ['room network', roomNetwork],
  ['public network', publicNetwork]
]

/** Prints what it finds, and gives the exit code: 0 when the workshop can run, 3 when it cannot. */
export async function doctor(): Promise<number> {
  console.log(`P2P workshop on ${platform()} ${release()} ${arch()}\n`)
  let broken = 0
  for (const [what, examine] of examinations) {
    const { found, todo, isOptional } = await Promise.resolve()
      .then(examine)
      .catch((error: Error): Finding => ({ found: error.message, todo: 'Paste these lines into an issue, please.' }))
    if (todo && !isOptional) broken++
    const sign = !todo ? pc.green('✓') : isOptional ? '·' : pc.red('✗')
    const [first = '', ...rest] = fit(`${what}: ${found}`, '    ')
    console.log([`  ${sign} ${first.trimStart()}`, ...rest].join('\n'))
    if (todo) console.log(fit(`→ ${todo}`, '    ', '      ').join('\n'))
  }
  console.log(
    broken === 0 ? `\n  This machine is ready: ${ex(1)}` : `\n  ${broken} of ${examinations.length} need something.`
  )
  return broken === 0 ? 0 : 3
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isOld = major < NODE[0] || (major === NODE[0] && minor < NODE[1])
  return {
    found: process.version,
    ...(isOld && { todo: `Install Node ${NODE.join('.')} or newer: https://nodejs.org` })
  }
}

function packageManager(): Finding {
  if (isDirect()) return { found: 'none; Node alone runs this' }
  const agent = process.env.npm_config_user_agent ?? ''
  const version = /pnpm\/(\d+)\S*/.exec(agent)
  if (!version) return { found: 'not run by pnpm', todo: 'Type: npx -y pnpm@12 ex doctor', isOptional: true }
  const isOld = Number(version[1]) < PNPM
  return { found: version[0], ...(isOld && { todo: 'Type npx -y pnpm@12 instead of pnpm, or once: npm i -g pnpm@12' }) }
}

/** Loads what is native in the stack: sodium and udx with hyperdht, RocksDB with hypercore. */
async function libraries(): Promise<Finding> {
  const todo =
    'Delete node_modules and type pnpm install. The prebuilt parts exist for Windows, macOS and Linux with glibc 2.34 or newer (not for Alpine). They need libatomic1.'
  for (const [library, load] of [
    ['hyperdht', () => import('hyperdht')],
    ['hypercore', () => import('hypercore')]
  ] as const) {
    try {
      await load()
    } catch (error) {
      const { message, stack } = error as Error
      const native = /\b([\w-]+-native)\b/.exec(`${message}\n${stack}`)?.[1]
      return {
        found: `${library} does not load${native ? `, because of ${native}` : ''}: ${message.split('\n')[0]}`,
        todo
      }
    }
  }
  return { found: 'hyperdht and hypercore load, with their native parts' }
}

/** Sends a datagram to itself, as all programs of the workshop do. */
async function udp(): Promise<Finding> {
  const todo =
    'A firewall is in the way, or the loopback interface is down. Let UDP pass on 127.0.0.1. On Linux: ip link set lo up'
  const socket = createSocket('udp4')
  try {
    socket.bind({ port: 0, address: '127.0.0.1' })
    await once(socket, 'listening')
    const arrived = once(socket, 'message')
    socket.send('hello', (socket.address() as AddressInfo).port, '127.0.0.1', () => {})
    const inTime = await Promise.race([
      arrived.then(() => true),
      once(socket, 'error').then(([error]) => Promise.reject(error)),
      delay(PATIENCE, false, { ref: false })
    ])
    return inTime ? { found: 'a datagram came back' } : { found: 'a datagram was sent and did not come back', todo }
  } catch (error) {
    return { found: (error as Error).message, todo }
  } finally {
    socket.close()
  }
}

/** The ports on which the terminals of one machine find their network. */
async function ports(): Promise<Finding> {
  const [{ isHeldBy }, { localNetwork, ports }] = await Promise.all([
    import('@workshop/network/daemon'),
    import('@workshop/network/local')
  ])
  const states = await Promise.all(
    ports().map(async (port) =>
      (await canListen(port)) ? 'free' : (await isHeldBy(localNetwork(), port)) ? 'ours' : 'taken'
    )
  )
  const found = ports()
    .map((port, i) => `${port} ${states[i]}`)
    .join(', ')
  if (states.some((state) => state !== 'taken')) return { found }
  return { found, todo: 'Set WORKSHOP_LOCAL_PORT to a free port, the same in every terminal.' }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen({ host: '127.0.0.1', port, exclusive: true })
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

function disk(): Finding {
  const probe = join(workshop, `doctor-${process.pid}`)
  try {
    mkdirSync(workshop, { recursive: true })
    writeFileSync(probe, 'hello')
    rmSync(probe)
  } catch (error) {
    return { found: (error as Error).message, todo: `The folder ${workshop} must be writable.` }
  }
  const { bavail, bsize } = statfsSync(workshop)
  const found = `${Math.round((bavail * bsize) / 1024 / 1024)} MB free`
  return bavail * bsize < ROOM
    ? { found, todo: `Make room: the stores of a day take up to ${ROOM / 1024 / 1024} MB.` }
    : { found }
}

/** Joins the local network as a role does, and lets two peers meet on it. */
async function localNetwork(): Promise<Finding> {
  if ((await udp()).todo) return { found: 'not tried', todo: 'First repair UDP on 127.0.0.1, see above.' }
  const { joinLocal } = await import('@workshop/network/local')
  const { default: DHT } = await import('hyperdht')
  const begin = performance.now()
  try {
    const { address, held } = await joinLocal()
    const [host = '', port] = address.split(':')
    const options = { bootstrap: [{ host, port: Number(port) }], host, firewalled: false, ephemeral: true }
    const [one, other] = [new DHT(options), new DHT(options)]
    const server = one.createServer((socket) => socket.on('error', () => {}))
    await server.listen()
    const socket = other.connect(one.defaultKeyPair.publicKey)
    socket.on('error', () => {})
    const isOpen = await Promise.race([socket.opened, delay(NETWORK_PATIENCE, false, { ref: false })])
    const ms = Math.round(performance.now() - begin)
    await Promise.all([one.destroy(), other.destroy()])
    held.destroy()
    if (isOpen) return { found: `two peers met at ${address} after ${ms} ms` }
    return { found: `two peers did not meet at ${address}`, todo: 'Close all programs of the workshop, and try again.' }
  } catch (error) {
    return {
      found: (error as Error).message,
      todo: 'Without it your terminals cannot meet. Look at the lines above first.'
    }
  }
}

/** The addresses under which others could reach a network that runs here. */
function roomNetwork(): Finding {
  const addresses = lanAddresses()
  if (addresses.length > 0) return { found: `others could reach this machine at ${addresses.join(' or ')}` }
  return {
    found: 'this machine has no address that others could reach',
    todo: 'You need one only for the network of a room.',
    isOptional: true
  }
}

/** IPv4 addresses of this machine that are not its own loopback. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

async function publicNetwork(): Promise<Finding> {
  const { default: DHT } = await import('hyperdht')
  const dht = new DHT({ bootstrap: false })
  const pings = PUBLIC.map(async (address) => {
    await dht.ping(address, { retry: false })
    return address.host
  })
  const host = await Promise.race([
    Promise.any(pings).catch(() => undefined),
    delay(PATIENCE, undefined, { ref: false })
  ])
  await dht.destroy()
  if (host) return { found: `${host} answers` }
  return {
    found: 'does not answer',
    todo: 'This is no fault: only --network public needs it.',
    isOptional: true
  }
}
