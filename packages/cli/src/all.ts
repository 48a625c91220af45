// `pnpm ex N all`: every role of an exercise in one terminal, as its README runs them in several.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { calls, type Exercise } from '@workshop/course'
import pc from 'picocolors'
import { ours } from './answer.ts'
import { isKey, keyIn } from './keys.ts'
import { leaveWithPnpm } from './parent.ts'
import { say } from './terminal.ts'

const COLORS = [pc.cyan, pc.magenta, pc.yellow, pc.blue, pc.green]
const HELP =
  'What you type goes to one program. >2 chooses the second.\n>2 hello, >2 kill and >2 restart go to it alone.'

const tell = (text: string) => say(text, process.stdout, pc.dim)

interface Program {
  /** The name in front of its lines, as in `peer 2`. */
  name: string
  /** Its command in the README: the role and its arguments. */
  command: string[]
  /** What runs now. */
  child?: ChildProcess
  /** Resolves when that has ended. */
  ended?: Promise<unknown>
}

/**
 * Runs the commands of the README's transcript, each with its name in front of its lines. A key in a command is the
 * one that the first program printed first. Gives the exit code of the first program that failed by itself.
 */
export async function all(
  exercise: Exercise,
  { solution, network }: { solution: boolean; network: string }
): Promise<number> {
  if (solution) ours(exercise)
  const programs = calls(exercise).map((command, i, commands): Program => {
    const same = commands.slice(0, i).filter(([role]) => role === command[0]).length
    return { command, name: same === 0 ? String(command[0]) : `${command[0]} ${same + 1}` }
  })
  const first = programs[0]
  const width = Math.max(...programs.map(({ name }) => name.length))
  const input = createInterface({ input: process.stdin })
  const killed = new Set<Program>()
  let chosen = first
  let key: string | undefined
  let tellKey = () => {}
  const printed = new Promise<void>((resolve) => {
    tellKey = resolve
  })
  let code = 0
  let isLeaving = false
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  /** Ends when nothing runs that could still say something. A killed program may be started again. */
  const endWhenDone = () => {
    if (programs.every(({ child }) => !child) && (isLeaving || killed.size === 0)) finish()
  }

  function start(program: Program): void {
    const { name, command } = program
    const paint = COLORS[programs.indexOf(program) % COLORS.length] ?? pc.cyan
    const print = (line: string) => console.log(`${paint(`${name.padEnd(width)} │`)} ${line}`)
    const launcher = fileURLToPath(new URL('../ex.js', import.meta.url))
    const args = command.map((word) => (isKey(word) ? (key ?? word) : word))
    const options = [...(solution ? ['--solution'] : []), '--network', network]
    const child = spawn(process.execPath, [launcher, String(exercise.number), ...args, ...options], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      windowsHide: true
    })
    child.stdin?.on('error', () => {}) // typed into a program that has just ended
    let mayTell = program === first // its first key is its own; others are those of peers that it met
    const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null)
    for (const stream of outputs) {
      createInterface({ input: stream }).on('line', (line) => {
        const told = mayTell ? keyIn(line) : undefined
        if (told !== undefined) {
          mayTell = false
          key = told
          tellKey()
        }
        print(line)
      })
    }
    killed.delete(program)
    program.child = child
    // Not its `close` event: after a disconnect by us there is none.
    program.ended = Promise.all([once(child, 'exit'), ...outputs.map((stream) => once(stream, 'close'))]).then(
      ([[status, signal]]) => {
        delete program.child
        if (status !== 0 && !killed.has(program)) code ||= status ?? 1
        print(pc.dim(signal ? `ended by ${signal}` : status === 0 ? 'ended' : `ended with exit code ${status}`))
        endWhenDone()
      }
    )
  }

  function kill(program: Program): void {
    killed.add(program)
    program.child?.kill('SIGKILL')
  }

  async function restart(program: Program): Promise<void> {
    killed.add(program) // that it ends is no end of all
    leave(program)
    await program.ended
    if (!isLeaving) start(program)
  }

  // The end of its channel to us is the Ctrl-C of a program, also when we are killed, and where there are no signals.
  const leave = ({ child }: Program) => child?.connected && child.disconnect()

  const stop = () => {
    isLeaving = true
    input.close()
    for (const program of programs) leave(program)
    endWhenDone()
  }

  function type(line: string): unknown {
    const [, number, words = ''] = /^>\s*(\d+)\s*(.*)$/.exec(line) ?? []
    if (number === undefined) return chosen?.child?.stdin?.write(`${line}\n`)
    const program = programs[Number(number) - 1]
    if (!program) return tell(`There is no program ${number}.`)
    if (words === 'restart') return restart(program)
    if (words === '') {
      chosen = program
      return tellChosen()
    }
    if (!program.child) return tell(`${program.name} is not running. To start it again: >${number} restart`)
    return words === 'kill' ? kill(program) : program.child.stdin?.write(`${words}\n`)
  }

  const tellChosen = () => tell(`What you type goes to ${chosen?.name}.   ${names}   Ctrl-C ends all.`)
  const names = programs.map(({ name }, i) => `>${i + 1} ${name}`).join('   ')

  process.on('SIGTERM', stop)
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) stop() // from a terminal it has reached them, too
    isLeaving = true
    endWhenDone()
  })
  leaveWithPnpm(stop)
  process.stdin.on('error', stop) // the terminal is gone
  input.on('line', type)
  input.on('close', () => {
    for (const { child } of programs) child?.stdin?.end()
    isLeaving = true
    endWhenDone()
  })

  tell(HELP)
  tellChosen()
  for (const program of programs) {
    // When the first one ends before it has printed a key, there is nobody to meet.
    if (program.command.some(isKey)) await Promise.race([printed, finished])
    if (!isLeaving && (program === first || programs.some(({ child }) => child))) start(program)
  }
  await finished
  input.close()
  return code
}
