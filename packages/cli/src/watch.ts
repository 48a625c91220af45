// `pnpm ex N watch`: a verdict at each save, and keys for what a learner does next.
import { spawn } from 'node:child_process'
import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { createInterface, emitKeypressEvents } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { report } from '@workshop/checks/report'
import { calls, type Exercise, exercises, next, rolesAndModules } from '@workshop/course'
import type { News } from '@workshop/room/place'
import { ex } from './caller.ts'
import { heading } from './check.ts'
import { recall, remember, stepOf } from './desk.ts'
import { diff } from './diff.ts'
import { ending } from './ending.ts'
import { frame, type Scene, scrollable } from './frame.ts'
import { hint } from './hint.ts'
import { isInRoom } from './is-in-room.ts'
import { isKey } from './keys.ts'
import { reset } from './over.ts'
import { leaveWithPnpm } from './parent.ts'
import { inWords, standings } from './progress.ts'
import { type Draft, rejudge } from './rejudge.ts'
import { openScreen } from './screen.ts'
import { fit, width } from './terminal.ts'
import { text } from './text.ts'

/** An editor saves in several events, and maybe several files: what comes within so many ms is one save. */
const ONE_SAVE = 50
const SECOND = 1_000 // ms
/** So many of the teacher's sentences stay on the screen. */
const NEWS = 2

interface Key {
  key: string
  does: string
  press(): unknown
}

