// The server in the hands of others: foreign sites, foreign names, and addresses that are not this machine's own.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { WebSocket } from 'ws'
import { type PageOptions, PortTaken, servePage } from '../src/index.ts'

const timeout = 60_000

/** A page with a script in two modules, which hears two sentences when it comes. */
async function serve(t: TestContext, more: Partial<PageOptions<string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Page</title>')
  await writeFile(
    join(folder, 'page.ts'),
    "import { word } from './word.ts'\nconst said: string = word\nconsole.log(said)\n"
  )
  await writeFile(join(folder, 'word.ts'), "export const word = 'the word'\n")
  const url = (name: string) => pathToFileURL(join(folder, name))
  const files = { '/': url('index.html'), '/page.js': url('page.ts') }
  const page = await servePage<string>({ files, standing: () => ['how', 'things stand'], ...more })
  t.after(() => page.close())
  return { ...page, port: Number(new URL(page.address).port) }
}

function get(port: number, headers: Record<string, string>, path = '/') {
  return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (data) => {
        body += data
      })
      const { statusCode = 0, headers } = response
      response.on('end', () => resolve({ status: statusCode, type: String(headers['content-type']), body }))
    })
      .on('error', reject)
      .end()
  })
}

/** A WebSocket with these headers, when it is let in. */
async function open(
  t: TestContext,
  port: number,
  headers: Record<string, string>,
  token = ''
): Promise<WebSocket | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live${token && `?${token}`}`, { headers })
  t.after(() => socket.terminate())
  return new Promise((resolve) => {
    socket.on('error', () => resolve(undefined))
    socket.on('open', () => resolve(socket))
  })
}

const own = (port: number) => ({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })

test('files are served by their paths alone, TypeScript as one script without types', { timeout }, async (t) => {
  const { port } = await serve(t)
  const { host } = own(port)
  const page = await get(port, { host }, '/?any=thing')
  assert.deepEqual([page.status, page.type], [200, 'text/html; charset=utf-8'])
  const script = await get(port, { host }, '/page.js')
  assert.equal(script.type, 'text/javascript; charset=utf-8')
  assert.match(script.body, /the word/)
  assert.doesNotMatch(script.body, /import|: string/)
  for (const path of ['/page.ts', '/word.ts', '/../package.json', '/%2e%2e/package.json', '/etc/passwd']) {
    assert.equal((await get(port, { host }, path)).status, 404, path)
  }
})

test('it listens on 127.0.0.1 and on no other address', { timeout }, async (t) => {
  const { port } = await serve(t)
  const others = Object.values(networkInterfaces())
    .flat()
    .flatMap((face) => (face && face.address !== '127.0.0.1' && !face.address.startsWith('fe80') ? [face.address] : []))
  for (const host of ['127.0.0.2', ...others]) {
    const socket = connect(port, host)
    const [error] = await Promise.race([once(socket, 'error'), once(socket, 'connect')])
    socket.destroy()
    assert.ok(error instanceof Error, `${host} answered`)
  }
})

test('a foreign Host is refused: a name that leads to 127.0.0.1 opens nothing', { timeout }, async (t) => {
  const { port } = await serve(t)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
    assert.equal((await get(port, { host })).status, 403, host)
    assert.equal(await open(t, port, { host, origin: `http://${host}` }), undefined, host)
  }
  assert.equal((await get(port, { host: `localhost:${port}` })).status, 200)
})

test('a foreign Origin is refused, and so is none', { timeout }, async (t) => {
  const { port } = await serve(t)
  const { host, origin } = own(port)
  for (const origin of ['https://evil.example', 'http://127.0.0.1', `https://${host}`, 'null']) {
    assert.equal(await open(t, port, { host, origin }), undefined, origin)
  }
  assert.equal(await open(t, port, { host }), undefined, 'none')
  assert.ok(await open(t, port, { host, origin }))
})

test('with a token, nobody who does not know it hears anything', { timeout }, async (t) => {
  const { port } = await serve(t, { token: 'right' })
  for (const token of ['', 'wrong', 'right?', 'right&right']) {
    assert.equal(await open(t, port, own(port), token), undefined, token)
  }
  assert.ok(await open(t, port, own(port), 'right'))
})

test('a page hears how things stand and what is told then, and is answered alone', { timeout }, async (t) => {
  const counts: number[] = []
  const { port, tell } = await serve(t, {
    onmessage: (text, reply) => reply(`you said ${text}`),
    onpages: (count) => counts.push(count)
  })
  const heard: string[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { headers: own(port) })
  t.after(() => socket.terminate())
  const come = async (count: number) => {
    while (heard.length < count) await once(socket, 'message')
  }
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as string))
  await come(2)
  tell('something new')
  socket.send('hello')
  await come(4)
  assert.deepEqual(heard, ['how', 'things stand', 'something new', 'you said hello'])
  assert.deepEqual(counts, [1])
})

test('a page hears on when how things stand is a lot', { timeout }, async (t) => {
  const { port, tell } = await serve(t, { standing: () => ['x'.repeat(20_000_000)] })
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { headers: own(port) })
  t.after(() => socket.terminate())
  const lengths: number[] = []
  socket.on('message', (data) => lengths.push(String(data).length))
  await once(socket, 'open')
  tell('something new') // while the first is still on its way
  while (lengths.length < 2)
    await Promise.race([once(socket, 'message'), once(socket, 'close').then(() => assert.fail())])
  assert.deepEqual(lengths, [20_000_002, 15])
})

test('a port that was chosen and is taken is an error in a sentence', { timeout }, async (t) => {
  const { port } = await serve(t)
  await assert.rejects(serve(t, { port }), (error: Error) => {
    assert.ok(error instanceof PortTaken)
    assert.match(error.message, new RegExp(`^Port ${port} cannot be used: another program has it\\.`))
    return true
  })
})
