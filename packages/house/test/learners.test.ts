import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '@workshop/course'

interface Manifest {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** What only authors run: the mutants of a check, and the recording that the board rehearses with. */
const AUTHORS = ['packages/checks/src/mutants.ts', 'packages/board/src/record.ts']

/** What a package gets without devDependencies. */
function installed(...folder: string[]): string[] {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, ...folder, 'package.json'), 'utf8')
  ) as Manifest
  return Object.keys({ ...dependencies, ...optionalDependencies })
}

/** The packages that a file imports; types are gone when it runs. */
function imported(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const names = text.matchAll(/^(?:import|export) (?!type\b)(?:[^'"`]*? from )?'([^'.][^']*)'/gm)
  return [...names].map(([, from = '']) => /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? '').filter((name) => !isBuiltin(name))
}

const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')

test('what learners run is there after an install without the tools of contributors', () => {
  const ofAll = installed()
  const lacking = files
    .filter((file) => /^(packages|exercises|solutions)\/.*\.[jt]s$/.test(file))
    .filter(
      (file) =>
        !AUTHORS.includes(file) && !/\/(test|bench|template|variants|mistakes)\/|\.test\.ts$|\.d\.ts$/.test(file)
    )
    .flatMap((file) => {
      const [room = '', name = ''] = file.split('/')
      const there = [...ofAll, ...installed(room, name)]
      return imported(file)
        .filter((one) => !there.includes(one))
        .map((one) => `${file} imports ${one}`)
    })
  assert.deepEqual(lacking, [])
})
