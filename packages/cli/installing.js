// Runs before every install: pnpm itself is silent here (see pnpm-workspace.yaml), and a first install takes a while.
// Plain JavaScript without imports of ours: nothing is installed yet.
import { existsSync, openSync, writeSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  say(`This workshop needs Node 20.19 or newer; this is ${process.versions.node}.\nGet one at https://nodejs.org.`)
  process.exit(1)
}

if (!existsSync('node_modules/.modules.yaml')) {
  say('First run: installing the libraries of the workshop.\nThis happens once and takes about half a minute …')
}

// pnpm keeps what this script prints to itself, so it speaks to the terminal directly.
function say(sentence) {
  try {
    writeSync(openSync(process.platform === 'win32' ? '\\\\.\\CON' : '/dev/tty', 'w'), `${sentence}\n`)
  } catch {
    console.error(sentence) // no terminal, as in CI
  }
}
