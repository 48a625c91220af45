// The text of an exercise, for a terminal.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '@workshop/course'
import pc from 'picocolors'
import { fit } from './terminal.ts'

/** The README in lines of so many columns: paragraphs are wrapped anew, code stays as it is, pictures become their words. */
export function text({ dir }: Exercise, columns: number): string[] {
  return readFileSync(join(dir, 'README.md'), 'utf8')
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part) => (part.startsWith('```') ? code(part) : prose(part, columns)))
}

function code(block: string): string[] {
  return block
    .split('\n')
    .slice(1, -1)
    .map((line) => pc.dim(`    ${line}`))
}

function prose(part: string, columns: number): string[] {
  return part
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, '[$1]')
    .replaceAll(/^<[^>]*>$/gm, '')
    .split(/\n{2,}|\n(?=#|[-*] |\d+\. |\|)/)
    .filter((paragraph) => paragraph.trim() !== '')
    .flatMap((paragraph) => {
      const words = paragraph
        .trim()
        .replaceAll(/\s*\n\s*/g, ' ')
        .replaceAll('**', '')
      const [, marks, heading] = /^(#+) (.*)$/.exec(words) ?? []
      if (marks) return [...(marks === '#' ? [] : ['']), pc.bold(String(heading)), '']
      const item = /^([-*]|\d+\.) /.exec(words)?.[0]
      if (item) return fit(words.slice(item.length), item, ' '.repeat(item.length), columns)
      return ['', ...fit(words, '', '', columns), '']
    })
    .filter((line, i, lines) => line !== '' || lines[i - 1] !== '')
}
