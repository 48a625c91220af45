// What a room of 200 costs, and how soon the teacher sees a verdict: agents' real code, several in a process.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createNetwork } from '@workshop/network'
import { typescript } from '@workshop/start'
import { joinRoom, openRoom } from '../src/make.ts'
import { keepMembership } from '../src/place.ts'

const LEARNERS = Number(process.env.LEARNERS ?? 200)
const PROCESSES = 4
const EVERY = 20_000 // ms between two verdicts of a learner
const MINUTE = 60_000

interface Seen {
  people: number
  entries: number
  latencies: number[]
  viewed: number[]
  connections: number
  rss: number
  cpu: number
  files: number
}
interface Done {
  said: number
  told: number
  reached: number
  connections: number
  rss: number
  cpu: number
}

const folder = await mkdtemp(join(tmpdir(), 'room-bench-'))
const children = new Set<ChildProcess>()

async function run(): Promise<void> {
  const load = loadavg()[0]?.toFixed(1)
  console.log(
    `Node ${process.versions.node} on ${availableParallelism()} cores, load average ${load} before it began\n`
  )
  console.log('| a room of so many learners | figure | aim |')
  console.log('| -------------------------- | -----: | --- |')
  // The port stays the same when the teacher's machine starts again.
  const free = await createNetwork()
  const address = `${free.bootstrap[0]?.host}:${free.bootstrap[0]?.port}`
  await free.close()
  const teachers = await openRoom('Teacher', address)
  keepMembership(join(folder, 'teacher'), teachers)
  keepMembership(folder, await joinRoom('', address, teachers.code))

  let teacher = await startTeacher()
  const begun = performance.now()
  const each = Math.ceil(LEARNERS / PROCESSES)
  let groups = await Promise.all(
    Array.from({ length: PROCESSES }, (_, i) => startLearners(i * each, Math.min(each, LEARNERS - i * each)))
  )
  await until(async () => (await ask<Seen>(teacher)).people === LEARNERS)
  row(`all ${LEARNERS} are on the board after`, `${((performance.now() - begun) / 1000).toFixed(1)} s`, '')

  await ask(teacher)
  const before = await ask<Seen>(teacher)
  await delay(MINUTE)
  const calm = await ask<Seen>(teacher)
  const done = await Promise.all(groups.map((group) => ask<Done>(group)))
  row('a verdict to the board, median', `${quantile(calm.latencies, 0.5)} ms`, '≤ 300 ms')
  row('95 of 100', `${quantile(calm.latencies, 0.95)} ms`, '≤ 1000 ms')
  row('verdicts in that minute', String(calm.latencies.length), '')
  row('one look at all, median', `${quantile(calm.viewed, 0.5).toFixed(1)} ms`, '')
  row('the teacher’s machine: memory', `${mega(calm.rss)} MB`, '')
  row('open files', String(calm.files), '')
  row('connections', String(calm.connections), '')
  row('of a core', `${Math.round(((calm.cpu - before.cpu) / (MINUTE / 1000)) * 100)} %`, '')
  row('a learner’s machine: memory', `${mega(done.reduce((sum, { rss }) => sum + rss, 0) / LEARNERS)} MB`, '')
  const connections = done.reduce((sum, { connections }) => sum + connections, 0)
  row('connections', (connections / LEARNERS).toFixed(1), '')

  // Killed, and started again: what it had seen is there, and all come back.
  const had = await ask<Seen>(teacher)
  teacher.kill('SIGKILL')
  const killed = performance.now()
  teacher = await startTeacher()
  const first = teacher.first as { ready: number; people: number; entries: number }
  row('killed with -9 and started again: the board is as before after', seconds(killed), '≤ 5 s')
  row('of so many entries that it had', `${first.entries} of ${had.entries}`, 'all')
  await until(async () => (await ask<Seen>(teacher)).connections === LEARNERS)
  row('all are connected again after', seconds(killed), '')

  // A third drop and come back.
  const third = groups.slice(0, Math.ceil(PROCESSES / 3))
  for (const group of third) group.kill('SIGKILL')
  await delay(2_000)
  const back = await Promise.all(third.map((_, i) => startLearners(i * each, Math.min(each, LEARNERS - i * each))))
  groups = [...groups.slice(third.length), ...back]
  await Promise.all(groups.map((group) => ask<Done>(group, 'rest')))
  const told = (await Promise.all(groups.map((group) => ask<Done>(group, 'told')))).reduce(
    (sum, { told }) => sum + told,
    0
  )
  const end = await ask<Seen>(teacher)
  await Promise.all(groups.map((group) => ask<Done>(group, 'burst')))
  const burst: number[] = []
  await until(async () => burst.push(...(await ask<Seen>(teacher)).latencies) >= LEARNERS)
  row(`${third.length * each} drop and come back: on the board`, String(end.people), String(LEARNERS))
  row('of them have told all that they said', String(told), String(LEARNERS))
  row(`${LEARNERS} verdicts in the same second: the last one on the board after`, `${Math.max(...burst)} ms`, '')
}

function row(...cells: string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const mega = (bytes: number) => Math.round(bytes / 1024 / 1024)

type Started = ChildProcess & { first: unknown }

function startTeacher(): Promise<Started> {
  return start('teacher.ts', [join(folder, 'teacher')])
}

function startLearners(first: number, count: number): Promise<Started> {
  return start('learners.ts', [folder, String(first), String(count), String(EVERY)])
}

async function start(script: string, args: string[]): Promise<Started> {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [...typescript, file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  children.add(child)
  child.on('exit', () => children.delete(child))
  const [first] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${script} ended with code ${code}`)
    })
  ])
  return Object.assign(child, { first })
}

async function ask<Answer>(child: ChildProcess, what = 'figures'): Promise<Answer> {
  const answered = once(child, 'message')
  child.send(what)
  const [answer] = await answered
  return answer as Answer
}

async function until(look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15 * MINUTE
  while (!(await look())) {
    if (Date.now() > end) throw new Error('It never came to this.')
    await delay(200)
  }
}

function quantile(numbers: number[], q: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * q)] ?? Number.NaN
}

try {
  await run()
} finally {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 10 })
}
