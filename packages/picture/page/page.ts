// The picture: the swarm at a time, drawn anew for each frame in which something has changed. What programs say is put
// in as text, never as HTML.
import { connect } from '@workshop/page/live'
import type { Happened } from '../src/events.ts'
import { Film } from '../src/film.ts'
import { type Entry, Log, told } from '../src/log.ts'
import { hueOf, shortKey, visible } from '../src/sentences.ts'
import type { Message } from '../src/show.ts'
import type { Connection, Core, Program, Swarm } from '../src/swarm.ts'
import { sizeOf } from '../src/swarm.ts'
import { alongCurve, bent, inside, onRing, type Place, Places, type Point } from './layout.ts'

/** An arrow to the DHT is seen for so long, and a block is so long on its way, in ms. */
const [ARROW, FLIGHT] = [1_600, 700]
/** So many blocks and arrows are drawn at once. */
const MOST_MOVING = 400
/** More programs than that get small letters, more connections no numbers. */
const [MANY, MOST_LABELS] = [12, 24]
/** The blocks of many programs are drawn by turns: in one frame of so many. */
const TURNS = 4
/** So does a stage that is narrower, in pixels. */
const NARROW = 560
/** So many entries stand in the list, which changes so often, in ms: a screen reader has to keep up. */
const [LISTED, LIST_PACE] = [60, 250]
/** A strip draws single blocks up to so many, and so many cores of a program are drawn. */
const [SINGLE_BLOCKS, MOST_CORES] = [40, 5]
const STRIP = { width: 200, height: 15 }

