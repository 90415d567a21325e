import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeepError } from '../../core/error.ts'
import type { Exit, Launcher, StartOptions, Started } from '../../ports/launcher.ts'

const GUARD = join(import.meta.dirname, `guard${extname(import.meta.filename)}`)

/** util-linux' setpriv asks the kernel to kill the program when its parent dies; busybox' cannot. */
function kernelKill(): readonly string[] | undefined {
  const flags = ['--pdeathsig', 'KILL', '--']
  return ['/usr/bin/setpriv', '/bin/setpriv']
    .map((path) => [path, ...flags])
    .find(([path = '', ...args]) => {
      return (
        spawnSync(path, [...args, process.execPath, '--version'], { stdio: 'ignore' }).status === 0
      )
    })
}

const ending = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once('exit', (status, signal) => resolve(signal ? { signal } : { status: status ?? -1 }))
  })

async function checkProgram(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new KeepError(
      missing ? 'not-found' : 'denied',
      'launcher.cannot-start',
      `${path} ${missing ? 'does not exist' : 'may not be executed'}`,
      { hint: 'check the path of the program', cause },
    )
  }
}

async function spawned(options: StartOptions, prefix: readonly string[], guarded: boolean) {
  const log = await open(options.log, 'a', 0o600)
  try {
    const [program = '', ...args] = [...prefix, ...options.argv]
    const child = spawn(program, args, {
      cwd: options.directory,
      env: { ...options.environment },
      detached: options.outlives === true,
      stdio: [guarded ? 'pipe' : 'ignore', log.fd, log.fd, ...(guarded ? ['pipe' as const] : [])],
    })
    const exited = ending(child)
    await once(child, 'spawn')
    return { child, exited }
  } finally {
    await log.close()
  }
}

function started(pid: number, exited: Promise<Exit>): Started {
  let ended = false
  void exited.then(() => (ended = true))
  const send = (name: NodeJS.Signals) => {
    if (!ended) deliver(pid, name) // never a signal to a number that something else has by now
  }
  const kill = () => {
    send('SIGKILL')
    return exited
  }
  return {
    pid,
    exited,
    kill,
    async stop(graceMs = 15_000) {
      send('SIGTERM')
      const timer = new AbortController()
      const late = sleep(graceMs, undefined, { signal: timer.signal }).then(kill, () => undefined)
      const exit = await exited
      timer.abort()
      await late
      return exit
    },
  }
}

function deliver(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    return name === 0 && (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export interface LauncherOptions {
  /** False: processes are tied to this one through a watching process, not through the kernel. */
  readonly kernel?: boolean
}

export function nodeLauncher({ kernel = true }: LauncherOptions = {}): Launcher {
  let prefix: readonly string[] | undefined
  return {
    async start(options) {
      await checkProgram(options.argv[0])
      prefix ??= (kernel && kernelKill()) || [process.execPath, GUARD]
      const guarded = !options.outlives && prefix.includes(GUARD)
      const { child, exited } = await spawned(options, options.outlives ? [] : prefix, guarded)
      if (options.outlives) child.unref()
      if (!guarded) return started(child.pid ?? 0, exited)
      const [line] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer]
      return started(Number(line.toString()), exited)
    },
    signal: deliver,
    alive: (pid) => deliver(pid, 0),
  }
}
