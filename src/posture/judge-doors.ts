// How every control over listeners comes to its verdict: anything seen to be bad fails, on any layer;
// a pass needs each door proven.
import { valueOf } from '../core/fact.ts'
import type { Evidence } from '../core/finding.ts'
import { setting, urls, type Launch } from '../effective/model.ts'
import { fail, notApplicable, pass, unknown, type Judgement, type Look } from './control.ts'
import type { Attempt, ListenerProbe, ListenerRole } from './facts/probes.ts'
import type { Member } from './observation.ts'
import { openToOthers, socketEvidence } from './rules/socket-access.ts'
import { isSocketUrl } from './socket-url.ts'

export interface Bad {
  readonly summary: string
  readonly evidence: Evidence
}

export interface DoorRule {
  readonly roles: readonly ListenerRole[]
  /** Which doors matter; all of the roles where left out. */
  readonly concerns?: (url: string) => boolean
  /** A door that the question makes no sense for, by what was seen of it. */
  readonly irrelevant?: (probe: ListenerProbe) => boolean
  /** Whether the question makes sense for a launch at all; yes where left out. */
  readonly meaningful?: (launch: Launch) => boolean
  /** What a process or a file shows to be bad. */
  readonly configured: (launch: Launch, member: Member, look: Look) => readonly Bad[]
  /** What a probe shows to be bad. */
  readonly seen: (probe: ListenerProbe, member: Member, look: Look) => readonly Bad[]
  /** What proves this door good, or why nothing does. */
  readonly proof: (probe: ListenerProbe, member: Member, look: Look) => Evidence | string
  /** What stands in place of proof where nothing was probed, or why nothing does. */
  readonly stated: (launch: Launch, member: Member, look: Look) => Evidence | string
  /** Whether Unix sockets are judged too, by who may connect; left out where the question is about TCP. */
  readonly sockets?: true
  /** The summary of a pass. */
  readonly good: string
  /** Why the control has nothing to judge where no such door is known. */
  readonly none: string
}

export const FLAGS: Readonly<Record<ListenerRole, string>> = {
  client: 'listen-client-urls',
  'client-http': 'listen-client-http-urls',
  peer: 'listen-peer-urls',
  metrics: 'listen-metrics-urls',
}
export const CLIENT_ROLES = ['client', 'client-http'] as const
export const GOOD_ACCESS = '--cert and --key of a client that this listener lets in'

export const launchesOf = (member: Member): readonly Launch[] =>
  [valueOf(member.running), valueOf(member.declared)].filter((launch) => launch !== undefined)

/** An application answered, be it with its own "no": the transport was open. */
export const isOpen = (attempt: Attempt | undefined): attempt is Attempt =>
  attempt?.outcome === 'answered' || attempt?.outcome === 'denied'

export const flagEvidence = (launch: Launch, flag: string): Evidence => ({
  source: launch.source,
  observed: `--${flag}=${setting(launch, flag) ?? ''}`,
  layer: launch.layer,
})

export const probeEvidence = (
  probe: ListenerProbe,
  question: string,
  attempt: Pick<Attempt, 'detail' | 'outcome'> & { readonly at?: string },
): Evidence => ({
  source: `probe ${question} ${probe.address}`,
  observed: attempt.detail,
  layer: 'proven',
  // How a door says no varies with timing; which key was seen varies with the keyspace.
  stable: attempt.outcome,
  ...(attempt.at !== undefined && { at: attempt.at }),
})

export const urlsOf = (launch: Launch, roles: readonly ListenerRole[]) =>
  roles.flatMap((role) => urls(launch, FLAGS[role]).map((url) => ({ url, flag: FLAGS[role] })))

export const isPlain = (url: string): boolean => /^http:/i.test(url)

