// The board: what the projector shows, and the teacher's view, one key away. It draws what the program behind it tells.
// What people write is put in as text, never as HTML.
import { connect } from '@workshop/page/live'
import type { FromPage, Person, Sentence, Shown, Stretch, ToPage } from '../src/messages.ts'
import { chart } from './chart.ts'
import { LARGEST, layOut, pitch, placeOf, pointOf, type Road, type Seat, seats, type Zooms, zoomsOf } from './road.ts'

/** How large the sentence may be, as a multiple of other large letters: the first that fits. */
const SIZES = [2, 1.8, 1.6, 1.4, 1.2, 1]
/** How high the title of an exercise is, as a multiple of its letters. */
const TITLE = 2.3
/** What stands below a place that is no step. */
const SIGNS: Record<string, string> = { start: '⌂', end: '✓' }
const SVG = 'http://www.w3.org/2000/svg'

const $ = <E extends Element = HTMLElement>(id: string): E => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}.`)
  return element as Element as E
}

/** An element with a class and a text. */
function make(tag: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  element.textContent = text
  return element
}

let road: Stretch[] = []
let laid: Road = { lanes: [], cells: [], height: 0 }
let shown: Shown | undefined
/** The program's time, less this page's. */
let ahead = 0
let taken = new Map<string, Seat>()
let zooms: Zooms = new Map()

/** What lets us in: the end of the address. It leaves the address line, which a whole room may be reading. */
const token = location.hash.slice(1) || (sessionStorage.getItem('token') ?? '')
sessionStorage.setItem('token', token)
history.replaceState(null, '', location.pathname)

const listener = {
  onopen: () => problem(''),
  onmessage(message: ToPage) {
    if (message.type === 'course') {
      road = message.road
      $('join-label').textContent = message.isRehearsal ? 'A rehearsal' : 'Come in'
      $('line').textContent = message.line
      drawRoad()
    }
    if (message.type === 'shown') {
      shown = message
      ahead = message.at - Date.now()
      show()
    }
    if (message.type === 'file') save(message.name, message.text)
    if (message.type === 'problem') problem(message.text)
  },
  onclose: () =>
    problem(
      token === ''
        ? 'This address has no token. Open the whole address that the terminal shows.'
        : 'The program behind this board does not answer. Start it again: the board goes on by itself.'
    )
}
const say = connect<ToPage, FromPage>(listener, token)

function problem(text: string): void {
  $('problem').textContent = text
}

function show(): void {
  if (!shown) return
  const { people } = shown
  const hands = shown.hands.length
  $('people-count').textContent = String(people.length)
  $('hands-count').textContent = String(hands)
  $('hands-word').textContent = hands === 1 ? 'hand' : 'hands'
  $('hands').classList.toggle('up', hands > 0)
  if ($('teacher').hidden) showProjector(shown)
  else showTeacher(shown)
}

// The projector

/** Draws what moves seldom: where the exercises lie. */
function drawRoad(): void {
  const { clientWidth, clientHeight } = $('road')
  if (clientWidth === 0 || clientHeight === 0) return
  const title = Number.parseFloat(getComputedStyle($('road')).fontSize) * TITLE
  laid = layOut(road, clientWidth, clientHeight, title, zooms)
  for (const { stretch, x, width, top, floor } of laid.lanes) {
    const lane = place(`.lane[data-exercise="${stretch.exercise}"]`, () => newLane(stretch))
    Object.assign(lane.style, { left: `${x}px`, width: `${width}px`, top: `${top}px`, height: `${floor - top}px` })
  }
  for (const { place: number, kind, step, x, width, floor } of laid.cells) {
    const sign = place(`.sign[data-place="${number}"]`, () => newSign(number, SIGNS[kind] ?? String(step)))
    Object.assign(sign.style, { left: `${x}px`, width: `${width}px`, top: `${floor + 4}px` })
  }
  fit()
  show()
}

/** The element of the road that a selector finds; a new one when there is none. */
function place(selector: string, create: () => HTMLElement): HTMLElement {
  const found = $('road').querySelector<HTMLElement>(selector)
  if (found) return found
  const element = create()
  $('road').append(element)
  return element
}

function newLane({ exercise, title }: Stretch): HTMLElement {
  const lane = make('div', 'lane')
  lane.dataset.exercise = String(exercise)
  const heading = make('h3')
  heading.append(make('b', '', String(exercise)), make('span', 'title', title), make('span', 'there'))
  lane.append(heading)
  return lane
}

function newSign(place: number, text: string): HTMLElement {
  const sign = make('span', 'sign', text)
  sign.dataset.place = String(place)
  return sign
}

function showProjector({ people, sentence, told }: Shown): void {
  const before = zooms
  zooms = zoomsOf(people, before)
  if ([...zooms].some(([exercise, zoom]) => before.get(exercise) !== zoom)) {
    drawRoad() // and then all of this
    return
  }
  const places = new Map(people.map((person) => [person.id, placeOf(road, person)]))
  taken = seats(places, taken)
  const crowds = new Map<number, number>()
  for (const place of places.values()) crowds.set(place, (crowds.get(place) ?? 0) + 1)
  const sizes = [...crowds].map(([place, crowd]) => pitch(crowd, laid.cells[place]?.width ?? 0, laid.height))
  const size = Math.min(LARGEST, ...sizes)
  moveDots(size)
  for (const lane of $('road').querySelectorAll<HTMLElement>('.lane')) {
    const count = people.filter(({ exercise }) => String(exercise) === lane.dataset.exercise).length
    setText(within(lane, '.there'), count > 0 ? `● ${count}` : '')
  }
  const loud = sentence && sentence.readers > 1 && placeOf(road, sentence)
  for (const sign of $('road').querySelectorAll<HTMLElement>('.sign')) {
    sign.classList.toggle('loud', sign.dataset.place === String(loud))
  }
  showSentence(sentence, people.length)
  $('told').hidden = !told
  $('told-text').textContent = told?.text ?? ''
}

function moveDots(size: number): void {
  const dots = new Map([...$('road').querySelectorAll<HTMLElement>('.dot')].map((dot) => [dot.dataset.id ?? '', dot]))
  for (const [id, { place, slot }] of taken) {
    const cell = laid.cells[place]
    if (!cell) continue
    let dot = dots.get(id)
    if (!dot) {
      dot = make('div', 'dot')
      dot.dataset.id = id
      $('road').append(dot)
    }
    dots.delete(id)
    const { x, y } = pointOf(cell, slot, size)
    const across = size * 0.86
    const style = {
      width: `${across}px`,
      height: `${across}px`,
      transform: `translate(${(x - across / 2).toFixed(1)}px, ${(y - across / 2).toFixed(1)}px)`
    }
    Object.assign(dot.style, style)
  }
  for (const gone of dots.values()) gone.remove()
}

/** One person alone is not shown to the room. */
function showSentence(most: Sentence | undefined, people: number): void {
  const sentence = most && most.readers > 1 ? most : undefined
  const stretch = road.find(({ exercise }) => exercise === sentence?.exercise)
  const label = sentence
    ? `${sentence.readers} of ${people} read this at exercise ${sentence.exercise}, step ${sentence.step}: ${stretch?.steps[sentence.step - 1] ?? ''}`
    : ''
  const text = sentence?.text ?? 'No two people read the same failing verdict right now.'
  setText($('sentence-label'), label)
  $('sentence').classList.toggle('calm', !sentence)
  if (setProse($('sentence-text'), text)) fit()
}

/** Sets the sentence as large as it fits. */
function fit(): void {
  const [box, text] = [$('sentence-box'), $('sentence-text')]
  for (const size of SIZES) {
    text.style.fontSize = `calc(var(--large) * ${size})`
    if (box.scrollHeight <= box.clientHeight) break
  }
}

/** Changes a text in which `code` is set as code, where it differs. */
function setProse(element: HTMLElement, text: string): boolean {
  if (element.dataset.text === text) return false
  element.dataset.text = text
  const parts = text.split('`').map((part, i) => (i % 2 === 1 ? make('code', '', part) : part))
  element.replaceChildren(...parts)
  return true
}

