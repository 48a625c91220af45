// Waits for facts and for promises, and tells what was done and what did not come.
import { AsyncLocalStorage } from 'node:async_hooks'
import { isAbsolute } from 'node:path'
import { CHECK } from '@workshop/picture/events'
import { Backstage } from './backstage.ts'
import { Activity, FIRST, leakOf, mustBehave, ONLY_CTRL_C } from './behaviour.ts'
import { type Missed, sentences, Unseen } from './outcome.ts'
import { PATIENCE, wait } from './patience.ts'
import type { Promised, Standing } from './promises.ts'
import type { Role } from './role.ts'
import { Story } from './story.ts'

/** What a wait may be told: what it means when the fact does not come, of whose file it is, and the patience in ms. */
export interface Awaited {
  means?: string | undefined
  file?: string | undefined
  patience?: number
}

/** How long a promise is awaited when somebody may have to meet again, in ms: hyperswarm tries that after 1 and 5 s. */
const MEETING_AGAIN = 10_000

/** The part of a stage that waits, and that knows the story. */
export class Waits extends Backstage {
  /** The number of the step that runs, and the titles of all. */
  now: { step: number; titles: readonly string[] } = { step: 0, titles: [] }
  /** Called when a fact is slow: with what would be told when it never came, and the ms for which it is awaited. */
  onwait: (saw: string, patience: number) => void = () => {}
  readonly #promises: Promised[] = []
  /** All that were started, in whichever step. */
  protected readonly roles = new Set<Role>()
  /** The story of the step that runs. */
  #story = new Story()
  /** The story of the scene that is made: several may be made side by side. */
  readonly #scenes = new AsyncLocalStorage<Story>()
  /** Of the wait that ended last. */
  #activity = new Activity()

  /** The story of what runs now: of the step, or of a scene that is made for it. */
  get story(): Story {
    return this.#scenes.getStore() ?? this.#story
  }

  /** Begins the story of a step. */
  beginStory(): void {
    this.#story = new Story()
  }

  /** Adds a sentence to what the story says was done. */
  did(sentence: string): void {
    this.story.tell(sentence)
    this.history.add(CHECK, 'does', { text: sentence })
  }

  /**
   * Something that several steps need, made when the first of them asks for it. The story of each of these steps then
   * begins with how it was made, also with `--step`. What does not need each other is made side by side:
   * `await Promise.all([room(), crowd()])`.
   */
  scene<T>(make: () => Promise<T>): () => Promise<T> {
    const story = new Story()
    let made: Promise<T> | undefined
    return () => {
      this.story.standOn(story)
      made ??= this.#scenes.run(story, make)
      return made
    }
  }

  /** Begins a scene that takes its time, and that a later step needs: what comes of it is told there. */
  ahead(scene: () => Promise<unknown>): void {
    this.untold(scene).catch(() => {})
  }

  /** Does something without a word in the story. */
  protected untold<T>(act: () => T): T {
    return this.#scenes.run(new Story(), act)
  }

  /**
   * Something that must hold from now on, at the end of every step, whatever that is about. A promise that is broken
   * fails the step that runs then, and the story names the step that is about it.
   */
  promise(promised: Promised): void {
    this.#promises.push(promised)
  }

  /**
   * Waits until all promises are kept; a step itself can do so in its middle. Throws the Unseen of one that is broken, or
   * that is not kept in time.
   */
  async keepPromises(): Promise<void> {
    for (const [i, promised] of this.#promises.entries()) {
      const unseen = `I could not see this: ${promised.name}.`
      const since = performance.now()
      let standing: Standing
      const kept = await this.#wait(
        async () => {
          standing = await promised.look()
          return standing === undefined || 'broken' in standing
        },
        () => (standing && 'yet' in standing ? standing.yet : unseen),
        this.#mayMeetAgain(promised) ? MEETING_AGAIN : PATIENCE,
        { ...this.#details(promised), isOfNow: promised.step === this.now.step }
      )
      if (kept && standing === undefined) continue
      // One that was kept, and has been broken meanwhile, explains what came of it.
      await this.#noneIsBroken(this.#promises.slice(0, i))
      throw this.#broken(promised, standing ?? { yet: unseen }, since)
    }
    // Now that all has come: what came too much may have come after its promise was looked at.
    await this.#noneIsBroken(this.#promises)
    await mustBehave(this.roles, (role) => this.workplace.asked(role))
  }