const $ = <E extends Element>(id: string): E => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}.`)
  return element as unknown as E
}
const stage = $<HTMLElement>('stage')
const lines = $<SVGSVGElement>('lines')
const moving = $<HTMLCanvasElement>('moving')
const slider = $<HTMLInputElement>('time')
const brush = moving.getContext('2d')
const calm = matchMedia('(prefers-reduced-motion: reduce)')
const dark = matchMedia('(prefers-color-scheme: dark)')

let film = new Film()
let log = new Log()
const places = new Places()

// ——— Time ———

/** The time that is shown, in ms of the events. */
let shown = 0
/** Shows what happens now, and goes on with it. */
let follows = true
let plays = true
/** Where a scene that is seen again ends; undefined when nothing is. */
let until: number | undefined
let isRecording = false
let isThere = true
/** What the clock of this page says when the events' says 0. */
let zero: number | undefined
let frame = 0
let lastFrame = 0
let lastList = 0
let isDirty = true

function now(): number {
  return zero === undefined ? film.end : Math.max(film.end, Math.min(performance.now() - zero, film.end + 2 * ARROW))
}

/** Shows another time; stops there unless it plays. */
function seek(time: number): void {
  follows = false
  until = undefined
  shown = Math.max(film.begin, Math.min(time, now()))
  draw()
}

function setPlaying(value: boolean): void {
  plays = value
  if (plays && !follows && isRecording && shown >= film.end) shown = film.begin
  if (!plays) follows = false
  draw()
}

function toNow(): void {
  if (isRecording) {
    plays = false
    seek(film.end)
    return
  }
  follows = true
  plays = true
  until = undefined
  draw()
}

/** Plays what surrounds an event, slowly enough to see it, and stops behind it. */
function again(entry: Entry): void {
  seek(entry.at - 400)
  until = entry.at + ARROW
  plays = true
  draw()
}

function draw(): void {
  isDirty = true
  wake()
}

/** Has a frame shown, in which what plays goes on. */
function wake(): void {
  if (frame === 0) frame = requestAnimationFrame(show)
}

function show(at: number): void {
  frame = 0
  const passed = Math.min(100, at - lastFrame)
  const played = plays // also the last frame of a scene is drawn
  lastFrame = at
  if (follows && !isRecording) shown = now()
  else if (plays) {
    shown += passed * (until === undefined ? 1 : 0.5)
    const end = until ?? (isRecording ? film.end + ARROW : now())
    if (shown >= end) {
      shown = end
      if (until === undefined && !isRecording) follows = true
      else plays = false
      until = undefined
    }
  }
  const swarm = film.at(shown)
  // When nothing can change any more, nothing is drawn: a page that is left open costs nothing.
  const isIdle = !plays || (follows && !isRecording && now() >= film.end + 2 * ARROW)
  if (isDirty || played) {
    drawPrograms(swarm, isIdle || isDirty)
    drawLines(swarm)
    drawControls(swarm)
    if (at - lastList > LIST_PACE || !plays) {
      lastList = at
      drawList()
    }
  }
  const isMoving = drawMoving(swarm)
  isDirty = false
  if (!isIdle || (isMoving && plays)) frame = requestAnimationFrame(show)
  else drawList()
}

// ——— Programs and their cores ———

interface Card {
  element: HTMLElement
  title: HTMLElement
  cores: HTMLElement
  strips: Map<string, Strip>
  half: { width: number; height: number }
  /** What it showed last: it is written anew only when that has changed. */
  last: string
  transform: string
}

interface Strip {
  element: HTMLElement
  key: HTMLElement
  much: HTMLElement
  frame: SVGElement
  has: SVGElement
  asked: SVGElement
  refused: SVGElement
  last: string
}

const cards = new Map<string, Card>()
let points = new Map<string, Point>()
let place: Place = { width: 1, height: 1 }

/** How many frames have been drawn. */
let turn = 0

function drawPrograms({ programs }: Swarm, areAllDue: boolean): void {
  turn++
  let index = 0
  const { places: numbers, count } = places.of(programs.keys())
  stage.classList.toggle('many', programs.size > MANY || place.width < NARROW)
  for (const [name, card] of cards) {
    if (programs.has(name)) continue
    card.element.remove()
    cards.delete(name)
  }
  points = new Map()
  for (const [name, program] of programs) {
    const card = cards.get(name) ?? makeCard(name)
    writeCard(card, program, areAllDue || programs.size <= MANY || (index++ + turn) % TURNS === 0)
    const { width, height } = card.half
    const wanted = inside(numbers.get(name) ?? 0, count, place)
    // Nothing hangs out of the stage.
    const point = {
      x: Math.max(width + 4, Math.min(place.width - width - 4, wanted.x)),
      y: Math.max(height + 4, Math.min(place.height - height - 4, wanted.y))
    }
    points.set(name, point)
    const transform = `translate(${(point.x - width).toFixed(1)}px, ${(point.y - height).toFixed(1)}px)`
    if (transform === card.transform) continue
    card.transform = transform
    card.element.style.transform = transform
  }
  $<HTMLElement>('empty').hidden = programs.size > 0
}

function makeCard(name: string): Card {
  const element = document.createElement('section')
  element.className = 'program'
  element.tabIndex = 0
  const title = document.createElement('p')
  const cores = document.createElement('div')
  element.append(title, cores)
  $('programs').append(element)
  const card = { element, title, cores, strips: new Map(), half: { width: 0, height: 0 }, last: '', transform: '' }
  cards.set(name, card)
  return card
}

function writeCard(card: Card, { name, text, key, ended, how, topics, cores }: Program, areStripsDue: boolean): void {
  const held = [...cores.values()].slice(0, MOST_CORES)
  const ending = ended === undefined ? '' : how === '0' ? ' has left' : how === 'killed' ? ' † killed' : ' is gone'
  const state = [
    text,
    key,
    ending,
    [...topics].join(' '),
    held.map(({ core }) => core).join(' '),
    cores.size,
    stage.className
  ].join()
  let isNew = false
  if (state !== card.last) {
    card.last = state
    isNew = true
    card.element.classList.toggle('over', ended !== undefined)
    const title = document.createElement('b')
    title.textContent = visible(name, 30)
    const joined = [...topics].slice(0, 2).flatMap((topic) => [' at ', keySpan(topic)])
    card.title.replaceChildren(title, ...(key ? [' ', keySpan(key)] : []), ...joined, ending)
    card.element.setAttribute('aria-label', `${name}${ending}: ${text}`)
    card.element.title = visible(text, 200)
    card.strips = new Map(held.map(({ core }) => [core, card.strips.get(core) ?? makeStrip()]))
    const more = document.createElement('small')
    more.textContent = cores.size > held.length ? `and ${cores.size - held.length} more cores` : ''
    card.cores.replaceChildren(...[...card.strips.values()].map(({ element }) => element), more)
  }
  for (const core of held) {
    const strip = card.strips.get(core.core)
    if (strip && (areStripsDue || strip.last === '')) writeStrip(strip, core)
  }
  if (isNew) card.half = { width: card.element.offsetWidth / 2, height: card.element.offsetHeight / 2 }
}

function makeStrip(): Strip {
  const element = document.createElement('div')
  element.className = 'core'
  const key = document.createElement('span')
  const much = document.createElement('span')
  much.className = 'much'
  const picture = svg('svg', { viewBox: `0 0 ${STRIP.width} ${STRIP.height}`, preserveAspectRatio: 'none' })
  const frame = svg('rect', { class: 'strip-frame', x: 0.5, y: 0.5, width: 0, height: STRIP.height - 1 })
  const [has, asked, refused] = ['strip-has', 'strip-asked', 'strip-refused'].map((name) =>
    svg('path', { class: name })
  )
  if (!has || !asked || !refused) throw new Error('A strip has three parts.')
  picture.append(frame, has, asked, refused)
  element.append(key, much, picture)
  return { element, key, much, frame, has, asked, refused, last: '' }
}

/** The blocks of a core: filled when they are there, outlined when they are asked for, struck when they were refused. */
function writeStrip(strip: Strip, { core, key, label, writable, length, has, asked, refused }: Core): void {
  const size = sizeOf(has)
  const state = `${key} ${label} ${writable} ${length} ${size} ${has.length} ${has[0]?.[0]} ${asked.size} ${refused.size}`
  if (state === strip.last) return
  strip.last = state
  const hex = key || core
  strip.element.style.setProperty('--hue', String(hueOf(hex)))
  const name = document.createElement('span')
  name.textContent = label ? ` ${visible(label, 12)}` : ''
  strip.key.replaceChildren(writable ? '✎ ' : '', keySpan(hex), name)
  strip.much.textContent = `${size} of ${length}`
  strip.element.setAttribute('role', 'img')
  strip.element.setAttribute(
    'aria-label',
    `${writable ? 'writes' : 'holds'} ${size} of ${length} blocks of the core ${shortKey(hex)}${asked.size > 0 ? `, asks for ${asked.size}` : ''}${refused.size > 0 ? `, has refused ${refused.size}` : ''}`
  )
  const of = Math.max(length, SINGLE_BLOCKS / 4)
  const step = STRIP.width / of
  const gap = length <= SINGLE_BLOCKS ? Math.min(2, step / 4) : 0
  const box = (start: number, end: number, inset: number) => {
    const [x, right] = [start * step + gap / 2 + inset, Math.max(end * step - gap / 2, start * step + 1) - inset]
    return `M${x.toFixed(1)} ${1 + inset}H${right.toFixed(1)}V${STRIP.height - 1 - inset}H${x.toFixed(1)}Z`
  }
  const single = (ranges: typeof has) =>
    gap === 0
      ? ranges
      : ranges.flatMap(([start, end]) =>
          Array.from({ length: end - start }, (_, i) => [start + i, start + i + 1] as const)
        )
  strip.frame.setAttribute('width', String(Math.max(0, length * step - 1)))
  strip.has.setAttribute(
    'd',
    single(has)
      .map(([start, end]) => box(start, end, 0))
      .join('')
  )
  strip.asked.setAttribute(
    'd',
    [...asked]
      .slice(0, 200)
      .map((index) => box(index, index + 1, 1))
      .join('')
  )
  strip.refused.setAttribute(
    'd',
    [...refused].map((index) => `M${index * step} ${STRIP.height}L${(index + 1) * step} 0`).join('')
  )
}

function keySpan(hex: string): HTMLElement {
  const span = document.createElement('span')
  span.className = 'key'
  span.style.setProperty('--hue', String(hueOf(hex)))
  span.textContent = shortKey(hex)
  return span
}

// ——— The ring and the connections ———

interface Line {
  element: SVGElement
  path: SVGElement
  head: SVGElement
  label: SVGElement
  from: Point
  control: Point
  to: Point
}

const connections = new Map<string, Line>()
const ring = { element: svg('g', {}), last: '' }
const drawn = svg('g', {})
lines.append(ring.element, drawn)

function drawLines(swarm: Swarm): void {
  drawRing(swarm)
  for (const [id, { element }] of connections) {
    if (swarm.connections.has(id)) continue
    element.remove()
    connections.delete(id)
  }
  const hasLabels = swarm.connections.size <= MOST_LABELS
  /** How many lines two programs have so far: each next one bends further. */
  const between = new Map<string, number>()
  for (const [id, connection] of swarm.connections) {
    const [first, second] = connection.ends
    const [from, to] = [points.get(first), points.get(second)]
    const line = connections.get(id) ?? makeLine(id)
    // Of what is not on this machine only the end is known.
    line.element.setAttribute('visibility', from && to ? 'visible' : 'hidden')
    if (!from || !to) continue
    const pair = [first, second].sort().join(' and ')
    const others = between.get(pair) ?? 0
    between.set(pair, others + 1)
    // Away from the middle, where the other lines are.
    writeLine(line, connection, from, to, (first < second ? 1 : -1) * (24 + 34 * others), hasLabels)
  }
}

function drawRing({ nodes }: Swarm): void {
  const state = `${nodes.join()} ${place.width} ${place.height}`
  if (state === ring.last) return
  ring.last = state
  const { width, height } = place
  const circle = svg('ellipse', {
    class: 'ring',
    cx: width / 2,
    cy: height / 2,
    rx: Math.max(0, width / 2 - 26), // before the page is laid out it is one pixel wide
    ry: Math.max(0, height / 2 - 26)
  })
  ring.element.replaceChildren(
    ...(nodes.length > 0 ? [circle] : []),
    ...nodes.flatMap((name, i) => {
      const { x, y } = onRing(i, nodes.length, place)
      const label = svg('text', { class: 'node-name', x, y: y > height / 2 ? y - 18 : y + 26 })
      label.textContent = visible(name, 20)
      return [svg('circle', { class: 'node', cx: x, cy: y, r: 11 }), label]
    })
  )
}

function makeLine(id: string): Line {
  const element = svg('g', { class: 'connection' })
  const [path, head, label] = [
    svg('path', { class: 'line' }),
    svg('path', { class: 'head' }),
    svg('text', { class: 'bytes' })
  ]
  element.append(path, head, label)
  drawn.append(element)
  const nowhere = { x: 0, y: 0 }
  const line = { element, path, head, label, from: nowhere, control: nowhere, to: nowhere }
  connections.set(id, line)
  return line
}

function writeLine(line: Line, one: Connection, from: Point, to: Point, by: number, hasLabel: boolean): void {
  const { control, middle } = bent(from, to, by)
  Object.assign(line, { from, control, to })
  const isBad = one.ended !== undefined && one.how !== 'goodbye'
  set(line.element, 'class', `connection${one.ended === undefined ? '' : ' over'}${isBad ? ' bad' : ''}`)
  set(line.path, 'd', `M${at(from)}Q${at(control)} ${at(to)}`)
  // The head says who began.
  const near = alongCurve(from, control, to, 0.54)
  const angle = Math.atan2(near.y - middle.y, near.x - middle.x)
  const tip = (turn: number, far: number) =>
    at({ x: middle.x + far * Math.cos(angle + turn), y: middle.y + far * Math.sin(angle + turn) })
  set(line.head, 'd', one.isBegunByFirst ? `M${tip(0, 13)}L${tip(2.4, 11)}L${tip(-2.4, 11)}Z` : '')
  const [out, back] = one.bytes
  const isRightwards = to.x >= from.x
  const [right, left] = isRightwards ? [out, back] : [back, out]
  const bytes = `${bytesOf(left)} ◂ ▸ ${bytesOf(right)}`
  const end = one.ended === undefined ? '' : ({ goodbye: 'goodbye', killed: '✗ killed' }[one.how] ?? '✗ broken')
  const text = hasLabel ? (end ? `${end} · ${bytes}` : bytes) : end
  if (line.label.textContent !== text) line.label.textContent = text
  set(line.label, 'x', middle.x.toFixed(0))
  set(line.label, 'y', (middle.y - 16).toFixed(0))
}

const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`

function bytesOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

// ——— What moves ———

const ACTS: Partial<Record<Happened['what'], string>> = {
  announces: 'I am at',
  unannounces: 'forget me at',
  'looks up': 'who is at',
  'looks for a key': 'whose key is'
}
/** So many of them are written beside a program. */
const MOST_WORDS = 3

/** So many blocks and arrows could not be drawn in the last frame. */
let undrawn = 0

/** Draws what is on its way at this time, and gives whether anything is. */
function drawMoving(swarm: Swarm): boolean {
  if (!brush) return false
  const ratio = devicePixelRatio
  brush.setTransform(ratio, 0, 0, ratio, 0, 0)
  brush.clearRect(0, 0, place.width, place.height)
  const isDark = dark.matches
  let count = 0
  undrawn = 0
  const said = new Set<string>()
  const { events } = film
  for (let i = film.indexAt(shown) - 1; i >= 0; i--) {
    const event = events[i]
    if (!event || shown - event.at > ARROW) break
    const age = shown - event.at
    const isBlock = event.what === 'receives a block' || event.what === 'sends a block'
    const act = ACTS[event.what]
    if (!act && !(isBlock && age < FLIGHT)) continue
    if (count >= MOST_MOVING) {
      undrawn++
      continue
    }
    if (isBlock) count += drawBlock(swarm, event, age, isDark)
    else if (act && 'node' in event) count += drawArrow(swarm, event, act, age, isDark, said)
  }
  return count > 0
}

