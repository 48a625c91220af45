// The process behind the local network, which also collects what the picture shows.
import { Collector } from '@workshop/picture/collector'
import { attend, claim, DaemonError, EXIT } from './daemon.ts'
import { localNetwork } from './local.ts'
import { createNetwork, type Network } from './network.ts'

const LINGER = 3_000 // ms without anybody before it leaves

const daemon = localNetwork()
const server = await claim(daemon).catch((error) => process.exit(error instanceof DaemonError ? error.code : 1))
const collector = new Collector()
let network: Network | undefined
const service = attend(server, daemon, {
  linger: LINGER,
  oncome: (socket) => collector.attend(socket),
  ongo: () => network?.forgetTheDead().catch(() => {}), // before the next program takes its port
  onend: async () => {
    await network?.close()
    process.exit()
  }
})

network = await createNetwork({ forgetful: true, onasked: (asked) => collector.asked(asked) }).catch(() =>
  process.exit(EXIT.noLoopback)
)
collector.nodes = network.ports.map((port) => ({ host: String(network?.host), port }))
const [entry] = network.bootstrap as [{ host: string; port: number }]
service.ready(`${entry.host}:${entry.port}`)
