// Installs the workshop from a share, and from nothing else. What makes it do so stands in the environment of that one
// process, and in no file: tomorrow the workshop installs from the ordinary registry. Plain JavaScript without imports of ours.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { relay } from './relay.js'

/**
 * Installs what a learner needs. Throws when it cannot be done.
 * @param {string} folder of the workshop
 * @param {string} pnpm its version
 * @param {string} share its address, as in http://192.168.1.5:49801/
 */
export async function install(folder, pnpm, share) {
  const { url, close } = await relay(share)
  try {
    const words = ['--reporter=append-only', 'install', '--prod', '--frozen-lockfile']
    if ((await runPnpm(folder, pnpm, words, url)) === 0) return
    throw new Error('The libraries could not be installed; the lines above say why. What has come is kept.')
  } finally {
    close()
  }
}

/**
 * Runs pnpm in the folder with one registry, and gives its exit code.
 * @param {string} folder
 * @param {string} pnpm its version
 * @param {string[]} words
 * @param {string} registry
 * @returns {Promise<number>}
 */
async function runPnpm(folder, pnpm, words, registry) {
  const npx = npxProgram()
  const args = ['-y', `pnpm@${pnpm}`, ...words]
  const options = { cwd: folder, stdio: /** @type {const} */ ('inherit'), env: environment(registry) }
  const child = npx
    ? spawn(process.execPath, [npx, ...args], options)
    : spawn('npx', args, { ...options, shell: process.platform === 'win32' })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

/** The npx beside the npm that runs us. */
function npxProgram() {
  const file = join(dirname(process.env.npm_execpath ?? ''), 'npx-cli.js')
  return process.env.npm_execpath && existsSync(file) ? file : undefined
}

/** @param {string} registry */
function environment(registry) {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(pnpm_config_|npm_(config_(?!(cache|userconfig|globalconfig|prefix)$)|package_|lifecycle_|command$))/i.test(
        name
      )
  )
  const settings = {
    registry,
    update_notifier: 'false',
    fetch_timeout: '900000', // ms; the relay waits for a share that is away
    fetch_retries: '1'
  }
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value])),
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`pnpm_config_${name}`, value])),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_noproxy: '127.0.0.1',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    // The lockfile was looked at when it was written. The share knows no dates of packages.
    pnpm_config_minimum_release_age: '0',
    pnpm_config_network_concurrency: '4',
    CI: 'true' // pnpm asks nothing
  }
}