function drawBlock({ programs }: Swarm, event: Happened, age: number, isDark: boolean): number {
  if (!brush || !('core' in event) || !('connection' in event) || event.what === 'refuses a block') return 0
  // The one who gets it tells it too, unless it is on another machine.
  if (event.what === 'sends a block' && points.has(String(event.with))) return 0
  const line = connections.get(String(event.connection))
  if (!line || line.element.getAttribute('visibility') === 'hidden') return 0
  const [sender, from] =
    event.what === 'sends a block' ? [event.who, points.get(event.who)] : [event.with, points.get(String(event.with))]
  if (sender === undefined || !from) return 0
  const isForwards = from.x === line.from.x && from.y === line.from.y
  const share = calm.matches ? 0.5 : age / FLIGHT
  const { x, y } = alongCurve(line.from, line.control, line.to, isForwards ? share : 1 - share)
  const key = programs.get(event.who)?.cores.get(event.core)?.key || event.core
  brush.fillStyle = `hsl(${hueOf(key)} 65% ${isDark ? 62 : 42}%)`
  brush.fillRect(x - 6, y - 6, 12, 12)
  return 1
}

function drawArrow(
  { nodes, programs }: Swarm,
  event: Happened,
  act: string,
  age: number,
  isDark: boolean,
  said: Set<string>
): number {
  const node = nodes.indexOf('node' in event ? String(event.node) : '')
  const from = points.get(event.who)
  if (!brush || node === -1 || !from) return 0
  const to = onRing(node, nodes.length, place)
  const target = 'target' in event ? String(event.target ?? '') : ''
  // Whether its own key is there is looked at before it is announced.
  if (event.what === 'looks for a key' && programs.get(event.who)?.announced.has(target)) return 0
  const share = calm.matches ? 1 : Math.min(1, age / 450)
  const tip = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
  const tail = {
    x: from.x + (to.x - from.x) * Math.max(0, share - 0.45),
    y: from.y + (to.y - from.y) * Math.max(0, share - 0.45)
  }
  brush.globalAlpha = Math.max(0, Math.min(1, (ARROW - age) / 500))
  brush.strokeStyle = brush.fillStyle = `hsl(${hueOf(target)} 70% ${isDark ? 65 : 38}%)`
  brush.lineWidth = 3
  brush.beginPath()
  brush.moveTo(tail.x, tail.y)
  brush.lineTo(tip.x, tip.y)
  brush.stroke()
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  brush.beginPath()
  brush.moveTo(tip.x, tip.y)
  for (const turn of [2.6, -2.6]) brush.lineTo(tip.x + 14 * Math.cos(angle + turn), tip.y + 14 * Math.sin(angle + turn))
  brush.fill()
  // Once for all nodes that are asked the same.
  const words = `${act} ${shortKey(target)}`
  const others = [...said].filter((other) => other.startsWith(`${event.who} `)).length
  if (!said.has(`${event.who} ${words}`) && others < MOST_WORDS && points.size <= MANY) {
    said.add(`${event.who} ${words}`)
    const half = cards.get(event.who)?.half.height ?? 0
    brush.textAlign = 'center'
    brush.lineWidth = 5
    brush.strokeStyle = isDark ? '#14161b' : '#fbfaf7'
    const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    brush.font = `600 ${size}px system-ui, sans-serif`
    const isBelow = from.y > place.height / 2
    const y = isBelow ? from.y + half + (1.1 + others * 1.3) * size : from.y - half - (0.4 + others * 1.3) * size
    brush.strokeText(words, from.x, y)
    brush.fillText(words, from.x, y)
  }
  brush.globalAlpha = 1
  return 1
}

