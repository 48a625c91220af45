// The story of a step as a page of its own: a sequence diagram in HTML and CSS, without a script and without a network.
import type { Happened } from './events.ts'
import { ending, hueOf, shortKey, visible } from './sentences.ts'
import { NETWORK, otherOf, type Row, type Story } from './story.ts'
import { sizeOf } from './swarm.ts'
import { count, PAUSE, seconds, trace } from './trace.ts'

/** What stands around the diagram: the verdict in words. */
export interface Verdict {
  /** As in `1 · DHT`. */
  heading: string
  results: { step: number; title: string; state: 'passed' | 'failed' | 'not run' }[]
  /** What was seen, and what it means, of the step that failed. */
  saw?: string
  means?: string
}

/** A whole HTML document of the story. All text is escaped: what roles print is shown and never obeyed. */
export function diagram(story: Story, { heading, results, saw, means }: Verdict): string {
  const result = results.find(({ step }) => step === story.step)
  const failed = result?.state === 'failed'
  const passed = results.filter(({ state }) => state === 'passed').length
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${words(`${heading}, step ${story.step}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p>${words(heading)} <span>${passed} of ${results.length}</span></p>
<h1>${failed ? '<b class="bad">✗</b>' : '<b class="good">✓</b>'} Step ${story.step}: ${words(story.title)}</h1>
${failed ? `<p class="saw">${words(saw ?? '')}</p>` : ''}
${failed && means ? `<p class="means">→ ${words(means)}</p>` : ''}
</header>
${body(story)}
<details><summary>The same as text</summary><pre>${escaped(trace(story, 110).join('\n'))}</pre></details>
<footer>Time runs downwards. An arrow goes from the one who acts to the one it reaches. “I” is the check; a dashed frame is where something was due and did not come.</footer>
</body>
</html>
`
}

/** A row of the grid: one of the story, several that began before it, or time in which nothing happened. */
type Line = { row: Row } | { before: Row[] } | { pause: number; at: number }

function body({ lanes, programs, rows, began }: Story): string {
  const style = (lane: string) => (lane === NETWORK ? ' dht' : programs.has(lane) ? '' : ' ours')
  // What began before needs no order: programs that run stand in one row, what they printed in another.
  const earlier = (what: Happened['what']) => rows.filter(({ event, isEarlier }) => isEarlier && event.what === what)
  const lines: Line[] = [
    ...[earlier('starts'), earlier('prints'), earlier('holds')].flatMap(inLayers).map((before) => ({ before })),
    ...earlier('meets').map((row) => ({ before: [row] }))
  ]
  let last = began
  for (const row of rows) {
    if (row.isEarlier) continue
    if (row.event.at - last > PAUSE) lines.push({ pause: row.event.at - last, at: last })
    last = row.event.at
    lines.push({ row })
  }
  /** The column of a lane; the first one is the time's. */
  const column = (lane: string) => lanes.indexOf(lane) + 2
  const cells: string[] = lanes.map(
    (lane) => `<div class="name${style(lane)}" style="grid-area:1/${column(lane)}">${escaped(visible(lane, 40))}</div>`
  )
  for (const lane of lanes) {
    const { from, to } = lifeOf(lane, lines)
    cells.push(`<i class="life${style(lane)}" style="grid-area:${from}/${column(lane)}/${to}/auto"></i>`)
  }
  for (const [i, line] of lines.entries()) {
    const at = i + 2 // below the names
    if ('pause' in line) {
      cells.push(`<div class="time" style="grid-area:${at}/1">⋮ ${(line.pause / 1000).toFixed(1)} s</div>`)
      cells.push(`<div class="pause" style="grid-area:${at}/1/auto/-1"></div>`)
      continue
    }
    const time = 'row' in line ? seconds(line.row.event.at - began) : 'before'
    cells.push(`<div class="time" style="grid-area:${at}/1">${time}</div>`)
    for (const row of 'row' in line ? [line.row] : line.before) cells.push(cell(row, at, column, lines))
  }
  return `<main><div class="diagram" style="--lanes:${lanes.length}">${cells.join('\n')}</div></main>`
}

/** Several rows that can stand beside each other as one: no two of the same lane. */
function inLayers(rows: Row[]): Row[][] {
  const layers: Row[][] = []
  for (const row of rows) {
    const layer = layers.find((layer) => layer.every(({ event }) => event.who !== row.event.who))
    if (layer) layer.push(row)
    else layers.push([row])
  }
  return layers
}

/** The rows of the grid in which somebody is there. */
function lifeOf(lane: string, lines: Line[]): { from: number; to: number } {
  const of = (what: Happened['what'][]) =>
    lines.findLastIndex((line) =>
      ('row' in line ? [line.row] : 'before' in line ? line.before : []).some(
        ({ event }) => event.who === lane && what.includes(event.what)
      )
    )
  const [start, end] = [of(['starts']), of(['ends', 'is killed'])]
  return { from: Math.max(start, 0) + 2, to: end > start ? end + 3 : lines.length + 2 }
}

function cell(row: Row, at: number, column: (lane: string) => number, lines: Line[]): string {
  const { event } = row
  const more = row.more > 0 ? `<small class="more">… ${count(row.more)} like this</small>` : ''
  const marked = row.isMarked ? ' marked' : ''
  if (event.what === 'does') return `<div class="does" style="grid-area:${at}/2/auto/-1">${rich(event.text, 300)}</div>`
  const other = otherOf(event)
  if (event.what === 'is missed') {
    const since = event.since ?? event.at
    const first = lines.findIndex(
      (line) => ('pause' in line && line.at >= since - 1) || ('row' in line && line.row.event.at >= since - 1)
    )
    const from = Math.min(first === -1 ? at : first + 2, at)
    const frame = `<i class="gap" style="grid-area:${from}/${column(event.who)}/${at + 1}/auto"></i>`
    const waited = (event.at - since) / 1000
    const text = `<b>✗</b> ${rich(event.text, 300)}${waited > 0.1 ? ` <small>I waited for ${waited.toFixed(1)} s.</small>` : ''}`
    const arrow =
      other === undefined
        ? ''
        : `<div class="arrow absent ${spanOf(column(other), column(event.who), at - (from < at ? 1 : 0))}"><span>nothing came</span></div>`
    return `${frame}${other && from < at ? arrow : ''}<div class="note missed" style="grid-area:${at}/${column(event.who)}">${text}</div>`
  }
  const label = labelOf(event)
  if (other === undefined || other === event.who) {
    return `<div class="note ${label.style}${marked}" style="grid-area:${at}/${column(event.who)}">${label.html}${more}</div>`
  }
  const isInward =
    event.what === 'receives' || event.what === 'receives a block' || (event.what === 'meets' && event.began === false)
  const [from, to] = isInward ? [other, event.who] : [event.who, other]
  return `<div class="arrow ${label.style}${marked} ${spanOf(column(from), column(to), at)}"><span>${label.html}${more}</span></div>`
}

/** The class and the place of an arrow between two columns, as the rest of a tag. */
function spanOf(from: number, to: number, at: number): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)]
  return `${from < to ? 'right' : 'left'}" style="grid-area:${at}/${left}/auto/${right + 1};--span:${right - left + 1}`
}

