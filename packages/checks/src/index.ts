// What a check.ts imports.

export type { Mistake } from './prove.ts'
export { type Role, shorten } from './role.ts'
export { type Check, Ear, forge, type Stage, type Step, type Store, step } from './stage.ts'
