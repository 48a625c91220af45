// A role of the learner's as a process: types into it, reads what it prints, ends it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { explain, inWords } from '@workshop/course/errors'
import type { History } from './history.ts'
import { Incoming } from './incoming.ts'
import { sentences } from './outcome.ts'
import { isBusy, isComputing, isWaiting, processorTime } from './work.ts'

/** Output after which reading stops, in characters: a role that floods its terminal then waits for its reader. */
const ENOUGH = 2_000_000
/** What Node itself says on stderr: its version, and warnings, which are told in other words where they matter. */
const NODES_OWN = /^Node\.js v\d|^\(node:\d+\) |^\(Use `node /
/** Between two pieces of a line, in ms. */
const PIECES = 10
/** So long a start-up time counts as that of now, in ms. */
const FRESH = 3_000
/** Signs that are not to be seen, or that change what stands beside them; but for the tab, and what joins emoji. */
const INVISIBLE = /(?![\t\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/gu

export interface RoleOptions {
  /** The process that runs it. */
  child: ChildProcessWithoutNullStreams
  /** The folder that the role's file lies in. */
  dir: string
  file: string
  /** How it was called, as people read it: the file and its arguments. */
  shown: string
  /** How the story calls it. */
  name: string
  /** The address of this machine that is its own, or 127.0.0.1. */
  host: string
  /** Adds a sentence to the story of the step. */
  did(sentence: string): void
  history: History
  /** Whether anybody but the check has asked the check's network for something since the role was started. */
  spokeToNetwork(): boolean
  /** Called when the check has killed it: what it announced is then to be forgotten, as the local network does. */
  onkilled(): Promise<void>
}

export class Role {
  readonly name: string
  /** The file that it runs, as in `server.ts`. */
  readonly file: string
  readonly host: string
  /** When it was started, as `performance.now()` has it. */
  readonly begun = performance.now()
  readonly child: ChildProcessWithoutNullStreams
  /** The lines that were typed into it so far. */
  readonly typed: string[] = []
  /** What it said on stderr so far. */
  errors = ''
  /** Set once it has ended. */
  ended: { code: number | null; signal: NodeJS.Signals | null } | undefined
  /** Whether the check itself ended it, or expects it to end. */
  mayEnd = false
  /** Whether it may also run through, with code 0: what keeps it alive is written in a later step. */
  mayRunThrough = false
  /** Whether it is a driver of the check's around a file of the answer: it has nothing to print, and no network to ask. */
  isDriver = false
  readonly #stdout = new Incoming()
  #output = { of: 0, text: '' }
  readonly #options: RoleOptions

  constructor(options: RoleOptions) {
    this.name = options.name
    this.file = options.file
    this.host = options.host
    this.#options = options
    this.child = options.child
    const { history } = options
    history.add(this.name, 'starts', { text: options.shown })
    this.child.stdout.on('data', (piece: Buffer) => {
      history.add(this.name, 'prints', { text: this.#stdout.add(piece) })
      if (this.printed.length > ENOUGH) this.child.stdout.pause()
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.errors.length > ENOUGH) return
      this.errors += stripVTControlCharacters(text)
      history.add(this.name, 'complains', { text })
    })
    this.child.stdin.on('error', () => {}) // typed into a role that has just ended
    this.child.on('error', (error) => {
      this.errors += String(error)
      this.ended = { code: null, signal: null }
    })
    // `close`, not `exit`: all that it printed has arrived.
    this.child.on('close', (code, signal) => {
      this.ended = { code, signal }
      history.add(this.name, 'ends', { text: String(signal ?? code) })
    })
  }

  /** What it printed so far, as it came. */
  get printed(): string {
    return this.#stdout.text
  }

  /** Whether it printed these bytes, which need not be text. */
  hasPrinted(bytes: Buffer): boolean {
    return this.#stdout.has(bytes)
  }

  /** The same but for what may vary: without colours, and with one blank where it has several. */
  get output(): string {
    const { length } = this.printed
    if (length !== this.#output.of) {
      const text = stripVTControlCharacters(this.printed)
        .replaceAll(/[^\S\n]+/g, ' ')
        .replaceAll(/^ | $/gm, '')
      this.#output = { of: length, text }
    }
    return this.#output.text
  }

  /** Types a line, with Enter. */
  type(line: string): void {
    this.#options.did(`I typed ${shown(line)} into ${this.name}.`)
    this.#give([`${line}\n`], [line])
  }

  /** Types several lines at once, as a paste does. */
  paste(lines: string[]): void {
    const [first, last] = [lines[0], lines.at(-1)].map((line) => shorten(String(line)))
    this.#options.did(`I pasted ${lines.length} lines into ${this.name}, “${first}” to “${last}”.`)
    this.#give([lines.map((line) => `${line}\n`).join('')], lines)
  }

  /**
   * Types a line that arrives in several pieces, which may end in the middle of a character. `arrives` is awaited before
   * the line ends.
   */
  async typeInPieces(line: string, pieces: Uint8Array[], arrives?: () => Promise<unknown>): Promise<void> {
    const end = arrives ? ', and did not press Enter yet' : ''
    this.#options.did(`I typed “${shorten(line)}” into ${this.name}, which arrived in ${pieces.length} pieces${end}.`)
    await this.#giveEach(pieces)
    this.typed.push(line)
    await arrives?.()
    if (arrives) this.#options.did('Then I pressed Enter.')
    this.#give(['\n'], [])
  }

  /** Types lines one after the other, so that each is read alone. */
  async typeEach(lines: readonly string[]): Promise<void> {
    this.#options.did(`I typed ${lines.map(shown).join(', ')} into ${this.name}, one after the other.`)
    const pieces = lines.map((line) => `${line}\n`)
    await this.#giveEach(pieces, lines)
  }

  /** Gives pieces one after the other, each of which is a line, if any. */
  async #giveEach(pieces: readonly (string | Uint8Array)[], lines: readonly string[] = []): Promise<void> {
    // Or the pipe would join them: so long that a program that is ready reads each alone, also on a busy machine.
    const pause = Math.max(PIECES, (await recentStartUpTime()) / 4)
    for (const [i, piece] of pieces.entries()) {
      this.#give([piece], lines.slice(i, i + 1))
      await delay(pause)
    }
  }

  /** Types bytes that are no text, and Enter: a pipe may bring them. */
  typeBytes(bytes: Uint8Array): void {
    this.#options.did(`I sent ${bytes.length} bytes that are no text into the input of ${this.name}.`)
    this.#give([bytes, '\n'], [Buffer.from(bytes).toString()])
  }

  /** Ends its input, as a pipe does, or Ctrl-D. */
  closeInput(): void {
    this.#options.did(`I closed the input of ${this.name} (Ctrl-D).`)
    this.child.stdin.end()
  }

  #give(pieces: readonly (string | Uint8Array)[], lines: readonly string[]): void {
    for (const piece of pieces) this.child.stdin.write(piece)
    this.typed.push(...lines)
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString())).join('')
    this.#options.history.add(this.name, 'is typed into', { text })
  }

  /**
   * Whether it computes in this moment, or would if a processor were free: what it does, however busy the machine is.
   * Undefined where that cannot be known (no /proc).
   */
  get isComputing(): boolean | undefined {
    return isComputing(this.child.pid ?? 0)
  }

  /**
   * Whether any of its threads runs now, or waits for a processor: one that asks its disk in a loop has another thread do
   * the work. Undefined where that cannot be read (no /proc).
   */
  get isBusy(): boolean | undefined {
    return isBusy(this.child.pid ?? 0)
  }

  /** The processor time that it has taken so far, in ms. 0 where that cannot be read (no /proc). */
  get processorTime(): number {
    return processorTime(this.child.pid ?? 0) ?? 0
  }

  /**
   * Whether it waits with all its threads: none computes, or waits for a processor or for a disk. False where that cannot
   * be read (no /proc).
   */
  get isWaiting(): boolean {
    return isWaiting(this.child.pid ?? 0)
  }

  /**
   * Presses Ctrl-C. Nobody does that in the millisecond in which a line appears: a program that has just printed it has
   * the time in which a bare node starts to go on to where it listens for Ctrl-C, however busy the machine is.
   */
  async interrupt(): Promise<void> {
    this.#options.did(`I pressed Ctrl-C in ${this.name}.`)
    this.#options.history.add(this.name, 'gets Ctrl-C', {})
    await aMoment()
    this.mayEnd = true
    if (this.child.connected)
      this.child.send('SIGINT') // where there are no signals
    else this.child.kill('SIGINT')
  }

  /** Kills it without a chance to say goodbye, and resolves when it is gone. */
  async kill(): Promise<void> {
    this.#options.did(`I killed ${this.name} (kill -9).`)
    this.#options.history.add(this.name, 'is killed', {})
    await this.end()
  }

  /**
   * Stops it without ending it: it stays connected, answers nothing, and takes nothing, as on a laptop that was closed.
   * Goes on being so until it is ended. Does nothing where a program cannot be stopped (Windows).
   */
  freeze(): void {
    if (process.platform === 'win32') return
    this.#options.did(`I stopped ${this.name} (kill -STOP): it stays connected, and answers nothing.`)
    this.mayEnd = true
    this.child.kill('SIGSTOP')
  }

  /** Kills it in the very moment in which it prints something: what should have been stored before is stored, or lost. */
  killAt(pattern: RegExp): void {
    const look = () => {
      if (this.mayEnd || !pattern.test(this.output)) return
      this.child.stdout.off('data', look)
      void this.kill()
    }
    this.child.stdout.on('data', look)
  }

  /** Ends it without a word in the story. */
  async end(): Promise<void> {
    this.mayEnd = true
    if (this.ended) return
    this.child.kill('SIGKILL')
    this.child.stdout.destroy() // what it still had to print is nobody's business, and may be endless
    await once(this.child, 'close')
    await this.#options.onkilled()
  }

  /** The lines that it printed, without colours and as they came but for the end of each; the last one when it is whole. */
  get lines(): string[] {
    return stripVTControlCharacters(this.printed).split(/\r?\n/).slice(0, -1)
  }

  /** Where it printed something, as an index into `output`; -1 when it has not. */
  at(pattern: RegExp): number {
    return pattern.exec(this.output)?.index ?? -1
  }

  /** How often a text stands in what it printed. */
  count(text: string): number {
    return this.output.split(text).length - 1
  }

  /** Whether it has ended, and should not have. */
  get isGone(): boolean {
    return this.ended !== undefined && !this.mayEnd && !(this.mayRunThrough && this.ended.code === 0)
  }

  /** What can be told of it now, as sentences: how it ended, what it complained about, what it printed last. */
  account(): string {
    return sentences(this.#end(), this.words())
  }

  /** The same without how it ended. */
  words(): string {
    return sentences(this.#complaint(), this.#lastLines(), this.#silence())
  }

  #end(): string {
    if (!this.ended) return ''
    const { code, signal } = this.ended
    return `${this.name} had ended, ${signal ? `by the signal ${signal}` : `with exit code ${code}`}.`
  }

  #complaint(): string {
    const error = explain(this.errors, this.#options.dir)
    if (error) return `Its error: ${inWords(error)}${this.#source(error.where)}`
    const said = this.errors
      .trim()
      .split('\n')
      .findLast((line) => line.trim() !== '' && !NODES_OWN.test(line))
    if (!said) return ''
    return `${this.ended || /Error\b/.test(said) ? 'It complained' : 'On stderr it said'}: “${shorten(said)}”.`
  }

  /** The line of the learner's own that an error came from. */
  #source(where = ''): string {
    const [file = '', line] = where.split(':')
    try {
      const text = readFileSync(join(this.#options.dir, file), 'utf8').split('\n')[Number(line) - 1]?.trim()
      return text ? ` That line is: \`${text.replaceAll('`', 'ˋ')}\`` : ''
    } catch {
      return '' // it lies deeper, or is gone by now
    }
  }

  #silence(): string {
    return this.isDriver || this.#options.spokeToNetwork()
      ? ''
      : `${this.name} never asked the local network for anything.`
  }

  #lastLines(): string {
    const lines = this.output.trim().split('\n')
    if (this.printed.length > ENOUGH) return `${this.name} never stopped printing: “${shorten(String(lines[0]))}” …`
    if (lines.join('') === '') return this.isDriver ? '' : `${this.name} printed nothing.`
    const shown = lines.slice(-3).map((line) => `“${shorten(line)}”`)
    return `${this.name} printed ${lines.length > 3 ? `${lines.length} lines, the last ones ` : ''}${shown.join(', ')}.`
  }
}