// ——— The list and the controls ———

let listed = ''
let seenAgain: Entry | undefined

function drawList(): void {
  const entries = log.until(shown, LISTED)
  const state = entries.map(({ at, more }) => `${at}+${more}`).join() + String(seenAgain?.at)
  if (state === listed) return
  listed = state
  const list = $<HTMLOListElement>('log')
  const had = list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.at : undefined
  const known = new Map([...list.children].map((item) => [(item as HTMLElement).dataset.of, item]))
  const items = entries.map((entry) => {
    const of = `${entry.at} ${entry.more} ${entry.event.who} ${entry.event.what}`
    const old = known.get(of)
    if (old) return old
    const item = document.createElement('li')
    item.dataset.of = of
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset.at = String(entry.at)
    const time = document.createElement('time')
    time.textContent = (entry.at / 1000).toFixed(1)
    const words = document.createElement('span')
    words.textContent = told(entry)
    button.append(time, words)
    button.addEventListener('click', () => {
      seenAgain = entry
      again(entry)
    })
    item.append(button)
    return item
  })
  list.replaceChildren(...items)
  for (const item of items) {
    const button = item.firstElementChild as HTMLElement
    button.classList.toggle('again', seenAgain !== undefined && button.dataset.at === String(seenAgain.at))
    if (had !== undefined && button.dataset.at === had) button.focus()
  }
}

