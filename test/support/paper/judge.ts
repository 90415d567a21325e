// What a check would say of a cluster on paper.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { known, missing } from '../../../src/core/fact.ts'
import type { Finding } from '../../../src/core/finding.ts'
import { setting, urls, type Launch } from '../../../src/effective/model.ts'
import { member, seen } from '../../../src/posture/example.ts'
import { readManifestDirectory } from '../../../src/posture/gather/manifest-directory.ts'
import type { Observation } from '../../../src/posture/observation.ts'
import { filesBelow, type Machine } from './machine.ts'

const finding = (control: string, kind: 'member' | 'file', name: string): Finding => ({
  control,
  title: control,
  severity: 'high',
  verdict: 'fail',
  subject: { kind, name },
  summary: control,
  evidence: [],
  references: [],
  fingerprint: `${control} ${name}`,
})

/** The controls of a member that its process fails. */
export function failing(launch: Launch | undefined): readonly string[] {
  if (!launch) return ['client-listener-tls', 'peer-listener-tls']
  const plain = (flag: string) => urls(launch, flag).some((url) => url.startsWith('http:'))
  return [
    ...(plain('listen-client-urls') ? ['client-listener-tls', 'client-cert-required'] : []),
    ...(plain('listen-peer-urls') ? ['peer-listener-tls'] : []),
    ...(setting(launch, 'trusted-ca-file') === setting(launch, 'peer-trusted-ca-file')
      ? ['peer-ca-separate']
      : []),
  ]
}

const wide = (path: string) => (statSync(path).mode & 0o077) !== 0

export async function judge(
  machine: Machine,
): Promise<{ readonly observation: Observation; readonly findings: readonly Finding[] }> {
  const { lab, members, ports } = machine
  const { found } = await readManifestDirectory(ports.host(), lab.manifests)
  const status = (name: string) => {
    const one = members.find((each) => each.name === name)
    const isLeader = one?.id === BigInt(members.length)
    return { isLeader, peerUrls: one?.peerUrls ?? [] } as unknown as NonNullable<
      Extract<Observation['members'][number]['status'], { known: true }>['value']
    >
  }
  const observed = found.map(({ name, launch }) => {
    const running = members.find((one) => one.name === name)?.launch
    return member({
      name,
      declared: launch,
      running: running ? known(running) : missing('it does not run'),
      status: known(status(name)),
    })
  })
  const keys = filesBelow(lab.directory).filter((path) => path.endsWith('.key') && wide(path))
  const manifests = readdirSync(lab.manifests).map((name) => join(lab.manifests, name))
  return {
    observation: seen({ members: observed }),
    findings: [
      ...members.flatMap(({ name, launch }) =>
        failing(launch).map((control) => finding(control, 'member', name)),
      ),
      ...keys.map((path) => finding('private-key-mode', 'file', path)),
      ...manifests.filter(wide).map((path) => finding('manifest-mode', 'file', path)),
    ],
  }
}

/** Contents and modes of manifests and configuration files. */
export const texts = ({ lab, state }: Machine): ReadonlyMap<string, string> =>
  new Map(
    filesBelow(lab.directory)
      .filter((path) => path.endsWith('.yaml') && !path.startsWith(state))
      .map((path) => [path, `${statSync(path).mode.toString(8)} ${readFileSync(path, 'utf8')}`]),
  )
