// `pnpm ex` and `pnpm ex N`: what there is, where you are, and what to type.
import { relative } from 'node:path'
import { wrap } from '@workshop/checks/report'
import { type Exercise, exercises, rolesAndModules, root, summary } from '@workshop/course'
import pc from 'picocolors'
import { inWords, standingOf, standings } from './progress.ts'

/** Prints all exercises; on a terminal one can be chosen, by arrow keys or by typing a part of its title. */
export async function list(): Promise<void> {
  const all = standings()
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const width = Math.max(...all.map(({ title }) => title.length))
    for (const standing of all) {
      const { sign, words } = inWords(standing)
      console.log(`  ${sign} ${standing.exercise}  ${standing.title.padEnd(width)}  ${words}`.trimEnd())
    }
    console.log('\n  What one is about, and what to type: pnpm ex 1')
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
  const { titles } = await import('@workshop/checks/judge') // with the whole stack behind it: not for a list
  const steps = await titles(dir)
  const standing = standingOf(exercise)
  const { run, modules } = rolesAndModules(exercise)
  const passed = standing?.state === 'done' ? steps.length : standing?.step ? standing.passed : 0
  const sign = (step: number) =>
    step === standing?.step ? pc.red('✗') : step <= (passed ?? 0) ? pc.green('✓') : standing?.passed ? '·' : ' '
  const lines = [
    pc.bold(`${number} · ${standing?.title}`),
    '',
    ...wrap(summary(exercise), ''),
    '',
    `Read ${relative(root, dir)}/README.md, edit the files beside it, and run them:`,
    ...run.map((role) => `  pnpm ex ${number} ${role}`),
    ...(modules.length > 0 ? [`  (${modules.map((name) => `${name}.ts`).join(', ')}: modules of theirs)`] : []),
    '',
    'Steps of the verdict:',
    ...steps.map((step, i) => `  ${sign(i + 1)}${String(i + 1).padStart(2)}  ${step}`),
    '',
    `The verdict on your files:   pnpm ex ${number} check   (at each save: --watch)`,
    `Help with the step:          pnpm ex ${number} hint`,
    `Our answer, running:         pnpm ex ${number} all --solution`,
    `Yours beside ours:           pnpm ex ${number} diff`,
    `Start over, take that back:  pnpm ex ${number} reset   pnpm ex ${number} undo`
  ]
  console.log(lines.join('\n'))
}
