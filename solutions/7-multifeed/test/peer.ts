// A process with a multifeed, for tests that kill it or bound it: `peer.ts serve DIR FEEDS` makes feeds of three blocks
// and serves them on a TCP port that it prints; `peer.ts fetch DIR PORT` replicates and prints `synced`.
import { connect, createServer, type Socket } from 'node:net'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import Hypercore from 'hypercore'
import Multifeed from '../multifeed.ts'

const [command, dir = '', number] = process.argv.slice(2)
const multi = new Multifeed<string>(dir, { valueEncoding: 'utf-8' })
await multi.ready()

/** Replicates over a TCP socket. */
function over(socket: Socket, isInitiator: boolean): NoiseSecretStream {
  const stream = Hypercore.createProtocolStream(isInitiator)
  stream.on('error', () => {})
  socket.on('error', () => {})
  socket.on('close', () => stream.destroy())
  socket.pipe(stream).pipe(socket)
  return multi.replicate(stream.noiseStream)
}

if (command === 'serve') {
  for (let i = 0; i < Number(number); i++) {
    const writer = await multi.writer(`${i}`)
    if (writer.length === 0) await writer.append([`${i} a`, `${i} b`, `${i} c`])
    await writer.close()
  }
  const server = createServer((socket) => over(socket, false))
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as { port: number }).port}`))
} else {
  const socket = connect(Number(number), '127.0.0.1')
  await multi.sync(over(socket, true))
  console.log('synced')
  await multi.close()
}
