// A program that has been started ahead: it has loaded the libraries that a role needs, and waits to be told which role
// it is to be (on its fourth stream, as a line of JSON). Plain JavaScript, since it runs before all else.
import { closeSync, readSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const TELLS = 3 // the file descriptor

for (const library of process.argv.slice(2)) {
  try {
    await import(library)
  } catch {} // the role will say it
}

writeSync(TELLS, 'ready')

const bytes = Buffer.alloc(64 * 1024)
let length = 0
while (!bytes.includes('\n')) {
  const read = readSync(TELLS, bytes, length, bytes.length - length, null) // blocks: nothing else is to happen here
  if (read === 0) process.exit() // nobody needs it any more
  length += read
}
closeSync(TELLS)
const { file, args, env } = JSON.parse(bytes.toString('utf8', 0, length))
Object.assign(process.env, env)
process.argv = [process.execPath, file, ...args]
await import(pathToFileURL(file).href)
