// The kubelet's probes cannot present a certificate: they have to move to the metrics listener with the door.
import { urls, type Launch } from '../../effective/model.ts'
import type { ProbeTarget } from '../edit-manifest.ts'
import type { FlagChanges } from '../model.ts'

export const portOf = (url: string): number =>
  URL.canParse(url) ? Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80)) : 0

/** kubeadm's 2381 where it is free, else the next number that no member of this machine uses. */
function metricsPort(used: ReadonlySet<number>): number {
  let port = 2381
  if (!used.has(2379)) port = Math.max(port, ...used) + 1
  while (used.has(port)) port += 1
  return port
}

/** Where probes of the client port have to go, and the listener that answers them. */
export function probesOf(
  launch: Launch,
  manifest: string,
  flags: FlagChanges,
  used: ReadonlySet<number>,
): { readonly probes: readonly ProbeTarget[]; readonly flags: FlagChanges } {
  const ports = urls(launch, 'listen-client-urls').map(portOf)
  const probed = ports.filter((port) => new RegExp(`httpGet:[^]*?port: *${port}\\b`).test(manifest))
  if (probed.length === 0) return { probes: [], flags: {} }
  const listening = (flags['listen-metrics-urls'] ?? urls(launch, 'listen-metrics-urls').join(','))
    .split(',')
    .filter((url) => url.startsWith('http://127.'))
  const url = listening[0] ?? `http://127.0.0.1:${metricsPort(used)}`
  const all = [...new Set([...urls(launch, 'listen-metrics-urls'), url])].join(',')
  return {
    probes: probed.map((fromPort) => ({
      fromPort,
      toPort: portOf(url),
      host: new URL(url).hostname,
      scheme: 'HTTP',
    })),
    flags: listening.length > 0 ? {} : { 'listen-metrics-urls': all },
  }
}

/** Probes of a metrics listener that moves to loopback have to follow it there. */
export const followMetrics = (flags: FlagChanges): readonly ProbeTarget[] =>
  (flags['listen-metrics-urls'] ?? '')
    .split(',')
    .filter((url) => url.startsWith('http://127.'))
    .map((url) => ({
      fromPort: portOf(url),
      toPort: portOf(url),
      host: new URL(url).hostname,
      scheme: 'HTTP',
    }))
