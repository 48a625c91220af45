#!/usr/bin/env node
// What `npx -y http://…/workshop.tgz` runs on a laptop that has nothing but Node: it lays the workshop out, lets pnpm
// install it from the teacher's laptop alone, and joins the room. Plain JavaScript without imports of ours.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import { install } from './install.js'
import { isLaidOut, lay } from './lay.js'

/** What libraries, pnpm and its store take on the disk. */
const ROOM = 500 * 1024 * 1024 // bytes

const { share } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const folder = resolve('p2p-workshop')

try {
  await main()
} catch (error) {
  const { code, message, cause } = /** @type {NodeJS.ErrnoException & { cause?: Error }} */ (error)
  const sentence =
    code === 'ENOSPC'
      ? 'The disk is full. Make room, and type the line again.'
      : cause
        ? `The teacher's laptop (${share}) does not answer: ${cause.message}. Ask whether it teaches, and type the line again.`
        : message
  console.error(sentence)
  process.exitCode = 3
}

async function main() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`This workshop needs Node 20.19 or newer; this is ${process.versions.node}.`)
  if (existsSync(folder) && readdirSync(folder).length > 0 && !isLaidOut(folder))
    throw new Error(`There is a folder ${folder} already, and this did not make it. Type the line in another folder.`)
  const { bavail, bsize } = statfsSync('.')
  if (!isLaidOut(folder) && bavail * bsize < ROOM)
    throw new Error(
      `The workshop needs ${mega(ROOM)} of disk, and ${mega(bavail * bsize)} are free. Make room, and type the line again.`
    )

  const response = await fetch(new URL('workshop.json', share))
  if (!response.ok) throw new Error(`The teacher's laptop says ${response.status}. Ask whether the share is complete.`)
  const { files, pnpm, code } = await response.json()
  console.log(`The workshop goes into ${folder}.`)
  const { kept } = lay(folder, files)
  if (kept.length > 0) console.log(`Kept as you have changed them: ${kept.join(', ')}`)

  console.log("Installing its libraries from the teacher's laptop …")
  const begin = performance.now()
  await install(folder, pnpm, share)
  console.log(`Installed after ${Math.round((performance.now() - begin) / 1000)} s.`)
  if (code) {
    // What follows on the line is for joining, as --name Ana.
    const join = spawn(process.execPath, ['ex', 'join', new URL(share).hostname, code, ...process.argv.slice(2)], {
      cwd: folder,
      stdio: 'inherit'
    })
    await once(join, 'exit')
  }
  console.log('\nNow type:\n\n  cd p2p-workshop\n  node ex 1\n')
}

/** @param {number} bytes */
function mega(bytes) {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}
