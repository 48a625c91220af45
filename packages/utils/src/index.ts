// What exercise code imports beside the stack.
export { exitWith } from './exit.ts'
export { goodbye } from './goodbye.ts'
export { keepLooking } from './keep-looking.ts'
export { readKey } from './keys.ts'
export { lines } from './lines.ts'
export { network } from './network.ts'
export { storage } from './storage.ts'
