// What the page of the solution shows in a real browser, with two and three instances of the chat.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test as declare, type TestContext } from 'node:test'
import { Stage } from '@workshop/checks'
import { executablePath, openBrowser } from '@workshop/page/chromium'
import type { Browser, Page } from 'playwright-core'

const SOLUTION = join(import.meta.dirname, '..')
const PATIENCE = 60_000 // ms for one thing to be seen, on a loaded machine
const timeout = 180_000

let browser: Browser

if (executablePath) {
  before(async () => {
    browser = await openBrowser()
  })
  after(async () => {
    for (const end of shared.reverse()) await end()
    await browser.close()
  })
} else console.log('No Chromium is installed: the tests of the page are skipped.')

/** A test that needs the browser. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
  declare(name, { timeout, skip: !executablePath }, run)
}

/** What is started ends with a test, or, where several tests share it, with all of them. */
interface Ending {
  after(end: () => Promise<unknown>): void
}

const shared: (() => Promise<unknown>)[] = []
const all: Ending = { after: (end) => shared.push(end) }
let address: Promise<string> | undefined
let two: ReturnType<typeof pair> | undefined

/** A new page of a chat that has not entered a room. */
async function inNoRoom(t: Ending) {
  address ??= open(all, stageOf(all), 'a').then(({ page }) => page.url())
  return show(t, await address)
}

/** Two instances in one room, where others may have spoken before. */
function couple() {
  two ??= pair(all)
  return two
}

/** A chat with its page open. */
async function open(t: Ending, stage: Stage, name: string, topic?: string) {
  const storage = join(await stage.folder(), `chat-of-${name}`)
  const role = await stage.start('chat.ts', [...(topic ? [topic] : []), '--storage', storage])
  const [, address] = await stage.prints(role, /page: (\S+)/, 'its address')
  return { role, ...(await show(t, String(address))) }
}

/** A page at an address, and what it complains about. */
async function show(t: Ending, address: string) {
  const page = await browser.newPage()
  t.after(() => page.close()) // an open one looks for its program for ever
  page.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  await page.goto(address)
  await waitForText(page, '#nickname', /./)
  return { page, problems }
}

function stageOf(t: Ending): Stage {
  const stage = new Stage({ dir: SOLUTION })
  t.after(() => stage.close())
  return stage
}

async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<string> {
  await page.waitForFunction(
    ([selector, source]) =>
      new RegExp(String(source)).test(document.querySelector(String(selector))?.textContent ?? ''),
    [selector, pattern.source]
  )
  return (await page.textContent(selector)) ?? ''
}

async function create(page: Page): Promise<string> {
  await page.click('#create-chat-room')
  return waitForText(page, '#chat-room-topic', /^[0-9a-f]{64}$/)
}

/** Two new instances in one room. */
async function pair(t: Ending) {
  const stage = stageOf(t)
  const a = await open(t, stage, 'a')
  const topic = await create(a.page)
  const b = await open(t, stage, 'b')
  await b.page.fill('#join-chat-room-topic', topic)
  await b.page.press('#join-chat-room-topic', 'Enter')
  await waitForText(b.page, '#chat-room-topic', new RegExp(topic))
  // Connected, and each knows the other's name.
  for (const [{ page }, other] of [
    [a, b],
    [b, a]
  ] as const) {
    await waitForText(page, '#peers-count', /^1$/)
    await waitForText(page, '#people-names', new RegExp(`^${await other.page.textContent('#nickname')}$`))
  }
  return { stage, a, b, topic }
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill('#new-message', text)
  await page.press('#new-message', 'Enter')
}

async function rename(page: Page, nickname: string): Promise<void> {
  await page.click('#nickname')
  await page.fill('#new-nickname', nickname)
  await page.press('#new-nickname', 'Enter')
}

const messages = (page: Page) => page.locator('#messages .message').allTextContents()

const last = async (page: Page) => (await messages(page)).at(-1)

const shown = async (page: Page) =>
  (
    await Promise.all(['setup', 'loading', 'chat'].map(async (id) => ((await page.isVisible(`#${id}`)) ? [id] : [])))
  ).flat()

test('B1 at the start the set-up is seen, and nothing else', async (t) => {
  const { page } = await inNoRoom(t)
  assert.deepEqual(await shown(page), ['setup'])
})

test('B2 there are two buttons and a place for a topic', async (t) => {
  const { page } = await inNoRoom(t)
  assert.equal(await page.getByRole('button', { name: 'Create chat room' }).isVisible(), true)
  assert.equal(await page.getByRole('button', { name: 'Join chat room' }).isVisible(), true)
  assert.equal(await page.getByLabel('Topic').isVisible(), true)
})

test('B6 a first run is called User 0 to 999', async (t) => {
  const { page } = await inNoRoom(t)
  assert.match((await page.textContent('#nickname')) ?? '', /^User \d{1,3}$/)
})

