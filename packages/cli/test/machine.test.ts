// The command and the machine that it runs on: what the doctor finds, and two machines on one network.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { copyOfWorkshop, ex, exIn, freePort } from './help.ts'

const timeout = 120_000
const top = await copyOfWorkshop({ after })
const WORKSHOP_LOCAL_PORT = String(await freePort())

const isolate = ['unshare', '--map-root-user', '--net']
const canIsolate = spawnSync('unshare', ['--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0
const skip = canIsolate ? false : 'this machine allows no network namespaces'
const canFilter =
  canIsolate && spawnSync('unshare', ['--map-root-user', '--net', 'nft', 'add', 'table', 'inet', 'f']).status === 0

test('the doctor finds a healthy machine ready, online or not', { timeout }, async (t) => {
  const doctor = ex(t, top, { WORKSHOP_LOCAL_PORT }, 'doctor')
  assert.equal(await doctor.code, 0, doctor.output)
  for (const line of [
    /✓ Node: v\d/,
    /✓ libraries: /,
    /✓ UDP on 127/,
    /✓ TCP ports: /,
    /✓ disk: \d+ MB/,
    /✓ local network: two peers met/
  ]) {
    assert.match(doctor.output, line)
  }
  assert.match(doctor.output, /This machine is ready: pnpm ex 1/)
})

test('the doctor names a native part that does not load', { timeout }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-broken-'))
  t.after(() => rm(folder, { recursive: true }))
  const broken = join(folder, 'broken.cjs')
  await writeFile(
    broken,
    `const { dlopen } = process
process.dlopen = (module, file, ...rest) => {
  if (/sodium-native/.test(file)) throw new Error('libatomic.so.1: cannot open shared object file')
  return dlopen.call(process, module, file, ...rest)
}`
  )
  const doctor = ex(t, top, { WORKSHOP_LOCAL_PORT, NODE_OPTIONS: `--require ${broken}` }, 'doctor')
  assert.equal(await doctor.code, 3)
  assert.match(doctor.output, /✗ libraries: hyperdht does not load, because of sodium-native:/)
  assert.match(doctor.output, /→ Delete node_modules[\s\S]*libatomic1/)
})

test('the doctor names a loopback interface that is down', { timeout, skip }, async (t) => {
  const doctor = exIn(t, isolate, top, { WORKSHOP_LOCAL_PORT }, 'doctor')
  assert.equal(await doctor.code, 3)
  assert.match(doctor.output, /✗ UDP on 127\.0\.0\.1: .*\n +→ .*[\s\S]*ip link set lo up/)
})

test('the doctor names ports that other programs hold', { timeout }, async (t) => {
  const first = await takenPorts(t)
  const doctor = ex(t, top, { WORKSHOP_LOCAL_PORT: String(first) }, 'doctor')
  assert.equal(await doctor.code, 3)
  assert.match(doctor.output, /✗ TCP ports: \d+ taken, \d+ taken, \d+ taken\n +→ Set WORKSHOP_LOCAL_PORT/)
})

test('two machines meet on the network that one of them runs, with the line that it prints', {
  timeout,
  skip
}, async (t) => {
  const [teacher, learner] = await twoMachines(t)
  const room = exIn(t, teacher, top, {}, 'network', '--host', '10.77.0.1')
  const line = await room.prints(/^ {2}pnpm ex (2 peer) (--network 10\.77\.0\.1:49800)\n/m)
  const option = String(line[2]).split(' ')
  const first = exIn(t, learner, top, {}, '2', 'peer', '--solution', ...option)
  const topic = String((await first.prints(/joined topic: ([0-9a-f]{64})/))[1])
  const second = exIn(t, teacher, top, {}, '2', 'peer', topic, '--solution', ...option)
  await first.prints(/got a connection from/)
  await second.prints(/got a connection from/)
  first.child.stdin.write('hello from the other machine\n')
  await second.prints(/: hello from the other machine\n/)
  for (const run of [first, second, room]) {
    run.child.kill('SIGINT')
    assert.equal(await run.code, 0, run.errors)
  }
})

test('a firewall that lets no UDP through ends in a sentence', {
  timeout,
  skip: skip || (canFilter ? false : 'this machine has no nft')
}, async (t) => {
  const [teacher, learner] = await twoMachines(t)
  const room = exIn(t, teacher, top, {}, 'network', '--host', '10.77.0.1')
  await room.prints(/until Ctrl-C/)
  const rules =
    'add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o udp dport 49800 drop'
  assert.equal(spawnSync(String(learner[0]), [...learner.slice(1), 'nft', rules]).status, 0)
  const peer = exIn(t, learner, top, {}, '2', 'peer', '--solution', '--network', '10.77.0.1:49800')
  assert.equal(await peer.code, 3)
  assert.match(peer.errors, /^No network answers at 10\.77\.0\.1:49800\. .*firewalls let UDP through\?\n$/)
})

for (const [args, code, sentence] of [
  [['--host', '10.77.0.99'], 3, /This machine has no address 10\.77\.0\.99/],
  [['--host', 'here'], 2, /“here” is not an IPv4 address/],
  [['--port', 'x'], 2, /“x” is not a port/]
] as const) {
  test(`pnpm ex network ${args.join(' ')}: one sentence, and an end`, { timeout }, async (t) => {
    const run = ex(t, top, {}, 'network', ...args)
    assert.equal(await run.code, code)
    assert.match(run.errors, sentence)
    assert.equal(run.errors.trim().split('\n').length, 1)
  })
}

test('all roles run in one terminal: the key is passed on, and typing goes to the one that is chosen', {
  timeout
}, async (t) => {
  const all = ex(t, top, { WORKSHOP_LOCAL_PORT }, '1', 'all', '--solution')
  await all.prints(/^server │ got connection!$/m)
  await all.prints(/^client │ got connection!$/m)
  all.child.stdin.write('from the server\n')
  await all.prints(/^client │ from the server$/m)
  all.child.stdin.write('>2\nfrom the client\n')
  await all.prints(/^server │ from the client$/m)
  all.child.stdin.write('>9\n')
  await all.prints(/There is no program 9/)
  all.child.stdin.write('>1 said aside\n')
  await all.prints(/^client │ said aside$/m)
  all.child.kill('SIGTERM')
  await all.prints(/^server │ ended$/m)
  assert.equal(await all.code, 0)
})

test('a program among all can be killed and started again, and the others notice', { timeout }, async (t) => {
  const all = ex(t, top, { WORKSHOP_LOCAL_PORT }, '2', 'all', '--solution')
  await all.prints(/^peer 2 │ \* got a connection/m)
  all.child.stdin.write('>2 kill\n')
  await all.prints(/^peer 2 │ ended by SIGKILL$/m)
  all.child.stdin.write('>2 hello\n')
  await all.prints(/peer 2 is not running\. To start it again: >2 restart/)
  all.child.stdin.write('>2 restart\n')
  await all.prints(/ended by SIGKILL[\s\S]*^peer 2 │ \* got a connection/m)
  all.child.kill('SIGTERM')
  assert.equal(await all.code, 0)
})

test('all roles are gone when what runs them is killed', { timeout }, async (t) => {
  const all = ex(t, top, { WORKSHOP_LOCAL_PORT }, '2', 'all', '--solution')
  await all.prints(/^peer 2 │ \* got a connection/m)
  const pids = children(Number(all.child.pid))
  assert.equal(pids.length, 2)
  all.child.kill('SIGKILL')
  for (const pid of pids) await gone(pid)
})

test('all roles are gone when the pnpm that runs them is killed', {
  timeout,
  skip: process.platform === 'win32'
}, async (t) => {
  // Like pnpm, this runs its script through a shell.
  const pnpm = `const words = process.argv.slice(1)
    require('node:child_process').spawn('sh', ['-c', '"$0" "$@"; exit $?', ...words], { stdio: 'inherit' })`
  const env = { WORKSHOP_LOCAL_PORT, npm_lifecycle_event: 'ex' }
  const all = exIn(t, [process.execPath, '-e', pnpm], top, env, '2', 'all', '--solution')
  await all.prints(/^peer 2 │ \* got a connection/m)
  const [shell = 0] = children(Number(all.child.pid))
  const [runner = 0] = children(shell)
  const roles = children(runner)
  assert.equal(roles.length, 2)
  all.child.kill('SIGKILL')
  for (const pid of [runner, ...roles]) await gone(pid)
})

/** Two machines with a cable between them, 10.77.0.1 and 10.77.0.2, as the commands that run something there. */
async function twoMachines(t: TestContext): Promise<[string[], string[]]> {
  const boot = async (prefix: string[], ...options: string[]) => {
    const words = [...prefix, 'unshare', ...options, 'sh', '-c', 'ip link set lo up && echo $$ && read _']
    const holder = spawn(String(words[0]), words.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => holder.kill('SIGKILL'))
    const [pid] = await once(holder.stdout.setEncoding('utf8'), 'data')
    return String(pid).trim()
  }
  const enter = (pid: string) => ['nsenter', '--preserve-credentials', '-t', pid, '-U', '-n']
  const one = await boot([], '--map-root-user', '--net')
  const other = await boot(enter(one), '--net')
  const run = (pid: string, command: string) => {
    const [program = '', ...words] = [...enter(pid), ...command.split(' ')]
    const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' })
    assert.equal(status, 0, `${command}: ${stderr}`)
  }
  run(one, `ip link add left type veth peer name right netns ${other}`)
  run(one, 'ip addr add 10.77.0.1/24 dev left')
  run(one, 'ip link set left up')
  run(other, 'ip addr add 10.77.0.2/24 dev right')
  run(other, 'ip link set right up')
  return [enter(one), enter(other)]
}

/** The processes that a process has started. */
function children(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return all.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves when a process has ended; rejects after a minute. */
async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 60_000
  while (isAlive(pid)) {
    assert.ok(Date.now() < deadline, `process ${pid} is still there`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Other programs on three ports in a row, until the test ends; gives the first port. */
async function takenPorts(t: TestContext): Promise<number> {
  for (;;) {
    const first = await freePort()
    const servers = [first, first + 1, first + 2].map((port) =>
      createServer((socket) => socket.on('error', () => {}).end('I am another program\n')).listen({
        host: '127.0.0.1',
        port
      })
    )
    t.after(() => servers.map((server) => server.close()))
    const listening = await Promise.allSettled(servers.map((server) => once(server, 'listening')))
    if (listening.every(({ status }) => status === 'fulfilled')) return first
  }
}
