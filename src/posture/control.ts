import type { Fact } from '../core/fact.ts'
import type { Evidence, Reference, Remedy, Severity, Subject, Verdict } from '../core/finding.ts'
import type { Observation } from './observation.ts'

export const AREAS = [
  'listeners',
  'certificates',
  'configuration',
  'access',
  'kube-apiserver',
  'at rest',
  'files',
  'backups',
  'versions',
  'watching',
  'cluster',
] as const
export type Area = (typeof AREAS)[number]

/** Parts of an observation that cost something to gather; `check --control` gathers only what is needed. */
export type Need = 'probes' | 'files' | 'certificates' | 'rpc' | 'keyspace' | 'host' | 'backups'

/** What a judgement comes to for one subject. */
export interface Judgement {
  readonly verdict: Exclude<Verdict, 'waived'>
  /** One sentence in the present or past tense that says what was seen. */
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly remedy?: Remedy
  /** For `unknown`: the access that is missing. */
  readonly missing?: string
}

/** Passing needs something that was seen: the first piece of evidence is not optional. */
export const pass = (summary: string, ...evidence: [Evidence, ...Evidence[]]): Judgement => ({
  verdict: 'pass',
  summary,
  evidence,
})

export const fail = (
  summary: string,
  evidence: readonly [Evidence, ...Evidence[]],
  remedy?: Remedy,
): Judgement => ({ verdict: 'fail', summary, evidence, ...(remedy && { remedy }) })

export const unknown = (
  why: string,
  access?: string,
  evidence: readonly Evidence[] = [],
): Judgement => ({
  verdict: 'unknown',
  summary: why,
  evidence,
  ...(access !== undefined && { missing: access }),
})

export const notApplicable = (why: string, evidence: readonly Evidence[] = []): Judgement => ({
  verdict: 'not-applicable',
  summary: why,
  evidence,
})

/** What a control may look at besides its subject. */
export interface Look {
  readonly all: Observation
  /** The observation's time. */
  readonly now: Date
  /** The fact's value; a missing fact ends the judgement as `unknown` with the fact's own reason. */
  readonly need: <T>(fact: Fact<T>) => T
}

/** Something to judge, with the subject it is reported under. */
export interface Judged<S> {
  readonly subject: Subject
  readonly value: S
}

/** An observation cut down to what an example is about, with the verdicts it must get. */
export interface Example {
  readonly name: string
  readonly given: Observation
  /** Verdict of each subject, by subject name. */
  readonly expect: Readonly<Record<string, Verdict>>
}

export interface Control<S = unknown> {
  /** Stable: users put it in waivers and pipelines. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly area: Area
  /** Why it matters, in a few sentences for `etcdkeep explain`; what an attacker or an accident does with it. */
  readonly rationale: string
  /** What to do by hand where `harden` does not do it. */
  readonly remediation: string
  readonly references: readonly Reference[]
  readonly needs: readonly Need[]
  /** The things of this observation that the control judges; none = the control has nothing to say. */
  readonly subjects: (all: Observation) => readonly Judged<S>[]
  /** Pure: the same facts give the same judgement. */
  readonly judge: (subject: S, look: Look) => Judgement
  /** The control's tests and its documentation: at least one pass, one fail, one unknown. */
  readonly examples: readonly Example[]
}

/** A control, its subject's type checked and then forgotten, so that controls make one list. */
export const defineControl = <S>(control: Control<S>): Control => control as unknown as Control
