// `pnpm ex N check --watch`: a verdict at each save. First the steps from the one that failed last on, then the others.
import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { createInterface, emitKeypressEvents } from 'node:readline'
import { judge, type Result, type Verdict } from '@workshop/checks/judge'
import { report, wrap } from '@workshop/checks/report'
import { type Exercise, next, rolesAndModules } from '@workshop/course'
import { heading, onward } from './check.ts'
import { recall, remember, rememberVerdict, stepOf } from './desk.ts'
import { diff } from './diff.ts'
import { keepSafely } from './files.ts'
import { hint } from './hint.ts'
import { leaveWithPnpm } from './parent.ts'
import { stepsOf } from './steps.ts'

/** An editor saves in several events, and maybe several files: what comes within so many ms is one save. */
const ONE_SAVE = 50

/** Clears the screen, and leaves what has scrolled out of it. */
const CLEAR = '\x1b[2J\x1b[H'
const KEYS = 'h hint   d diff   n next exercise   q quit'

/** Watches the learner's files until they quit. On a terminal keys are read as they are pressed, elsewhere by lines. */
export async function watch(first: Exercise, { verbose }: { verbose: boolean }): Promise<void> {
  const { stdin, stdout } = process
  const isTerminal = Boolean(stdin.isTTY && stdout.isTTY)
  let exercise = first
  let files: FSWatcher
  let timer: NodeJS.Timeout | undefined
  let run = new AbortController()
  let running = Promise.resolve()
  let mayPeek = false

  /** A verdict on the files as they are now; what was running has ended before. */
  function restart(): void {
    run.abort()
    run = new AbortController()
    const { signal } = run
    running = running.then(() => verdict(signal))
  }

  async function verdict(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const from = stepOf(exercise) ?? 1
    const steps = await stepsOf(exercise)
    const results = steps.map(
      (title, i): Result => ({ step: i + 1, title, state: i + 1 < from ? 'passed' : 'not run' })
    )
    // A fact may be awaited for seconds: what is known, and what is awaited, is on the screen at once.
    const draw = (status: string) => {
      if (!isTerminal || signal.aborted) return
      const passed = results.filter(({ state }) => state === 'passed').length
      stdout.write(
        `${CLEAR}${report({ exercise: exercise.name, results, passed, seed: '' }, heading(exercise), status)}\n`
      )
    }
    const options = {
      exercise: exercise.dir,
      dir: exercise.dir,
      signal,
      onstep: (step: number) => draw(`Step ${step} …`),
      onwait: (saw: string) => draw(wrap(`Still waiting. So far: ${saw}`, '', '  ').join('\n')),
      onresult: (result: Result) => {
        if (result.state !== 'not run') results[result.step - 1] = result
      }
    }
    try {
      let verdict = passedBefore(await judge({ ...options, from }), from)
      // What passed before may be broken by now: it is looked at when the rest is right.
      if (verdict.fault === undefined && from > 1) verdict = join(await judge({ ...options, to: from - 1 }), verdict)
      keepSafely(exercise, 'check')
      rememberVerdict(exercise, verdict)
      if (isTerminal) stdout.write(CLEAR)
      const advice = verdict.fault === undefined ? onward(exercise) : 'Waiting for you to save.'
      console.log(`${report(verdict, heading(exercise), advice, verbose)}\n\n  ${KEYS}`)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  function open(which: Exercise): void {
    exercise = which
    mayPeek = false
    files = watchFolder(exercise.dir, (_event, name) => {
      if (name !== null && !name.endsWith('.ts')) return
      clearTimeout(timer)
      timer = setTimeout(restart, ONE_SAVE)
    })
    console.log(`Watching ${exercise.name}. ${KEYS}`)
    restart()
  }

  async function press(key: string): Promise<void> {
    if (key === 'h') console.log(`\n${await hint(exercise)}`)
    else if (key === 'd') console.log(`\n${await peek()}`)
    else if (key === 'n') goOn()
    else if (key === 'q') quit()
  }

  async function peek(): Promise<string> {
    const { done, peeked } = recall(exercise)
    if (!done && !peeked && !mayPeek) {
      mayPeek = true
      return '  This shows our answer, and yours does not pass yet. Press d again to see it.'
    }
    if (!done && !peeked) remember(exercise, () => ({ peeked: new Date().toISOString() }))
    const { run: roles, modules } = rolesAndModules(exercise)
    const step = stepOf(exercise)
    const all = [...roles, ...modules].map((role) => `${role}.ts`)
    return diff(exercise, { files: all, columns: stdout.columns, ...(step !== undefined && { step }) })
  }

  function goOn(): void {
    const following = next(exercise)
    if (!following) {
      console.log('  That was the last one.')
      return
    }
    files.close()
    open(following)
  }

  function quit(): void {
    run.abort()
    files.close()
    running.finally(() => process.exit(0))
  }

  process.on('SIGINT', quit)
  leaveWithPnpm(quit)
  stdin.on('error', quit) // the terminal is gone
  if (isTerminal) {
    emitKeypressEvents(stdin)
    stdin.setRawMode(true)
    stdin.on('keypress', (text: string | undefined, { name, ctrl }: { name?: string; ctrl?: boolean }) => {
      if (ctrl) return name === 'c' || name === 'd' ? quit() : undefined
      return press(text ?? '')
    })
  } else {
    createInterface({ input: stdin }).on('line', (line) => press(line.trim()))
  }
  open(first)
}

/** A verdict that began at a step: those before it passed the last time. */
function passedBefore(verdict: Verdict, from: number): Verdict {
  const results = verdict.results.map(
    (result): Result => (result.step < from ? { ...result, state: 'passed' } : result)
  )
  return { ...verdict, results, passed: verdict.passed + from - 1 }
}

/** The verdict on the first steps, with what a verdict before it said of those behind them. */
function join(first: Verdict, behind: Verdict): Verdict {
  const results = first.results.map((result, i) => {
    const later = behind.results[i]
    return result.state === 'not run' && first.fault === undefined && later ? later : result
  })
  return { ...first, results, passed: results.filter(({ state }) => state === 'passed').length }
}
