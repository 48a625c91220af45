// How smooth the picture is with 60 programs and 1,000 blocks a second, in the Chromium of this machine.
import { setTimeout as delay } from 'node:timers/promises'
import { executablePath, openBrowser } from '@workshop/page/chromium'
import { showPicture } from '../src/show.ts'
import { crowd, passing } from '../test/crowd.ts'

const [PROGRAMS, RATE, SECONDS] = [60, 1_000, 10]

if (executablePath === undefined) {
  console.log('frames of the picture: not measured, no Chromium is installed')
} else {
  const picture = await showPicture()
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
    await page.goto(picture.address)
    picture.tell(crowd(PROGRAMS))
    await page.waitForSelector('.program')
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    /** How long the page has worked so far, in ms: scripts, layout and painting. */
    const worked = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
    }
    const before = await worked()
    const measuring = page.evaluate(
      (seconds) =>
        new Promise<number[]>((resolve) => {
          const times: number[] = []
          const begin = performance.now()
          let last = begin
          const frame = (at: number) => {
            times.push(at - last)
            last = at
            if (at - begin < seconds * 1000) requestAnimationFrame(frame)
            else resolve(times.slice(1))
          }
          requestAnimationFrame(frame)
        }),
      SECONDS
    )
    const begin = performance.now()
    for (let time = 0; time < SECONDS * 1000; time += 50) {
      picture.tell(passing(time, PROGRAMS, RATE))
      await delay(Math.max(0, begin + time + 50 - performance.now()))
    }
    const times = (await measuring).sort((a, b) => a - b)
    const work = ((await worked()) - before) / times.length
    const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(0)} ms`
    console.log(
      `frames of the picture, ${PROGRAMS} programs and ${RATE} blocks/s: ${(times.length / SECONDS).toFixed(0)} a second; median ${at(0.5)}, 95 of 100 under ${at(0.95)}, longest ${at(0.9999)}; ${work.toFixed(1)} ms of work for each`
    )
    if (process.argv[2]) await page.screenshot({ path: process.argv[2] })
  } finally {
    await browser.close()
    await picture.close()
  }
}
