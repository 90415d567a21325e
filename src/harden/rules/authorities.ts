// The CAs of the closed doors, and the certificate with which the tool itself goes through them. Pure.
import { hostPath, setting } from '../../effective/model.ts'
import type { CaStep, CertificateStep, Plan } from '../model.ts'
import type { Door } from './doors.ts'
import { pair, type Pair } from './material.ts'
import type { PlanInput } from './plan-input.ts'
import type { Target } from './targets.ts'

/** The older CA of the peers, where its key is at hand: members that are not restarted yet trust it. */
function olderPeerCa(input: PlanInput, targets: readonly Target[]): Pair | undefined {
  for (const { launch } of targets) {
    const file = setting(launch, 'peer-trusted-ca-file')
    const certificate = file === undefined ? undefined : hostPath(launch, file)
    const key = certificate === undefined ? undefined : input.caKeys.get(certificate)
    if (certificate !== undefined && key !== undefined) return { certificate, key }
  }
  return undefined
}

export function authorities(
  input: PlanInput,
  targets: readonly Target[],
  wanted: Record<Door, boolean>,
): readonly CaStep[] {
  const older = olderPeerCa(input, targets)
  return (['client', 'peer'] as const)
    .filter((door) => wanted[door])
    .map((door) => ({
      kind: 'ca',
      title: `make a CA for etcd's ${door === 'client' ? 'clients' : 'peers'} alone`,
      place: pair(input.caDirectory, `etcd-${door}-ca`),
      commonName: `etcd-${door}-ca`,
      ...(door === 'peer' && older && { crossBy: older }),
    }))
}

export function toolCertificate(
  ca: Pair,
  input: PlanInput,
  wanted: boolean,
): readonly CertificateStep[] {
  if (!wanted) return []
  return [
    {
      kind: 'certificate',
      title: 'issue a client certificate for etcdkeep',
      place: pair(input.caDirectory, 'etcdkeep-client'),
      ca,
      trust: `${input.caDirectory}/etcdkeep-client-ca.crt`,
      commonName: 'etcdkeep',
      names: [],
      usages: ['clientAuth'],
    },
  ]
}

export function accessOf(
  input: PlanInput,
  targets: readonly Target[],
  ca: Pair,
  newCa: boolean,
): Plan['access'] & object {
  const own = pair(input.caDirectory, 'etcdkeep-client')
  const [first] = targets
  const old = first && setting(first.launch, 'trusted-ca-file')
  const cas =
    newCa || !first || old === undefined ? [ca.certificate] : [hostPath(first.launch, old)]
  return { cas, ...own }
}
