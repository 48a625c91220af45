// A small exercise for the tests of the kit: a role that says `ready`, echoes what is typed, and leaves on Ctrl-C.
import { type Check, step } from '../../../src/index.ts'

const check: Check = (stage) => {
  const ready = stage.scene(async () => {
    const echo = await stage.start('echo.ts')
    await stage.prints(echo, /^ready/m, '`ready`', { means: 'Print `ready`.' })
    return echo
  })

  return [
    step('it says that it is ready', async () => {
      await ready()
    }),
    step('it echoes', async () => {
      const echo = await ready()
      echo.type('hello')
      await stage.prints(echo, /hello/, '“hello”', { means: 'Print what you read.' })
      // A fault of this check's own.
      if (/trap/.test(echo.output)) throw new TypeError('the check fell into the trap')
    }),
    step('it refuses an argument', async () => {
      await stage.refuses('echo.ts', [['nonsense']], undefined, 'Exit with a sentence.')
    })
  ]
}

export default check
