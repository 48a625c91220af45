// The verdict.
import { type Check, step } from '@workshop/checks'

const check: Check = (stage) => [
  step('the program says hello', async () => {
    const hello = await stage.start('hello.ts')
    stage.means('`console.log("hello")`.')
    await stage.prints(hello, /^hello/m, '`hello`')
  })
]

export default check
