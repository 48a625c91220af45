// The learner's own files of an exercise: laid out, kept, put back. Nothing is replaced before it has been kept.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type Exercise, exercises } from '@workshop/course'
import { isAuthors, rolesIn, starterOf } from '@workshop/course/exercise'
import { alone, workshop } from './lock.ts'
import { complain } from './terminal.ts'

/** Snapshots that are kept of an exercise, and steps that can be undone. */
const KEPT = 50
const UNDOABLE = 20
/** What a person writes. All else in the folder, as the storage of a core, is neither kept nor touched. */
const WRITTEN = /\.([cm]?[jt]sx?|json|md|txt|html|css)$/
const LARGEST = 1024 * 1024 // bytes

/** Bytes of files, as latin1 texts, by their path below the exercise's folder with `/` between its parts. */
export type Files = Record<string, string>

export interface Snapshot {
  number: number
  /** ISO. */
  at: string
  /** Why it was made, as in `check`. */
  reason: string
  /** How many steps passed, and of how many, where a verdict said it. */
  passed?: number
  of?: number
}

/** Gives the learner the files of the starters that they do not have. Called before everything else. */
export function layOut(): void {
  for (const { dir } of exercises()) {
    const starter = starterOf(dir)
    if (!existsSync(starter)) continue
    for (const file of rolesIn(starter)) {
      if (existsSync(join(dir, file))) continue
      try {
        writeFileSync(join(dir, file), readFileSync(join(starter, file)), { flag: 'wx' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // another terminal was quicker
      }
    }
  }
}

/** What the learner has written in an exercise: all that is not the author's, and no data. */
export function learnersFiles({ dir }: Exercise): Files {
  return filesIn(
    dir,
    readdirSync(dir).filter((entry) => !isAuthors(entry))
  )
}

/** The files that make an answer, of the starter or of our solution. */
export function answerIn(dir: string): Files {
  return filesIn(dir, rolesIn(dir))
}

function filesIn(dir: string, entries: string[]): Files {
  const files: Files = {}
  const add = (path: string) => {
    const info = lstatSync(path, { throwIfNoEntry: false })
    if (info?.isDirectory() && basename(path) !== 'node_modules') {
      for (const entry of readdirSync(path)) add(join(path, entry))
    } else if (info?.isFile() && WRITTEN.test(path) && info.size <= LARGEST)
      files[relative(dir, path).split(sep).join('/')] = readFileSync(path, 'latin1')
  }
  for (const entry of entries) add(join(dir, entry))
  return files
}

/** The snapshots of an exercise, the oldest first. */
export function snapshots({ name }: Exercise): Snapshot[] {
  const folder = join(workshop, 'snapshots', name)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((entry): Snapshot[] => {
      const [, number, reason, passed, of] = /^(\d+)-([a-z-]+?)(?:-(\d+)-of-(\d+))?$/.exec(entry) ?? []
      if (!number || !reason) return []
      const at = statSync(join(folder, entry)).mtime.toISOString()
      return [{ number: Number(number), reason, at, ...(passed && { passed: Number(passed), of: Number(of) }) }]
    })
    .sort((a, b) => a.number - b.number)
}

/**
 * Keeps the learner's files as they are, unless the newest snapshot has them already. Gives its number. Throws when the
 * disk refuses: then nothing may be replaced.
 */
export function keep(exercise: Exercise, reason: string): number {
  return alone(() => {
    const all = snapshots(exercise)
    const newest = all.at(-1)
    const files = learnersFiles(exercise)
    if (newest && JSON.stringify(contents(exercise, newest)) === JSON.stringify(files)) return newest.number
    const number = (newest?.number ?? 0) + 1
    const folder = pathOf(exercise, { number, reason })
    const half = `${folder}.${process.pid}` // whole or not at all, also when this is killed
    mkdirSync(half, { recursive: true })
    writeAll(half, files)
    renameSync(half, folder)
    const undoable = new Set(journal(exercise))
    for (const old of all.filter(({ number }) => !undoable.has(number)).slice(0, -KEPT))
      rmSync(pathOf(exercise, old), { recursive: true })
    return number
  })
}

/**
 * Keeps the learner's files where nothing is replaced, and gives the number of the snapshot: a disk that refuses is told,
 * and is no reason to end.
 */
export function keepSafely(exercise: Exercise, reason: string): number | undefined {
  try {
    return keep(exercise, reason)
  } catch (error) {
    complain(`No snapshot of your files could be saved: ${(error as Error).message}`)
    return undefined
  }
}

/** Notes with a snapshot what a verdict on it said: in the name of its folder, for whoever looks there. */
export function note(exercise: Exercise, number: number, { passed, of }: { passed: number; of: number }): void {
  alone(() => {
    const snapshot = snapshots(exercise).find((snapshot) => snapshot.number === number)
    if (snapshot) renameSync(pathOf(exercise, snapshot), pathOf(exercise, { ...snapshot, passed, of }))
  })
}

/**
 * Replaces the learner's files, so that `undo` can take it back. Gives the number of the snapshot with what was there
 * before.
 */
export function replace(exercise: Exercise, files: Files, reason: string): number {
  return alone(() => {
    const before = keep(exercise, `before-${reason}`)
    writeJournal(exercise, [...journal(exercise), before].slice(-UNDOABLE))
    put(exercise, files)
    return before
  })
}

/** Takes the last replacement back. Gives the snapshot that is there again, and the one with what was there until now. */
export function undo(exercise: Exercise): { back: number; until: number } | undefined {
  return alone(() => {
    const steps = journal(exercise)
    const back = steps.pop()
    const snapshot = snapshots(exercise).find(({ number }) => number === back)
    if (!snapshot) return undefined
    const files = contents(exercise, snapshot)
    const until = keep(exercise, 'before-undo')
    put(exercise, files)
    writeJournal(exercise, steps)
    return { back: snapshot.number, until }
  })
}

/** The files of a snapshot. */
export function contents(exercise: Exercise, snapshot: Snapshot): Files {
  const folder = pathOf(exercise, snapshot)
  return filesIn(folder, readdirSync(folder))
}

/** Makes these the learner's files: what is kept and not among them goes, what they are is written. */
function put(exercise: Exercise, files: Files): void {
  for (const path of Object.keys(learnersFiles(exercise))) if (!(path in files)) rmSync(join(exercise.dir, path))
  writeAll(exercise.dir, files)
}

function writeAll(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, 'latin1')
  }
}

/** The snapshots to go back to, the nearest last. */
function journal(exercise: Exercise): number[] {
  const file = journalOf(exercise)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as number[]) : []
}

const journalOf = ({ name }: Exercise): string => join(workshop, 'snapshots', name, 'undo.json')

/** The folder of a snapshot: plain files, for whoever wants to look. */
function pathOf({ name }: Exercise, { number, reason, passed, of }: Omit<Snapshot, 'at'>): string {
  const verdict = passed === undefined ? '' : `-${passed}-of-${of}`
  return join(workshop, 'snapshots', name, `${number}-${reason}${verdict}`)
}

function writeJournal(exercise: Exercise, steps: number[]): void {
  const half = `${journalOf(exercise)}.${process.pid}`
  writeFileSync(half, JSON.stringify(steps))
  renameSync(half, journalOf(exercise))
}
