// Files that a text speaks of, as paths that exist on this machine, and as links in terminals that have them.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Exercise, root } from '@workshop/course'
import supportsHyperlinks from 'supports-hyperlinks'

/** A path from where `pnpm ex` runs; a click on it opens the file where the terminal knows links. */
export function link(path: string, isKnown = supportsHyperlinks.stdout): string {
  const shown = relative(root, path)
  return isKnown ? `\x1b]8;;${pathToFileURL(path)}\x07${shown}\x1b]8;;\x07` : shown
}

/** The READMEs of libraries that a sentence names, as in `hypercore's README`: they are installed, and need no network. */
export function readmesIn(sentence: string, { dir }: Exercise): string[] {
  const names = new Set([...sentence.matchAll(/\b([a-z][a-z-]*)['’]s README/g)].map(([, name]) => String(name)))
  return [...names].map((name) => join(dir, 'node_modules', name, 'README.md')).filter((path) => existsSync(path))
}
