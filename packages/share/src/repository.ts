// This repository as one JSON text: every file that git knows, as it lies on the disk now.
import { execFile } from 'node:child_process'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ShareError } from './share.ts'

/** The files of the workshop, as a laptop gets them. */
export interface Bundle {
  /** Of pnpm, which lays out the libraries. */
  pnpm: string
  /** The code of the room, where there is one. */
  code?: string
  /** By path, with `/` between its parts. What is no text is in base64. */
  files: Record<string, { text: string; encoding?: 'base64'; isProgram?: true }>
}

/** Reads the workshop in a folder, and gives a Bundle as JSON. Throws a ShareError when it is no clone of the repository. */
export async function bundleOf(root: string, pnpm: string, code?: string): Promise<Buffer> {
  const files: Bundle['files'] = {}
  for (const path of (await tracked(root)).sort()) {
    const file = join(root, path)
    const stats = await lstat(file).catch(() => undefined)
    if (!stats?.isFile()) continue // deleted, and not committed yet
    const bytes = await readFile(file)
    const text = bytes.toString('utf8')
    const isText = Buffer.from(text).equals(bytes)
    files[path] = {
      text: isText ? text : bytes.toString('base64'),
      ...(!isText && { encoding: 'base64' }),
      ...(stats.mode & 0o100 && { isProgram: true })
    }
  }
  return Buffer.from(JSON.stringify({ pnpm, ...(code && { code }), files } satisfies Bundle))
}

async function tracked(root: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 16 * 1024 * 1024 })
    return stdout.split('\0').filter(Boolean)
  } catch {
    throw new ShareError('Only a git clone of the workshop can be shared: git says which files belong to it.')
  }
}
