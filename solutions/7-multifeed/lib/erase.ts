// What hypercore's own `purge` is meant to do, and cannot in this version: it calls a function that is not there.
import type Corestore from 'corestore'

/** Closes all sessions of a core, and removes it from the disk. */
export async function erase(store: Corestore, key: Uint8Array): Promise<void> {
  const core = store.get({ key, active: false })
  await core.ready()
  for (const session of core.core.allSessions()) await session.close()
  await core.core.close()
  await store.storage.deleteCore(core.core.storage.core)
}
