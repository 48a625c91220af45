// A small exercise for the tests of the kit: a role that says `ready`, echoes what is typed, and leaves on Ctrl-C.
import { type Check, step } from '../../../src/index.ts'

const check: Check = (stage) => {
  const ready = stage.scene(async () => {
    const echo = await stage.start('echo.ts')
    stage.means('Print `ready`.')
    await stage.prints(echo, /^ready/m, '`ready`')
    return echo
  })

  return [
    step('it says that it is ready', async () => {
      await ready()
    }),
    step('it echoes', async () => {
      const echo = await ready()
      stage.means('Print what you read.')
      echo.type('hello')
      await stage.prints(echo, /hello/, '“hello”')
      // A fault of this check's own.
      if (/trap/.test(echo.output)) throw new TypeError('the check fell into the trap')
    }),
    step('it refuses an argument', async () => {
      stage.means('Exit with a sentence.')
      await stage.refuses('echo.ts', [['nonsense']])
    })
  ]
}

export default check
