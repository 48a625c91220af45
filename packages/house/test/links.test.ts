import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { root } from '@workshop/course'

const texts = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')

/** Where the links and pictures of a text lead, without those out of the repository. */
function targets(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)]
  return links.map(([, target]) => String(target)).filter((target) => !/^[a-z]+:/.test(target))
}

/** The names by which the headings of a text can be linked to. */
function anchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => String(heading))
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  )
}

for (const file of texts) {
  test(`every link of ${file} leads somewhere`, () => {
    const path = join(root, file)
    const text = readFileSync(path, 'utf8')
    for (const target of targets(text)) {
      const [to = '', anchor] = target.split('#')
      const place = to === '' ? path : join(dirname(path), to)
      assert.ok(existsSync(place), `${file} has a link to ${target}, which is not there`)
      if (anchor) assert.ok(anchors(readFileSync(place, 'utf8')).includes(anchor), `${to} has no heading #${anchor}`)
    }
  })
}