/** Changes a text only where it differs: a screen reader says it again otherwise. */
function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

// The teacher's view

function showTeacher({ people, hands, floods, marks }: Shown): void {
  $('nobody').hidden = people.length > 0
  keyed($('rows'), people, newRow, showRow)
  const byId = new Map(people.map((person) => [person.id, person]))
  const raised = hands.flatMap((id) => byId.get(id) ?? [])
  $('no-hands').hidden = raised.length > 0
  keyed($('queue'), raised, newHand, showHand)
  const said = floods.map(({ label, entries }) => `${label} floods the room: ${entries} entries, most of them dropped.`)
  setText($('floods'), said.join(' '))
  showProgress(marks)
}

/** Keeps one child for each person, in their order. What is there already is changed, so that a focus stays. */
function keyed(
  parent: HTMLElement,
  people: Person[],
  create: () => HTMLElement,
  fill: (element: HTMLElement, person: Person) => void
): void {
  const old = new Map([...parent.children].map((child) => [(child as HTMLElement).dataset.id ?? '', child]))
  let spot = parent.firstElementChild
  for (const person of people) {
    const element = (old.get(person.id) as HTMLElement | undefined) ?? create()
    old.delete(person.id)
    element.dataset.id = person.id
    fill(element, person)
    if (element === spot) spot = spot.nextElementSibling
    else parent.insertBefore(element, spot)
  }
  for (const gone of old.values()) gone.remove()
}

const within = (element: HTMLElement, selector: string) => element.querySelector(selector) as HTMLElement

