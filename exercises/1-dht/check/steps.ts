// The verdict of exercise 1. Each role meets a peer of ours first; at the end of step 4 they meet each other.
import { type Check, Ear, type Role, step } from '@workshop/checks'

const LISTENING = /^listening on:\s*([0-9a-f]{64})/m
const CONNECTING = /^Connecting to:\s*([0-9a-f]{64})/m
const CONNECTED = /^got connection!/m

const check: Check = (stage) => {
  const listening = stage.scene(async () => {
    const server = await stage.start('server.ts')
    stage.means('`await server.listen(keyPair)` first, then print `listening on:` and the public key as 64 hex digits.')
    const [, hex] = await stage.prints(server, LISTENING, '`listening on: <64 hex digits>`')
    return { server, key: Buffer.from(String(hex), 'hex') }
  })

  /** server.ts, with a client of ours connected to it. */
  const served = stage.scene(async () => {
    const { server, key } = await listening()
    const dht = await stage.dht()
    stage.did('I connected to its key.')
    stage.means('The server must listen with the key pair whose public key it prints, on a `new DHT(network())`.')
    const client = await stage.reach(dht, key, 'My client')
    stage.means('`dht.createServer((socket) => …)` is called for every client: print `got connection!` there.')
    await stage.prints(server, CONNECTED, '`got connection!`')
    return { server, key, dht, client }
  })

  /** client.ts, connected to a server of ours. */
  const visited = stage.scene(async () => {
    const dht = await stage.dht()
    const visitors: Ear[] = []
    const server = dht.createServer((socket) => visitors.push(new Ear(socket)))
    await server.listen()
    const key = dht.defaultKeyPair.publicKey.toString('hex')
    stage.did('I listened on a key of my own.')
    const client = await stage.start('client.ts', [key])
    stage.means(
      '`dht.connect(key)` with the key from the command line, on a `new DHT(network())`, opens the connection.'
    )
    const visitor = await stage.until(
      () => visitors[0],
      () => 'Nobody connected to my key.'
    )
    stage.means(
      'Print `Connecting to:` and the key when you start, and `got connection!` in the `open` event of the socket.'
    )
    await stage.prints(client, new RegExp(`^Connecting to:\\s*${key}`, 'm'), '`Connecting to:` with that key')
    await stage.prints(client, CONNECTED, '`got connection!`')
    stage.expect(
      client.at(CONNECTING) < client.at(CONNECTED),
      'client.ts printed `got connection!` before `Connecting to:`.'
    )
    return { client, visitor }
  })

  /** Waits until a role has printed a text that its peer sent. */
  const shows = (role: Role, text: string) => stage.prints(role, new RegExp(text), `“${text}”`)

  return [
    step('the server announces a key and listens', async () => {
      await served()
    }),

    step('the client connects by key alone', async () => {
      await visited()
    }),

    step('what the client types reaches the server', async () => {
      const { client, visitor } = await visited()
      stage.means('Write what comes from `process.stdin` to the socket.')
      client.type('hello from the client')
      await stage.hears(visitor, 'hello from the client', 'My server')

      const { server, client: ours } = await served()
      stage.did('I sent “hello from afar” to server.ts.')
      stage.means('Print what comes in: the `data` event of each socket.')
      ours.socket.write('hello from afar\n')
      await shows(server, 'hello from afar')
    }),

    step('what the server types reaches the client', async () => {
      const { server, client: ours } = await served()
      stage.means('Write what comes from `process.stdin` to the socket of the client.')
      server.type('hello from the server')
      await stage.hears(ours, 'hello from the server', 'My client')

      const { client, visitor } = await visited()
      stage.did('I sent “an answer from afar” to client.ts.')
      stage.means('Print what comes in: the `data` event of the socket.')
      visitor.socket.write('an answer from afar\n')
      await shows(client, 'an answer from afar')

      const { server: theirServer, key } = await listening()
      const theirClient = await stage.start('client.ts', [key.toString('hex')], 'a second client.ts')
      stage.means('Both work with my programs, but not with each other: do both use the same key and `network()`?')
      await stage.prints(theirClient, CONNECTED, '`got connection!`')
      theirClient.type('are you there')
      await shows(theirServer, 'are you there')
      theirServer.type('yes, here')
      await shows(theirClient, 'yes, here')
    }),

    step('two clients at once: each gets what the server types', async () => {
      const { server, key, client } = await served()
      stage.did('I connected a second client to it.')
      const second = await stage.reach(await stage.dht(), key, 'My second client')
      stage.means(
        'The function of `createServer` runs once for each client: keep every socket, and write to all of them.'
      )
      await stage.until(
        () => server.count('got connection!') >= 2,
        () => 'server.ts did not print `got connection!` again.'
      )
      server.type('hello everybody')
      await stage.hears(client, 'hello everybody', 'My first client')
      await stage.hears(second, 'hello everybody', 'My second client')
      stage.means('Print what comes in from every client, not only from one.')
      client.socket.write('the first speaks\n')
      second.socket.write('the second speaks\n')
      stage.did('I sent a line from each of them.')
      await shows(server, 'the first speaks')
      await shows(server, 'the second speaks')
    }),

    step('a client that is killed takes nothing down', async () => {
      const { server, key } = await listening()
      const dht = await stage.dht()
      stage.means(
        'A broken connection is an `error` event on its socket. Without a listener for it, Node ends the program.'
      )
      const torn = await stage.reach(dht, key, 'My client')
      stage.did('I connected to server.ts and tore the connection, as the end of a program does.')
      torn.socket.destroy()
      const client = await stage.start('client.ts', [key.toString('hex')], 'another client.ts')
      await stage.prints(client, CONNECTED, '`got connection!`')
      await client.kill()
      stage.did('I connected again.')
      const next = await stage.reach(await stage.dht(), key, 'My next client')
      server.type('still here')
      await stage.hears(next, 'still here', 'My next client')
    }),

    step('Ctrl-C says goodbye: the key is gone from the network', async () => {
      const { server, key } = await listening()
      const dht = await stage.dht()
      stage.means(
        '`goodbye(() => dht.destroy())` takes the announcement back when Ctrl-C is pressed, and exits with code 0.'
      )
      await stage.leaves(server)
      for await (const _ of dht.findPeer(key)) {
        stage.expect(
          false,
          'It ended, but its key was still announced: who looks for it waits for a program that is gone.'
        )
      }
    }),

    step('a key that leads nowhere gets a sentence', async () => {
      const nobody = (await stage.dht()).defaultKeyPair.publicKey.toString('hex')
      stage.means(
        '`readKey` answers for what is no key. For a key that nobody listens on there is an `error` event with the code `PEER_NOT_FOUND`: say so, and exit with a code that is not 0.'
      )
      await stage.refuses('client.ts', [[], ['0123456789'], ['hello'], [nobody]], CONNECTING)
    })
  ]
}

export default check
