// Whether a network that the user names is there. To hyperdht a bootstrap node that is silent is no error: it waits.
import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'

const NAME_TIMEOUT = 5_000 // ms to find the address of a name

/** The network at `HOST:PORT`, with a number for the host, or the sentence that says why it cannot be reached. */
export async function reach(network: string): Promise<{ address: string } | { trouble: string }> {
  const colon = network.lastIndexOf(':')
  const [name, port] = [network.slice(0, colon), Number(network.slice(colon + 1))]
  const host = await addressOf(name)
  if (!host)
    return { trouble: `No machine is called “${name}”. Give the address that the network printed, as HOST:PORT.` }
  const { default: DHT } = await import('hyperdht')
  const dht = new DHT({ bootstrap: false })
  try {
    await dht.ping({ host, port }, { retry: false })
    return { address: `${host}:${port}` }
  } catch {
    return {
      trouble: `No network answers at ${network}. Is the address right, does its network run, and do both firewalls let UDP through?`
    }
  } finally {
    await dht.destroy()
  }
}

/** The IPv4 address of a machine; undefined when nobody knows it in time. */
async function addressOf(name: string): Promise<string | undefined> {
  const found = lookup(name, 4).then(
    ({ address }) => address,
    () => undefined
  )
  return Promise.race([found, delay(NAME_TIMEOUT, undefined, { ref: false })])
}
