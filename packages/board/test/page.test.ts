// The board in a real browser: what the room sees, what only the teacher sees, and what the teacher does.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test as declare, type TestContext } from 'node:test'
import { executablePath, openBrowser } from '@workshop/page/chromium'
import { type Entry, VERSION } from '@workshop/room/entries'
import { type Feed, view } from '@workshop/room/view'
import type { Browser } from 'playwright-core'
import { openBoard } from '../src/index.ts'
import type { Stretch } from '../src/messages.ts'

const PATIENCE = 60_000 // ms for one thing to be seen, on a loaded machine
const timeout = 180_000

let browser: Browser

if (executablePath) {
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())
} else console.log('No Chromium is installed: the tests of the board are skipped.')

const road: Stretch[] = [1, 2, 3].map((exercise) => ({
  exercise,
  title: `Exercise ${exercise}`,
  steps: ['first', 'second', 'third']
}))
/** Markup that would tell of itself, were it taken for any. */
const MARKUP = '<img src=x onerror=alert(1)>'
const NAMES = ['Ana', 'Ben', 'Cem', 'Dora', 'Eva', 'Finn', 'Gina', MARKUP]

/** A room with eight learners and a page that shows it. What the teacher does are entries of the teacher's feed. */
async function open(t: TestContext) {
  const feeds = NAMES.map((name, i): Feed & { entries: Entry[] } => ({
    key: i.toString(16).padStart(64, '0'),
    isTeacher: false,
    length: 2,
    floods: name === 'Ben',
    entries: [
      { kind: 'joined', at: 1_000 + i, version: VERSION, name },
      { kind: 'verdict', at: 2_000 + i, exercise: 1, passed: 1, of: 3, step: 2, sentence: `${MARKUP} \`append\`` }
    ]
  }))
  const teacher: Entry[] = []
  const all = () => [...feeds, { key: 'f'.repeat(64), isTeacher: true, entries: teacher, length: 1, floods: false }]
  const board = await openBoard(
    {
      name: t.name,
      token: 'a-token',
      line: 'pnpm ex join 127.0.0.1 abcd-efgh-2345',
      view: () => view(all(), Date.now()),
      come: (to, hand) => {
        teacher.push({ kind: 'coming', at: 5_000, to, hand })
        board.changed()
      },
      tell: (text) => {
        teacher.push({ kind: 'told', at: 6_000, text })
        board.changed()
      }
    },
    road
  )
  t.after(() => board.close())
  const page = await browser.newPage({ reducedMotion: 'reduce', acceptDownloads: true })
  t.after(() => page.close())
  page.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  await page.goto(board.address)
  await page.waitForFunction(() => document.querySelectorAll('.dot').length === 8)
  return { page, feeds, teacher, board, problems }
}

const test = (name: string, run: (t: TestContext) => Promise<void>) =>
  declare(name, { timeout, skip: !executablePath }, run)

test('the projector shows a dot for everybody and nobody’s name; a dot moves when a step passes', async (t) => {
  const { page, feeds, board, problems } = await open(t)
  const text = String(await page.textContent('body')).replaceAll(/\s+/g, ' ')
  for (const word of ['abcd-efgh-2345', '8 here', '0 hands', 'append', '8 of 8']) assert.ok(text.includes(word), word)
  for (const name of NAMES.slice(0, 7)) assert.ok(!text.includes(name), name)
  assert.equal(await page.textContent('#sentence-text'), `${MARKUP} append`, 'as text')
  assert.equal(await page.locator('img').count(), 0)
  assert.ok(!page.url().includes('a-token'), 'the address line shows the token')

  const dot = `[data-id="${feeds[0]?.key}"]`
  const before = await page.getAttribute(dot, 'style')
  feeds[0]?.entries.push({ kind: 'verdict', at: 3_000, exercise: 1, passed: 2, of: 3, step: 3, sentence: 'x' })
  board.changed()
  await page.waitForFunction(
    ([dot, before]) => document.querySelector(String(dot))?.getAttribute('style') !== before,
    [dot, before]
  )
  await page.reload()
  await page.waitForFunction(() => document.querySelectorAll('.dot').length === 8)
  assert.deepEqual(problems, [])
})

test('the teacher’s view names everybody, and one click is an entry that says “I am coming”', async (t) => {
  const { page, feeds, teacher, board, problems } = await open(t)
  await page.keyboard.press('t')
  await page.waitForSelector('#rows tr')
  assert.deepEqual(await page.locator('#rows .who').allTextContents(), NAMES)
  assert.equal(await page.locator('img').count(), 0)
  assert.match(String(await page.textContent('#floods')), /^Ben floods the room/)

  feeds[7]?.entries.push({ kind: 'asked', at: 4_000, words: MARKUP })
  board.changed()
  await page.getByRole('button', { name: `I am coming, ${MARKUP}` }).click()
  await page.getByRole('button', { name: `${MARKUP} was told` }).waitFor()
  assert.deepEqual(teacher, [{ kind: 'coming', at: 5_000, to: feeds[7]?.key, hand: 1 }])

  await page.fill('#tell', 'Back at 14:00, t as in tea')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => (document.querySelector('#tell') as HTMLInputElement).value === '')
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export-csv')])
  assert.match(await readFile(await download.path(), 'utf8'), /^name,exercise/)
  await page.click('#other-view')
  await page.waitForFunction(() => document.querySelector('#told-text')?.textContent === 'Back at 14:00, t as in tea')
  assert.deepEqual(problems, [])
})

test('without the token of the address a page shows nothing', async (t) => {
  const { board } = await open(t)
  const page = await browser.newPage()
  t.after(() => page.close())
  await page.goto(new URL('/', board.address).href)
  await page.waitForFunction(() => document.querySelector('#problem')?.textContent?.includes('no token'))
  assert.equal(await page.locator('.dot').count(), 0)
})
