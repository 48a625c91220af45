// Completion, as the shells themselves do it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { shells } from '../src/shells.ts'
import { root } from './help.ts'

/** How each shell is asked what it would offer: a script that reads the words from its arguments, and our script. */
const ask: Record<string, { args(words: string[]): string[]; script: string }> = {
  bash: {
    args: (words) => words,
    script: `complete -F before pnpm; before() { COMPREPLY=(before); }
source "$OURS"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_p2p_workshop pnpm "\${!#}" && printf '%s\\n' "\${COMPREPLY[@]}"`
  },
  zsh: {
    args: (words) => words,
    script: `autoload -Uz compinit && compinit -D; before() { print before }; compdef before pnpm
_describe() { print -l -- \${\${(P)2}%%:*} }; _files() { print files }
source $OURS
words=("$@"); CURRENT=$#; _p2p_workshop`
  },
  fish: { args: (words) => [words.join(' ')], script: 'source $OURS; complete -C $argv[1]' }
}

for (const { name } of shells) {
  const { script, args } = ask[name] ?? assert.fail(`no test for ${name}`)
  const isThere = spawnSync(name, ['-c', 'exit 0']).status === 0
  const skip = isThere ? false : `this machine has no ${name}`

  test(`${name} completes what may follow`, { skip, timeout: 120_000 }, async (t) => {
    const ours = await scriptFor(t, name)
    const offered = (dir: string, ...words: string[]) => {
      const program =
        name === 'fish' ? ['-N', '-c', script] : name === 'zsh' ? ['-fc', script, name] : ['-c', script, name]
      const { stdout, stderr } = spawnSync(name, [...program, ...args(['pnpm', ...words])], {
        cwd: dir,
        encoding: 'utf8',
        env: { ...process.env, OURS: ours, npm_lifecycle_event: undefined }
      })
      assert.equal(stderr, '')
      return stdout.split('\n').map((line) => line.split('\t')[0])
    }
    const inside = join(root, 'exercises', '2-topic')
    assert.ok(offered(root, 'ex', '').includes('doctor'))
    assert.ok(!offered(root, 'ex', '').includes('check'))
    assert.ok(offered(inside, 'ex', 'ch').includes('check'))
    assert.deepEqual(offered(root, 'ex', '3', 'wr').filter(Boolean), ['writer'])
    assert.deepEqual(offered(root, 'ex', '3', 'check', '--so').filter(Boolean), ['--solution'])
    assert.deepEqual(offered(root, 'ex', '3', 'all', '--network', 'pu').filter(Boolean), ['public'])
    if (name === 'fish') return
    assert.deepEqual(offered(root, 'add', '').filter(Boolean), ['before'], 'other words are not ours')
    assert.deepEqual(offered(tmpdir(), 'ex', '').filter(Boolean), ['before'], 'nor are other folders')
  })
}

/** A file with what the user's shell would run, made by the command itself. */
async function scriptFor(t: TestContext, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'p2p-shell-'))
  t.after(() => rm(folder, { recursive: true }))
  const { stdout } = spawnSync(process.execPath, [join(root, 'packages', 'cli', 'ex.js'), 'completion', name], {
    encoding: 'utf8'
  })
  const file = join(folder, `ours.${name}`)
  await writeFile(file, stdout)
  return file
}
