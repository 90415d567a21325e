// A systemd unit with its drop-ins and environment files, as they lie on the host.
import { posix } from 'node:path'
import { known, missing, type Fact } from '../../core/fact.ts'
import type { Environment } from '../../effective/environment.ts'
import { parseEnvironmentFile, parseUnit, type Unit } from '../../effective/unit.ts'
import type { Host } from '../../ports/host.ts'
import { listDirectory, readText } from './read-text.ts'

/** Highest priority first (systemd.unit(5)). */
export const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

export interface UnitFiles {
  /** `etcd.service` */
  readonly name: string
  /** The host's name, which specifiers may stand for. */
  readonly host: string
  /** The unit's file first, then the drop-ins in the order systemd reads them. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly unit: Unit
  /** Before UnsetEnvironment=: commands see it after. */
  readonly environment: Fact<Environment>
}

/** Drop-ins in the order of their names; of two with one name the one of higher priority counts. */
async function dropIns(host: Host, unit: string): Promise<readonly string[]> {
  const files = new Map<string, string>()
  for (const directory of UNIT_DIRECTORIES) {
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

/** What is left of an environment once UnsetEnvironment= has been heard. */
export const withoutUnset = (environment: Environment, unset: readonly string[]): Environment =>
  environment.filter(
    ([name, value]) => !unset.includes(name) && !unset.includes(`${name}=${value}`),
  )

/** The unit `name`, whose own file is `file`; drop-ins that cannot be read are left out. */
export async function readUnitFiles(host: Host, name: string, file: string): Promise<UnitFiles> {
  const files: { path: string; text: string }[] = []
  for (const path of [file, ...(await dropIns(host, name))]) {
    const text = await readText(host, path)
    if (text.known) files.push({ path, text: text.value })
  }
  const texts = files.map(({ text }) => text)
  const unit = parseUnit(texts, { unit: name, host: host.name })
  return { name, host: host.name, files, unit, environment: await environmentOf(host, unit) }
}
