import { setTimeout as delay } from 'node:timers/promises'
import type { PeerDiscovery } from 'hyperswarm'

const SHORTEST_WAIT = 300 // ms
const LONGEST_WAIT = 1_000 // ms; a random wait, so that two peers do not go on missing each other in step

/**
 * Looks for peers again whenever nobody is connected, until the swarm is destroyed. hyperswarm itself looks every ten
 * minutes, which is long for two that have just missed each other (exercise 2). Returns at once.
 */
export function keepLooking(discovery: PeerDiscovery): void {
  const { swarm } = discovery
  const look = async () => {
    while (!swarm.destroyed) {
      await delay(SHORTEST_WAIT + Math.random() * (LONGEST_WAIT - SHORTEST_WAIT), undefined, { ref: false })
      if (swarm.connections.size === 0 && !swarm.destroyed) await discovery.refresh()
    }
  }
  look().catch(() => {}) // the swarm was destroyed meanwhile
}
