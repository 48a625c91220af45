// A chat without peers, for the tests of its views.
import { type Actions, openView } from '../src/index.ts'

const [port, folder] = process.argv.slice(2)
const actions: Actions = {
  create: () => enter('ab'.repeat(32)),
  join(topic) {
    if (topic === 'bad') throw new Error('There is no such room.')
    enter(topic)
  },
  send(text) {
    const nothing = undefined as unknown as string // as a chat tells it that does not keep to the types
    if (text === 'nothing') view.message('local', nothing, nothing)
    else view.message('local', 'me', text)
    if (text === 'wait') return new Promise(() => {}) // for a peer that never answers
  },
  rename: (nickname) => view.nickname('local', nickname)
}
const view = await openView(Number(port), actions, folder)

function enter(topic: string): void {
  view.loading()
  view.room(topic)
}
