import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { end, freePorts, occupy, silence, start } from './help.ts'

const timeout = 120_000

test('two terminals that start at the same instant share one network and meet', { timeout }, async (t) => {
  const env = { WORKSHOP_LOCAL_PORT: String(await freePorts()) }
  const [a, b] = [start(t, ['listen'], env), start(t, ['listen'], env)]
  assert.equal(await a.said('network'), await b.said('network'))
  await start(t, ['connect', await a.said('key')], env).said('met')
  await start(t, ['connect', await b.said('key')], env).said('met')
})

test('the terminal that started the network is killed: the second goes on, a third joins', { timeout }, async (t) => {
  const env = { WORKSHOP_LOCAL_PORT: String(await freePorts()) }
  const first = start(t, ['listen'], env)
  await first.said('listening')
  const second = start(t, ['listen'], env)
  await second.said('listening')
  await end(first.child)
  const third = start(t, ['connect', await second.said('key')], env)
  await third.said('met')
  assert.equal(await third.said('network'), await second.said('network'))
})

test('the network leaves by itself after the last terminal, and comes back for the next', { timeout }, async (t) => {
  const port = await freePorts()
  const env = { WORKSHOP_LOCAL_PORT: String(port) }
  const first = start(t, ['listen'], env)
  await first.said('listening')
  await end(first.child)
  await silence(port)
  await start(t, ['listen'], env).said('listening')
})

test('a foreign program on the port, silent or talking, is passed by', { timeout }, async (t) => {
  const port = await freePorts()
  const env = { WORKSHOP_LOCAL_PORT: String(port) }
  await occupy(t, port)
  await occupy(t, port + 1, 'HTTP/1.1 400 Bad Request\r\n\r\n')
  const [a, b] = [start(t, ['listen'], env), start(t, ['listen'], env)]
  assert.equal(await a.said('network'), await b.said('network'))
  await start(t, ['connect', await a.said('key')], env).said('met')
})

test('foreign programs on all ports: a sentence that names them', { timeout }, async (t) => {
  const port = await freePorts()
  for (let i = 0; i < 3; i++) await occupy(t, port + i, 'hello\n')
  process.env.WORKSHOP_LOCAL_PORT = String(port)
  t.after(() => delete process.env.WORKSHOP_LOCAL_PORT)
  const { joinLocal, NetworkError } = await import('../src/local.ts')
  await assert.rejects(joinLocal(), (error: Error) => {
    assert.ok(error instanceof NetworkError)
    assert.match(error.message, new RegExp(`Other programs hold the TCP ports ${port} to ${port + 2}`))
    return true
  })
})

const isolate = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const canIsolate = spawnSync(String(isolate[0]), [...isolate.slice(1), 'true']).status === 0

test('it works where loopback is the only network there is', {
  timeout,
  skip: canIsolate ? false : 'this machine allows no network namespaces'
}, async (t) => {
  const env = { WORKSHOP_LOCAL_PORT: String(await freePorts()) }
  const alone = start(t, ['alone'], env, [...isolate, process.execPath])
  await alone.said('met')
})
