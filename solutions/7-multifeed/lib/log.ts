import type Corestore from 'corestore'

/** In bytes of memory: the storage takes the first 1 MiB at once. */
const SHORT = 2 * 1024 * 1024

/**
 * The storage keeps what is written in memory and in a log, and reads all of the log at the next start. Writes a long
 * one into tables, which are not read until they are needed. When that fails, the log is still there.
 */
export async function foldLog(store: Corestore): Promise<void> {
  const { db } = store.storage // its own `flush` is for tables in which nothing is
  try {
    if (Number(await db.getProperty('rocksdb.cur-size-all-mem-tables')) > SHORT) await db.flush()
  } catch {}
}
