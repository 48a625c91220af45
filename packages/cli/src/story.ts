// What happened in a step of a verdict: as a page in a file, and as text.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Verdict } from '@workshop/checks/judge'
import type { Exercise } from '@workshop/course'
import { diagram } from '@workshop/picture/diagram'
import { storyOf } from '@workshop/picture/story'
import { trace } from '@workshop/picture/trace'
import { heading } from './check.ts'
import { workshop } from './lock.ts'
import { width } from './terminal.ts'

/** Prints the story of the step that failed, or of the last one that was played, and writes its picture. */
export async function tell(
  exercise: Exercise,
  { events, results }: Verdict,
  wanted: { picture: boolean; trace: boolean }
): Promise<void> {
  const story = storyOf(events)
  if (!story) return console.log('\n  Nothing was played, so there is nothing to see.')
  if (wanted.trace) console.log(`\n${trace(story, width()).join('\n')}`)
  if (wanted.picture) {
    const folder = join(workshop, 'pictures')
    const path = join(folder, `${basename(exercise.dir)}-step-${story.step}.html`)
    const { saw, means } = results.find(({ step }) => step === story.step) ?? {}
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      path,
      diagram(story, { heading: heading(exercise), results, ...(saw && { saw }), ...(means && { means }) })
    )
    console.log(`\n  The picture of step ${story.step}: ${pathToFileURL(path).href}`)
  }
}