/** What stands in a box or on an arrow, as HTML, and its class. */
function labelOf(event: Happened): { html: string; style: string } {
  const target = 'target' in event && event.target !== undefined ? key(event.target) : ''
  switch (event.what) {
    case 'starts':
      return { style: 'starts', html: `starts<br><code>${rich(event.text, 60)}</code>` }
    case 'is typed into':
      return { style: 'typed', html: `<em>I type</em> ${text(event.text)}` }
    case 'prints':
      return { style: 'prints', html: `<em>prints</em> ${text(event.text)}` }
    case 'complains':
      return { style: 'complains', html: `<em>complains</em> ${text(event.text)}` }
    case 'gets Ctrl-C':
      return { style: 'typed', html: '<em>I press</em> <code>Ctrl-C</code>' }
    case 'is killed':
      return { style: 'over', html: '† I kill it (kill -9)' }
    case 'ends':
      return { style: 'over', html: escaped(ending(event.text)) }
    case 'connects':
      return { style: 'asks', html: `the way to ${target}?` }
    case 'looks for a key':
      return { style: 'asks', html: `who has the key of ${target}?` }
    case 'looks up':
      return { style: 'asks', html: `who is at ${target}?` }
    case 'announces':
      return { style: 'asks', html: `I am at ${target}` }
    case 'unannounces':
      return { style: 'asks', html: `forget me at ${target}` }
    case 'meets':
      return { style: 'meets', html: 'connection' }
    case 'loses':
      if (event.with === undefined)
        return { style: 'over', html: `no connection${event.text ? `: ${rich(event.text)}` : ''}` }
      return {
        style: 'loses',
        html:
          event.how === 'broken'
            ? `✗ breaks${event.text ? `: ${rich(event.text)}` : ''}`
            : event.how === 'goodbye'
              ? 'connection closed'
              : 'connection gone'
      }
    case 'sends':
    case 'receives':
      if (event.text === undefined) return { style: 'sends', html: `${event.bytes ?? 'some'} bytes` }
      return { style: 'sends', html: event.text === '' ? 'a part of a character' : text(event.text) }
    case 'opens a core':
      return {
        style: 'core',
        html: `opens ${event.label ? rich(event.label) : 'a core'} ${key(event.key)}<br>${event.writable ? 'writes it' : 'reads it'}, ${event.length} blocks`
      }
    case 'holds':
      return { style: 'core', html: `holds ${sizeOf(event.ranges)} of ${event.length} blocks of ${key(event.core)}` }
    case 'appends': {
      const which =
        event.length - event.start === 1 ? `block ${event.start}` : `blocks ${event.start}–${event.length - 1}`
      return { style: 'core', html: `${event.isCopy ? 'gets in a pack' : 'appends'} ${which} of ${key(event.core)}` }
    }
    case 'hears of a length':
      return { style: 'core', html: `learns: ${key(event.core)} has ${event.length} blocks` }
    case 'sends a block':
    case 'receives a block':
      return { style: 'sends', html: `block ${event.index} of ${key(event.core)}` }
    case 'asks for a block':
      return { style: 'core', html: `wants block ${event.index} of ${key(event.core)}` }
    case 'refuses a block':
      return { style: 'complains', html: `refuses block ${event.index ?? ''} of ${key(event.core)}` }
    case 'joins a topic':
      return { style: 'core', html: `joins ${target}` }
    case 'leaves a topic':
      return { style: 'core', html: `leaves ${target}` }
    default:
      return { style: 'core', html: escaped(event.what) }
  }
}

