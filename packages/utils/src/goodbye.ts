/**
 * Calls `leave` when the user ends this program (Ctrl-C, a closed terminal, a plain `kill`), waits for the promise that it
 * returns, and exits with code 0, or with 1 when `leave` throws. A second Ctrl-C exits at once.
 */
export function goodbye(leave: () => unknown): void {
  let leaving = false
  const onsignal = async () => {
    if (leaving) process.exit(130) // what a shell calls "ended by Ctrl-C"
    leaving = true
    try {
      await leave()
      process.exit(0)
    } catch (error) {
      console.error(error)
      process.exit(1)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onsignal)
}
