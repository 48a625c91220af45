// The page in a real browser: a recording in, a picture out.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test as declare, type TestContext } from 'node:test'
import { executablePath, openBrowser } from '@workshop/page/chromium'
import type { Browser, Page } from 'playwright-core'
import type { Happened } from '../src/events.ts'
import { readRecording } from '../src/recording.ts'
import { showPicture } from '../src/show.ts'

const PATIENCE = 90_000 // ms for one thing to be seen, on a loaded machine
const timeout = 180_000
const events = readRecording(readFileSync(join(import.meta.dirname, 'fixtures/3-hypercore.jsonl'), 'utf8'))

let browser: Browser
if (executablePath) {
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())
} else console.log('No Chromium is installed: the tests of the page are skipped.')

/** A test that needs the browser. */
function test(name: string, run: (t: TestContext) => Promise<void>): void {
  declare(name, { timeout, skip: !executablePath }, run)
}

/** The page with a recording, at its beginning. */
async function open(t: TestContext, events: Happened[]) {
  const picture = await showPicture({ isRecording: true })
  picture.tell(events)
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
  t.after(async () => {
    await page.close()
    await picture.close()
  })
  page.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  await page.goto(picture.address)
  await page.waitForSelector('.node')
  return { page, problems }
}

/** Moves the slider to a time, in seconds. */
async function seek(page: Page, seconds: number): Promise<void> {
  await page.locator('#time').fill(String(seconds))
  await text(page, '#clock', new RegExp(`^${seconds.toFixed(1)} s$`))
}

/** Waits until something says so. */
async function text(page: Page, selector: string, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    ([selector, source]) =>
      new RegExp(String(source)).test(document.querySelector(String(selector))?.textContent ?? ''),
    [selector, pattern.source]
  )
}

const all = (page: Page, selector: string) => page.locator(selector).allTextContents()

test('a recording is played: the ring, the programs, their connection, their blocks, and what happened in words', async (t) => {
  const { page, problems } = await open(t, events)
  await seek(page, 8.2)
  assert.equal(await page.locator('.ring').count(), 1)
  assert.deepEqual(await all(page, '.node-name'), ['node 1', 'node 2', 'node 3', 'node 4'])
  const cards = await all(page, '.program')
  assert.match(String(cards[0]), /^writer .*has left/)
  assert.match(String(cards[2]), /^reader 2 566374…a987 at c39518…71be/)
  assert.equal(await page.locator('.program.over').count(), 1)
  assert.equal(
    await page.locator('.program:nth-child(3) .core').getAttribute('aria-label'),
    'holds 4 of 4 blocks of the core d8c4e2…96b8, asks for 1'
  )
  // Four blocks that are there, and one that is outlined.
  const path = await page.locator('.program:nth-child(3) .strip-has').getAttribute('d')
  assert.equal(path?.split('M').length, 5)
  const outlined = await page.locator('.program:nth-child(3) .strip-asked').getAttribute('d')
  assert.equal(outlined?.split('M').length, 2)
  const bytes = await all(page, '.connection:not(.over) .bytes')
  assert.deepEqual(bytes, ['828 B ◂ ▸ 382 B'])
  assert.equal((await all(page, '.connection.over .bytes')).length, 1)
  await text(page, '#log', /reader 2 gets block 0 of d8c4e2…96b8 from reader, and 3 more like that/)
  assert.deepEqual(problems, [])
})

test('it goes back in time, with the keyboard too, and a sentence is seen again', async (t) => {
  const { page, problems } = await open(t, events)
  await seek(page, 8)
  await seek(page, 2)
  assert.deepEqual((await all(page, '.program p')).map((card) => card.split(' ')[0]), ['writer']) // biome-ignore format: one line
  await text(page, '#play', /^Play$/)
  await page.locator('h1').click()
  await page.keyboard.press('ArrowRight')
  await text(page, '#clock', /^7\.0 s$/)
  assert.equal(await page.locator('.program').count(), 2)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Space')
  await text(page, '#play', /^Pause$/)
  await page.keyboard.press('Space')
  await text(page, '#play', /^Play$/)
  await page.keyboard.press('End')
  await text(page, '#clock', /^10\.4 s$/)
  assert.equal(await page.locator('.program.over').count(), 3)
  // The focus goes from the controls into the list and is seen.
  const entry = page.locator('#log button').first()
  await entry.focus()
  await page.keyboard.press('Enter')
  await text(page, '#log .again', /./)
  await text(page, '#play', /^Play$/) // stopped by itself behind the event
  assert.deepEqual(problems, [])
})

test('what roles say is shown as text, and never becomes a part of the page', async (t) => {
  const bad = '<img src=x onerror=alert(1)><script>alert(2)</script>'
  const { page, problems } = await open(t, [
    { at: 0, who: 'node 1', what: 'is a node', host: bad, port: 1 },
    { at: 1, who: bad, what: 'starts', text: bad, role: bad },
    { at: 2, who: bad, what: 'has a key', key: bad },
    { at: 2, who: bad, what: 'joins a topic', target: bad, client: true, server: true },
    { at: 3, who: bad, what: 'opens a core', core: bad, key: bad, label: bad, writable: true, length: 3 },
    { at: 4, who: bad, what: 'looks up', target: bad, node: 'node 1' },
    { at: 5, who: bad, what: 'meets', with: bad, connection: bad, began: true },
    { at: 6, who: bad, what: 'prints', text: bad }
  ])
  await seek(page, 0)
  await page.locator('h1').click()
  await page.keyboard.press('ArrowRight')
  await text(page, '#log', /<script>alert\(2\)<\/script>/)
  assert.equal(await page.locator('img').count(), 0)
  assert.equal(await page.locator('script').count(), 1)
  assert.deepEqual(problems, [])
})
