import { setTimeout as delay } from 'node:timers/promises'
import type { PeerDiscovery } from 'hyperswarm'

const FIRST_WAIT = 1_000 // ms; two peers that have just missed each other should not wait longer
const LONGEST_WAIT = 60_000 // ms; a peer that has long been alone is found by the next one that comes
const GROWTH = 1.5

/**
 * Looks for peers again until the swarm is destroyed: once in any case, then whenever nobody is connected. The first wait
 * is at most a second, the later ones are longer and longer. hyperswarm itself looks every ten minutes, which is long for
 * two peers that have just missed each other (exercise 2). Each wait is random, so that they do not go on missing each
 * other in step. Returns at once, and does not keep the program alive.
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
