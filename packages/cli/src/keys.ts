// The last key that a program of an exercise has printed here: another one takes it when its user gives none.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { calls, type Exercise } from '@workshop/course'
import { workshop } from './lock.ts'

const KEY = /\b[0-9a-f]{64}\b/

/** Whether a word of a command is a key, as the README's transcripts have it. */
export function isKey(word: string): boolean {
  return KEY.test(word) && word.length === 64
}

/** The first key in some text. */
export function keyIn(text: string): string | undefined {
  return KEY.exec(text)?.[0]
}

/** Whether a role cannot begin without a key: each of its commands in the README has one, as its first word. */
export function needsKey(exercise: Exercise, role: string): boolean {
  const commands = calls(exercise).filter(([name]) => name === role)
  return commands.length > 0 && commands.every(([, first]) => first !== undefined && isKey(first))
}

/** The last key that was printed here, and by which role. */
export function lastKey(exercise: Exercise): { role: string; key: string } | undefined {
  try {
    const [role = '', key = ''] = readFileSync(fileOf(exercise), 'utf8').split(' ')
    return isKey(key) ? { role, key } : undefined
  } catch {
    return undefined
  }
}

/** Keeps the first key that this process prints from now on as the last one of a role. */
export function keepPrinted(exercise: Exercise, role: string): void {
  const { stdout } = process
  const { write } = stdout
  let line = ''
  let isKept = false // and not put back: somebody else may have put something in front meanwhile
  stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    if (!isKept) {
      line = `${line}${Buffer.from(chunk as string)}`.slice(-500)
      const key = keyIn(line)
      isKept = key !== undefined
      if (key !== undefined) keepKey(exercise, role, key)
    }
    return write.call(stdout, chunk, ...rest)
  }) as typeof write
}

function keepKey(exercise: Exercise, role: string, key: string): void {
  const file = fileOf(exercise)
  const half = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(half, `${role} ${key}`)
    renameSync(half, file)
  } catch {
    // A disk that refuses is no reason to end a role: the key stands on the screen.
  }
}

const fileOf = ({ name }: Exercise): string => join(workshop, 'keys', name)
