// A clip of how programs find each other: an animated SVG of a recording, for a README. It moves without a script, and
// stands still, with all its sentences, for those who want no motion.
import { type Happened, is } from './events.ts'
import { visible } from './sentences.ts'

/** How long a step is shown, and how long the last one stands, in s. */
const [SHOWN, STANDS] = [2.6, 4]
/** A time in which nothing happens is a step of its own, in ms. */
const NOTHING = 1_000

const WIDTH = 760
const RING = { x: WIDTH / 2, y: 140, radius: 84 }
const COLORS = ['blue', 'orange', 'green']

type Act = Extract<Happened, { what: 'looks up' | 'announces' | 'meets' }>

interface Step {
  /** What happens in it, of one kind; empty when nothing does. */
  acts: Act[]
  says: string
}

/**
 * The clip of a recording in which programs join a topic: whom each asks, who is announced where, and who meets. What
 * they do when they leave is left out.
 */
export function clip(events: readonly Happened[]): string {
  const programs = [...new Set(events.filter(is('starts')).map(({ who }) => who))]
  const nodes = [...new Set(events.filter(is('is a node')).map(({ who }) => who))]
  const steps = stepsOf(events)
  const length = steps.length * SHOWN + STANDS - SHOWN
  const percent = (step: number) => Math.round((step * SHOWN * 1000) / length) / 10
  const colorOf = (who: string) => `var(--${COLORS[programs.indexOf(who) % COLORS.length]})`
  const place = (who: string) => {
    const side = programs.indexOf(who)
    if (side === -1) return onRing(nodes.indexOf(who), nodes.length)
    return { x: side % 2 === 0 ? 90 : WIDTH - 90, y: RING.y + Math.floor(side / 2) * 70 }
  }

  const pictures = steps.flatMap(({ acts }, i) => acts.map((act) => drawn(act, i)))
  const told = steps.map(
    ({ says }, i) => `<text class="says t${i}" x="40" y="${300 + i * 26}">${i + 1}. ${escaped(says)}</text>`
  )
  const height = 300 + steps.length * 26
  const rules = steps.map((_, i) => {
    const [from, to] = [percent(i) || 0.2, i === steps.length - 1 ? 100 : percent(i + 1)]
    const [before, after] = [(from - 0.1).toFixed(1), to === 100 ? '' : `${to + 0.1}%,100%`]
    const off = (what: string) => (after === '' ? '' : `${after}{${what}}`)
    return [
      `@keyframes a${i}{0%,${before}%{opacity:0;stroke-dashoffset:1}${from}%{opacity:1;stroke-dashoffset:1}${(from + to) / 2}%,${to}%{opacity:1;stroke-dashoffset:0}${off('opacity:0;stroke-dashoffset:0')}}`,
      `@keyframes k${i}{0%,${(from + to) / 2}%{opacity:0}${(from + to) / 2 + 1}%,100%{opacity:1}}`,
      `@keyframes t${i}{0%,${before}%{opacity:.6}${from}%,${to}%{opacity:1}${off('opacity:.6')}}`,
      ...['a', 'k', 't'].map((kind) => `.${kind}${i}{animation:${kind}${i} ${length}s linear infinite}`)
    ].join('\n')
  })

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(steps.map(({ says }) => says).join(' '))}">
<style>
svg{--paper:#fff;--fill:#f6f8fa;--ink:#1f2328;--line:#818b98;--blue:#0969da;--orange:#bc4c00;--green:#1a7f37}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--fill:#161b22;--ink:#e6edf3;--line:#717983;--blue:#58a6ff;--orange:#f0883e;--green:#3fb950}}
text{font:15px system-ui,sans-serif;fill:var(--ink)}
.name{text-anchor:middle}
.node{fill:var(--fill);stroke:var(--line);stroke-width:1.5}
.arrow{fill:none;stroke-width:2.5;stroke-linecap:round;stroke-dasharray:1;opacity:.35}
.meets{stroke-width:5}
@media (prefers-reduced-motion:no-preference){
${rules.join('\n')}
}
</style>
<rect width="${WIDTH}" height="${height}" rx="12" fill="var(--paper)"/>
<text class="name" x="${RING.x}" y="${RING.y + 5}">the DHT</text>
${pictures.join('\n')}
${nodes.map((node) => circle(place(node), 13, 'class="node"')).join('\n')}
${steps.flatMap(({ acts }, i) => acts.filter(is('announces')).map((act) => remembered(act, i))).join('\n')}
${programs.map((who) => circle(place(who), 26, `fill="${colorOf(who)}"`)).join('\n')}
${programs.map((who) => `<text class="name" x="${place(who).x}" y="${place(who).y + 48}">${escaped(visible(who))}</text>`).join('\n')}
${told.join('\n')}
</svg>
`

  function drawn(act: Act, i: number): string {
    const [from, to] = [place(act.who), place(act.what === 'meets' ? String(act.with) : String(act.node))]
    // A connection is drawn below the ring, since it does not go through it.
    const bend = act.what === 'meets' ? `Q${RING.x} ${RING.y + RING.radius * 2.4}` : 'L'
    const path = `M${from.x} ${from.y}${bend} ${to.x} ${to.y}`
    const kind = act.what === 'meets' ? 'arrow meets' : 'arrow'
    return `<path class="${kind} a${i}" pathLength="1" d="${path}" stroke="${colorOf(act.who)}"/>`
  }

  /** What a node has been told, as a spot in the program's colour. */
  function remembered({ who, node }: { who: string; node?: string }, i: number): string {
    const { x, y } = place(String(node))
    return circle({ x: x + (programs.indexOf(who) % 2 === 0 ? -5 : 5), y }, 4, `class="k${i}" fill="${colorOf(who)}"`)
  }
}

function stepsOf(events: readonly Happened[]): Step[] {
  const leaves = events.findIndex(is('leaves a topic'))
  const topics = new Set(events.filter(is('joins a topic')).map(({ target }) => target))
  const acts = (leaves === -1 ? events : events.slice(0, leaves)).filter(
    (event): event is Act =>
      (event.what === 'meets' && event.began === true) ||
      ((event.what === 'looks up' || event.what === 'announces') && topics.has(String(event.target)))
  )
  /** Who is announced so far. */
  const announced = new Set<string>()
  const steps: Step[] = []
  for (const [i, act] of acts.entries()) {
    const before = acts[i - 1]
    const pause = before ? act.at - before.at : 0
    if (pause > NOTHING) {
      steps.push({ acts: [], says: `For ${Math.round(pause / 1000)} seconds nobody looks again, and nobody meets.` })
    }
    const last = steps.at(-1)
    if (last && before?.what === act.what && pause <= NOTHING) last.acts.push(act)
    else steps.push({ acts: [act], says: '' })
  }
  for (const step of steps) {
    const names = [...new Set(step.acts.map(({ who }) => who))].sort()
    if (names.length === 0) continue
    const [who, one] = [names.map((name) => visible(name)).join(' and '), names.length === 1]
    const [act] = step.acts as [Act]
    if (act.what === 'looks up') {
      const others = [...announced].filter((other) => !one || other !== names[0])
      const found =
        others.length === 0 ? 'Nobody, yet' : `The answer: ${others.map((name) => visible(name)).join(' and ')}`
      step.says = `${who} ${one ? 'asks' : 'ask'} the nodes who is under the topic. ${found}.`
    }
    if (act.what === 'announces') {
      const again = names.every((name) => announced.has(name)) ? ' again' : ''
      step.says = `${who} ${one ? 'announces itself' : 'announce themselves'}${again}; the nodes remember it.`
      for (const name of names) announced.add(name)
    }
    if (act.what === 'meets') step.says = `${who} connects to ${visible(String(act.with))}.`
  }
  return steps
}

interface Point {
  x: number
  y: number
}

function onRing(i: number, of: number): Point {
  const angle = (2 * Math.PI * (i + 0.5)) / of - Math.PI / 2
  return {
    x: Math.round(RING.x + RING.radius * Math.cos(angle)),
    y: Math.round(RING.y + RING.radius * Math.sin(angle))
  }
}

const circle = ({ x, y }: Point, r: number, more: string): string => `<circle cx="${x}" cy="${y}" r="${r}" ${more}/>`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
