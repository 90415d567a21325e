// Reads what planning needs beyond the observation, then plans.
import { valueOf } from '../core/fact.ts'
import { KeepError } from '../core/error.ts'
import type { Finding } from '../core/finding.ts'
import { hostPath, setting } from '../effective/model.ts'
import { readUnitFiles, type UnitFiles } from '../posture/gather/unit-files.ts'
import type { Observation } from '../posture/observation.ts'
import type { Host } from '../ports/host.ts'
import type { Ports } from '../ports/ports.ts'
import type { Plan } from './model.ts'
import { linkedCertificates, ownDoors } from './own-authorities.ts'
import { planSteps } from './rules/plan.ts'
import { MODES } from './rules/repairs.ts'
import type { Manifest } from './rules/source.ts'

export interface PlanOptions {
  readonly observation: Observation
  readonly findings: readonly Finding[]
  /** Where journal, backups and, unless `caDirectory` says otherwise, new CAs lie. */
  readonly state: string
  /** Carried from host to host where members run on several. */
  readonly caDirectory?: string
}

/** What `ask` gives for each path; paths that cannot be read are left out. */
async function readable<T>(
  paths: Iterable<string>,
  ask: (path: string) => Promise<T>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>()
  for (const path of new Set(paths))
    try {
      found.set(path, await ask(path))
    } catch (thrown) {
      if (!(thrown instanceof KeepError)) throw thrown
    }
  return found
}

async function manifestsOf(host: Host, all: Observation): Promise<ReadonlyMap<string, Manifest>> {
  const paths = [...all.members, ...all.apiservers].flatMap(
    (one) => valueOf(one.declared)?.file ?? [],
  )
  const configs = all.members.flatMap(({ declared }) => {
    const launch = valueOf(declared)
    return launch?.configFile === undefined ? [] : [hostPath(launch, launch.configFile)]
  })
  return readable(
    [...paths.filter((path) => /\.(ya?ml|json)$/.test(path)), ...configs],
    async (path) => ({
      text: Buffer.from(await host.read(path)).toString(),
      mode: (await host.stat(path)).mode,
    }),
  )
}

/** Units by the path of their own file; a unit is known by where its launch was found. */
async function unitsOf(host: Host, all: Observation): Promise<ReadonlyMap<string, UnitFiles>> {
  const units = new Map<string, UnitFiles>()
  for (const { declared } of [...all.members, ...all.apiservers]) {
    const launch = valueOf(declared)
    const name = /^unit (\S+)$/.exec(launch?.source ?? '')?.[1]
    if (launch?.file !== undefined && name !== undefined)
      units.set(launch.file, await readUnitFiles(host, name, launch.file))
  }
  return units
}

async function caKeysOf(host: Host, all: Observation): Promise<ReadonlyMap<string, string>> {
  const certificates = all.members.flatMap(({ declared }) => {
    const launch = valueOf(declared)
    const file = launch && setting(launch, 'peer-trusted-ca-file')
    return launch && file !== undefined ? [hostPath(launch, file)] : []
  })
  return readable(certificates, async (path) => {
    const key = path.replace(/\.(crt|pem|cert)$/, '.key')
    await host.stat(key)
    return key
  })
}

/** Members that the member list has and that no manifest of this machine starts. */
function outOfSight(all: Observation): boolean {
  const here = new Set(all.members.filter((one) => one.declared.known).map((one) => one.name))
  return (valueOf(all.cluster.memberList) ?? []).some((one) => !here.has(one.name))
}

/** Empty `steps` where nothing can or need be done; changes nothing. */
export async function planHardening(
  ports: Pick<Ports, 'host' | 'supervisor'>,
  options: PlanOptions,
): Promise<Plan> {
  const { observation, findings, state } = options
  const host = ports.host()
  const caDirectory = options.caDirectory ?? `${state}/pki`
  const named = findings.filter((one) => one.control in MODES).map((one) => one.subject.name)
  return planSteps({
    observation,
    findings,
    manifests: await manifestsOf(host, observation),
    units: await unitsOf(host, observation),
    supervised: await ports.supervisor.present(),
    caKeys: await caKeysOf(host, observation),
    modes: await readable(named, async (path) => (await host.stat(path)).mode),
    caDirectory,
    mayMakeCa: options.caDirectory !== undefined || !outOfSight(observation),
    ownDoors: await ownDoors(host, observation, caDirectory),
    linked: await linkedCertificates(host, observation, caDirectory),
  })
}
