// What the files in the `check/` folder of an exercise import.

export type { Ending } from '@workshop/course/ending'
export type { Hint } from '@workshop/course/hints'
export type { Mistake, Variant } from './answers.ts'
export type { Store } from './backstage.ts'
export { COMMANDS, inLetters, NO_KEYS, RETURNS } from './corpus.ts'
export { Unseen, within } from './outcome.ts'
export { Ear, forge, holdBack, lookAround, texts } from './peers.ts'
export { another, credulous, idlers, printer } from './programs.ts'
export { advised, delivered, deliveredText, type Promised, type Standing, shown, toAll } from './promises.ts'
export { type Role, shorten } from './role.ts'
export { type Check, Stage, type Step, step } from './stage.ts'
