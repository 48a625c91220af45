// The whole terminal for one program: the other screen, which leaves what was there as it was.
import { lengthOf, type Size } from './frame.ts'

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l' // the other screen; no cursor; what is too long is cut
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'
/** What stands between these is shown at once, in terminals that know them; others take no notice. */
const [BEGIN, END] = ['\x1b[?2026h', '\x1b[?2026l']
const [HOME, TO_LINE_END, TO_END] = ['\x1b[H', '\x1b[K', '\x1b[J']

export interface Screen {
  size(): Size
  /** Shows these lines in place of those that are there. */
  draw(lines: string[]): void
  /** Gives the terminal back as it was; `enter` takes it again. */
  leave(): void
  enter(): void
}

/** Takes the screen of a terminal until this process ends, however it ends by itself. */
export function openScreen(out: NodeJS.WriteStream): Screen {
  let isOpen = false
  const enter = () => {
    if (!isOpen) out.write(ENTER)
    isOpen = true
  }
  const leave = () => {
    if (isOpen) out.write(LEAVE)
    isOpen = false
  }
  enter()
  process.on('exit', leave)
  return {
    size: () => ({ columns: out.columns, rows: out.rows }),
    draw(lines) {
      // Each line is overwritten in its place: a screen that is cleared first flickers.
      // At the end of a full line the cursor stands on its last character, which must stay.
      const rows = lines.map((line) => (lengthOf(line) < out.columns ? line + TO_LINE_END : line))
      if (isOpen) out.write(`${BEGIN}${HOME}${rows.join('\r\n')}${TO_END}${END}`)
    },
    leave,
    enter
  }
}
