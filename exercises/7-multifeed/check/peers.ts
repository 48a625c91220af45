// What a multifeed of ours has, and a peer that says what no multifeed would.
import type Protomux from 'protomux'
import type Multifeed from 'solution-7-multifeed'
import { type Messages, Wire } from 'solution-7-multifeed/wire'

/** The blocks of all feeds, by the feed's key. */
export async function contents(multi: Multifeed<string>): Promise<Record<string, string[]>> {
  const all: [string, string[]][] = []
  for (const feed of multi.feeds()) {
    await feed.ready()
    const blocks = Array.from({ length: feed.length }, (_, i) => feed.get(i, { timeout: 5_000 }))
    all.push([feed.key.toString('hex'), await Promise.all(blocks)])
  }
  return Object.fromEntries(all.sort())
}

/** A bare channel that says whatever it is told to; `said` gives the messages of one kind that came. */
export function speakOver(mux: Protomux, { client = 'multifeed', userData = undefined as unknown } = {}) {
  const heard: [name: string, value: unknown][] = []
  const hear = (name: string) => (value: unknown) => {
    heard.push([name, value])
  }
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const wire = new Wire(mux, {
    client,
    userData,
    ready: Promise.resolve(),
    onopen: open,
    onclose: () => {},
    on: {
      offer: hear('offer'),
      growth: hear('growth'),
      request: hear('request'),
      pack: hear('pack'),
      have: hear('have')
    }
  })
  const said = <Name extends keyof Messages>(name: Name) =>
    heard.filter(([kind]) => kind === name).map(([, value]) => value as Messages[Name])
  return { mux, wire, opened, said }
}
