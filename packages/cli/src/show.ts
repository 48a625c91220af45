// `pnpm ex` and `pnpm ex N`: what there is, and what to type.
import { relative } from 'node:path'
import { titles } from '@workshop/checks/judge'
import { wrap } from '@workshop/checks/report'
import pc from 'picocolors'
import { type Exercise, exercises, rolesAndModules, root, summary, title } from './course.ts'

/** Prints all exercises. */
export function list(): void {
  for (const exercise of exercises())
    console.log(`  ${pc.bold(String(exercise.number).padStart(2))}  ${title(exercise)}`)
  console.log('\n  What one is about, and what to type: pnpm ex 1')
}

/** Prints one exercise: what it is about, its roles, its steps. */
export async function show(exercise: Exercise): Promise<void> {
  const { number, dir } = exercise
  const steps = await titles(dir)
  const { run, modules } = rolesAndModules(exercise)
  const lines = [
    pc.bold(`${number} · ${title(exercise)}`),
    '',
    ...wrap(summary(exercise), ''),
    '',
    `Read ${relative(root, dir)}/README.md, edit the files beside it, and run them:`,
    ...run.map((role) => `  pnpm ex ${number} ${role}`),
    ...(modules.length > 0 ? [`  (${modules.map((name) => `${name}.ts`).join(', ')}: modules of theirs)`] : []),
    '',
    'Steps of the verdict:',
    ...steps.map((step, i) => `  ${String(i + 1).padStart(2)}  ${step}`),
    '',
    `The verdict on your files:  pnpm ex ${number} check`,
    `Our answer, running:        pnpm ex ${number} ${run[0]} --solution`
  ]
  console.log(lines.join('\n'))
}
