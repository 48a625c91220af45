// The process behind the local network.
import { attend, claim, DaemonError, EXIT } from './daemon.ts'
import { localNetwork } from './local.ts'
import { createNetwork, type Network } from './network.ts'

const LINGER = 3_000 // ms without anybody before it leaves

const daemon = localNetwork()
const server = await claim(daemon).catch((error) => process.exit(error instanceof DaemonError ? error.code : 1))
let network: Network | undefined
const service = attend(server, daemon, {
  linger: LINGER,
  oncome: (socket) => socket.resume(),
  ongo: () => network?.forgetTheDead().catch(() => {}), // before the next program takes its port
  onend: async () => {
    await network?.close()
    process.exit()
  }
})

network = await createNetwork({ forgetful: true }).catch(() => process.exit(EXIT.noLoopback))
const [entry] = network.bootstrap as [{ host: string; port: number }]
service.ready(`${entry.host}:${entry.port}`)
