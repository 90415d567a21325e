// Makes a bare checkout runnable on any Node ≥ 20: npm packages, and a Node that runs TypeScript.
// Plain JavaScript because an older Node has to be able to read it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE_VERSION = '24.21.0'

/** The folder for everything that is fetched; never inside the checkout, never system-wide. */
export const cacheDirectory = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'etcdkeep',
)

/** @param {string} message */
function stop(message, hint = '') {
  process.stderr.write(`error: ${message}\n${hint && `hint: ${hint}\n`}`)
  process.exit(3)
}

/** @param {string[]} args @param {string} cwd */
function npm(args, cwd) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']
  // npm's own chatter belongs to stderr: standard output carries the result alone.
  const done = spawnSync('npm', [...args, ...quiet], { cwd, stdio: ['ignore', 2, 2] })
  if (done.error) stop(`npm could not be started: ${done.error.message}`, 'install npm 9 or newer')
  return done.status === 0
}

function ensurePackages() {
  const stamp = join(root, 'node_modules', '.etcdkeep-lock')
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  process.stderr.write('setting up: npm packages\n')
  // Not `npm ci`: it refuses a lockfile without the other platforms' optional packages, and a registry need not hold those.
  if (!npm(['install', '--no-save'], root))
    stop('npm install failed', 'is the package registry reachable? see the lines above')
  writeFileSync(stamp, lock)
}

/** The path of a Node that strips types (≥ 24.12); fetched from npm into the cache where this one is older. */
function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 12)) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  const home = join(cacheDirectory, `node-${NODE_VERSION}`)
  const binary = join(home, 'node_modules', name, 'bin', 'node')
  if (existsSync(binary)) return binary
  process.stderr.write(
    `setting up: Node ${NODE_VERSION} (this machine has ${process.versions.node})\n`,
  )
  const fresh = `${home}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  writeFileSync(join(fresh, 'package.json'), '{"private":true}\n')
  if (!npm(['install', `${name}@${NODE_VERSION}`], fresh)) {
    rmSync(fresh, { recursive: true, force: true })
    stop(
      `Node ${NODE_VERSION} for ${name} could not be fetched`,
      'install Node 24.12 or newer and run this again',
    )
  }
  try {
    renameSync(fresh, home)
  } catch {
    rmSync(fresh, { recursive: true, force: true }) // another run was quicker
  }
  return binary
}

/** Sets everything up; returns the Node to run TypeScript with. */
export function bootstrap() {
  ensurePackages()
  return ensureNode()
}
