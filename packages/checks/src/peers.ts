// Peers of ours at the other end: one that listens, and one that lies.
import type Hypercore from 'hypercore'
import type { Connection } from 'hyperdht'

/** Our end of a connection: keeps all that it receives, and does not mind when it breaks. */
export class Ear {
  readonly socket: Connection
  text = ''
  /** The code of the error that the connection ended with. */
  problem = ''

  constructor(socket: Connection) {
    this.socket = socket
    socket.on('data', (data) => {
      this.text += data.toString()
    })
    socket.on('error', (error) => {
      this.problem = error.code ?? error.message
    })
  }

  /** How often it received a text. */
  count(text: string): number {
    return this.text.split(text).length - 1
  }
}

/**
 * Makes a core of ours lie to everybody who replicates it: the blocks that it sends are others than the ones that were
 * signed. Gives how often it has lied so far.
 */
export function forge(core: Hypercore, lie: string): () => number {
  let lies = 0
  core.on('peer-add', (peer) => {
    // The message of the replication protocol that carries blocks; a private field of the library's.
    const { wireData } = peer as unknown as { wireData: { send(message: { block?: { value: Buffer } }): boolean } }
    const send = wireData.send.bind(wireData)
    wireData.send = (message) => {
      if (!message.block?.value) return send(message)
      lies++
      return send({ ...message, block: { ...message.block, value: Buffer.from(lie) } })
    }
  })
  return () => lies
}