const text = (text: string): string =>
  text.trim() === '' ? '<small>an empty line</small>' : `<code>${rich(text)}</code>`

/** Text with its keys in their colours. */
function rich(text: string, most = 70): string {
  const parts = text.split(/([0-9a-f]{64})/)
  // Cut by what is seen: a key counts as its short form.
  let room = most
  return parts
    .map((part, i) => {
      if (room <= 0) return ''
      if (i % 2 === 1) {
        room -= 11
        return key(part)
      }
      const shown = part === '' ? '' : visible(part, room)
      room -= shown.length
      return escaped(shown)
    })
    .join('')
}

/** A key in its short form, in the colour that its first bytes give it. */
function key(hex: string): string {
  return `<span class="key" style="--hue:${hueOf(hex)}">${escaped(shortKey(hex))}</span>`
}

/** Sentences of the verdict, in their lines. */
const words = (text: string): string =>
  text
    .split('\n')
    .map((line) => escaped(visible(line, 1_000)))
    .join('\n')

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? '')
}

const STYLE = `
:root{color-scheme:light dark;--ground:light-dark(#fbfaf7,#16181d);--raised:light-dark(#fff,#20242c);--line:light-dark(#8a8f9a,#6d7585);--text:light-dark(#1d2026,#e8eaee);--quiet:light-dark(#595f6b,#a3abba);--accent:light-dark(#0b6b57,#6fd6bb);--bad:light-dark(#a3231f,#ff9d96);--badground:light-dark(#fdeceb,#3a1e1f);--typed:light-dark(#e5eefc,#1e2c45);--mark:light-dark(#fff3c4,#463d14)}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem clamp(1rem,3vw,3rem);background:var(--ground);color:var(--text);font:clamp(1rem,1.15vw,1.5rem)/1.4 system-ui,sans-serif}
header>p:first-child{margin:0;color:var(--quiet)}header span{margin-left:1rem}
h1{margin:.2rem 0 .6rem;font-size:1.6em;line-height:1.2}.bad{color:var(--bad)}.good{color:var(--accent)}
.saw,.means{max-width:75ch;margin:.4rem 0;overflow-wrap:anywhere;white-space:pre-line}.saw{font-size:1.1em}.means{color:var(--accent)}
main{overflow-x:auto;margin:1.5rem 0;padding-bottom:.5rem}
.diagram{display:grid;grid-template-columns:5.5em repeat(var(--lanes),minmax(11em,1fr));row-gap:.35em;min-width:calc(5.5em + var(--lanes)*11em)}
.name{z-index:2;justify-self:center;align-self:end;max-width:95%;padding:.3em .8em;border:2px solid var(--text);border-radius:.4em;background:var(--raised);font-weight:700;text-align:center;overflow-wrap:anywhere}
.name.ours{border-style:dashed}.name.dht{border-radius:2em;border-color:var(--quiet)}
.life{justify-self:center;width:0;border-left:3px solid var(--line)}.life.ours{border-left-style:dashed}.life.dht{border-left-width:1px}
.time{padding-right:.8em;align-self:center;color:var(--quiet);font-variant-numeric:tabular-nums;font-size:.8em;text-align:right}
.pause{min-height:2.6em;border-block:1px dotted var(--line);align-self:stretch;opacity:.6}
.does{z-index:1;margin:.5em 0 .2em;padding:.25em .8em;border-radius:.4em;background:color-mix(in srgb,var(--line) 18%,var(--ground));font-style:italic;overflow-wrap:anywhere}
.note{z-index:1;justify-self:center;max-width:96%;padding:.25em .6em;border:1px solid var(--line);border-radius:.4em;background:var(--raised);overflow-wrap:anywhere;text-align:center;font-size:.92em}
.note em,.arrow em{color:var(--quiet);font-style:normal;font-size:.85em}
code{font-family:ui-monospace,monospace;font-size:.92em;white-space:pre-wrap}
.typed{background:var(--typed);border-color:transparent}
.starts{border-style:solid;border-color:var(--accent)}.over{border-color:var(--text);background:var(--text);color:var(--ground)}
.complains{border-color:var(--bad);color:var(--bad)}
.marked,.arrow.marked>span{background:var(--mark)}
.more{display:block;color:var(--quiet)}
.arrow{position:relative;z-index:1;padding:0 calc(50%/var(--span));text-align:center;font-size:.92em}
.arrow>span{display:inline-block;max-width:94%;padding:0 .4em;background:var(--ground);border-radius:.3em;overflow-wrap:anywhere}
.arrow::before{content:'';display:block;position:absolute;left:calc(50%/var(--span));right:calc(50%/var(--span));bottom:0;border-bottom:2px solid var(--text)}
.arrow{padding-bottom:.3em}
.arrow::after{content:'';position:absolute;bottom:-.27em;border:.3em solid transparent}
.arrow.right::after{right:calc(50%/var(--span));border-left:.6em solid var(--text);border-right:0}
.arrow.left::after{left:calc(50%/var(--span));border-right:.6em solid var(--text);border-left:0}
.asks{color:var(--quiet)}.asks::before{border-bottom-color:var(--quiet);border-bottom-width:1px}.asks.right::after{border-left-color:var(--quiet)}.asks.left::after{border-right-color:var(--quiet)}
.meets{font-weight:700;color:var(--accent)}.meets::before{border-bottom:4px double var(--accent)}.meets.right::after{border-left-color:var(--accent)}.meets.left::after{border-right-color:var(--accent)}
.loses::before{border-bottom-style:dashed}
.absent{color:var(--bad);align-self:center}.absent::before{border-bottom:2px dashed var(--bad)}.absent.right::after{border-left-color:var(--bad)}.absent.left::after{border-right-color:var(--bad)}
.gap{z-index:0;justify-self:center;width:82%;border:3px dashed var(--bad);border-radius:.5em;background:color-mix(in srgb,var(--bad) 9%,transparent)}
.missed{border:2px solid var(--bad);background:var(--badground);color:var(--text);font-size:1em;margin:.4em 0}.missed b{color:var(--bad)}.missed small{display:block;color:var(--quiet)}
.key{padding:0 .25em;border-radius:.25em;background:light-dark(hsl(var(--hue) 75% 86%),hsl(var(--hue) 45% 26%));color:light-dark(hsl(var(--hue) 90% 18%),hsl(var(--hue) 80% 88%));font-family:ui-monospace,monospace;font-size:.92em;white-space:nowrap}
details{margin:1rem 0}pre{overflow-x:auto;font-size:.85em}
footer{color:var(--quiet);font-size:.85em}
summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`
