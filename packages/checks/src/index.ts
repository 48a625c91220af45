// What a check.ts imports.

export { Ear, forge } from './peers.ts'
export type { Mistake, Variant } from './prove.ts'
export { type Role, shorten } from './role.ts'
export { type Check, Stage, type Step, type Store, step } from './stage.ts'
