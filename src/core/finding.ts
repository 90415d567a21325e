export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

export const VERDICTS = ['pass', 'fail', 'unknown', 'not-applicable', 'waived'] as const
export type Verdict = (typeof VERDICTS)[number]

/** How strong evidence is: a file says so, the process says so, a probe showed it. Weakest first. */
export const LAYERS = ['declared', 'running', 'proven'] as const
export type Layer = (typeof LAYERS)[number]

/** What a finding is about: the thing an operator would go and fix. */
export interface Subject {
  readonly kind: 'member' | 'apiserver' | 'file' | 'directory' | 'cluster' | 'host'
  /** etcd's `--name` for a member, the path for a file, the host's or cluster's name otherwise. */
  readonly name: string
}

/** One thing that was seen. Minimal and redacted: never a secret, not even part of one. */
export interface Evidence {
  /** Where it was seen; stable across runs (no pid, no date): `manifest /etc/…/etcd.yaml`, `probe tls 10.0.0.1:2379`. */
  readonly source: string
  readonly observed: string
  readonly layer: Layer
  /** ISO 8601; the observation's own time where left out. */
  readonly at?: string
  /** Stands for `observed` in the fingerprint where that varies from run to run (counts, days left). */
  readonly stable?: string
}

/** A numbered rule of a published standard that a control answers. */
export interface Reference {
  /** With its version: `CIS Kubernetes 1.12`, `DISA STIG`, `NSA/CISA 1.2`. */
  readonly standard: string
  readonly id: string
}

export interface Remedy {
  /** Stable; `harden` looks up the steps under it. */
  readonly id: string
  /** Whether `harden` can do it without a human decision. */
  readonly automatic: boolean
  readonly summary: string
}

export interface Finding {
  readonly control: string
  readonly title: string
  readonly severity: Severity
  readonly verdict: Verdict
  readonly subject: Subject
  /** The strongest evidence; absent where nothing could be looked at. */
  readonly layer?: Layer
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly references: readonly Reference[]
  /** The same for the same control, subject and evidence. */
  readonly fingerprint: string
  readonly remedy?: Remedy
  /** For `unknown`: what access is missing. */
  readonly missing?: string
  /** For `waived`: who accepted it, why, until when. */
  readonly waiver?: { readonly owner: string; readonly reason: string; readonly expires: string }
}
