import type Corestore from 'corestore'
import type { Feed } from '../link.ts'

/** In a sparse multifeed a feed is as long as its core says, when its newest block is here: only the core knows that. */
export async function findNewest(store: Corestore, feeds: Iterable<Feed>): Promise<void> {
  const find = async (feed: Feed) => {
    const core = store.get({ key: feed.key, active: false })
    await core.ready()
    if (core.length > 0 && (await core.has(core.length - 1))) feed.length = core.length
    await core.close()
  }
  await Promise.all(Array.from(feeds, find))
}
