// Where a room lies in a checkout, and what is known of it. Small to load: commands look here before they do anything.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@workshop/course'

/** What a checkout knows of the room that it is in. */
export interface Membership {
  version: 1
  /** Twelve letters and digits. */
  code: string
  name: string
  /** Where the room's network is, `HOST:PORT`. */
  network: string
  /** Opens the agent's port to programs of this user alone. */
  token: string
  /** What follows from the code, in hex: gate, topic of the teacher, topic of the learners. */
  secrets: [string, string, string]
  /** The teacher's public key in hex, once it was checked against the code. */
  teacher?: string
  /** So many ms the teacher's clock is ahead of this one. */
  ahead?: number
  /** The seed of the teacher's key pair in hex: this is a teacher's machine. */
  seed?: string
}

/** What is new in the room for this learner. The agent writes it, each command reads it. */
export interface News {
  /** The teacher's machine is connected. */
  isReached: boolean
  told: { at: number; text: string }[]
  /** When the teacher said that they come, while the hand is up. */
  coming?: number
}

/** The folder of the room; `WORKSHOP_ROOM` moves it. */
export function roomFolder(): string {
  return process.env.WORKSHOP_ROOM ?? join(root, '.workshop', 'room')
}

const membershipFile = (folder: string) => join(folder, 'room.json')

/** Whether this checkout is in a room. */
export function isMember(folder = roomFolder()): boolean {
  return existsSync(membershipFile(folder))
}

/** What is known of the room; undefined when this checkout is in none. */
export function membership(folder = roomFolder()): Membership | undefined {
  const file = readJson(membershipFile(folder)) as Membership | undefined
  return file?.version === 1 && typeof file.code === 'string' && Array.isArray(file.secrets) ? file : undefined
}

/** Keeps it, for this user's eyes only. */
export function keepMembership(folder: string, membership: Membership): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  writeJson(membershipFile(folder), membership)
}

/** Removes all of a room from this machine, and the folder when nothing else lies there. */
export function forgetRoom(folder: string): void {
  for (const name of ['feeds', 'room.json', 'teacher.json', 'news.json', 'read.json'])
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  try {
    rmdirSync(folder)
  } catch {} // it is not there, or something of somebody else lies in it
}

export function news(folder = roomFolder()): News | undefined {
  const read = readJson(join(folder, 'news.json')) as News | undefined
  return Array.isArray(read?.told) ? read : undefined
}

export function keepNews(folder: string, news: News): void {
  writeJson(join(folder, 'news.json'), news)
}

/** Up to when the news has been read. */
export function readUntil(folder: string): number {
  return Number((readJson(join(folder, 'read.json')) as { until?: number } | undefined)?.until ?? 0)
}

export function keepReadUntil(folder: string, until: number): void {
  writeJson(join(folder, 'read.json'), { until })
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) ?? undefined
  } catch {
    return undefined
  }
}

/** Another process never reads half of it. */
function writeJson(file: string, value: unknown): void {
  const half = `${file}.${process.pid}`
  writeFileSync(half, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(half, file)
}
