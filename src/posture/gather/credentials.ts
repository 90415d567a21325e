// The client certificate to ask etcd with: the user's, else one that the host already uses for that.
import { posix } from 'node:path'
import { Secret } from '../../core/secret.ts'
import { hostPath, setting, type Launch } from '../../effective/model.ts'
import type { Host } from '../../ports/host.ts'
import type { Credentials } from './options.ts'

interface Candidate {
  readonly source: string
  readonly ca?: string | undefined
  readonly certificate: string
  readonly key: string
}

const at = (launch: Launch, flag: string): string | undefined => {
  const path = setting(launch, flag)
  return path === undefined ? undefined : hostPath(launch, path)
}

function ofLaunch(
  launch: Launch,
  flags: readonly [ca: string, certificate: string, key: string],
  source: string,
): readonly Candidate[] {
  const [ca, certificate, key] = flags.map((flag) => at(launch, flag))
  return certificate && key ? [{ ca, certificate, key, source }] : []
}

/** kubeadm makes it for the liveness probe, beside the server's certificate. */
function healthcheck(launch: Launch): readonly Candidate[] {
  const server = at(launch, 'cert-file')
  if (server === undefined) return []
  const beside = (name: string) => posix.join(posix.dirname(server), name)
  const [certificate, key] = [beside('healthcheck-client.crt'), beside('healthcheck-client.key')]
  const source = `the healthcheck client certificate ${certificate}`
  return [{ ca: at(launch, 'trusted-ca-file'), certificate, key, source }]
}

const ETCD = ['trusted-ca-file', 'cert-file', 'key-file'] as const
const APISERVER = ['etcd-cafile', 'etcd-certfile', 'etcd-keyfile'] as const

function candidates(etcds: readonly Launch[], apiservers: readonly Launch[]): readonly Candidate[] {
  return [
    ...apiservers.flatMap((one) => ofLaunch(one, APISERVER, `the etcd client of ${one.name}`)),
    ...etcds.flatMap(healthcheck),
    ...etcds.flatMap((one) => ofLaunch(one, ETCD, `the server certificate of ${one.name}`)),
  ]
}

const text = async (host: Host, path: string): Promise<string> =>
  Buffer.from(await host.read(path)).toString('utf8')

async function read(host: Host, candidate: Candidate): Promise<Credentials | undefined> {
  try {
    const certificate = await text(host, candidate.certificate)
    const key = await text(host, candidate.key)
    if (!certificate.includes('BEGIN CERTIFICATE') || !key.includes('PRIVATE KEY')) return undefined
    const ca = candidate.ca === undefined ? undefined : await text(host, candidate.ca)
    return { certificate, key: new Secret(key), source: candidate.source, ...(ca && { ca }) }
  } catch {
    return undefined // not readable here: the next one
  }
}

/** The first pair that can be read; undefined where there is none. Never throws. */
export async function findCredentials(
  host: Host,
  etcds: readonly Launch[],
  apiservers: readonly Launch[],
): Promise<Credentials | undefined> {
  for (const candidate of candidates(etcds, apiservers)) {
    const found = await read(host, candidate)
    if (found) return found
  }
  return undefined
}