/** Plaintext answers of a door, each as something bad. */
export function plaintextSeen(probe: ListenerProbe): readonly Bad[] {
  const { h2c, http1 } = probe.plaintext
  const bad = (attempt: Attempt | undefined, question: string, what: string): readonly Bad[] =>
    isOpen(attempt)
      ? [
          {
            summary: `${probe.url} answered ${what} without TLS`,
            evidence: probeEvidence(probe, question, attempt),
          },
        ]
      : []
  return [...bad(h2c, 'h2c', 'a Range'), ...bad(http1, 'http/1.1', 'HTTP')]
}

/** Why the refusals of a door prove nothing, or undefined where its control was let in. */
export function withoutControl(probe: ListenerProbe): string | undefined {
  if (isOpen(probe.tls.good)) return undefined
  const tried = probe.presented?.good
  return tried === undefined
    ? `${probe.address} refuses, but no certificate is at hand that it should let in`
    : `${probe.address} refuses ${tried} too, so its refusals prove nothing`
}

/** A door that only the manifest promises need not be open yet. */
const mustAnswer = (probe: ListenerProbe, member: Member): boolean =>
  !(probe.origin?.layer === 'declared' && member.running.known)

/** A Unix socket is not dialled: that nobody else may connect proves as much. */
function socketProof({ socket, url }: ListenerProbe): Evidence | Judgement {
  if (!socket?.known) return unknown(socket?.why ?? `${url} is a Unix socket`, socket?.access)
  if (!openToOthers(socket.value)) return socketEvidence(socket.value)
  const evidence = [socketEvidence(socket.value)]
  return unknown(`${url} is open to other users, and not probed`, 'a mode of 0700', evidence)
}

function proven(rule: DoorRule, member: Member, look: Look): Judgement {
  const concerned = look
    .need(member.listeners)
    .filter((probe) => rule.roles.includes(probe.role) && (rule.concerns?.(probe.url) ?? true))
    .filter((probe) => !rule.irrelevant?.(probe))
    .filter((probe) => rule.sockets === true || !isSocketUrl(probe.url))
  const proofs: Evidence[] = []
  for (const probe of concerned.filter((one) => mustAnswer(one, member))) {
    const socket = isSocketUrl(probe.url) ? socketProof(probe) : undefined
    if (socket && 'verdict' in socket) return socket
    if (socket) proofs.push(socket)
    if (socket) continue
    if (!probe.reachable.known) return unknown(probe.reachable.why, probe.reachable.access)
    const proof = rule.proof(probe, member, look)
    if (typeof proof === 'string') return unknown(proof, GOOD_ACCESS)
    proofs.push(proof)
  }
  const [first, ...rest] = proofs
  if (first) return pass(rule.good, first, ...rest)
  const seen = look.need(member.listeners).some((probe) => rule.roles.includes(probe.role))
  return launchesOf(member).length > 0 || seen
    ? notApplicable(rule.none)
    : unknown('no listener of this kind is known', "run on the member's host")
}

export function judgeDoors(rule: DoorRule, member: Member, look: Look): Judgement {
  const launches = launchesOf(member)
  const probes = (valueOf(member.listeners) ?? []).filter((probe) =>
    rule.roles.includes(probe.role),
  )
  const bad = [
    ...probes.flatMap((probe) => rule.seen(probe, member, look)),
    ...launches.flatMap((launch) => rule.configured(launch, member, look)),
  ]
  const [first, ...rest] = bad
  if (first) return fail(first.summary, [first.evidence, ...rest.map((one) => one.evidence)])
  const [launch] = launches
  if (look.all.probed) return proven(rule, member, look)
  if (!launch)
    return unknown('neither the process nor a manifest could be read', "run on the member's host")
  const concerned = launches
    .filter((one) => rule.meaningful?.(one) ?? true)
    .filter((one) => urlsOf(one, rule.roles).some(({ url }) => rule.concerns?.(url) ?? true))
  const said = concerned.map((one) => rule.stated(one, member, look))
  const hidden = said.find((one) => typeof one === 'string')
  if (hidden !== undefined) return unknown(hidden, "run without --no-probe, on the member's host")
  const [statement] = said.filter((one) => typeof one !== 'string')
  return statement ? pass(rule.good, statement) : notApplicable(rule.none)
}
