// What the solution does among real peers, behaviour by behaviour; what its page shows is in page.test.ts.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Stage } from '@workshop/checks'
import DHT from 'hyperdht'
import { Chat, insist, NONSENSE, Person, says } from '../../../exercises/6-nicknames/check/people.ts'

const timeout = 60_000
const SOLUTION = join(import.meta.dirname, '..')
const UNKNOWN = /^peer [0-9a-f]{6}$/ // what somebody is called whose name is not known

function open(t: TestContext): Stage {
  const stage = new Stage({ dir: SOLUTION })
  t.after(() => stage.close())
  return stage
}

/** A chat in a room, and somebody there. */
async function meet(t: TestContext, nickname?: string) {
  const stage = open(t)
  const chat = await Chat.start(stage, 'ana')
  const topic = await chat.create()
  const ben = await Person.make(stage, nickname)
  await ben.come(topic)
  await isMet(stage, ben)
  const who = [...ben.rpcs.keys()][0] ?? ''
  return { stage, chat, topic, ben, who }
}

const isMet = (stage: Stage, person: Person, who?: string) =>
  stage.until(
    () => (who ? person.rpcs.has(who) : person.rpcs.size > 0),
    () => 'nobody was met'
  )

/** A copy of the chat's own core at a person of ours. */
async function copyOf(person: Person, who: string) {
  const key = await person.rpcs.get(who)?.request('getKey')
  const core = person.store.get<{ nickname: string; peer: string }>({ key: key as Buffer, valueEncoding: 'json' })
  await core.ready()
  return core
}

async function restart(stage: Stage, chat: Chat, topic?: string): Promise<Chat> {
  await chat.leave()
  return Chat.start(stage, 'ana', topic)
}

test('B7 a second run keeps the nickname, and appends no second first block', { timeout }, async (t) => {
  const { stage, chat, topic, ben, who } = await meet(t)
  const core = await copyOf(ben, who)
  assert.equal((await core.get(0)).nickname, chat.nickname)
  ben.rpcs.clear()
  const again = await restart(stage, chat, topic)
  assert.equal(again.nickname, chat.nickname)
  await isMet(stage, ben, who)
  // A block that it appended at its start comes before this one.
  again.rename('once renamed')
  await stage.until(
    async () => core.length > 1 && (await core.get(core.length - 1)).nickname === 'once renamed',
    () => 'the rename did not arrive'
  )
  assert.equal(core.length, 2)
})

test('B13 one connection carries the cores, `getKey` and `message`', { timeout }, async (t) => {
  const { stage, chat, ben, who } = await meet(t, 'ben')
  const core = await copyOf(ben, who)
  assert.equal((await core.get(0)).nickname, chat.nickname)
  await says(ben, 'by rpc', chat)
  await chat.say('by rpc too')
  await stage.until(
    () => ben.hasHeard('by rpc too'),
    () => 'nothing was heard'
  )
  assert.equal(ben.swarm?.connections.size, 1)
})

test('B14 `getKey` is asked once, and the key kept in the hyperbee', { timeout }, async (t) => {
  const { stage, chat, topic, ben, who } = await meet(t, 'ben')
  await chat.calls(ben.who, 'ben')
  const { asked } = ben
  ben.rpcs.clear()
  const again = await restart(stage, chat, topic)
  await isMet(stage, ben, who)
  await says(ben, 'back', again)
  assert.equal(ben.asked, asked)
})

test('B15 known names are read from disk before anybody connects', { timeout }, async (t) => {
  const { stage, chat, ben } = await meet(t, 'ben')
  await chat.calls(ben.who, 'ben')
  await ben.leave()
  const again = await restart(stage, chat)
  await again.calls(ben.who, 'ben')
  assert.equal(again.page.room, 'setup')
  assert.equal(again.page.peers, 0)
})

test('B16 a rename made while the other was away arrives when they meet again', { timeout }, async (t) => {
  const { stage, chat, topic, ben } = await meet(t, 'ben')
  await chat.calls(ben.who, 'ben')
  await chat.leave()
  await ben.rename('benjamin')
  const again = await Chat.start(stage, 'ana', topic)
  await again.calls(ben.who, 'benjamin')
})

test('B17 a name is learnt from a third peer while its owner is away', { timeout }, async (t) => {
  const { stage, chat, topic, ben } = await meet(t, 'ben')
  const carl = await Person.make(stage, 'carl')
  await carl.come(topic)
  await chat.calls(carl.who, 'carl')
  await chat.leave()
  await carl.rename('carl the relayed')
  const copy = ben.store.get({ key: carl.profile.key })
  await copy.ready()
  await stage.until(
    async () => copy.length === 2 && (await copy.get(1)),
    () => 'the copy stayed short'
  )
  await carl.leave()
  const again = await Chat.start(stage, 'ana', topic)
  await again.calls(carl.who, 'carl the relayed')
})

test('B18 the same folder twice gets a sentence, and the first chat lives on', { timeout }, async (t) => {
  const { stage, chat } = await meet(t)
  const second = await stage.start('chat.ts', ['--storage', join(await stage.folder(), 'chat-of-ana')])
  const { code } = await stage.ends(second)
  assert.equal(code, 3)
  assert.match(second.errors, /^\S+ cannot be opened: .*A second person needs a folder of their own: --storage DIR\s*$/)
  chat.rename('still here')
  await chat.calls('local', 'still here')
})

