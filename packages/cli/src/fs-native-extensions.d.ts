// fs-native-extensions 1.5.1 ships no types: what of it is used here.
declare module 'fs-native-extensions' {
  /** Takes the lock of an open file for this process until it is closed; false when another one has it. */
  export function tryLock(fd: number): boolean
}
