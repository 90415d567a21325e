// etcd and kube-apiserver as systemd would start them, and the etcd inside k3s.
import { posix } from 'node:path'
import { known, missing, type Fact } from '../../core/fact.ts'
import { findProgram } from '../../effective/command-line.ts'
import type { Environment } from '../../effective/environment.ts'
import {
  expandUnitWords,
  parseEnvironmentFile,
  parseUnit,
  type Unit,
} from '../../effective/unit.ts'
import type { Host } from '../../ports/host.ts'
import { resolveStart, type FoundLaunch } from './found-launch.ts'
import { listDirectory, readText } from './read-text.ts'

/** Highest priority first (systemd.unit(5)). */
const DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]
const UNIT = /(etcd|apiserver).*\.service$/
const K3S_ETCD = '/var/lib/rancher/k3s/server/db/etcd/config'

async function unitNames(host: Host): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const directory of DIRECTORIES) {
    const names = await listDirectory(host, directory)
    for (const name of names.known ? names.value : [])
      if (UNIT.test(name) && !files.has(name)) files.set(name, posix.join(directory, name))
  }
  return files
}

/** Drop-ins in the order of their names; of two with one name the one of higher priority counts. */
async function dropIns(host: Host, unit: string): Promise<readonly string[]> {
  const files = new Map<string, string>()
  for (const directory of DIRECTORIES) {
    const folder = posix.join(directory, `${unit}.d`)
    const names = await listDirectory(host, folder)
    for (const name of names.known ? names.value : [])
      if (name.endsWith('.conf') && !files.has(name)) files.set(name, posix.join(folder, name))
  }
  return [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
}

/** Later values replace earlier ones, files replace Environment=. */
async function environmentOf(host: Host, unit: Unit): Promise<Fact<Environment>> {
  const values = new Map(unit.environment)
  for (const { path, optional } of unit.environmentFiles) {
    const text = await readText(host, path)
    if (text.known)
      for (const [name, value] of parseEnvironmentFile(text.value)) values.set(name, value)
    else if (!optional || text.access !== undefined)
      return missing(`its EnvironmentFile: ${text.why}`, text.access)
  }
  return known([...values])
}

async function readUnit(host: Host, name: string, file: string): Promise<FoundLaunch | undefined> {
  const texts: string[] = []
  for (const path of [file, ...(await dropIns(host, name))]) {
    const text = await readText(host, path)
    if (text.known) texts.push(text.value)
  }
  const unit = parseUnit(texts)
  const environment = await environmentOf(host, unit)
  const variables = environment.known ? environment.value : unit.environment
  const found = findProgram(expandUnitWords(unit.execStart, variables), variables)
  if (!found) return undefined
  return resolveStart(host, {
    program: found.program,
    layer: 'declared',
    source: `unit ${name}`,
    file,
    argv: found.argv,
    environment: environment.known ? known(found.environment) : environment,
    mounts: [],
    ...(unit.execStart[0] !== undefined && { image: unit.execStart[0] }),
    workingDirectory: unit.workingDirectory || '/',
  })
}

/** Every unit of ours; a template or a masked unit starts nothing by itself. */
export async function unitLaunches(host: Host): Promise<readonly FoundLaunch[]> {
  const found: FoundLaunch[] = []
  for (const [name, file] of await unitNames(host)) {
    const unit = await readUnit(host, name, file)
    if (unit) found.push(unit)
  }
  const k3s = await readText(host, K3S_ETCD)
  if (k3s.known)
    found.push(
      await resolveStart(host, {
        program: 'etcd',
        layer: 'declared',
        source: `k3s ${K3S_ETCD}`,
        file: K3S_ETCD,
        argv: ['--config-file', K3S_ETCD],
        environment: known([]),
        mounts: [],
        workingDirectory: '/',
      }),
    )
  return found
}
