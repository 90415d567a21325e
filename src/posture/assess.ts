// Judges an observation by every control: pure, so a saved observation gives the same findings elsewhere.
import { messageOf } from '../core/error.ts'
import type { Fact, Missing } from '../core/fact.ts'
import { LAYERS, type Evidence, type Finding, type Layer } from '../core/finding.ts'
import type { Control, Judged, Judgement } from './control.ts'
import { fingerprint } from './fingerprint.ts'
import { heldBack } from './held-back.ts'
import type { Observation } from './observation.ts'

class FactMissing extends Error {
  readonly fact: Missing
  constructor(fact: Missing) {
    super(fact.why)
    this.fact = fact
  }
}

const strongest = (evidence: readonly Evidence[]): Layer | undefined =>
  LAYERS.findLast((layer) => evidence.some((piece) => piece.layer === layer))

/** A control that stumbles takes no other control down, and says neither pass nor fail. */
const stumbled = (thrown: unknown): Judgement => ({
  verdict: 'unknown',
  summary: `this control met a bug: ${messageOf(thrown)}`,
  evidence: [],
  missing: 'a report of this bug, with the file that --save-facts writes',
})

function judged(
  control: Control,
  { value, subject }: Judged<unknown>,
  all: Observation,
): Judgement {
  const need = <T>(fact: Fact<T>): T => {
    if (fact.known) return fact.value
    throw new FactMissing(fact)
  }
  try {
    return heldBack(control.judge(value, { all, now: new Date(all.at), need }), subject, all)
  } catch (thrown) {
    if (!(thrown instanceof FactMissing)) return stumbled(thrown)
    const { why, access } = thrown.fact
    return { verdict: 'unknown', summary: why, evidence: [], ...(access && { missing: access }) }
  }
}

function finding(control: Control, about: Judged<unknown>, all: Observation): Finding {
  const { verdict, summary, remedy, missing, ...rest } = judged(control, about, all)
  const evidence = rest.evidence.map((piece) => ({ at: all.at, ...piece }))
  const layer = strongest(evidence)
  return {
    control: control.id,
    title: control.title,
    severity: control.severity,
    verdict,
    subject: about.subject,
    ...(layer && { layer }),
    summary,
    evidence,
    references: control.references,
    fingerprint: fingerprint(control.id, about.subject, evidence),
    ...(remedy && { remedy }),
    ...(missing !== undefined && { missing }),
  }
}

/** Facts of a saved file may lack what a control takes for granted: then the cluster is what stays unjudged. */
function subjectsOf(control: Control, all: Observation): readonly Judged<unknown>[] {
  try {
    return control.subjects(all)
  } catch {
    return [{ subject: { kind: 'cluster', name: 'etcd' }, value: undefined }]
  }
}

/** One finding for each control and subject; never throws. */
export const assess = (controls: readonly Control[], all: Observation): readonly Finding[] =>
  controls.flatMap((control) =>
    subjectsOf(control, all).map((about) => finding(control, about, all)),
  )
