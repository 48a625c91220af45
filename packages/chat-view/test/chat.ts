// A chat without peers, for the tests of its views.
import { openView } from '../src/index.ts'

const view = await openView(Number(process.argv[2]), {
  create: () => enter('ab'.repeat(32)),
  join(topic) {
    if (topic === 'bad') throw new Error('There is no such room.')
    enter(topic)
  },
  send(text) {
    view.message('local', 'me', text)
    if (text === 'wait') return new Promise(() => {}) // for a peer that never answers
  },
  rename: (nickname) => view.nickname('local', nickname)
})

function enter(topic: string): void {
  view.loading()
  view.room(topic)
}
