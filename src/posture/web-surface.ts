// What HTTP paths of the client listeners have in common for the controls over them.
import type { Evidence } from '../core/finding.ts'
import type { ListenerProbe } from './facts/probes.ts'
import { isOpen, probeEvidence, withoutControl, type Bad } from './judge-doors.ts'

/** A path that answered, to a caller without a certificate or (where asked for) to the good one. */
export function pathSeen(
  probe: ListenerProbe,
  path: string,
  callers: readonly ('anonymous' | 'withGood')[],
): readonly Bad[] {
  return callers.flatMap((caller) => {
    const attempt = probe.http[path]?.[caller]
    const who = caller === 'anonymous' ? 'anyone' : 'every client'
    // 421 is --host-whitelist's answer to every path, before any is looked at.
    return isOpen(attempt) && attempt.detail !== 'HTTP 421'
      ? [
          {
            summary: `${probe.url}${path} answers ${who}`,
            evidence: probeEvidence(probe, `http ${path} ${caller}`, attempt),
          },
        ]
      : []
  })
}

/** The anonymous caller was turned away: by the path's absence, or by TLS while the control was let in. */
export function anonymousRefused(probe: ListenerProbe, path: string): Evidence | string {
  const attempt = probe.http[path]?.anonymous
  if (attempt?.outcome !== 'refused')
    return `${probe.address}${path} says neither yes nor no: ${attempt?.detail ?? 'not tried'}`
  const lacking = attempt.detail === 'HTTP 404' ? undefined : withoutControl(probe)
  return lacking ?? probeEvidence(probe, `http ${path} anonymous`, attempt)
}