test('X7 a cancelled edit leaves no trace in the form', async (t) => {
  const { page } = await inNoRoom(t)
  const before = await page.textContent('#nickname')
  for (const cancel of [() => page.press('#new-nickname', 'Escape'), () => page.click('#cancel-nickname')]) {
    await page.click('#nickname')
    await page.fill('#new-nickname', 'somebody else')
    await cancel()
    assert.equal(await page.textContent('#nickname'), before)
    await page.click('#nickname')
    assert.equal(await page.inputValue('#new-nickname'), before)
    await page.press('#new-nickname', 'Escape')
  }
})

test('X8 a topic that is none gets a sentence at once, and no endless loading', async (t) => {
  const { page } = await inNoRoom(t)
  for (const topic of ['', '12ab', 'z'.repeat(64)]) {
    await page.fill('#join-chat-room-topic', topic)
    await page.click('#join-chat-room')
    await waitForText(page, '#problem', /64 hex digits/)
    assert.deepEqual(await shown(page), ['setup'])
  }
})

test('B3 a created room shows that it is loading, then the chat and a topic of 64 hex digits', async (t) => {
  const { page } = await open(t, stageOf(t), 'a')
  // Every state that was to be seen, in order.
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    new MutationObserver(() => {
      const state = ['setup', 'loading', 'chat'].find((id) => !document.getElementById(id)?.hidden)
      if (state && seen.at(-1) !== state) seen.push(state)
    }).observe(document.body, { attributes: true, subtree: true })
  })
  await create(page)
  assert.deepEqual(await page.evaluate(() => (window as unknown as { seen: string[] }).seen), ['loading', 'chat'])
})

test('B4 a pasted topic leads into the same room, also with spaces around it', async (t) => {
  const stage = stageOf(t)
  const a = await open(t, stage, 'a')
  const topic = await create(a.page)
  const b = await open(t, stage, 'b')
  await b.page.fill('#join-chat-room-topic', `  ${topic}\n`)
  await b.page.click('#join-chat-room')
  await waitForText(b.page, '#chat-room-topic', new RegExp(topic))
  await waitForText(a.page, '#peers-count', /^1$/)
})

test('B5 the number of peers goes up and down', async (t) => {
  const { stage, a, b, topic } = await pair(t)
  const c = await open(t, stage, 'c', topic)
  await waitForText(a.page, '#peers-count', /^2$/)
  await c.role.interrupt()
  await waitForText(a.page, '#peers-count', /^1$/)
  assert.equal(await a.page.textContent('#peers-word'), 'peer')
  await b.role.interrupt()
  await waitForText(a.page, '#peers-count', /^0$/)
})

test('B8 a click on the nickname opens a form with it; saving closes the form', async (t) => {
  const { page } = await open(t, stageOf(t), 'a')
  const before = await page.textContent('#nickname')
  assert.equal(await page.isVisible('#edit-nickname-form'), false)
  await page.click('#nickname')
  assert.equal(await page.isVisible('#edit-nickname-form'), true)
  assert.equal(await page.inputValue('#new-nickname'), before)
  await page.fill('#new-nickname', 'ana')
  await page.click('text=Save')
  await waitForText(page, '#nickname', /^ana$/)
  assert.equal(await page.isVisible('#edit-nickname-form'), false)
})

test('B9 the own label and all own earlier lines show the new name', async (t) => {
  const { page } = await open(t, stageOf(t), 'a')
  await create(page)
  await say(page, 'one')
  await say(page, 'two')
  await rename(page, 'ana')
  await waitForText(page, '#nickname', /^ana$/)
  assert.deepEqual(await messages(page), ['<ana>one', '<ana>two'])
})

test('a restart and a rename while the other is away are seen in the page', async (t) => {
  const { stage, a, b, topic } = await pair(t)
  await rename(b.page, 'ben')
  await waitForText(a.page, '#people-names', /^ben$/)
  await a.role.interrupt()
  await stage.ends(a.role)
  await waitForText(a.page, '#problem', /has ended/)
  await rename(b.page, 'benjamin')
  await waitForText(b.page, '#nickname', /^benjamin$/)
  const again = await open(t, stage, 'a')
  await waitForText(again.page, '#people', /^$|ben/) // known from before, also in no room
  await again.page.fill('#join-chat-room-topic', topic)
  await again.page.click('#join-chat-room')
  await waitForText(again.page, '#people-names', /^benjamin$/)
  await say(b.page, 'welcome back')
  await waitForText(again.page, '#messages', /^<benjamin>welcome back$/)
})

test('a page that is still open goes on with the program when that is started again', async (t) => {
  const { stage, a, b, topic } = await pair(t)
  const address = a.page.url()
  await a.role.interrupt()
  await stage.ends(a.role)
  await waitForText(a.page, '#problem', /this page goes on by itself/)
  const storage = join(await stage.folder(), 'chat-of-a')
  const again = await stage.start('chat.ts', [topic, '--storage', storage])
  const [, sameAddress] = await stage.prints(again, /page: (\S+)/, 'its address')
  assert.equal(sameAddress, address)
  await waitForText(a.page, '#chat-room-topic', new RegExp(topic))
  await waitForText(a.page, '#problem', /^$/)
  for (const { page } of [a, b]) await waitForText(page, '#peers-count', /^1$/) // who is not there hears nothing
  await say(b.page, 'welcome back')
  await waitForText(a.page, '#messages', /welcome back/)
})

