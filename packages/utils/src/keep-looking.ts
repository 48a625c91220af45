import { setTimeout as delay } from 'node:timers/promises'
import type { PeerDiscovery } from 'hyperswarm'

const FIRST_WAIT = 1_000 // ms, as long as two that have just missed each other should have to wait
const LONGEST_WAIT = 60_000 // ms; who is alone for long is found by the next one who comes
const GROWTH = 1.5

/**
 * Looks for peers again, once in any case and then whenever nobody is connected, until the swarm is destroyed: after
 * about a second first, then more and more seldom. hyperswarm itself looks every ten minutes, which is long for two
 * that have just missed each other (exercise 2). Each wait is random by two thirds, so that they do not go on missing
 * each other in step. Returns at once, and does not keep the program alive.
 */
export function keepLooking(discovery: PeerDiscovery): void {
  const { swarm } = discovery
  const look = async () => {
    let wait = FIRST_WAIT
    for (let looked = false; !swarm.destroyed; looked = true) {
      await delay(wait * (1 / 3 + (2 / 3) * Math.random()), undefined, { ref: false })
      const alone = swarm.connections.size === 0
      wait = alone ? Math.min(wait * GROWTH, LONGEST_WAIT) : FIRST_WAIT
      if ((alone || !looked) && !swarm.destroyed) await discovery.refresh()
    }
  }
  look().catch(() => {}) // the swarm was destroyed meanwhile
}
