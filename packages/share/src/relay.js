// A registry on 127.0.0.1 that passes on what a share says. npm and pnpm fetch a package from its beginning when the
// network breaks, which on a slow line is minutes of RocksDB; this goes on where it stopped, and they do not notice.
// Plain JavaScript without imports of ours.
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** Connections to the share: thirty laptops have them, too. */
const LANES = 4
const STALLED = 15_000 // ms without a byte, after which a connection is taken for dead
const PAUSE = 1_000 // ms before the next try
/** How long the share may be away. A laptop that was asleep, or a teacher who starts again, is back by then. */
const PATIENCE = 10 * 60 * 1000 // ms
const TOLD = 5_000 // ms until the user reads why nothing moves

/**
 * Starts one for a share. `close` it when the install is over.
 * @param {string} share its address, as in http://192.168.1.5:49801/
 * @param {number} [pause] ms
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function relay(share, pause = PAUSE) {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES })
  /** Since when nothing came; 0 while something does. */
  let quiet = 0
  let isTold = false
  const telling = setInterval(() => {
    if (isTold || quiet === 0 || Date.now() - quiet < TOLD) return
    console.log(`The teacher's laptop (${share}) does not answer. Waiting; what has come is kept …`)
    isTold = true
  }, PAUSE)
  const server = createServer((question, answer) => {
    const tell = (/** @type {boolean} */ isBroken) => {
      isTold &&= isBroken
      quiet = isBroken ? quiet || Date.now() : 0
    }
    pass({ share, agent, pause, tell }, question, answer)
  })
  server.timeout = server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      clearInterval(telling)
      agent.destroy()
      server.close()
      server.closeAllConnections()
    }
  }
}

/**
 * Passes one answer on, however often the connection breaks.
 * @param {{ share: string, agent: Agent, pause: number, tell: (isBroken: boolean) => void }} from
 * @param {import('node:http').IncomingMessage} question
 * @param {import('node:http').ServerResponse} answer
 */
async function pass({ share, agent, pause, tell }, question, answer) {
  let come = 0 // bytes
  const gone = new Promise((resolve) => answer.once('close', resolve))
  for (let last = Date.now(); Date.now() - last < PATIENCE && !answer.destroyed; await delay(pause)) {
    try {
      const range = come > 0 ? { range: `bytes=${come}-` } : {}
      const asking = get(new URL(question.url ?? '', share), {
        agent,
        timeout: STALLED,
        headers: { host: question.headers.host, ...range }
      })
      asking.on('timeout', () => asking.destroy(new Error('stalled'))).on('error', () => {}) // the reading below fails
      gone.then(() => asking.destroy())
      const [response] = await once(asking, 'response')
      if (come > 0 && response.statusCode !== 206) return answer.destroy() // another file by now: it begins again
      if (!answer.headersSent) answer.writeHead(response.statusCode, response.headers)
      for await (const piece of response) {
        come += piece.length
        last = Date.now()
        tell(false)
        if (!answer.write(piece)) await Promise.race([once(answer, 'drain'), gone])
      }
      return answer.end()
    } catch {
      tell(true)
    }
  }
  answer.destroy()
}
