import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lint } from '../src/lint.ts'
import { transcript } from '../src/transcript.ts'

const timeout = 120_000
const root = fileURLToPath(new URL('../../..', import.meta.url))

test('an exercise that keeps the rules has no complaint', { timeout }, async (t) => {
  assert.deepEqual(await lint(await copyOf(t)), [])
})

for (const [what, file, find, replace, complaint] of [
  [
    'a step that the README does not list',
    'exercises/1-dht/README.md',
    '8. **A key',
    '9. **A key',
    /lists the steps 1, 2, 3, 4, 5, 6, 7, 9; steps\.ts has 1, 2, 3, 4, 5, 6, 7, 8/
  ],
  ['a README with another number', 'exercises/1-dht/README.md', '# 1 ·', '# 2 ·', /does not begin with “# 1 · ”/],
  [
    'a transcript of another exercise',
    'exercises/1-dht/README.md',
    '$ pnpm ex 1 server',
    '$ pnpm ex 2 server',
    /README\.md runs “\$ pnpm ex 2”, and this is exercise 1/
  ],
  ['a README that is not written', 'exercises/1-dht/README.md', '## Why', '## Why\n\nTODO', /still says TODO/],
  [
    'a starter without a TODO for a step',
    'exercises/1-dht/starter/client.ts',
    'TODO 8',
    'Done 8',
    /No file of the starter has a TODO 8/
  ],
  [
    'a TODO for no step',
    'exercises/1-dht/starter/client.ts',
    'TODO 8',
    'TODO 8, TODO 80',
    /There is a TODO 80, and no step 80/
  ],
  [
    'a solution that is not finished',
    'solutions/1-dht/client.ts',
    'goodbye(',
    '// TODO\ngoodbye(',
    /client\.ts of the solution has a TODO/
  ],
  [
    'a hint for a line that is not there',
    'solutions/1-dht/client.ts',
    'dht.connect(key)',
    'dht["connect"](key)',
    /Hint 2: “dht\.connect\(” stands in 0 lines of client\.ts/
  ],
  [
    'a hint that asks nothing',
    'exercises/1-dht/check/hints.ts',
    'answer to it?',
    'answer to it.',
    /Hint 1 does not begin with a question/
  ],
  [
    'a step at which no mistake dies',
    'exercises/1-dht/check/mistakes.ts',
    'step: 5',
    'step: 4',
    /No mistake dies at step 5/
  ]
] as const) {
  test(`the rules see ${what}`, { timeout }, async (t) => {
    const dir = await copyOf(t)
    const path = join(dirname(dirname(dir)), file)
    const text = await readFile(path, 'utf8')
    assert.ok(text.includes(find), `${file} has no ${find}`)
    await writeFile(path, text.replaceAll(find, replace))
    const complaints = await lint(dir)
    assert.equal(complaints.length, 1, complaints.join('\n'))
    assert.match(String(complaints[0]), complaint)
  })
}

test('the new exercise of the template keeps no rule that needs an author', { timeout }, async (t) => {
  const dir = await copyOf(t)
  const template = join(root, 'packages', 'cli', 'template')
  const top = dirname(dirname(dir))
  for (const room of ['exercises', 'solutions'])
    await cp(join(template, room), join(top, room, '8-new'), { recursive: true })
  await symlink(join(root, 'exercises', '1-dht', 'node_modules'), join(top, 'exercises', '8-new', 'node_modules'))
  const complaints = (await lint(join(top, 'exercises', '8-new'))).join('\n')
  for (const rule of [
    /README\.md still says TODO/,
    /0 hints for 1 steps/,
    /ending\.ts does not say what/,
    /ending\.ts has nothing to try/,
    /3 mistakes; 10 are the least/,
    /0 variants; 5 are/
  ]) {
    assert.match(complaints, rule)
  }
  const ofDraft = (await lint(join(top, 'exercises', '8-new'), { isDraft: true })).join('\n')
  assert.doesNotMatch(ofDraft, /TODO|hints|mistakes|variants|ending/)
})

const SCREENS = `## What you should see

In a terminal, with \`one\` typed into it:

\`\`\`
$ pnpm ex 1 echo
ready 4711
one
you said one
\`\`\`

In a second one, with the number of the first:

\`\`\`
$ pnpm ex 1 echo name
ready 4242
name
\`\`\`

Type \`two\` into the first. The first now shows:

\`\`\`
ready 4711
one
you said one
you said two
\`\`\`
`

const ECHO = `console.log('ready', process.pid)
if (process.argv[2]) console.log(process.argv[2])
process.stdin.on('data', (data) => console.log('you said', String(data).trim()))
`

test('a transcript that is true is found true', { timeout }, async (t) => {
  assert.deepEqual(await transcript(await echoing(t, SCREENS)), [])
})

for (const [what, find, replace, complaint] of [
  [
    'a line that is not printed',
    'you said two',
    'you said: two',
    /did not print “you said: two” behind “you said one”/
  ],
  ['lines in another order', 'ready 4242\nname', 'name\nready 4242', /did not print “ready 4242” behind “name”/],
  [
    'a number that is another one later',
    'shows:\n\n```\nready 4711',
    'shows:\n\n```\nready 4242',
    /echo\.ts did not print “ready 4242”/
  ]
] as const) {
  test(`a transcript is found false for ${what}`, { timeout }, async (t) => {
    assert.ok(SCREENS.includes(find))
    const [complaint1 = ''] = await transcript(await echoing(t, SCREENS.replace(find, replace)))
    assert.match(complaint1, complaint)
  })
}

/** A copy of exercise 1 and its solution in a folder of its own; gives the folder of the exercise. */
async function copyOf(t: TestContext): Promise<string> {
  const top = await mkdtemp(join(tmpdir(), 'p2p-rules-'))
  t.after(() => rm(top, { recursive: true, force: true }))
  for (const room of ['exercises', 'solutions']) {
    const from = join(root, room, '1-dht')
    const to = join(top, room, '1-dht')
    await cp(from, to, { recursive: true, filter: (path) => !path.includes('node_modules') })
    await symlink(join(from, 'node_modules'), join(to, 'node_modules'), 'junction')
  }
  // Its mistakes are programs of another exercise, too.
  await cp(join(root, 'solutions', '2-topic', 'peer.ts'), join(top, 'solutions', '2-topic', 'peer.ts'))
  return join(top, 'exercises', '1-dht')
}

/** An exercise whose solution echoes, with a README. */
async function echoing(t: TestContext, readme: string): Promise<string> {
  const top = await mkdtemp(join(tmpdir(), 'p2p-transcript-'))
  t.after(() => rm(top, { recursive: true, force: true }))
  for (const room of ['exercises', 'solutions']) await mkdir(join(top, room, '1-echo'), { recursive: true })
  await writeFile(join(top, 'exercises', '1-echo', 'README.md'), readme)
  await writeFile(join(top, 'solutions', '1-echo', 'echo.ts'), ECHO)
  return join(top, 'exercises', '1-echo')
}
