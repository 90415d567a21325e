// Three wide-open members that systemd's stand-in starts, each unit written in another of the ways people use.
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { variableOf } from '../../src/effective/environment.ts'
import { REPAIRED } from '../../src/harden/rules/repairs.ts'
import { layLab } from '../../src/lab/lay-lab.ts'
import type { LabMember } from '../../src/lab/model.ts'
import { silent } from '../../src/ports/progress.ts'
import { assess } from '../../src/posture/assess.ts'
import { controls } from '../../src/posture/controls/index.ts'
import { gather } from '../../src/posture/gather.ts'
import { needsOf } from '../../src/posture/select-controls.ts'
import { binariesFor, labPorts } from './cluster.ts'
import { eventually } from './eventually.ts'
import { startUnits, type Units } from './units.ts'

export const unitOf = (name: string): string => `etcd-${name}.service`

type Flags = ReadonlyMap<string, string>

const asFlags = (flags: Flags) => [...flags].map(([name, value]) => `--${name}=${value}`)
const asVariables = (flags: Flags) =>
  [...flags].map(([name, value]) => `${variableOf(name)}=${value}`)
const without = (flags: Flags, names: readonly string[]): Flags =>
  new Map([...flags].filter(([name]) => !names.includes(name)))
const only = (flags: Flags, names: readonly string[]): Flags =>
  new Map([...flags].filter(([name]) => names.includes(name)))

const URLS = ['listen-client-urls', 'advertise-client-urls', 'listen-peer-urls']

const service = (lines: readonly string[]) =>
  ['[Unit]', 'Description=etcd', '[Service]', 'Type=notify', ...lines, ''].join('\n')

/** Everything on the command line; everything in a file of variables, as Debian has it; some of each. */
async function writeUnit(units: Units, { name }: LabMember, etcd: string, flags: Flags) {
  const file = `/lib/systemd/system/${unitOf(name)}`
  if (name === 'm1') {
    const lines = asFlags(flags).join(' \\\n  ')
    await units.write(file, service([`ExecStart=${etcd} \\\n  ${lines}`]))
  } else if (name === 'm2') {
    const inFile = asVariables(without(flags, ['name', 'snapshot-count']))
    const text = ['DAEMON_ARGS=--snapshot-count=10000', ...inFile]
    await units.write('/etc/default/etcd-m2', `${text.join('\n')}\n`)
    const more = ['Environment=DAEMON_ARGS=', 'Environment=ETCD_NAME=m2']
    const lines = [...more, 'EnvironmentFile=-/etc/default/%p', `ExecStart=${etcd} $DAEMON_ARGS`]
    await units.write(file, service(lines))
  } else {
    const variables = asVariables(only(flags, URLS)).map((word) => `Environment="${word}"`)
    await units.write(file, service([...variables, `ExecStart=${etcd}`]))
    await units.write(
      `/etc/systemd/system/${unitOf(name)}.d/override.conf`,
      `[Service]\nExecStart=\nExecStart=-${etcd} ${asFlags(without(flags, URLS)).join(' ')}\n`,
    )
  }
}

export interface UnitCluster {
  readonly units: Units
  readonly members: readonly LabMember[]
  look(): Promise<Awaited<ReturnType<typeof lookAt>>>
}

async function lookAt({ ports }: Units, signal: AbortSignal) {
  const chosen = controls.filter(({ id }) => REPAIRED.has(id))
  const options = { needs: needsOf(chosen), probe: true, pids: [], endpoints: [], timeoutMs: 3000 }
  const observation = await gather({ ...ports, host: ports.host() }, options, silent, signal)
  return { observation, findings: assess(chosen, observation) }
}

/** Undefined where there is no etcd (the test is then marked as skipped). */
export async function startUnitCluster(t: TestContext): Promise<UnitCluster | undefined> {
  const binaries = await binariesFor(t)
  const etcd = binaries?.[0]?.etcd
  if (!binaries || etcd === undefined) return undefined
  const ports = labPorts()
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-units-')
  t.after(() => ports.files.remove(directory))
  const { members } = await layLab(ports, { directory, shape: 'wide-open', members: 3, binaries })
  const units = await startUnits(t, directory)
  for (const member of members) {
    const manifest = await readFile(member.manifest, 'utf8')
    const pairs = [...manifest.matchAll(/^ +- --([\w-]+)=(.*)$/gm)]
    const flags = new Map(pairs.map(([, name = '', value = '']) => [name, value]))
    await writeUnit(units, member, etcd, flags)
  }
  await Promise.all(members.map(({ name }) => units.restart(unitOf(name))))
  const client = units.ports.etcd.connect({ endpoints: members.map((one) => one.clientUrl) })
  t.after(() => client.close())
  for (const { name, clientUrl } of members)
    await eventually(`${name} answers`, () =>
      client.maintenance.status(clientUrl, { timeoutMs: 1000 }).then(
        () => true,
        () => false,
      ),
    )
  const { signal } = new AbortController()
  return { units, members, look: () => lookAt(units, signal) }
}
