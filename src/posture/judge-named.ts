// The certificates that a subject's launches name and its listeners show, for controls over every one of them.
import { valueOf, type Missing } from '../core/fact.ts'
import type { Evidence } from '../core/finding.ts'
import type { Certificate } from '../pki/model.ts'
import { fail, notApplicable, pass, unknown, type Judged, type Judgement } from './control.ts'
import type { CertificateFile } from './facts/certificates.ts'
import { probeEvidence } from './judge-doors.ts'
import { told } from './leaf-file.ts'
import { servedDoors } from './leaf-served.ts'
import type { Apiserver, Member, Observation } from './observation.ts'
import { apiservers, members } from './subjects.ts'

export type Holder = Member | Apiserver

export const holders = (all: Observation): readonly Judged<Holder>[] => [
  ...members(all),
  ...apiservers(all),
]

/** Certificates that are used together: those of one file, or a chain on the wire. */
export interface Named {
  /** Where, for sentences: `/etc/…/server.crt`, `the chain of https://10.0.0.1:2379`. */
  readonly where: string
  readonly bundle: boolean
  readonly certificates: readonly Certificate[]
  /** Evidence about one of them. */
  readonly tell: (observed: string) => Evidence
}

const isBundle = ({ role }: CertificateFile) => role.endsWith('-ca')

const fromFile = (file: CertificateFile): Named => ({
  where: file.path,
  bundle: isBundle(file),
  certificates: valueOf(file.certificates) ?? [],
  tell: (observed) => ({
    source: `${file.source ?? 'file'} --${file.flag} ${file.path}`,
    observed,
    layer: file.layer ?? 'declared',
  }),
})

const fromWire = (member: Member): readonly Named[] =>
  servedDoors(member, ['client', 'client-http', 'peer', 'metrics']).map((probe) => ({
    where: `the certificate of ${probe.url}`,
    bundle: false,
    certificates: valueOf(probe.served) ?? [],
    tell: (observed) => ({
      ...probeEvidence(probe, 'tls certificate', { outcome: 'answered', detail: observed }),
      stable: observed,
    }),
  }))

export const namedBy = (holder: Holder): readonly Named[] =>
  [...('listeners' in holder ? fromWire(holder) : []), ...holder.certificates.map(fromFile)].filter(
    (one) => one.certificates.length > 0,
  )

function blindness(holder: Holder): Missing | undefined {
  const unread = holder.certificates.find((file) => !file.certificates.known)?.certificates
  if (unread?.known === false) return unread
  const { running, declared } = holder
  const nothing = !running.known && !declared.known && namedBy(holder).length === 0
  return nothing && !running.known ? running : undefined
}

export interface NamedRule {
  /** Those of the group that matter. */
  readonly concerns: (group: Named, all: readonly Named[]) => readonly Certificate[]
  /** What is wrong with one, as a clause about it. */
  readonly flaw: (one: Certificate) => string | undefined
  readonly good: string
}

export function judgeNamed({ concerns, flaw, good }: NamedRule, holder: Holder): Judgement {
  const groups = namedBy(holder)
  const judged = groups.flatMap((group) =>
    concerns(group, groups).map((one) => ({ group, one, wrong: flaw(one) })),
  )
  const [worst, ...others] = judged.filter((each) => each.wrong !== undefined)
  const evidence = ({ group, one, wrong }: (typeof judged)[number]) =>
    group.tell(wrong === undefined ? told(one) : `${one.subject} ${wrong}`)
  if (worst)
    return fail(`${worst.group.where}: ${worst.one.subject} ${worst.wrong}`, [
      evidence(worst),
      ...others.map(evidence),
    ])
  const blind = blindness(holder)
  if (blind) return unknown(blind.why, blind.access)
  const [first, ...rest] = judged.map(evidence)
  return first ? pass(good, first, ...rest) : notApplicable('no certificate is in use')
}