test('B19 leaving is exit code 0, and the others count one less', { timeout }, async (t) => {
  const { stage, chat, topic } = await meet(t)
  const second = await Chat.start(stage, 'second', topic)
  await chat.counts(2)
  await second.role.interrupt()
  const { code } = await stage.ends(second.role)
  assert.equal(code, 0)
  await chat.counts(1)
})

test('B20 a peer that leaves while one sends does not keep the line from the others', { timeout }, async (t) => {
  const { stage, chat, topic, ben, who } = await meet(t)
  const guest = await Person.make(stage)
  guest.holds = true // what is said to it is still on the way when it leaves
  await guest.come(topic)
  await isMet(stage, guest, who)
  for (const [person, line] of [
    [guest, 'before it left'],
    [ben, 'before it left'],
    [ben, 'after it left']
  ] as const) {
    if (line === 'after it left') await guest.leave()
    await insist(
      () => chat.page.tell({ type: 'message', text: line }),
      stage.until(
        () => person.hasHeard(line),
        () => `“${line}” did not arrive`
      )
    )
  }
  assert.equal(chat.role.ended, undefined)
})

test('X1 a message that comes before its author has a name is shown', { timeout }, async (t) => {
  const { chat, ben } = await meet(t)
  const line = await says(ben, 'who am I?', chat)
  assert.match(line.nickname, UNKNOWN)
  await ben.rename('ben')
  await chat.calls(ben.who, 'ben')
  assert.equal((await chat.showsLine('who am I?')).nickname, 'ben')
})

test('X2 the first message of a known peer that comes back has its name', { timeout }, async (t) => {
  const { stage, chat, topic, ben, who } = await meet(t, 'ben')
  await chat.calls(ben.who, 'ben')
  await ben.leave()
  await chat.counts(0)
  ben.rpcs.clear()
  await ben.come(topic)
  await isMet(stage, ben, who)
  assert.equal((await says(ben, 'back again', chat)).nickname, 'ben')
})

test('X3 the public key stays over restarts, so that a peer stands once in the hyperbee of another', {
  timeout
}, async (t) => {
  const { stage, chat, topic, ben, who } = await meet(t)
  ben.rpcs.clear()
  await restart(stage, chat, topic)
  await isMet(stage, ben)
  assert.deepEqual([...ben.rpcs.keys()], [who])
})

test('X4 a peer that hands out the key of another does not wear its name', { timeout }, async (t) => {
  const { stage, chat, topic, ben } = await meet(t, 'ben')
  await chat.calls(ben.who, 'ben')
  const mallory = await Person.make(stage, 'mallory')
  mallory.answer = () => ben.profile.key
  await mallory.come(topic)
  await stage.until(
    () => mallory.asked > 0,
    () => 'never asked'
  )
  for (const nickname of ['ben again', 'ben once more']) {
    await ben.rename(nickname)
    await chat.calls(ben.who, nickname)
    assert.match((await says(mallory, `I am ${nickname}`, chat)).nickname, UNKNOWN)
  }
  assert.equal(chat.page.nicknames.has(mallory.who), false)
})

test('X5 malformed messages, keys and blocks end nobody', { timeout }, async (t) => {
  const { stage, chat, topic, ben } = await meet(t, 'ben')
  for (const data of NONSENSE) ben.send(data)
  for (const answer of [null, Buffer.alloc(5), Buffer.alloc(33), DHT.keyPair().publicKey]) {
    const stranger = await Person.make(stage)
    stranger.answer = () => answer
    await stranger.come(topic)
    await stage.until(
      () => stranger.asked > 0,
      () => 'never asked'
    )
  }
  for (const block of ['no json', 'null', '{"nickname":7}']) {
    const odd = await Person.make(stage)
    await odd.store.get({ name: 'local' }).append(Buffer.from(block))
    await odd.come(topic)
    await stage.until(
      () => odd.fetched > 0,
      () => 'never fetched'
    )
  }
  await says(ben, 'after all that', chat)
  assert.deepEqual(
    chat.page.lines.map(({ text }) => text).filter((text) => text !== 'after all that'),
    []
  )
})

test('X6 names and messages are bounded, and hold no control characters', { timeout }, async (t) => {
  const { chat, ben } = await meet(t, `b\u001b[2J${'n'.repeat(10_000)}`)
  const name = await chat.shows(
    ({ nicknames }) => nicknames.get(ben.who),
    () => 'no name'
  )
  assert.equal(name, `b [2J${'n'.repeat(27)}`)
  ben.say('')
  ben.say('  \u0007 ')
  ben.say('m'.repeat(10_000_000))
  await insist(() => ben.say('e\u001b[31mnd'), chat.showsLine('e [31mnd'))
  assert.deepEqual([...new Set(chat.page.lines.map(({ text }) => text.length))].sort(), [2000, 8])
  chat.rename(' ')
  await chat.shows(
    ({ errors }) => errors.length > 0,
    () => 'an empty nickname was taken'
  )
  chat.rename('o'.repeat(10_000))
  await chat.calls('local', 'o'.repeat(32))
})