/** Lasts as long as a bare node took to start when that was last measured, or takes now: longer on a busy machine. */
async function aMoment(): Promise<void> {
  const before = measured
  const time = await recentStartUpTime()
  if (measured === before) await delay(time) // or it has just lasted that long
}

/** How long a bare node takes to start, as it was measured lately. */
async function recentStartUpTime(): Promise<number> {
  const isFresh = measured !== undefined && performance.now() - measured.at < FRESH
  return isFresh && measured ? measured.time : startUpTime()
}

/** The last start-up time, and when it was measured, in ms. */
let measured: { at: number; time: number } | undefined

/** How long a bare node takes to start and to end now, in ms. */
export async function startUpTime(): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore', windowsHide: true })
  await once(child, 'exit').catch(() => {})
  measured = { at: performance.now(), time: performance.now() - begin }
  return measured.time
}

/** A line that was typed. */
function shown(line: string): string {
  if (line.trim() !== '') return `“${shorten(line)}”`
  return line === '' ? 'an empty line' : 'a line of blanks'
}

/** A line of a story: long keys, in hex or z-base-32, and long lines are cut, and what nobody can see is written out. */
export function shorten(text: string): string {
  const line = text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(INVISIBLE, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replaceAll(/[0-9a-fA-F]{64}|\b[13-9a-km-uw-z]{52}\b/g, (key) => `${key.slice(0, 6)}…${key.slice(-4)}`)
  return line.length > 100 ? `${line.slice(0, 99)}…` : line
}
