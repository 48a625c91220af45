// `pnpm ex` and `pnpm ex N`: what there is, where you are, and what to type.
import { relative } from 'node:path'
import { type Exercise, exercises, rolesAndModules, root, summary } from '@workshop/course'
import pc from 'picocolors'
import { ex } from './caller.ts'
import { inWords, standingOf, standings } from './progress.ts'
import { stepsOf } from './steps.ts'
import { fit } from './terminal.ts'

/** Prints all exercises; on a terminal one can be chosen, by arrow keys or by typing a part of its title. */
export async function list(): Promise<void> {
  const all = standings()
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const width = Math.max(...all.map(({ title }) => title.length))
    for (const standing of all) {
      const { sign, words } = inWords(standing)
      console.log(`  ${sign} ${standing.exercise}  ${standing.title.padEnd(width)}  ${words}`.trimEnd())
    }
    console.log(`\n  About one exercise, and what to type: ${ex(1)}\n  All commands: ${ex('help')}`)
    return
  }
  const { autocomplete, isCancel } = await import('@clack/prompts')
  const next = all.find(({ isNext }) => isNext)
  const chosen = await autocomplete({
    message: 'Which exercise? (arrow keys, or type a part of its title)',
    options: all.map((standing) => {
      const { sign, words } = inWords(standing)
      return { value: standing.exercise, label: `${sign} ${standing.exercise}  ${standing.title}`, hint: words }
    }),
    ...(next && { initialValue: next.exercise })
  })
  const exercise = exercises().find(({ number }) => !isCancel(chosen) && number === chosen)
  if (exercise) await show(exercise)
}

/** Prints one exercise: what it is about, its roles, its steps, and where the learner stands. */
export async function show(exercise: Exercise): Promise<void> {
  const { number, dir } = exercise
  const steps = await stepsOf(exercise)
  const standing = standingOf(exercise)
  const { run, modules } = rolesAndModules(exercise)
  const passed = standing?.state === 'done' ? steps.length : standing?.step ? standing.passed : 0
  const sign = (step: number) =>
    step === standing?.step ? pc.red('✗') : step <= (passed ?? 0) ? pc.green('✓') : standing?.passed ? '·' : ' '
  const lines = [
    pc.bold(`${number} · ${standing?.title}`),
    '',
    ...fit(summary(exercise), ''),
    '',
    ...fit(`Read ${relative(root, dir)}/README.md, edit the files beside it, and run them:`),
    ...run.map((role) => `  ${ex(number, role)}`),
    ...(modules.length > 0 ? [`  (${modules.map((name) => `${name}.ts`).join(', ')}: their modules)`] : []),
    '',
    'Steps of the verdict:',
    ...steps.flatMap((step, i) =>
      fit(step, '       ').map((line, j) =>
        j === 0 ? `  ${sign(i + 1)}${String(i + 1).padStart(2)}  ${line.trim()}` : line
      )
    ),
    '',
    ...[
      ['The verdict on your files:', ex(number, 'check')],
      ['The same at each save:', ex(number, 'watch')],
      ['Help with the step:', ex(number, 'hint')],
      ['Our answer, running:', ex(number, 'all', '--solution')],
      ['Your files beside ours:', ex(number, 'diff')],
      ['All commands:', ex('help')]
    ].flatMap(([label = '', command]) => fit(`${label.padEnd(28)} ${command}`, '', '  '))
  ]
  console.log(lines.join('\n'))
}
