// A stand-in for systemd: starts real processes from units and drop-ins that lie below a directory of the test.
import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Host } from '../../src/ports/host.ts'
import type { Started } from '../../src/ports/launcher.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { wire } from '../../src/wiring.ts'

const SYSTEM = [
  '/etc/systemd',
  '/run/systemd',
  '/lib/systemd',
  '/usr/lib/systemd',
  '/usr/local/lib/systemd',
]
const OURS = [...SYSTEM, '/etc/default', '/etc/etcd', '/etc/kubernetes']

export interface Units {
  /** The real ones, but for systemd's directories, its processes and systemd itself. */
  readonly ports: Ports
  /** Where `/etc/systemd/system/…` really lies. */
  at(path: string): string
  write(path: string, text: string): Promise<void>
  /** What `systemctl daemon-reload; systemctl restart` does. */
  restart(unit: string): Promise<void>
  pid(unit: string): number | undefined
  /** The units that were asked to be restarted through the port, in order. */
  readonly asked: readonly string[]
  /** Whether there is a systemd to ask. */
  present: boolean
}

/** Real systemd 252 reads these in the same way; a shell does the unquoting, so that no code is shared. */
function words(line: string): Promise<readonly string[]> {
  const script = line
    .replaceAll(/%([%H])/g, (_, letter: string) => (letter === '%' ? '%' : 'node1'))
    .replaceAll('$$', String.raw`\$`)
  return new Promise((resolve, reject) => {
    const argv = ['-c', `set -f; for word in ${script}; do printf '%s\\0' "$word"; done`]
    execFile('/bin/sh', argv, { env: {} }, (error, out) => {
      if (error) reject(error)
      else resolve(out.split('\0').slice(0, -1))
    })
  })
}

interface Parsed {
  readonly command: string
  readonly environment: Readonly<Record<string, string>>
}

async function parsed(at: (path: string) => string, unit: string): Promise<Parsed> {
  const folders = ['/lib/systemd/system', '/etc/systemd/system'].map((one) =>
    at(`${one}/${unit}.d`),
  )
  const dropIns = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder).catch(() => [])).map((name) => join(folder, name)),
    ),
  )
  const sorted = dropIns.flat().toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1))
  let command = ''
  let files: string[] = []
  const environment: Record<string, string> = {}
  const unset: string[] = []
  const assign = (word: string) => {
    environment[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1)
  }
  for (const file of [at(`/lib/systemd/system/${unit}`), ...sorted]) {
    const text = (await readFile(file, 'utf8')).replaceAll('\\\n', ' ')
    for (const [, key = '', value = ''] of text.matchAll(/^(\w+)=(.*)$/gm)) {
      if (key === 'ExecStart') command = value
      else if (key === 'Environment') (await words(value)).forEach(assign)
      else if (key === 'EnvironmentFile')
        files = [...files, value.replace(/^-/, '').replace('%p', unit.replace('.service', ''))]
      else if (key === 'UnsetEnvironment') unset.push(...value.split(' '))
    }
  }
  for (const file of files)
    for (const line of (await readFile(at(file), 'utf8').catch(() => '')).split('\n'))
      if (/^\w+=/.test(line)) assign(line)
  for (const name of unset) delete environment[name]
  return { command, environment }
}

async function argvOf({ command, environment }: Parsed): Promise<[string, ...string[]]> {
  const put = command.replaceAll(
    /(^|[^$])\$\{?([A-Za-z_]\w*)\}?/g,
    (_, before: string, name: string) => `${before}${environment[name] ?? ''}`,
  )
  const [program = '', ...rest] = await words(put.replace(/^[-+!]+/, ''))
  return [program, ...rest]
}

function overlaid(host: Host, at: (path: string) => string, pids: () => readonly number[]): Host {
  const physical = (path: string) =>
    OURS.some((one) => path === one || path.startsWith(`${one}/`)) ? at(path) : path
  return {
    ...host,
    name: 'node1',
    read: (path, limit) => host.read(physical(path), limit),
    readAt: (path, offset, length) => host.readAt(physical(path), offset, length),
    list: (path) => host.list(physical(path)),
    lstat: (path) => host.lstat(physical(path)),
    stat: (path) => host.stat(physical(path)),
    pids: async () => pids(),
  }
}

export async function startUnits(t: TestContext, directory: string): Promise<Units> {
  const real = wire()
  const running = new Map<string, Started>()
  const asked: string[] = []
  const at = (path: string) => join(directory, 'root', path)
  const ours = (path: string) => (path.startsWith('/etc/') ? at(path) : path)
  const start = async (unit: string) => {
    const read = await parsed(at, unit)
    const log = join(directory, `${unit}.log`)
    const argv = await argvOf(read)
    running.set(unit, await real.launcher.start({ argv, environment: read.environment, log }))
  }
  t.after(async () => {
    for (const one of running.values()) await one.kill()
  })
  const units: Units = {
    asked,
    present: false,
    at,
    async write(path, text) {
      await mkdir(join(at(path), '..'), { recursive: true })
      await writeFile(at(path), text)
      await chmod(at(path), 0o644)
    },
    async restart(unit) {
      await running.get(unit)?.stop(10_000)
      await start(unit)
    },
    pid: (unit) => running.get(unit)?.pid,
    ports: {
      ...real,
      host: () => overlaid(real.host(), at, () => [...running.values()].map((one) => one.pid)),
      files: {
        ...real.files,
        write: (path, content, options) => real.files.write(ours(path), content, options),
        makeDirectory: (path, mode) => real.files.makeDirectory(ours(path), mode),
        remove: (path) => real.files.remove(ours(path)),
      },
      supervisor: {
        present: async () => units.present,
        async restart(unit) {
          asked.push(unit)
          await units.restart(unit)
        },
      },
    },
  }
  return units
}
