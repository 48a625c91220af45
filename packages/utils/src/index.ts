// What exercise code imports beside the stack.
export { exitWith } from './exit.ts'
export { goodbye } from './goodbye.ts'
export { readKey } from './keys.ts'
export { network } from './network.ts'
