/// <reference lib="dom" />
// Where Debian, Ubuntu, macOS and Windows have a browser that Playwright can drive.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The browser of this machine; undefined where there is none. The one without windows does the same for half the work. */
export const executablePath = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
].find((path) => existsSync(path))

/** Starts it, without what it would ask a network for. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('No Chromium is installed.')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync']
  })
}
