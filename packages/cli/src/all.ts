// `pnpm ex N all`: every role of an exercise in one terminal, as its README runs them in several.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { calls, type Exercise } from '@workshop/course'
import pc from 'picocolors'
import { ours } from './answer.ts'
import { leaveWithPnpm } from './parent.ts'

const COLORS = [pc.cyan, pc.magenta, pc.yellow, pc.blue, pc.green]
const KEY = /\b[0-9a-f]{64}\b/

interface Program {
  name: string
  child: ChildProcess
}

/**
 * Runs the commands of the README's transcript, each with its name in front of its lines. A key in a command is the one
 * that the first program prints. What is typed goes to one of them; `>2` chooses the second. Gives the exit code.
 */
export async function all(
  exercise: Exercise,
  { solution, network }: { solution: boolean; network: string }
): Promise<number> {
  if (solution) ours(exercise)
  const commands = calls(exercise)
  const names = commands.map(([role], i) => {
    const same = commands.slice(0, i).filter(([other]) => other === role).length
    return same === 0 ? String(role) : `${role} ${same + 1}`
  })
  const width = Math.max(...names.map((name) => name.length))
  const programs: Program[] = []
  let chosen = 0
  let tellKey = (_key: string) => {}
  const key = new Promise<string>((resolve) => {
    tellKey = resolve
  })
  const input = createInterface({ input: process.stdin })
  const ended: Promise<unknown>[] = []
  let code = 0

  const start = (index: number, args: string[]) => {
    const name = String(names[index])
    const ex = fileURLToPath(new URL('../ex.js', import.meta.url))
    const options = [...(solution ? ['--solution'] : []), '--network', network]
    const child = spawn(process.execPath, [ex, String(exercise.number), ...args, ...options], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      windowsHide: true
    })
    const [stdin, stdout, stderr] = [child.stdin, child.stdout, child.stderr] as [Writable, Readable, Readable]
    stdin.on('error', () => {}) // typed into a program that has just ended
    const paint = COLORS[index % COLORS.length] ?? pc.cyan
    const say = (line: string) => console.log(`${paint(`${name.padEnd(width)} │`)} ${line}`)
    for (const stream of [stdout, stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        const printed = index === 0 ? KEY.exec(line)?.[0] : undefined
        if (printed) tellKey(printed)
        say(line)
      })
    }
    child.on('exit', (status, signal) => {
      if (status !== 0 || signal) {
        code ||= status ?? 1
        say(pc.dim(signal ? `ended by ${signal}` : `ended with exit code ${status}`))
      } else say(pc.dim('ended'))
    })
    programs.push({ name, child })
    ended.push(once(child, 'close'))
  }

  // The end of their channel to us is their Ctrl-C, also when we are killed, and where there are no signals.
  const stop = () => {
    input.close()
    for (const { child } of programs) if (child.connected) child.disconnect()
  }
  process.on('SIGTERM', stop)
  leaveWithPnpm(stop)
  process.stdin.on('error', stop) // the terminal is gone
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) stop() // from a terminal it has reached them, too
  })
  input.on('line', (line) => {
    const number = /^>\s*(\d+)\s*$/.exec(line)?.[1]
    if (number === undefined) programs[chosen]?.child.stdin?.write(`${line}\n`)
    else if (programs[Number(number) - 1]) {
      chosen = Number(number) - 1
      tellChosen()
    } else console.log(pc.dim(`There is no program ${number}.`))
  })
  input.on('close', () => {
    for (const { child } of programs) child.stdin?.end()
  })

  const others = names.map((name, i) => `>${i + 1} ${name}`).join('   ')
  const tellChosen = () =>
    console.log(pc.dim(`What you type goes to ${names[chosen]}. Choose: ${others}   Ctrl-C ends all.`))
  tellChosen()
  start(0, commands[0] ?? [])
  for (const [i, command] of commands.entries()) {
    if (i === 0) continue
    // Ends of the first one before it has printed a key end all.
    const needsKey = command.some((word) => KEY.test(word))
    const known = needsKey ? await Promise.race([key, ended[0]?.then(() => undefined)]) : ''
    if (known === undefined) break
    start(
      i,
      command.map((word) => word.replace(KEY, known))
    )
  }
  await Promise.all(ended)
  input.close()
  return code
}
