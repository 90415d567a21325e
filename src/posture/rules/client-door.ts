// Whether the client port of a member opens to somebody without a certificate of its CA.
import { valueOf } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import { enabled, setting, urls, type Launch } from '../../effective/model.ts'
import type { Attempt, ListenerProbe } from '../facts/probes.ts'
import type { Member } from '../observation.ts'
import { isSocketUrl } from '../socket-url.ts'
import { openToOthers, socketEvidence } from './socket-access.ts'

export interface Door {
  readonly state: 'open' | 'closed' | 'unseen'
  readonly evidence: readonly Evidence[]
}

const spoke = (attempt: Attempt | undefined): boolean =>
  attempt?.outcome === 'answered' || attempt?.outcome === 'denied'

/** A Unix socket opens to those who may write to its file. */
function socketDoor({ socket, url }: ListenerProbe): Door {
  if (!socket?.known) return { state: 'unseen', evidence: [] }
  if (!openToOthers(socket.value))
    return { state: 'closed', evidence: [socketEvidence(socket.value)] }
  return /^unix:/i.test(url)
    ? { state: 'open', evidence: [socketEvidence(socket.value)] }
    : { state: 'unseen', evidence: [] }
}

function probedDoor(probe: ListenerProbe): Door {
  if (isSocketUrl(probe.url)) return socketDoor(probe)
  const tries: readonly (readonly [string, Attempt | undefined])[] = [
    ['plaintext', probe.plaintext.h2c],
    ['TLS without a certificate', probe.tls.none],
    ['TLS with a foreign certificate', probe.tls['throwaway-ca']],
  ]
  const open = tries.find(([, attempt]) => spoke(attempt))
  if (open)
    return {
      state: 'open',
      evidence: [
        { source: `probe ${probe.address}`, observed: `answered over ${open[0]}`, layer: 'proven' },
      ],
    }
  const shut = probe.tls.none?.outcome === 'refused' && spoke(probe.tls.good)
  const evidence: Evidence = {
    source: `probe ${probe.address}`,
    observed: 'refused without a certificate, answered with one',
    layer: 'proven',
  }
  return { state: shut ? 'closed' : 'unseen', evidence: shut ? [evidence] : [] }
}

/** As a launch says it: a trusted CA alone already makes etcd demand certificates. */
function launchedDoor(launch: Launch): Door {
  const required =
    enabled(launch, 'client-cert-auth') || setting(launch, 'trusted-ca-file') !== undefined
  const plain = urls(launch, 'listen-client-urls').filter((url) => url.startsWith('http://'))
  const observed =
    plain.length > 0
      ? `--listen-client-urls has ${plain.join(',')}`
      : `client certificates are ${required ? '' : 'not '}required`
  return {
    state: required && plain.length === 0 ? 'closed' : 'open',
    evidence: [{ source: launch.source, observed, layer: launch.layer }],
  }
}

/** Probes decide; without probing, the process, else the manifest. Any open layer is open. */
export function clientDoor(member: Member, probed: boolean): Door {
  const probes = valueOf(member.listeners)?.filter((one) => one.role === 'client') ?? []
  const launches = [valueOf(member.running), valueOf(member.declared)].filter(
    (one) => one !== undefined,
  )
  const doors = probes.map(probedDoor)
  const open = [...doors, ...launches.map(launchedDoor)].find((door) => door.state === 'open')
  if (open) return open
  const seen = probed ? doors : launches.slice(0, 1).map(launchedDoor)
  if (seen.length === 0 || seen.some((door) => door.state === 'unseen'))
    return { state: 'unseen', evidence: [] }
  return { state: 'closed', evidence: seen.flatMap((door) => door.evidence) }
}
