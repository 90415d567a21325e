// What kube-apiserver's own port showed counts beside its flags: bad is bad, and good wants to be seen.
import { valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { fail, type Judgement, type Look, unknown } from '../control.ts'
import type { Attempt, ListenerProbe } from '../facts/probes.ts'
import { probeEvidence, type Bad } from '../judge-doors.ts'
import type { Apiserver } from '../observation.ts'

const PATH = '/api/v1/namespaces'

export interface PortRule {
  readonly bad: (probe: ListenerProbe) => Bad | undefined
  /** What proves it good, or why nothing does. */
  readonly proof: (probe: ListenerProbe) => Evidence | string
}

const spoken = (probe: ListenerProbe, version: 'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3') =>
  probe.versions[version]?.outcome === 'answered' ? probe.versions[version] : undefined

export const tlsPort: PortRule = {
  bad(probe) {
    for (const version of ['TLS1.0', 'TLS1.1'] as const) {
      const old = spoken(probe, version)
      if (old)
        return {
          summary: `${probe.url} speaks ${version}`,
          evidence: probeEvidence(probe, version, old),
        }
    }
    const [weak] = valueOf(probe.weakSuites) ?? []
    if (weak === undefined) return undefined
    const evidence = probeEvidence(probe, 'weak suites', { outcome: 'answered', detail: weak })
    return { summary: `${probe.url} takes the weak suite ${weak}`, evidence }
  },
  proof(probe) {
    const modern = spoken(probe, 'TLS1.3') ?? spoken(probe, 'TLS1.2')
    if (!modern) return `${probe.address} was not seen to speak TLS 1.2 or newer`
    if (!probe.weakSuites.known) return probe.weakSuites.why
    const old = [probe.versions['TLS1.0'], probe.versions['TLS1.1']]
    const unclear = old.find((one) => one?.outcome !== 'refused')
    return unclear
      ? `${probe.address} says neither yes nor no to an old TLS: ${unclear.detail}`
      : probeEvidence(probe, 'TLS versions', { ...modern, detail: 'TLS 1.2 or newer alone' })
  },
}

const asked = (probe: ListenerProbe): Attempt | undefined => probe.http[PATH]?.anonymous

/** 401 turns the caller away; 403 has let him in as system:anonymous, and RBAC alone says no. */
export const anonymousPort: PortRule = {
  bad(probe) {
    const attempt = asked(probe)
    if (!attempt || !/^HTTP (2\d\d|403)$/.test(attempt.detail)) return undefined
    const how = attempt.detail === 'HTTP 403' ? 'takes a caller without a credential for' : 'serves'
    return {
      summary: `${probe.url} ${how} system:anonymous`,
      evidence: probeEvidence(probe, `GET ${PATH} without a credential`, attempt),
    }
  },
  proof(probe) {
    const attempt = asked(probe)
    return attempt?.detail === 'HTTP 401'
      ? probeEvidence(probe, `GET ${PATH} without a credential`, attempt)
      : `${probe.address} neither let an anonymous caller in nor turned him away: ${attempt?.detail ?? 'not asked'}`
  },
}

/** The flags' judgement, with what the port of the process showed. */
export function withPort(
  said: Judgement,
  rule: PortRule,
  { listener }: Apiserver,
  { all }: Look,
): Judgement {
  if (!listener || !all.probed || said.verdict === 'fail') return said
  if (!listener.known) {
    const { why, access } = listener
    return said.verdict === 'pass' ? unknown(why, access, said.evidence) : said
  }
  const bad = rule.bad(listener.value)
  if (bad) return fail(bad.summary, [bad.evidence, ...said.evidence])
  if (said.verdict !== 'pass') return said
  const proof = rule.proof(listener.value)
  return typeof proof === 'string'
    ? unknown(proof, 'an API server that answers in time', said.evidence)
    : { ...said, evidence: [proof, ...said.evidence] }
}