/** Watches the learner's files until they quit. On a terminal it takes the whole screen; elsewhere it prints lines. */
export async function watch(first: Exercise, { verbose }: { verbose: boolean }): Promise<void> {
  const { stdin, stdout } = process
  const screen = stdin.isTTY && stdout.isTTY ? openScreen(stdout) : undefined

  let exercise = first
  let files: FSWatcher
  let saved: NodeJS.Timeout | undefined
  let run = new AbortController()
  let running = Promise.resolve()

  let draft: Draft = { results: [], step: 1 }
  let status = ''
  let news: string[] = []
  let lastTold: string[] = []
  let end: Scene['ending']
  let page: Scene['page']
  let scrolled = 0
  let clock: NodeJS.Timeout | undefined
  /** The key that must be pressed again, and what a digit chooses. */
  let asked: string | undefined
  let choose: ((number: number) => unknown) | undefined
  /** A role has the terminal, or has left what it said on it. */
  let isAway = false

  const inRoom = isInRoom() ? await import('./in-room.ts') : undefined
  const held = inRoom?.stayInRoom(hear)

  const keys: Key[] = [
    { key: 'h', does: 'hint', press: async () => tell(await hint(exercise)) },
    { key: 'd', does: 'diff', press: peek },
    ...(screen ? [{ key: 'r', does: 'run', press: chooseRole }] : []),
    { key: 'a', does: 'again', press: restart },
    { key: 't', does: 'text', press: () => cover((columns) => text(exercise, columns)) },
    { key: 'l', does: 'list', press: list },
    { key: 'x', does: 'reset', press: startOver },
    { key: 'n', does: 'next', press: goOn },
    { key: 'q', does: 'quit', press: quit }
  ]
  const keyNames = keys.map(({ key, does }) => `${key} ${does}`)

  const scene = (): Scene => ({
    heading: heading(exercise),
    results: draft.results,
    news,
    status,
    keys: page ? ['esc back', ...keyNames] : keyNames,
    page,
    ending: end,
    scrolled,
    isVerbose: verbose
  })

  /** What the teacher tells is read at once, and stays until they tell more. */
  function hear(latest: News): void {
    const told = inRoom?.unread(latest) ?? []
    const lost = inRoom?.lost(latest) ?? []
    if (told.length > 0) lastTold = told.slice(-NEWS)
    const before = news
    news = [...lastTold, ...lost]
    if (screen) redraw()
    else for (const line of [...told, ...lost.filter((line) => !before.includes(line))]) console.log(`\n  ${line}`)
  }

  function redraw(): void {
    if (screen && !isAway) screen.draw(frame(scene(), screen.size()))
  }

  /** Shows a text in place of the steps, from its beginning. */
  function cover(lines: (columns: number) => string[]): void {
    page = lines
    scrolled = 0
    if (screen) redraw()
    else console.log(`\n${lines(width()).join('\n')}\n\n  ${keyNames.join('   ')}`)
  }

  const tell = (words: string) => cover(() => words.split('\n'))
  const say = (words: string) => cover((columns) => fit(words, '  ', '  ', columns))

  function uncover(): void {
    page = undefined
    scrolled = 0
    redraw()
  }

  /** A verdict on the files as they are now; what was running has ended before. */
  function restart(): void {
    run.abort()
    run = new AbortController()
    const { signal } = run
    running = running.then(() => verdict(signal))
  }

  async function verdict(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    end = undefined
    uncover()
    const draw = (latest: Draft) => {
      if (signal.aborted) return
      draft = latest
      const { step, results, waiting } = latest
      const left = Math.ceil(((waiting?.until ?? 0) - Date.now()) / SECOND)
      status = waiting
        ? `Step ${step} of ${results.length}: waiting, ${left > 0 ? `${left} s more` : 'a little more'}. So far: ${waiting.saw}`
        : `Step ${step} of ${results.length} …`
      redraw()
      clearTimeout(clock)
      if (waiting) clock = setTimeout(draw, SECOND, latest)
    }
    try {
      const verdict = await rejudge(exercise, signal, draw)
      draft = { ...draft, results: verdict.results }
      if (held) inRoom?.tellVerdict(held(), exercise, verdict)
      end = verdict.fault === undefined ? await ending(exercise) : undefined
      status = end ? 'All steps pass. n goes on to the next exercise.' : 'Waiting for you to save.'
      if (screen) redraw()
      else
        console.log(
          `${report(verdict, heading(exercise), end?.(width()).join('\n') ?? status, { isVerbose: verbose })}\n\n  ${keyNames.join('   ')}`
        )
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      clearTimeout(clock)
    }
  }

  function open(which: Exercise): void {
    exercise = which
    draft = { results: [], step: 1 }
    asked = undefined
    files = watchFolder(exercise.dir, (_event, name) => {
      if (name !== null && !name.endsWith('.ts')) return
      clearTimeout(saved)
      saved = setTimeout(() => isAway || restart(), ONE_SAVE)
    })
    status = `Watching ${exercise.name}.`
    if (!screen) console.log(`${status} ${keyNames.join('   ')}`)
    restart()
  }

  function moveTo(which: Exercise): void {
    files.close()
    open(which)
  }

  async function press(key: string): Promise<void> {
    const known = keys.find((known) => known.key === key)
    if (asked !== key) asked = undefined
    if (known) {
      choose = undefined
      await known.press()
    } else if (/^\d$/.test(key)) await choose?.(Number(key))
  }

  /** Whether the same key was pressed just before; if not, says what pressing it again does. */
  function isSure(key: string, sentence: string): boolean {
    if (asked === key) return true
    asked = key
    say(sentence)
    return false
  }

  async function peek(): Promise<void> {
    const { done, peeked } = recall(exercise)
    if (!done && !peeked) {
      if (!isSure('d', 'This shows our answer, and yours does not pass yet. Press d again to see it.')) return
      remember(exercise, () => ({ peeked: new Date().toISOString() }))
    }
    const { run: roles, modules } = rolesAndModules(exercise)
    const step = stepOf(exercise)
    const files = [...roles, ...modules].map((role) => `${role}.ts`)
    tell(await diff(exercise, { files, columns: stdout.columns, ...(step !== undefined && { step }) }))
  }

  function startOver(): void {
    if (!isSure('x', 'This starts the exercise over. Your files are kept as a snapshot. Press x again to do it.'))
      return
    say(reset(exercise))
  }

  function list(): void {
    const lines = standings().map((standing) => {
      const { sign, words } = inWords(standing)
      return `  ${sign} ${standing.exercise}  ${standing.title}${words ? `  (${words})` : ''}`
    })
    cover(() => [...lines, '', '  Type a number to watch that one.'])
    choose = (number) => {
      const which = exercises().find((exercise) => exercise.number === number)
      if (which) moveTo(which)
    }
  }

  function goOn(): void {
    const following = next(exercise)
    if (following) moveTo(following)
    else say('That was the last one.')
  }

  function chooseRole(): unknown {
    const { run: roles } = rolesAndModules(exercise)
    if (roles.length === 1) return runRole(String(roles[0]))
    cover(() => [...roles.map((role, i) => `  ${i + 1}  ${role}`), '', '  Type a number to run that one.'])
    choose = (number) => roles[number - 1] && runRole(String(roles[number - 1]))
    return undefined
  }

  /** Gives the terminal to a role until it ends, and then waits for a key: what it said is to be read. */
  async function runRole(role: string): Promise<void> {
    // Ctrl-C is for the role alone. A verdict that runs would take it for a fault of the answer.
    isAway = true
    run.abort()
    await running
    screen?.leave()
    stdin.setRawMode(false)
    stdin.pause()
    const args = calls(exercise).find(([name]) => name === role) ?? [role]
    const words = [String(exercise.number), ...args.filter((word) => !isKey(word))]
    console.log(`$ ${ex(...words)}     (Ctrl-C ends it)`)
    const launcher = fileURLToPath(new URL('../ex.js', import.meta.url))
    const child = spawn(process.execPath, [launcher, ...words], { stdio: 'inherit' })
    await new Promise((resolve) => child.once('close', resolve))
    console.log('\nPress a key to go back to the watch.')
    stdin.setRawMode(true)
    stdin.resume()
  }

  function comeBack(): void {
    isAway = false
    screen?.enter()
    restart()
  }

  function quit(): void {
    run.abort()
    files.close()
    running.finally(() => process.exit(0))
  }

  process.on('SIGINT', () => isAway || quit())
  leaveWithPnpm(quit)
  stdin.on('error', quit) // the terminal is gone
  if (screen) {
    const scrolls: Record<string, () => number> = {
      up: () => -1,
      down: () => 1,
      pageup: () => 3 - screen.size().rows / 2,
      pagedown: () => screen.size().rows / 2 - 3,
      space: () => screen.size().rows / 2 - 3
    }
    stdout.on('resize', redraw)
    emitKeypressEvents(stdin)
    stdin.setRawMode(true)
    stdin.on('keypress', (typed: string | undefined, { name = '', ctrl }: { name?: string; ctrl?: boolean }) => {
      if (isAway) return comeBack()
      if (ctrl) return name === 'c' || name === 'd' ? quit() : undefined
      const scroll = scrolls[name]
      if (scroll) {
        scrolled = Math.max(0, Math.min(scrollable(scene(), screen.size()), Math.round(scrolled + scroll())))
        redraw()
      } else if (name === 'escape') uncover()
      else return press(typed ?? '')
    })
  } else {
    createInterface({ input: stdin }).on('line', (line) => press(line.trim()))
  }
  open(first)
}
