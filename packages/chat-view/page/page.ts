// The page of the chat. It shows what the program behind it tells and sends what its user wants: no key and no core
// comes here. What people write is put in as text, never as HTML.
import { connect } from '@workshop/page/live'
import type { FromPage, ToPage } from '../src/messages.ts'

const $ = <E extends HTMLElement>(id: string): E => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}.`)
  return element as E
}

const names = new Map<string, string>()
/** The list shows its end, and goes on doing so. Only its user can say otherwise, by scrolling up. */
let follows = true
let scrolledTo = 0

const say = connect<ToPage, FromPage>({
  onopen() {
    follows = true
    // Told from the beginning each time.
    $('messages').replaceChildren()
    names.clear()
    showPeople()
    problem('')
  },
  onmessage: show,
  onclose() {
    problem('The program behind this page has ended. Start it again in its terminal: this page goes on by itself.')
  }
})

/** Tells the program. False when there is none. */
function tell(wish: FromPage): boolean {
  problem('')
  return say(wish)
}

function show(message: ToPage): void {
  if (message.type === 'room') {
    for (const state of ['setup', 'loading', 'chat']) $(state).hidden = state !== message.state
    if (message.state === 'setup') $('create-chat-room').focus()
    if (message.state !== 'chat') return
    $('chat-room-topic').textContent = message.topic
    $('chat-room-topic').title = message.topic
    $('new-message').focus()
  }
  if (message.type === 'peers') {
    $('peers-count').textContent = String(message.count)
    $('peers-word').textContent = message.count === 1 ? 'peer' : 'peers'
  }
  if (message.type === 'nickname') rename(message.who, message.nickname)
  if (message.type === 'message') addLine(message)
  if (message.type === 'error') problem(message.text)
}

function rename(who: string, nickname: string): void {
  if (who === 'local') $('nickname').textContent = nickname
  names.set(who, nickname)
  showPeople()
  for (const span of document.getElementsByClassName(`user-${who}`)) span.textContent = `<${nickname}>`
  keepUp() // longer names take more lines
}

function showPeople(): void {
  const others = [...names].filter(([who]) => who !== 'local').map(([, nickname]) => nickname)
  $('people').hidden = others.length === 0
  $('people-names').textContent = others.join(', ')
}

function addLine({ who, nickname, text }: { who: string; nickname: string; text: string }): void {
  const line = document.createElement('div')
  line.className = 'message'
  const name = document.createElement('span')
  name.className = `user-${who}`
  name.textContent = `<${nickname}>`
  const words = document.createElement('span')
  words.textContent = text
  line.append(name, words)
  $('messages').append(line)
  keepUp()
}

/** Shows the last line, unless the user has scrolled up to read. */
function keepUp(): void {
  const list = $('messages')
  if (follows) list.scrollTop = list.scrollHeight
}

function problem(text: string): void {
  $('problem').textContent = text
}

function editNickname(open: boolean): void {
  $('edit-nickname-form').hidden = !open
  $('nickname').hidden = open
  if (!open) {
    $('nickname').focus()
    return
  }
  // What was typed the last time and not saved leaves no trace.
  const input = $<HTMLInputElement>('new-nickname')
  input.value = $('nickname').textContent ?? ''
  input.focus()
  input.select()
}

$('messages').addEventListener('scroll', ({ currentTarget }) => {
  const list = currentTarget as HTMLElement
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  if (atEnd) follows = true
  else if (list.scrollTop < scrolledTo) follows = false
  scrolledTo = list.scrollTop
})
// The list has less room when somebody is met, or the window gets smaller.
new ResizeObserver(keepUp).observe($('messages'))

// What the list says when it is empty.
new MutationObserver(() => {
  $('empty').hidden = $('messages').childElementCount > 0
}).observe($('messages'), { childList: true })

$('create-chat-room').addEventListener('click', () => tell({ type: 'create' }))

$('join-form').addEventListener('submit', (event) => {
  event.preventDefault()
  tell({ type: 'join', topic: $<HTMLInputElement>('join-chat-room-topic').value.trim() })
})

$('copy-topic').addEventListener('click', async () => {
  await navigator.clipboard.writeText($('chat-room-topic').textContent ?? '')
  $('copy-topic').textContent = 'Copied'
})

$('nickname').addEventListener('click', () => editNickname(true))
$('cancel-nickname').addEventListener('click', () => editNickname(false))
$('edit-nickname-form').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') editNickname(false)
})
$('edit-nickname-form').addEventListener('submit', (event) => {
  event.preventDefault()
  if (tell({ type: 'rename', nickname: $<HTMLInputElement>('new-nickname').value })) editNickname(false)
})

$('message-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const input = $<HTMLInputElement>('new-message')
  if (input.value.trim() !== '' && tell({ type: 'message', text: input.value })) input.value = ''
})
