import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '@workshop/course'

/** The packages in a folder. What another version has left there is none. */
function packagesIn(room: string): string[] {
  return readdirSync(join(root, room)).filter((name) => existsSync(join(root, room, name, 'package.json')))
}

/** What of ours a package needs to run, by the names of the packages' folders. */
function imports(...folder: string[]): string[] {
  const text = readFileSync(join(root, ...folder, 'package.json'), 'utf8')
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> }
  return Object.keys(dependencies)
    .flatMap((name) => /^@workshop\/(.+)$/.exec(name)?.[1] ?? [])
    .sort()
}

test('the table of rooms says who imports whom', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `packages\/(\S+)` +\|.*\| (.+?) +\|$/gm)]
  const told = rows.map(([, room, list]) => [room, list === 'nothing' ? [] : list?.split(', ').sort()])
  const packages = packagesIn('packages')
  assert.deepEqual(
    Object.fromEntries(told),
    Object.fromEntries(packages.map((room) => [room, imports('packages', room)]))
  )
})

test('what a learner writes, and our answer to it, import nothing that judges them', () => {
  for (const room of ['exercises', 'solutions']) {
    for (const name of packagesIn(room)) {
      const others = imports(room, name).filter((other) => !['utils', 'chat-view', 'wire'].includes(other))
      assert.deepEqual(others, [], `${room}/${name}`)
    }
  }
})