test('everything can be done with the keyboard', async (t) => {
  const { page } = await open(t, stageOf(t), 'a')
  await page.waitForFunction(() => document.activeElement?.id === 'create-chat-room')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.id === 'new-message')
  await page.keyboard.type('typed')
  await page.keyboard.press('Enter')
  await waitForText(page, '#messages', /typed$/)
  await page.focus('#nickname')
  await page.keyboard.press('Enter')
  await page.keyboard.type('ana')
  await page.keyboard.press('Enter')
  await waitForText(page, '#nickname', /^ana$/)
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'nickname')
})

test('B10 a sent line leaves the input empty, is shown at once, and reaches the others', async () => {
  const { a, b } = await couple()
  const name = await a.page.textContent('#nickname')
  await say(a.page, 'hello')
  assert.equal(await a.page.inputValue('#new-message'), '')
  await waitForText(a.page, '#messages', /hello/)
  await waitForText(b.page, '#messages', /hello/)
  assert.equal(await last(b.page), `<${name}>hello`)
})

test('B12 a rename reaches the others without a message, and rewrites earlier lines', async () => {
  const { a, b } = await couple()
  await say(a.page, 'before')
  await waitForText(b.page, '#messages', /before/)
  await rename(a.page, 'ana')
  await waitForText(b.page, '#messages', /<ana>before$/)
})

test('B11 HTML in a message and in a nickname is shown, never interpreted', async () => {
  const { a, b } = await couple()
  const html = '<img src=x onerror=alert(1)>'
  await rename(a.page, '<b>ana</b>')
  await say(a.page, html)
  await waitForText(b.page, '#people-names', /<b>ana/)
  for (const { page, problems } of [a, b]) {
    await waitForText(page, '#messages', /<<b>ana<\/b>><img src=x onerror=alert\(1\)>$/)
    assert.equal(await page.locator('#messages img, #messages b, #people b, #nickname b').count(), 0)
    assert.deepEqual(problems, [])
  }
})

test('the page and the terminal are one chat: both show what either does', async () => {
  const { a, b } = await couple()
  a.role.type('/nick typed')
  await waitForText(a.page, '#nickname', /^typed$/)
  a.role.type('from the terminal')
  await waitForText(a.page, '#messages', /<typed>from the terminal$/)
  await waitForText(b.page, '#messages', /<typed>from the terminal$/)
})

test('a page that is opened again shows what was said', async () => {
  const { a } = await couple()
  await say(a.page, 'before the reload')
  await waitForText(a.page, '#messages', /before the reload$/)
  const before = await messages(a.page)
  await a.page.reload()
  await waitForText(a.page, '#messages', /before the reload/)
  assert.deepEqual(await messages(a.page), before)
  assert.deepEqual(await shown(a.page), ['chat'])
})

test('nothing overflows a window of 320 pixels', async () => {
  const { a } = await couple()
  await a.page.setViewportSize({ width: 320, height: 480 })
  await rename(a.page, 'a'.repeat(32))
  await say(a.page, 'w'.repeat(500))
  await waitForText(a.page, '#messages', /www/)
  assert.ok(await a.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
  assert.equal(await a.page.isVisible('#new-message'), true)
})

test('the list follows new lines after a rename that makes it longer, and leaves alone who reads further up', async () => {
  const { a, b } = await couple()
  const isAtEnd = (page: Page) =>
    page.waitForFunction(() => {
      const list = document.querySelector('#messages') as HTMLElement
      return list.scrollHeight > list.clientHeight && list.scrollHeight - list.scrollTop - list.clientHeight < 2
    })
  await a.page.setViewportSize({ width: 360, height: 400 })
  for (let i = 0; i < 30; i++) await say(b.page, `line ${i}, which is nearly as wide as its list`)
  await waitForText(a.page, '#messages', /line 29/)
  await isAtEnd(a.page)
  await rename(b.page, 'a name that is long enough, so it')
  await waitForText(a.page, '#messages', /long enough/)
  await isAtEnd(a.page)
  await say(b.page, 'the last line')
  await waitForText(a.page, '#messages', /the last line/)
  await isAtEnd(a.page)
  await a.page.evaluate(() => {
    const list = document.querySelector('#messages') as HTMLElement
    list.scrollTop = 0
    return new Promise((resolve) => list.addEventListener('scroll', resolve, { once: true }))
  })
  await say(b.page, 'below')
  await waitForText(a.page, '#messages', /below/)
  assert.equal(await a.page.evaluate(() => document.querySelector('#messages')?.scrollTop), 0)
})
