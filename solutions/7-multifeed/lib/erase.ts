// What hypercore's own `purge` is meant to do, and cannot in this version: it calls a function that is not there.
import type Corestore from 'corestore'
import Hypercore from 'hypercore'

/** Closes all sessions of a core, and removes it from the disk; one that is no feed only when the program does not write it. */
export async function erase(store: Corestore, key: Uint8Array, isFeed: boolean): Promise<void> {
  const [info] = await store.storage.getInfos([Hypercore.discoveryKey(key)])
  if (!isFeed && !info?.head) return
  const core = store.get({ key, active: false })
  await core.ready()
  if (!isFeed && core.writable) return core.close()
  for (const session of core.core.allSessions()) await session.close()
  await core.core.close()
  await store.storage.deleteCore(core.core.storage.core)
}
