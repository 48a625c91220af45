// The verdict.
import { type Check, step } from '@workshop/checks'

const check: Check = (stage) => [
  step('the program says hello', async () => {
    const hello = await stage.start('hello.ts')
    await stage.prints(hello, /^hello/m, '`hello`', { means: '`console.log("hello")`.' })
  })
]

export default check
