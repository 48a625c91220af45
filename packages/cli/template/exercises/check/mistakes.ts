// Wrong answers, each the solution with one thing changed, and what the learner must read.
import { idlers, type Mistake } from '@workshop/checks'

const mistakes: Mistake[] = [...idlers('hello.ts', 1, /did not print `hello`/)]

export default mistakes
