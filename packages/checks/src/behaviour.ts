// What no exercise has to say: how any program behaves.
import { Unseen } from './outcome.ts'
import type { Role } from './role.ts'

/** So many requests in a row, and so many for each second, and a role asks the network without a pause. */
const MANY_REQUESTS = 400
const REQUESTS_PER_SECOND = 100

/** A role that computes in more of the looks at it than that does so without a pause. */
const BUSY_SHARE = 0.8
/** In less time, in ms, that says nothing: whoever has just begun to print computes. */
const LONG_ENOUGH = 700
/** Between two looks at what roles do, in ms: each is a file that the system has to write. */
const LOOK_AGAIN = 20

/** What to do first about a program that ended with a complaint: what else it did not do follows from that. */
export const FIRST = 'Begin with what it complained about.'

/** What it means when a role has ended by itself. */
export const ONLY_CTRL_C = `Only Ctrl-C may end it. ${FIRST}`

/** What roles do during a wait. */
export class Activity {
  readonly #seen = new Map<Role, { since: number; last: number; looks: number; busy: number }>()
  #last = Number.NEGATIVE_INFINITY

  /** Called again and again during the wait, with those that run: looks now and then. */
  look(roles: Iterable<Role>): void {
    const now = performance.now()
    if (now - this.#last < LOOK_AGAIN) return
    this.#last = now
    for (const role of roles) {
      const { since, looks, busy } = this.#seen.get(role) ?? { since: now, looks: 0, busy: 0 }
      this.#seen.set(role, { since, last: now, looks: looks + 1, busy: busy + (role.isComputing ? 1 : 0) })
    }
  }

  /** Whether a role computed nearly whenever it was looked at. */
  isBusy(role: Role): boolean {
    const { since, last, looks, busy } = this.#seen.get(role) ?? { since: 0, last: 0, looks: 0, busy: 0 }
    return last - since > LONG_ENOUGH && busy > BUSY_SHARE * looks
  }
}

/** The leak that Node warned a role of: what was seen, and what that means. */
export function leakOf({ name, errors }: Role): { saw: string; means: string } | undefined {
  // One signal may end many waits: so many listeners for `abort` are no leak.
  const [, count, event] = /MaxListenersExceededWarning[^\n]*?(\d+) (?!abort )(\S+) listeners/.exec(errors) ?? []
  if (!event) return undefined
  const means =
    'You add listeners to one object for each line or each connection, and never remove them. Add one once, or use `once`; and a stream that belongs to one connection is made anew for each.'
  return { saw: `${name} was warned by Node: ${count} listeners for \`${event}\` on one object.`, means }
}

/**
 * Throws the Unseen of a role that has ended by itself, that Node warned of a leak, or that asks the network without a
 * pause; `askedBy` gives what a role asked it for so far.
 */
export async function mustBehave(
  roles: Iterable<Role>,
  askedBy: (role: Role) => Promise<readonly unknown[]>
): Promise<void> {
  for (const role of roles) {
    if (role.mayEnd) continue
    const { file } = role
    if (role.isGone) {
      throw new Unseen(role.account(), { file, means: ONLY_CTRL_C })
    }
    const leak = leakOf(role)
    if (leak) throw new Unseen(leak.saw, { file, means: leak.means })
    const { length } = await askedBy(role)
    const seconds = (performance.now() - role.begun) / 1000
    if (length > MANY_REQUESTS && length / seconds > REQUESTS_PER_SECOND) {
      throw new Unseen(
        `${role.name} asked the network for something ${length} times in ${seconds.toFixed(0)} seconds.`,
        {
          file,
          means: 'Wait about a second before you look again: the others have to answer each time.'
        }
      )
    }
  }
}
