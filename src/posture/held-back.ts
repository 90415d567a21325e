// A process whose environment cannot be read may do otherwise than all that was seen of it: it fails, or stays unknown.
import type { Subject } from '../core/finding.ts'
import { unknown, type Judgement } from './control.ts'
import type { Observation } from './observation.ts'

/** The judgement, or `unknown` in place of a clean one that the unread environment could contradict. */
export function heldBack(judgement: Judgement, subject: Subject, all: Observation): Judgement {
  if (subject.kind !== 'member') return judgement
  if (judgement.verdict !== 'pass' && judgement.verdict !== 'not-applicable') return judgement
  const member = all.members.find((one) => one.name === subject.name)
  if (!member?.visible || member.running.known) return judgement
  const { why, access } = member.running
  return unknown(
    `${judgement.summary}, as far as can be seen; but ${why}`,
    access,
    judgement.evidence,
  )
}
