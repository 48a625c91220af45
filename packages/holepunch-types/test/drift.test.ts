// What the declarations name must exist: parses them and looks for every member on a running object.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from '@babel/parser'
import type NoiseSecretStream from '@hyperswarm/secret-stream'
import c from 'compact-encoding'
import Corestore from 'corestore'
import Hyperbee from 'hyperbee'
import Hypercore from 'hypercore'
import * as crypto from 'hypercore-crypto'
import * as encoding from 'hypercore-id-encoding'
import DHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import Protomux from 'protomux'
import ProtomuxRPC from 'protomux-rpc'

interface Declared {
  module: string
  /** Class or interface; the module itself for functions. */
  name: string
  statics: string[]
  members: string[]
}

const source = new URL('../src/', import.meta.url)
const declared = readdirSync(source)
  .filter((file) => file !== 'index.d.ts')
  .flatMap((file) => declarations(readFileSync(new URL(file, source), 'utf8')))

test('every declared member exists on the running object', { timeout: 120_000 }, async (t) => {
  const host = '127.0.0.1'
  const nodes: DHT[] = []
  // The last made leaves first: who leaves tells those that are still there.
  const swarms: Hyperswarm[] = []
  t.after(async () => {
    for (const swarm of swarms) await swarm.destroy()
    for (const node of nodes.reverse()) await node.destroy()
  })
  const first = new DHT({ bootstrap: [], host, ephemeral: false, firewalled: false })
  nodes.push(first)
  await first.fullyBootstrapped()
  const bootstrap = [{ host, port: first.address()?.port ?? 0 }]
  for (let i = 0; i < 3; i++) {
    const node = new DHT({ bootstrap, host, ephemeral: false, firewalled: false })
    nodes.push(node)
    await node.fullyBootstrapped()
  }
  const peer = () => {
    const dht = new DHT({ bootstrap, host, firewalled: false })
    nodes.push(dht)
    return dht
  }

  const announcer = new Hyperswarm({ dht: peer() })
  const looker = new Hyperswarm({ dht: peer() })
  swarms.push(announcer, looker)
  const topic = DHT.hash(Buffer.from('drift'))
  const discovery = announcer.join(topic)
  await discovery.flushed()
  const [socket, peerInfo] = await new Promise<[NoiseSecretStream, unknown]>((resolve) => {
    looker.on('connection', (socket, info) => resolve([socket.on('error', () => {}), info]))
    announcer.on('connection', (socket) => socket.on('error', () => {}))
    looker.join(topic, { server: false })
  })

  const keyPair = DHT.keyPair()
  const server = peer().createServer()
  await server.listen(keyPair)
  const lookup = await firstOf(looker.dht.lookup(topic))
  const found = await firstOf(looker.dht.findPeer(keyPair.publicKey))

  const folder = mkdtempSync(join(tmpdir(), 'drift-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = new Corestore(join(folder, 'store'))
  t.after(() => store.close())
  const core = new Hypercore(join(folder, 'core'))
  await core.append(Buffer.from('block'))
  t.after(() => core.close())
  const copy = store.get(core.key)
  await copy.ready()
  const replication = core.replicate(true)
  replication.pipe(store.replicate(false)).pipe(replication)
  await copy.get(0)
  const bee = new Hyperbee(store.get({ name: 'bee' }))
  await bee.put(Buffer.from('key'), Buffer.from('value'))
  const mux = Protomux.from(socket)
  const channel = mux.createChannel({ protocol: 'drift/1' })
  assert.ok(channel)

  /** A running object for each declared class, and for each interface whose objects the libraries make. */
  const running: Record<string, object> = {
    'corestore Corestore': store,
    'corestore Storage': store.storage,
    'corestore Cores': store.cores,
    'hypercore Hypercore': core,
    'hypercore Core': core.core,
    'hypercore State': core.state,
    'hypercore-crypto': crypto,
    'hypercore Info': await core.info(),
    'hypercore Download': core.download({ start: 0, end: 1 }),
    'hypercore Peer': copy.peers[0] as object,
    'hypercore ReadStream': core.createReadStream(),
    'hypercore WriteStream': core.createWriteStream(),
    'hypercore ReplicationStream': replication,
    'hypercore-id-encoding': encoding,
    'hyperbee Hyperbee': bee,
    'hyperbee Entry': (await bee.get(Buffer.from('key'))) as object,
    'hyperbee Batch': bee.batch(),
    'protomux Protomux': mux,
    'protomux Channel': channel,
    'protomux Message': channel.addMessage({ encoding: c.raw }),
    'protomux-rpc ProtomuxRPC': new ProtomuxRPC(socket),
    'hyperdht HyperDHT': first,
    'hyperdht Server': server,
    'hyperdht ConnectionPool': first.pool(),
    'hyperdht KeyPair': keyPair,
    'hyperdht Query': looker.dht.lookup(topic).on('error', () => {}),
    'hyperdht LookupResult': lookup,
    'hyperdht FindPeerResult': found,
    'hyperdht Address': found.from,
    'hyperswarm Hyperswarm': announcer,
    'hyperswarm PeerDiscovery': discovery,
    'hyperswarm PeerInfo': peerInfo as object,
    '@hyperswarm/secret-stream NoiseSecretStream': socket,
    '@hyperswarm/secret-stream RawStream': socket.rawStream as object
  }
  const request = new Promise<object>((resolve) => {
    first.onrequest = (request) => {
      resolve(request)
      return false
    }
  })
  await looker.dht.lookup(topic).finished()
  running['hyperdht Request'] = await request

  const missing: string[] = []
  for (const { module, name, statics, members } of declared) {
    const id = name === '' ? module : `${module} ${name}`
    // What a caller passes in has no running object of the library's.
    if (/Options$|^Events$/.test(name)) continue
    const object = running[id]
    assert.ok(object, `no running object for ${id}: give this test one`)
    for (const member of members) if (!(member in object)) missing.push(`${id}: ${member}`)
    for (const member of statics) if (!(member in object.constructor)) missing.push(`${id}: static ${member}`)
  }
  assert.deepEqual(missing, [], 'declared, but not there')
})

test('the parser sees the declarations', () => {
  const dht = declared.find(({ name }) => name === 'HyperDHT')
  assert.ok(dht?.members.includes('findPeer'))
  assert.ok(dht?.statics.includes('bootstrapper'))
})

/** The first answer of a query. */
async function firstOf<Result>(query: AsyncIterable<Result>): Promise<Result> {
  for await (const result of query) return result
  throw new Error('the query had no answer')
}

/** The classes, interfaces and functions of the `declare module` blocks of a file, with the names of their members. */
function declarations(text: string): Declared[] {
  const found: Declared[] = []
  for (const block of parse(text, { sourceType: 'module', plugins: [['typescript', { dts: true }]] }).program.body) {
    if (block.type !== 'TSModuleDeclaration' || block.id.type !== 'StringLiteral') continue
    const module = block.id.value
    const functions: string[] = []
    for (const statement of block.body?.type === 'TSModuleBlock' ? block.body.body : []) {
      const node =
        statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
          ? statement.declaration
          : statement
      if (node?.type === 'TSDeclareFunction' && node.id) functions.push(node.id.name)
      if (node?.type !== 'ClassDeclaration' && node?.type !== 'TSInterfaceDeclaration') continue
      const one: Declared = { module, name: node.id?.name ?? '', statics: [], members: [] }
      for (const member of node.body.body) {
        if (!('key' in member) || member.key.type !== 'Identifier' || ('computed' in member && member.computed))
          continue
        if (member.key.name === 'constructor') continue
        const list = 'static' in member && member.static ? one.statics : one.members
        list.push(member.key.name)
      }
      found.push(one)
    }
    if (functions.length > 0) found.push({ module, name: '', statics: [], members: functions })
  }
  return found
}
