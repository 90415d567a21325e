// How the controls over one certificate come to their verdict: any flaw on any layer fails; a pass needs the file,
// its key and its CA to be read, or (where nothing is known of the process) the certificate on the wire.
import type { Missing } from '../core/fact.ts'
import type { Launch } from '../effective/model.ts'
import { fail, notApplicable, pass, unknown, type Judgement, type Look } from './control.ts'
import type { ListenerRole } from './facts/probes.ts'
import { launchesOf } from './judge-doors.ts'
import { lookAtLeaf, NOTHING, type LeafSeen } from './leaf-file.ts'
import type { LeafRule } from './leaf-purpose.ts'
import { lookAtServed, servedDoors } from './leaf-served.ts'
import type { Member } from './observation.ts'

export interface LeafQuestion {
  readonly rules: readonly LeafRule[]
  /** Listeners that show it. */
  readonly served: readonly ListenerRole[]
  /** The summary of a pass. */
  readonly good: string
}

const lookAtAll = (
  { rules }: LeafQuestion,
  launch: Launch,
  member: Member,
  now: Date,
): readonly LeafSeen[] => rules.map((rule) => lookAtLeaf(rule, launch, member.certificates, now))

/** No file of the member is in sight: the wire alone decides. */
function withoutLaunch({ served }: LeafQuestion, member: Member, wire: LeafSeen): Judgement {
  if (wire.blind.length > 0) return blindness(wire.blind)
  const [first, ...rest] = wire.good
  if (first)
    return pass('nothing is wrong with the certificate that the member shows', first, ...rest)
  const doors = servedDoors(member, served)
  if (doors.length > 0 && doors.every((door) => door.url.startsWith('http:')))
    return notApplicable('no listener of this kind speaks TLS')
  const blind = [member.running, member.declared, member.listeners].find((fact) => !fact.known)
  return blindness(blind && !blind.known ? [blind] : [])
}

const blindness = ([first]: readonly Missing[]): Judgement =>
  unknown(
    first?.why ?? 'neither the process nor a manifest could be read',
    first?.access ?? 'run as root on the member’s host',
  )

export function judgeLeaf(question: LeafQuestion, member: Member, { now }: Look): Judgement {
  const [rule] = question.rules
  const launches = launchesOf(member)
  const files = launches.map((launch) => lookAtAll(question, launch, member, now)).flat()
  const wire = rule ? lookAtServed(rule, member, question.served, now) : NOTHING
  const [worst, ...others] = [...wire.bad, ...files.flatMap((one) => one.bad)]
  if (worst) return fail(worst.summary, [worst.evidence, ...others.map((one) => one.evidence)])
  const [first] = launches
  if (!first) return withoutLaunch(question, member, wire)
  const blind = files.flatMap((one) => one.blind)
  if (blind.length > 0) return blindness(blind)
  const own = lookAtAll(question, first, member, now)
  const [evidence, ...rest] = own.flatMap((one) => one.good)
  if (evidence) return pass(question.good, evidence, ...rest, ...wire.good)
  return notApplicable(own.find((one) => one.none !== undefined)?.none ?? 'nothing names one')
}
