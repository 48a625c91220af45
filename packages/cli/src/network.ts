// `pnpm ex network`: the network of this machine, or one for a whole room.
import { isIPv4 } from 'node:net'
import { createNetwork } from '@workshop/network'
import { findLocal, ports } from '@workshop/network/local'
import { ex } from './caller.ts'
import { lanAddresses } from './doctor.ts'
import { leaveWithPnpm } from './parent.ts'
import { complain, say } from './terminal.ts'

/** Shows the network of this machine, or with `host` runs one that others reach there. Gives the exit code. */
export async function network(host: string | undefined, port: number): Promise<number> {
  return host === undefined ? showLocal() : runFor(host, port)
}

async function showLocal(): Promise<number> {
  const local = await findLocal()
  say(
    local
      ? `The network of this machine runs at ${local.address}. All terminals here use it by themselves.`
      : `No network runs on this machine. The first role starts one, on TCP port ${ports()[0]}, and it ends by itself.`
  )
  local?.held.destroy()
  const addresses = lanAddresses()
  for (const address of addresses) say(`To run one for your room: ${ex('network', '--host', address)}`)
  if (addresses.length === 0) say('This machine has no address that others could reach.')
  return 0
}

async function runFor(host: string, port: number): Promise<number> {
  const addresses = lanAddresses()
  if (!isIPv4(host)) {
    complain(
      `“${host}” is not an IPv4 address. This machine has: ${addresses.join(', ') || 'none that others could reach'}.`
    )
    return 2
  }
  try {
    const network = await createNetwork({ host, port, forgetful: true })
    const goodbye = async () => {
      await network.close()
      process.exit(0)
    }
    process.once('SIGINT', goodbye).once('SIGTERM', goodbye)
    leaveWithPnpm(goodbye)
    say(`A network for this room runs at ${host}:${port}, until Ctrl-C. Everybody, even on this machine, types:\n`)
    say(`  ${ex(2, 'peer', '--network', `${host}:${port}`)}\n`)
    say('The option works for every role. To set it once for a terminal, in sh, cmd or PowerShell:\n')
    console.log(`  export WORKSHOP_NETWORK=${host}:${port}`)
    console.log(`  set WORKSHOP_NETWORK=${host}:${port}`)
    console.log(`  $env:WORKSHOP_NETWORK="${host}:${port}"`)
    return 0
  } catch (error) {
    complain(networkTrouble(error, { host, port }, `--port ${port + 1}`))
    return 3
  }
}

/** Why a network for others could not be started, as a sentence; `another` is what to type for another port. */
export function networkTrouble(
  error: unknown,
  { host, port }: { host: string; port: number },
  another: string
): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${host}. It has: ${lanAddresses().join(', ') || 'none that others could reach'}.`
  if (code === 'EADDRINUSE') return `Another program uses UDP port ${port}. Take another one: ${another}`
  return `The network could not be started: ${message}`
}