  /**
   * Whether a program has ended, or a connection of one that has to keep a promise; not when there is one program only, and
   * all of ours are connected to it again.
   */
  #mayMeetAgain({ file }: Promised): boolean {
    const running = [...this.roles].filter(({ ended, mayEnd }) => !ended && !mayEnd)
    const [role] = running
    if (role && running.length === 1 && this.areAllConnectedTo(role)) return false
    const others = new Set([...this.roles].flatMap((role) => (file && role.file !== file ? role.name : [])))
    return this.history.events.some(
      (event) => event.what === 'ends' || (event.what === 'loses' && !(event.with && others.has(event.with)))
    )
  }

  async #noneIsBroken(promises: readonly Promised[]): Promise<void> {
    for (const promised of promises) {
      const standing = await promised.look()
      if (standing && 'broken' in standing) throw this.#broken(promised, standing)
    }
  }

  #broken(promised: Promised, standing: NonNullable<Standing>, since?: number): Unseen {
    const saw = 'broken' in standing ? standing.broken : standing.yet
    const { means = promised.means } = standing
    const missed: Missed = { text: saw, ...(since !== undefined && { since }) }
    return this.#unseen(missed, this.#details({ ...promised, means }), this.history.giverOf(standing.odd ?? ''))
  }

  /** What was not seen, with what can be told of the roles: a leak that Node warned of first, since the rest may follow. */
  #unseen(missed: Missed, { means, file }: Awaited, besides?: string): Unseen {
    const { text } = missed
    const roles = [...this.story.roles].filter((role) => !role.mayEnd && (file === undefined || role.file === file))
    const leak = roles.map(leakOf).find((leak) => leak)
    const saw = sentences(leak?.saw, text, besides, ...this.#accounts(text, file))
    return new Unseen(saw, { means: leak ? sentences(leak.means, means) : means, file, missed })
  }

  #details({ means, file, step }: Promised): Awaited {
    const { step: now, titles } = this.now
    const about = step === now ? '' : `That is what step ${step} is about: ${titles[step - 1]}.`
    return { means: sentences(means, about), file }
  }

  /**
   * Waits until `look` gives something else than undefined or false, and gives that. When it does not, or when a role
   * ends meanwhile, throws the Unseen whose message is `saw`, or what that tells then, with the account of the roles.
   * `means` is what that usually means.
   */
  async until<T>(
    look: () => T | Promise<T>,
    saw: string | (() => string),
    { patience = PATIENCE, means, file }: Awaited = {}
  ): Promise<Exclude<T, undefined | false>> {
    const since = performance.now()
    const told = typeof saw === 'string' ? () => saw : saw
    const fact = await this.#wait(look, told, patience, { means, file })
    if (fact !== undefined) return fact
    throw this.#unseen({ text: told(), since }, { means, file })
  }

  /** `isOfNow` is whether the fact is one that the step that runs is about. */
  async #wait<T>(
    look: () => T | Promise<T>,
    saw: () => string,
    patience: number,
    { means, file, isOfNow = true }: Awaited & { isOfNow?: boolean } = {}
  ) {
    let ended: Role | undefined
    const activity = new Activity()
    const fact = await wait<T>({
      look,
      before: () => {
        this.workplace.mustBeOpen()
        // Whether a role has ended is read before the look: its last words count.
        ended = [...this.roles].find((role) => role.isGone)
      },
      after: () => {
        activity.look(this.story.roles)
        // A program that threw is told first: the rest follows from it.
        if (!ended) return
        // A driver of ours, which is no file of the answer, runs the learner's file that is awaited.
        const fileOf = isAbsolute(ended.file) ? file : ended.file
        const text = saw()
        const names = new Map([...this.roles].map((role) => [role.name, role]))
        const subject = names.get(subjectOf(text, names.keys()) ?? '')
        const isAnother = subject !== undefined && subject !== ended && subject.file === ended.file
        const isAwaited = isOfNow && means !== undefined && !isAnother && (file === undefined || file === fileOf)
        throw isAwaited
          ? new Unseen(sentences(ended.account(), text), {
              means: sentences(ended.errors.trim() === '' ? '' : FIRST, means),
              file: fileOf
            })
          : new Unseen(ended.account(), { means: ONLY_CTRL_C, file: fileOf })
      },
      processes: () => [...this.roles].flatMap(({ ended, child: { pid = [] } }) => (ended ? [] : pid)),
      patience,
      onslow: (patience) => this.onwait(saw(), patience)
    })
    this.#activity = activity
    return fact
  }

  /**
   * What can be told of the roles that should be running: of the one that `saw` is about, where it is about one, or else of
   * those in the story that run the file at fault, if any; and of the others in it that had an error.
   */
  #accounts(saw: string, file: string | undefined): string[] {
    const names = [...this.roles].map(({ name }) => name)
    const subject = subjectOf(saw, names)
    const isHere = (role: Role) => this.story.roles.has(role)
    const running = [...this.roles].filter((role) => !role.mayEnd)
    const owing = running.filter((role) =>
      subject === undefined ? isHere(role) && role.file === file : role.name === subject
    )
    const isNobodys = subject === undefined && owing.length === 0
    return running
      .filter((role) => owing.includes(role) || (isHere(role) && (isNobodys || /Error\b/.test(role.errors))))
      .map((role) =>
        sentences(this.#activity.isBusy(role) ? `${role.name} was computing without a pause.` : '', role.account())
      )
  }

  /** For a fact that is known already: throws the Unseen when it is not so. */
  expect(fact: boolean, saw: string, means?: string): void {
    if (!fact) throw new Unseen(saw, { means })
  }

  /** Adds what was not seen to the history, where it ends. */
  misses({ missed: { text, since }, file }: Unseen): void {
    // Of several roles with one file nobody knows which one owes it.
    const [owing, ...others] = [...this.story.roles].filter((role) => role.file === file).map(({ name }) => name)
    const names = new Set(this.history.events.map(({ who }) => who))
    const who = subjectOf(text, names) ?? owing ?? CHECK
    this.history.add(who, 'is missed', {
      text,
      ...(since !== undefined && { since: Math.max(0, Math.round(this.history.since(since))) }),
      ...(owing !== undefined && owing !== who && others.length === 0 && { from: owing })
    })
  }
}

/** Who a sentence is about: the first name in it that a verb may follow, or else the first. */
function subjectOf(text: string, names: Iterable<string>): string | undefined {
  const found = [...names]
    .map((name) => {
      const at = text.toLowerCase().indexOf(name.toLowerCase())
      return { name, at, isSubject: /^ \w/.test(text.slice(at + name.length)) }
    })
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at || b.name.length - a.name.length)
  return (found.find(({ isSubject }) => isSubject) ?? found[0])?.name
}
