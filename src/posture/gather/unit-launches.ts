// etcd and kube-apiserver as systemd would start them, and the etcd inside k3s.
import { posix } from 'node:path'
import { known } from '../../core/fact.ts'
import { findProgram } from '../../effective/command-line.ts'
import { expandUnitWords } from '../../effective/unit.ts'
import type { Host } from '../../ports/host.ts'
import { resolveStart, type FoundLaunch } from './found-launch.ts'
import { declaredK3s } from './k3s-launch.ts'
import { listDirectory } from './read-text.ts'
import { readUnitFiles, UNIT_DIRECTORIES, withoutUnset } from './unit-files.ts'

const UNIT = /(etcd|apiserver).*\.service$/

async function unitNames(host: Host): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const directory of UNIT_DIRECTORIES) {
    const names = await listDirectory(host, directory)
    for (const name of names.known ? names.value : [])
      if (UNIT.test(name) && !files.has(name)) files.set(name, posix.join(directory, name))
  }
  return files
}

async function readUnit(host: Host, name: string, file: string): Promise<FoundLaunch | undefined> {
  const { unit, environment: given } = await readUnitFiles(host, name, file)
  const environment = given.known ? known(withoutUnset(given.value, unit.unset)) : given
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
  const k3s = await declaredK3s(host)
  if (k3s) found.push(k3s)
  return found
}
