// The process behind the local network: greets whoever connects, and leaves some seconds after the last connection.
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { EXIT, GREETING, isLocal, ports } from './local.ts'
import { createNetwork } from './network.ts'

const LINGER = 3_000 // ms without anybody before it leaves

// The TCP port is the lock that decides between two that start at the same instant.
const server = await claimPort()
const connections = new Set<Socket>()
let leaving: NodeJS.Timeout | undefined
let address: string | undefined

server.on('connection', (socket) => {
  clearTimeout(leaving)
  connections.add(socket)
  socket.on('error', () => {}) // a terminal that was killed; `close` follows
  socket.resume()
  socket.write(`${GREETING}\n`)
  if (address) socket.write(`ready ${address}\n`)
  socket.on('close', () => {
    connections.delete(socket)
    if (address) network.forgetTheDead().catch(() => {}) // before the next program takes its port
    if (connections.size === 0) leaveLater()
  })
})

const network = await createNetwork({ forgetful: true }).catch(() => process.exit(EXIT.noLoopback))
const [entry] = network.bootstrap as [{ host: string; port: number }]
address = `${entry.host}:${entry.port}`
for (const socket of connections) socket.write(`ready ${address}\n`)
leaveLater()

function leaveLater(): void {
  clearTimeout(leaving)
  leaving = setTimeout(async () => {
    if (connections.size > 0) return
    // The port first: who comes now starts a new network instead of joining one that ends.
    server.close()
    await network.close()
    process.exit()
  }, LINGER)
}

/** Listens on the first port that is free; ends this process when one of ours is there already. */
async function claimPort(): Promise<Server> {
  for (const port of ports()) {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port, exclusive: true })
    try {
      await once(server, 'listening')
      return server
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') process.exit(EXIT.noLoopback)
      if (await isLocal(port)) process.exit(0)
    }
  }
  process.exit(EXIT.portsTaken)
}
