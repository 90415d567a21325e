// What a listener shows against the file that it was started with: nothing here can be told without a probe.
import type { Fact } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { missing, valueOf } from '../../core/fact.ts'
import { setting, urls } from '../../effective/model.ts'
import type { Certificate } from '../../pki/model.ts'
import { fail, type Judgement, type Look, notApplicable, pass, unknown } from '../control.ts'
import type { CertificateFile, CertificateRole } from '../facts/certificates.ts'
import type { ListenerProbe } from '../facts/probes.ts'
import { FLAGS } from '../judge-doors.ts'
import type { Member } from '../observation.ts'
import { certificatesIn, fileOf, launchesOf } from './certificate-files.ts'

export interface Side {
  readonly role: CertificateRole
  readonly flag: string
}

export interface Comparison {
  readonly client: Side
  readonly peer: Side
  /** What the listener shows; known `null` where it has nothing of the kind. */
  readonly shown: (probe: ListenerProbe) => Fact<unknown>
  readonly compare: (
    probe: ListenerProbe,
    file: CertificateFile,
    certificates: readonly Certificate[],
    look: Look,
  ) => { readonly differs?: string; readonly evidence: readonly [Evidence, ...Evidence[]] }
  readonly good: string
  readonly none: string
}

/** Undefined where there is nothing to compare, a string or a missing fact where something hides it. */
function compared(rule: Comparison, member: Member, probe: ListenerProbe, look: Look) {
  const [launch] = launchesOf(member)
  const side = probe.role === 'peer' ? rule.peer : rule.client
  const shown = rule.shown(probe)
  if (shown.known && shown.value === null) return undefined
  if (launch && setting(launch, side.flag) === undefined) return undefined
  if (!probe.reachable.known) return probe.reachable
  if (!shown.known) return shown
  if (!launch)
    return missing('the files of this member cannot be seen from here', 'run on its host')
  const file = fileOf(member, side.role, launch)
  const certificates = certificatesIn(file)
  if (!certificates.known) return certificates
  return file && rule.compare(probe, file, certificates.value, look)
}

export function judgeAgainstDisk(rule: Comparison, member: Member, look: Look): Judgement {
  const launches = launchesOf(member)
  const listening = launches.flatMap((one) =>
    Object.values(FLAGS).flatMap((flag) => urls(one, flag)),
  )
  if (launches.length > 0 && !listening.some((url) => /^https:/i.test(url)))
    return notApplicable('no listener speaks TLS')
  const results = look
    .need(member.listeners)
    .filter((probe) => /^https:/i.test(probe.url))
    // A door that only the manifest promises need not be open yet.
    .filter((probe) => !(probe.origin?.layer === 'declared' && valueOf(member.running)))
    .map((probe) => compared(rule, member, probe, look))
    .filter((one) => one !== undefined)
  const all = results.flatMap((one) => ('evidence' in one ? [one] : []))
  for (const { differs, evidence } of all) if (differs !== undefined) return fail(differs, evidence)
  const hidden = results.find((one) => 'known' in one)
  if (hidden && 'why' in hidden) return unknown(hidden.why, hidden.access)
  const [first, ...rest] = all.flatMap(({ evidence }) => evidence)
  return first ? pass(rule.good, first, ...rest) : notApplicable(rule.none)
}
