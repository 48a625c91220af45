// An event as a sentence, in the words of the exercises' texts: for the page's list, and for a verdict in a terminal.
import type { Happened } from './events.ts'

/** So many characters of a text are shown in a sentence. */
const SHOWN = 70

/** A key, a topic or another hash, as people read it. */
export const shortKey = (hex: string): string => harmless(hex.length > 12 ? `${hex.slice(0, 6)}…${hex.slice(-4)}` : hex)

/**
 * The hue, 0 to 359, that the first bytes of a key give it everywhere. Steps of the golden ratio: keys that begin alike
 * look unlike.
 */
export const hueOf = (hex: string): number =>
  /^[0-9a-f]{6}/.test(hex) ? Math.floor(((Number.parseInt(hex.slice(0, 6), 16) * 0.618034) % 1) * 360) : 0

/** What a terminal or a reader would obey is made visible: control codes, and what turns text round or hides it. */
function harmless(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, (code) => (code < ' ' ? String.fromCharCode(0x2400 + code.charCodeAt(0)) : '␦'))
    .replaceAll(/[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '␦')
}

/** Text from anywhere, in one line, harmless and of a bearable length. */
export function visible(text: string, most = SHOWN): string {
  const line = harmless(
    text
      .replace(/\r?\n$/, '')
      .replaceAll(/[0-9a-f]{64}|\b[13-9a-km-uw-z]{52}\b/g, shortKey)
      .slice(0, most * 4)
  )
  const characters = [...line]
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line
}

/** The same in quotation marks; an empty text has none. */
export const quoted = (text: string, most?: number): string =>
  text.replace(/\r?\n$/, '') === '' ? 'an empty line' : `“${visible(text, most)}”`

/** One sentence for each kind of event, without a full stop. Text from roles is made harmless for a terminal, but is not HTML. */
export function sentence(event: Happened): string {
  const who = visible(event.who)
  const other = 'with' in event && event.with !== undefined ? visible(event.with) : 'somebody'
  switch (event.what) {
    case 'starts':
      return `${who} starts${event.text === event.who ? '' : `: ${visible(event.text)}`}`
    case 'has a key':
      return `${who} goes by the key ${shortKey(event.key)}`
    case 'has an address':
      return `${who} sends from ${visible(event.host)}:${event.port}`
    case 'is typed into':
      return `${quoted(event.text)} is typed into ${who}`
    case 'prints':
      return `${who} prints ${quoted(event.text)}`
    case 'complains':
      return `${who} complains: ${quoted(event.text)}`
    case 'gets Ctrl-C':
      return `Ctrl-C is pressed in ${who}`
    case 'is killed':
      return `${who} is killed, without a chance to say goodbye`
    case 'ends':
      return `${who} ${ending(event.text)}`
    case 'is a node':
      return `${who} is a node of the DHT, at ${visible(event.host)}:${event.port}`
    case 'connects':
      return `${who} asks ${node(event)} for the way to the key behind ${about(event)}`
    case 'looks for a key':
      return `${who} asks ${node(event)} who announces the key behind ${about(event)}`
    case 'looks up':
      return `${who} asks ${node(event)} who is announced under ${about(event)}`
    case 'announces':
      return `${who} announces itself at ${node(event)} under ${about(event)}`
    case 'unannounces':
      return `${who} asks ${node(event)} to forget it under ${about(event)}`
    case 'joins a topic':
      return `${who} joins the topic ${shortKey(event.target)}${ways(event)}`
    case 'leaves a topic':
      return `${who} leaves the topic ${shortKey(event.target)}`
    case 'meets':
      if (event.began === undefined) return `${who} and ${other} are connected`
      return event.began ? `${who} connects to ${other}` : `${who} lets ${other} in`
    case 'sends':
      return `${who} sends ${content(event)} to ${other}`
    case 'receives':
      return `${who} receives ${content(event)} from ${other}`
    case 'loses':
      if (event.how === 'broken')
        return `the connection of ${who} and ${other} breaks${event.text ? `: ${visible(event.text)}` : ''}`
      if (event.how === 'killed') return `the connection of ${who} and ${other} is gone: one of them was killed`
      return `the connection of ${who} and ${other} is closed`
    case 'opens a core': {
      const name = event.label ? `“${visible(event.label)}”, ` : ''
      return `${who} opens the core ${name}${shortKey(event.key)}, ${event.writable ? 'as its writer' : 'as a reader'}, with ${blocks(event.length)}`
    }
    case 'closes a core':
      return `${who} closes the core ${shortKey(event.core)}`
    case 'holds':
      return `${who} holds ${event.ranges.reduce((sum, [start, end]) => sum + end - start, 0)} of ${blocks(event.length)} of ${shortKey(event.core)}`
    case 'appends':
      return event.isCopy
        ? `${who} adds ${range(event.start, event.length)} to its copy of ${shortKey(event.core)}, which came in a pack`
        : `${who} appends ${range(event.start, event.length)} to its core ${shortKey(event.core)}`
    case 'hears of a length':
      return `${who} learns that the core ${shortKey(event.core)} has ${blocks(event.length)}`
    case 'truncates':
      return `${who} cuts the core ${shortKey(event.core)} to ${blocks(event.length)}`
    case 'asks for a block':
      return `${who} asks for block ${event.index} of ${shortKey(event.core)}`
    case 'sends a block':
      return `${who} sends block ${event.index} of ${shortKey(event.core)} to ${other}`
    case 'receives a block':
      return `${who} gets block ${event.index} of ${shortKey(event.core)} from ${other}`
    case 'refuses a block': {
      const which = event.index === undefined ? 'what came' : `block ${event.index}`
      return `${who} refuses ${which} of ${shortKey(event.core)} from ${other}: it is not what the writer signed`
    }
    case 'clears blocks':
      return `${who} frees ${range(event.start, event.end)} of ${shortKey(event.core)}`
    case 'begins a step':
      return `Step ${event.step}: ${visible(event.text)}`
    case 'does':
      return visible(event.text, 300)
    case 'is missed':
      return visible(event.text, 300)
    case 'has caught up':
      return `${who} knows how things stand`
    case 'leaves out':
      return `too much happens for a picture: ${event.events} events of ${who} are left out`
    case 'fails to tell':
      return `${event.events} events of ${who} could not be told: ${visible(event.text)}`
  }
}

/** How a program ended, as its exit code or signal says it. */
export function ending(text: string): string {
  if (text === '0') return 'ends'
  if (text === '') return 'is gone'
  return /^\d+$/.test(text) ? `ends with exit code ${text}` : `ends by the signal ${visible(text)}`
}

const blocks = (count: number): string => (count === 1 ? '1 block' : `${count} blocks`)

const range = (start: number, end: number): string =>
  end - start === 1 ? `block ${start}` : `the blocks ${start} to ${end - 1}`

const node = ({ node }: { node?: string }): string => (node === undefined ? 'the DHT' : visible(node))

const about = ({ target }: { target?: string }): string => (target === undefined ? 'something' : shortKey(target))

function ways({ client, server }: { client: boolean; server: boolean }): string {
  if (client && server) return ', to look for others and to be found'
  return client ? ', to look for others' : server ? ', to be found' : ''
}

function content({ text, bytes }: { text?: string; bytes?: number }): string {
  if (text !== undefined) return text === '' ? 'a part of a character' : quoted(text)
  return bytes === undefined ? 'bytes' : `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`
}