function newRow(): HTMLElement {
  const row = make('tr')
  const sentence = make('td', 'sentence')
  sentence.append(make('span'))
  const name = make('td')
  name.append(make('span', 'who'), make('span', 'has-hand'))
  row.append(name, make('td', 'step'), make('td', 'number'), sentence)
  return row
}

function showRow(row: HTMLElement, person: Person): void {
  const { name, exercise, since, sentence = '', hand } = person
  setText(within(row, '.who'), name)
  setText(within(row, '.has-hand'), hand ? ' hand up' : '')
  setText(within(row, '.step'), whereIs(person))
  setText(within(row, '.number'), exercise === undefined ? '' : duration(since))
  setProse(within(row, '.sentence span'), sentence)
  within(row, '.sentence').title = sentence
}

function newHand(): HTMLElement {
  const item = make('li')
  item.append(make('span', 'who'), make('button', 'come'), make('span', 'words'))
  return item
}

function showHand(item: HTMLElement, person: Person): void {
  const { name, hand } = person
  if (!hand) return
  setText(within(item, '.who'), [name, whereIs(person), duration(hand.since)].filter(Boolean).join(', '))
  setText(within(item, '.words'), hand.words ?? '')
  const button = within(item, '.come') as HTMLButtonElement
  button.disabled = hand.isAwaited
  button.dataset.hand = String(hand.number)
  setText(button, hand.isAwaited ? '✓ told' : 'I am coming')
  button.setAttribute('aria-label', hand.isAwaited ? `${name} was told` : `I am coming, ${name}`)
}

function whereIs({ exercise, step = 1 }: Person): string {
  if (exercise === undefined) return ''
  const steps = road.find((stretch) => stretch.exercise === exercise)?.steps.length ?? step
  return step > steps ? `${exercise} ✓` : `${exercise} · ${step}`
}

/** How long ago that was, as in “4 min”. */
function duration(since: number): string {
  const ms = Math.max(0, Date.now() + ahead - since)
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.floor(ms / 1000)} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function showProgress(marks: Shown['marks']): void {
  const svg = $<SVGSVGElement>('progress')
  const { clientWidth, clientHeight } = svg
  const [left, bottom] = [24, 20]
  const [width, height] = [clientWidth - left, clientHeight - bottom]
  const all = road.reduce((sum, { steps }) => sum + steps.length, 0)
  const { wide, narrow, middle } = chart(marks, all, width, height)
  const area = part('g', { transform: `translate(${left} 0)` })
  let passed = 0
  for (const { exercise, steps } of road) {
    const y = height - (passed / all) * height
    passed += steps.length
    const next = height - (passed / all) * height
    area.append(part('line', { x1: 0, x2: width, y1: y, y2: y }))
    area.append(part('text', { x: -left, y: (y + next) / 2 + 5 }, String(exercise)))
  }
  for (const [name, d] of Object.entries({ wide, narrow, middle })) area.append(part('path', { class: name, d }))
  const [first, last] = [marks[0], marks.at(-1)]
  if (first && last && first !== last) {
    area.append(part('text', { x: 0, y: height + bottom - 4 }, clock(first.at)))
    area.append(part('text', { x: width, y: height + bottom - 4, 'text-anchor': 'end' }, clock(last.at)))
  }
  svg.querySelector('g')?.replaceWith(area)
  setText($('progress-text'), last && middle ? 'Line: half of the class. Bands: 25–75 and 10–90 of 100 people.' : '')
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })
}

function part(tag: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.textContent = text
  return element
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text]))
  const link = make('a') as HTMLAnchorElement
  Object.assign(link, { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

// What the teacher does

function turn(): void {
  const isTeachers = $('teacher').hidden
  $('teacher').hidden = !isTeachers
  $('projector').hidden = isTeachers
  $('other-view').textContent = isTeachers ? 'Projector (T)' : 'Teacher’s view (T)'
  if (!isTeachers) drawRoad()
  show()
}

addEventListener('keydown', (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key.toLowerCase() === 't') turn()
})
$('other-view').addEventListener('click', turn)
$('other-view').textContent = 'Teacher’s view (T)'

$('teacher').addEventListener('click', ({ target }) => {
  const button = (target as Element).closest<HTMLButtonElement>('.come')
  const to = button?.closest<HTMLElement>('[data-id]')?.dataset.id
  if (button && to !== undefined) say({ type: 'come', to, hand: Number(button.dataset.hand) })
})

$('tell-form').addEventListener('submit', (event) => {
  event.preventDefault()
  const input = $<HTMLInputElement>('tell')
  if (input.value.trim() !== '' && say({ type: 'tell', text: input.value })) input.value = ''
})
$('export-csv').addEventListener('click', () => say({ type: 'export', format: 'csv' }))
$('export-json').addEventListener('click', () => say({ type: 'export', format: 'json' }))

new ResizeObserver(drawRoad).observe($('road'))
// How long somebody has been somewhere changes also when nothing is told.
setInterval(show, 5_000)