function drawControls({ programs, connections, leftOut }: Swarm): void {
  const end = Math.max(film.end, film.begin)
  set(slider, 'min', (film.begin / 1000).toFixed(1))
  set(slider, 'max', (end / 1000).toFixed(1))
  const seconds = (Math.min(shown, end) / 1000).toFixed(1)
  if (slider.value !== seconds) slider.value = seconds
  write('clock', `${seconds} s`)
  write('play', plays ? 'Pause' : 'Play')
  write('now', isRecording ? 'End' : 'Now')
  const [running, open] = [programs, connections].map((all) =>
    [...all.values()].filter(({ ended }) => ended === undefined)
  )
  const what = `${counted(running?.length ?? 0, 'program')}, ${counted(open?.length ?? 0, 'connection')}`
  const when = isRecording
    ? 'A recording'
    : !isThere
      ? 'The picture has ended in its terminal'
      : follows
        ? 'Now'
        : 'Earlier'
  write('state', `${when}: ${what}`)
  const notes = [
    leftOut > 0 ? `Too much happens: ${leftOut.toLocaleString('en')} events are left out.` : '',
    undrawn > 0
      ? `Only ${MOST_MOVING} of ${(MOST_MOVING + undrawn).toLocaleString('en')} moving blocks are drawn.`
      : '',
    connections.size > MOST_LABELS ? 'Bytes are not written: there are too many lines.' : ''
  ]
  write('thinned', notes.filter((note) => note !== '').join(' '))
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Writes only what is new: a status that is written again would be read again. */
function write(id: string, text: string): void {
  const element = $<HTMLElement>(id)
  if (element.textContent !== text) element.textContent = text
}

function set(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

function svg(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}

new ResizeObserver(() => {
  place = { width: stage.clientWidth, height: stage.clientHeight }
  moving.width = place.width * devicePixelRatio
  moving.height = place.height * devicePixelRatio
  draw()
}).observe(stage)

$('play').addEventListener('click', () => setPlaying(!plays))
$('back').addEventListener('click', () => seek(shown - 5_000))
$('forward').addEventListener('click', () => seek(shown + 5_000))
$('now').addEventListener('click', toNow)
slider.addEventListener('input', () => {
  plays = false
  seek(Number(slider.value) * 1000)
})
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target === slider) return
  const isButton = event.target instanceof HTMLButtonElement
  if (event.key === ' ' && !isButton) setPlaying(!plays)
  else if (event.key === 'ArrowLeft') seek(shown - 5_000)
  else if (event.key === 'ArrowRight') seek(shown + 5_000)
  else if (event.key === 'End') toNow()
  else return
  event.preventDefault()
})

connect<Message, never>({
  onopen() {
    // Told from the beginning.
    film = new Film()
    log = new Log()
    zero = undefined
    isThere = true
    draw()
  },
  onmessage(message) {
    if ('isRecording' in message) {
      isRecording = message.isRecording
      if (isRecording) follows = false
      return
    }
    const isFirst = film.events.length === 0
    film.add(message.events)
    log.add(message.events)
    if (isRecording && isFirst) shown = film.begin
    const since = performance.now() - film.end
    zero = Math.min(zero ?? since, since)
    if (plays) wake()
    else draw() // there is more to go to
  },
  onclose() {
    isThere = false
    draw()
  }
})
